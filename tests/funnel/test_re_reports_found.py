"""Re-reports of later days found by the reports themselves: by hand, naively, with and without them.

Made tables: 12 raw pairs, 900 days, codes of one instrument drawn at random but for what a test adds. A share
is known there as a count; its estimate is held to 0.1, three standard errors of 500 repeats.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from funnel_rows import row

from melian.data import describe, load_history, store_from_frame
from melian.data.funnel import FunnelOptions, run_funnel
from melian.data.queries import statement
from melian.data.re_reports import _excess, _odds

CODES = ("111", "112", "113", "114", "160", "161")
NAMES = ("CHN", "GBR", "RUS", "USA")
DAYS = 900
PAIRS = [(a, b) for a in NAMES for b in NAMES if a != b]
LAGS = ((1, 1), (2, 2), (3, 3), (4, 4), (5, 8), (14, 28))


def acts(seed, *, n=3_000, offspring=0.0, half_life=1.0, inertia=0.0):
    """Rows (day, pair, code) of acts, all different; a share has offspring with its code or another."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(1.0, size=len(PAIRS))
    made = [
        np.stack(
            [rng.integers(0, DAYS, n), rng.choice(len(PAIRS), n, p=rate / rate.sum()), rng.integers(0, 6, n)]
        )
    ]
    while offspring and made[-1].shape[1]:
        born = made[-1][:, rng.random(made[-1].shape[1]) < offspring]
        lag = rng.geometric(1 - 0.5 ** (1 / half_life), born.shape[1])
        code = np.where(rng.random(born.shape[1]) < inertia, born[2], rng.integers(0, 6, born.shape[1]))
        made.append(np.stack([born[0] + lag, born[1], code])[:, born[0] + lag < DAYS])
    return np.unique(np.concatenate(made, axis=1), axis=1)


def retold(rows, seed, *, share=0.35, delays=(0, 1, 2)):
    rng = np.random.default_rng(seed)
    again = rows[:, rng.random(rows.shape[1]) < share].copy()
    again[0] += rng.choice(delays, again.shape[1])
    return np.concatenate([rows, again[:, again[0] < DAYS]], axis=1)


def table(rows):
    start = dt.date(2015, 1, 1)
    return pl.DataFrame(
        {
            "date": [start + dt.timedelta(days=int(day)) for day in rows[0]],
            "source": [PAIRS[pair][0] for pair in rows[1]],
            "target": [PAIRS[pair][1] for pair in rows[1]],
            "cameo": [CODES[code] for code in rows[2]],
        }
    )


def found(rows):
    """What was found, and the rows left after the step."""
    with store_from_frame(table(rows)) as store, run_funnel(store.connection, FunnelOptions()) as run:
        return run.re_reports[0], {count.step: count.rows for count in run.counts}["re-reports"]


def naive_pairs(rows, *, same):
    """Pairs of rows of one raw pair by lag, by two loops; with the same code, or any."""
    counts = np.zeros(len(LAGS))
    for day, pair, code in rows.T:
        for later, other, its in rows.T:
            if pair == other and (code == its or not same):
                counts += [first <= later - day <= last for first, last in LAGS]
    return counts


def test_pairs_are_those_of_two_loops():
    rows = acts(1, n=400)
    rows[0] %= 60
    rows = np.unique(rows, axis=1)
    with store_from_frame(table(rows)) as store, run_funnel(store.connection, FunnelOptions()):
        store.connection.execute(statement("funnel_acts"), {"keep_re_reports": False})
        told = store.connection.execute(statement("re_report_pairs"), {"parts": 1}).fetchall()
        many = store.connection.execute(statement("re_report_pairs"), {"parts": 40}).fetchall()
    for _, same, part, *counts in told:
        assert part == 0
        assert counts == naive_pairs(rows, same=same).tolist()
        assert np.sum([r[3:] for r in many if r[1] == same], axis=0).tolist() == counts
    assert len(many) > 40


def test_excess_by_hand():
    # Chance gives a tenth of the pairs of days 14-28 on each of the days 1-4, and four tenths on days 5-8.
    chance = np.array([1.0, 1, 1, 1, 4, 10])
    other = np.array([250.0, 200, 150, 120, 4_400, 1_000])
    same = np.array([120.0, 90, 30, 24, 2_040, 100])
    # Days 5-8: 4,000 others beyond chance and 2,000 of the same code; chance repeats at odds of 1 to 10.
    noise = 2 * np.sqrt(4_400 + 0.16 * 1_000)
    odds = 0.1 + (2_000 - 0.1 * 4_000) / (4_000 + noise)
    expected = np.array([110, 80, 20, 14]) - odds * np.array([150, 100, 50, 20])
    np.testing.assert_allclose(_excess(same, other, chance), expected)
    np.testing.assert_allclose(_excess(np.stack([same, same]), other, chance)[1], expected)


def test_odds_add_up_and_fall_with_the_rate():
    rate, reports = np.array([0.001, 0.01, 0.1]), np.array([50.0, 30.0, 20.0])
    odds = _odds(rate, reports, 60.0)
    assert reports @ odds == pytest.approx(60)
    assert odds[0] > odds[1] > odds[2]
    assert _odds(rate, reports, 100.0).tolist() == [1, 1, 1]
    assert _odds(rate, reports, 0.0).max() < 1e-8


@pytest.mark.parametrize("seed", [1, 2])
def test_reports_told_again_are_joined_as_often_as_they_are(seed):
    rows = acts(seed, n=2_000, offspring=0.2, half_life=5.0)
    told = retold(rows, seed + 10)
    record, left = found(told)
    assert (record.reach, record.verdict) == (2, "joined")
    later = np.unique(told, axis=1).shape[1]
    assert later > 1.15 * rows.shape[1]
    # Cautious: what it takes for conduct stays, at most a fifth of what was told again.
    assert -0.05 < (left - rows.shape[1]) / (later - rows.shape[1]) < 0.2
    day_one = naive_repeats(told) - naive_repeats(rows) * (later / rows.shape[1]) ** 2
    assert record.repeats[0].share.share == pytest.approx(day_one / record.repeats[0].reports, abs=0.1)
    assert record.repeats[0].share.low < record.repeats[0].share.share < record.repeats[0].share.high
    assert record.repeats[2].share.low < 0.1


def naive_repeats(rows):
    """Rows of the same raw pair and code one day later."""
    have = set(map(tuple, rows.T.tolist()))
    return sum((day + 1, pair, code) in have for day, pair, code in have)


@pytest.mark.parametrize(
    "conduct",
    [
        {},
        {"offspring": 0.5, "half_life": 1.0},
        {"offspring": 0.5, "half_life": 5.0, "inertia": 0.9},
        {"offspring": 0.3, "half_life": 2.0, "inertia": 0.5},
    ],
)
def test_conduct_that_goes_on_stays(conduct):
    rows = acts(3, **conduct)
    record, left = found(rows)
    assert record.reach == 0
    assert left == rows.shape[1]


def test_what_fades_from_day_to_day_is_conduct():
    rows = acts(4, offspring=0.6, half_life=0.8, inertia=0.95)
    record, left = found(rows)
    assert record.repeats[0].share.low > 0.25
    assert (record.verdict, record.reach, left) == ("fading", 0, rows.shape[1])


def test_the_reach_is_as_long_as_re_reports_come():
    rows = acts(5)
    assert found(retold(rows, 1, delays=(1,)))[0].reach == 1
    assert found(retold(rows, 1, delays=(1, 2, 3), share=0.5))[0].reach == 3


def test_order_of_rows_changes_nothing():
    told = retold(acts(6), 2)
    shuffled = told[:, np.random.default_rng(1).permutation(told.shape[1])]
    with store_from_frame(table(told)) as one, store_from_frame(table(shuffled)) as two:
        first, second = load_history(one), load_history(two)
    assert first.provenance.re_reports == second.provenance.re_reports
    assert first.provenance.re_reports[0].reach == 2
    for name in ("step", "source", "target", "count"):
        assert (getattr(first, name) == getattr(second, name)).all()


def test_both_sides_of_a_story_share_their_lot():
    rows = retold(acts(7), 3)
    forth = table(rows).with_columns(pl.lit("040").alias("cameo"))
    back = forth.select("date", pl.col("target").alias("source"), pl.col("source").alias("target"), "cameo")
    with store_from_frame(pl.concat([forth, back]).unique()) as store:
        history = load_history(store)
    assert history.provenance.re_reports[0].reach in (0, 1, 2)
    assert history.joint.all()


def test_few_reports_tell_nothing(store_of):
    store = store_of([row("USA", "RUS", "112", day) for day in (1, 2, 3, 5, 8)])
    (record,) = load_history(store).provenance.re_reports
    assert (record.source, record.reports, record.reach, record.verdict) == ("table", 5, 0, "few")
    assert [lag.reports for lag in record.repeats] == [2, 2, 2]
    assert record.as_dict()["repeats"][0] == {
        "days": 1,
        "reports": 2,
        "share": None,
        "reason": "too few repeats to tell",
    }
    assert describe(store).to_dict()["re_reports"] == [record.as_dict()]


def test_a_number_or_no_step_asks_nothing(store_of):
    store = store_of([row("USA", "RUS", "112", day) for day in (1, 2)])
    assert load_history(store, re_report_days=1).provenance.re_reports == ()
    assert load_history(store, without=("re-reports",)).provenance.re_reports == ()


def test_kinds_of_source_are_judged_apart():
    rows = acts(8)
    with store_from_frame(table(retold(rows, 4))) as store:
        store.connection.execute(
            "UPDATE reports SET source_kind = 'icews' WHERE source_name IN ('CHN', 'GBR')"
        )
        with run_funnel(store.connection, FunnelOptions()) as run:
            kinds = {one.source: (one.reports, one.reach) for one in run.re_reports}
    assert list(kinds) == ["icews", "table"]
    assert {reach for _, reach in kinds.values()} == {2}
    assert sum(reports for reports, _ in kinds.values()) == np.unique(retold(rows, 4), axis=1).shape[1]
