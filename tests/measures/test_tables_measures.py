"""Votes, counts by pair and year, and cooperation across blocs: by hand, and in worlds of known truth."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from melian.data import store_from_frame
from melian.data.dyad_year import read_dyad_years
from melian.data.roll_calls import read_roll_calls
from melian.errors import InputError
from melian.measures.agreement import agreement
from melian.measures.conduct_classes import dyad_year_classes
from melian.measures.ratios import clustered_share
from melian.study import Study
from melian.study.measure_tables import answer_of_tables
from melian.study.measures import answer_of
from melian.study.source import Source

NAMES = ("France", "Germany", "Russia", "United States")


def votes_of(rows: list[tuple[str, ...]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give votes and days; each row is one roll call, '-' is absent."""
    cast = [
        {"rcid": rcid, "country": name, "vote": {"y": "yes", "n": "no", "a": "abstain"}[vote]}
        for rcid, row in enumerate(rows, 1)
        for name, vote in zip(NAMES, row, strict=True)
        if vote != "-"
    ]
    days = [{"rcid": r, "date": dt.date(2000, 1, 1) + dt.timedelta(days=r)} for r in range(1, len(rows) + 1)]
    return pl.DataFrame(cast), pl.DataFrame(days)


def test_agreement_by_hand():
    rolls = read_roll_calls(*votes_of([("y", "y", "n", "n"), ("y", "n", "a", "y"), ("n", "-", "n", "n")]))
    estimates = agreement(rolls, ["FRA", "USA"]).estimates
    # USA with FRA: no, yes, yes. All others as USA: 1 of 3, 1 of 3, 2 of 2.
    assert estimates["agreement.USA.FRA"].value == pytest.approx(2 / 3)
    assert estimates["agreement.USA.all"].value == pytest.approx(4 / 8)
    assert estimates["agreement.USA.all"].events == 8
    # Four voters are too few for a majority that one can be with.
    assert "0 days" in estimates["majority.USA"].reason


def test_agreement_is_that_of_the_world():
    rng = np.random.default_rng(1)
    n, members = 600, 30
    most = rng.random(n) < 0.5
    votes = np.where((rng.random((n, members)) < 0.9) == most[:, None], "yes", "no")
    votes[:, 0] = np.where((rng.random(n) < 0.3) == most, "yes", "no")
    cast = pl.DataFrame(
        [
            {"rcid": i, "country": f"Land {j}", "vote": str(votes[i, j])}
            for i in range(n)
            for j in range(members)
        ]
    )
    days = pl.DataFrame(
        {"rcid": range(n), "date": [dt.date(2000, 1, 1) + dt.timedelta(days=i) for i in range(n)]}
    )
    answer = agreement(read_roll_calls(cast, days), ["Land 0", "Land 1"])
    lone, usual = answer.estimates["majority.Land 0"], answer.estimates["majority.Land 1"]
    assert lone.low < 0.3 < lone.high
    assert usual.low < 0.9 < usual.high
    # A vote of the other is as one's own with 0.3 x 0.9 + 0.7 x 0.1.
    assert answer.estimates["agreement.Land 0.all"].value == pytest.approx(0.34, abs=0.03)


def test_sentences_follow_the_estimates():
    first = agreement(read_roll_calls(*votes_of([("y", "y", "y", "y")] * 4)), ["USA"]).sentences
    other = agreement(read_roll_calls(*votes_of([("n", "n", "n", "y")] * 4)), ["USA"]).sentences
    assert "100% (47% to 100%)" in first[0]
    assert "0% (0% to 53%)" in other[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda v, d: (v.drop("vote"), d), "has no column 'vote'"),
        (lambda v, d: (v.with_columns(vote=pl.lit("aye")), d), "first: 'aye'"),
        (lambda v, d: (v, d.head(0)), "have no day for them"),
        (lambda v, d: (pl.concat([v, v]), d), "votes once on a roll call"),
    ],
)
def test_votes_that_cannot_be_used_are_refused(change, words):
    with pytest.raises(InputError, match=words):
        read_roll_calls(*change(*votes_of([("y", "y", "n", "n")])))


def test_two_names_of_one_code_keep_apart():
    cast = pl.DataFrame(
        {"rcid": [1, 1, 2], "country": ["Tanzania", "Zanzibar", "Tanzania"], "vote": ["yes"] * 3}
    )
    days = pl.DataFrame({"rcid": [1, 2], "date": [dt.date(1964, 1, 1)] * 2})
    assert read_roll_calls(cast, days).countries == ("TZA", "Zanzibar")


def dyads(**columns) -> pl.DataFrame:
    base = {"i_iso3c": ["FRA"] * 3, "j_iso3c": ["RUS"] * 3, "year": [2002, 2003, 2004], "verbCoop": [6, 8, 7],
            "matlCoop": [2, 0, 1], "verbConf": [1, 1, 1], "matlConf": [1, 1, 1]}  # fmt: skip
    return pl.DataFrame({**base, **columns})


def test_classes_by_hand():
    estimates = dyad_year_classes(read_dyad_years(dyads()), ["FRA", "RUS", "NATO:"]).estimates
    assert estimates["cooperation.FRA.RUS"].value == pytest.approx(0.8)
    assert estimates["material_conflict.FRA.all"].value == pytest.approx(0.1)
    assert estimates["verbal_cooperation.NATO:.RUS"].value == pytest.approx(0.7)
    assert estimates["cooperation.NATO:.RUS"].events == 30
    assert estimates["cooperation.RUS.FRA"].value is None


def test_years_are_taken_whole():
    table = read_dyad_years(dyads())
    answer = dyad_year_classes(table, ["FRA", "RUS"], since=dt.date(2002, 3, 1))
    assert answer.data["since"] == "2003-01-01"
    assert "2 years" in answer.estimates["cooperation.FRA.RUS"].reason
    with pytest.raises(InputError, match="no whole year"):
        dyad_year_classes(table, ["FRA", "RUS"], since=dt.date(2010, 1, 1))


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"matlConf": [1, -1, 1]}, "1 counts .* are negative"),
        ({"year": [2002, 2002, 2004]}, "2 rows .* not the only one"),
        ({"i_iso3c": ["FRA", None, "FRA"]}, "have no i_iso3c"),
    ],
)
def test_counts_that_cannot_be_used_are_refused(columns, words):
    with pytest.raises(InputError, match=words):
        read_dyad_years(dyads(**columns))


def test_the_interval_of_a_share_knows_its_clusters():
    rng = np.random.default_rng(2)
    inside = 0
    for _ in range(300):
        level = rng.beta(6, 6, 12)
        hits = rng.binomial(200, level).astype(float)
        found = clustered_share(hits, np.full(12, 200.0), unit="years")
        inside += found.low <= 0.5 <= found.high
    # 90% of 300 is 270; three standard errors are 16. As independent events they would cover a quarter.
    assert 254 <= inside <= 286


@pytest.mark.parametrize("hits", [0.0, 1.0])
def test_none_or_all_of_a_few_clusters_is_no_certainty(hits):
    few, many = (clustered_share(np.full(n, hits * 50.0), np.full(n, 50.0), unit="years") for n in (3, 60))
    assert few.value == many.value == hits
    assert few.high - few.low == pytest.approx(1.0 - 0.05 ** (1 / 3))
    assert many.high - many.low == pytest.approx(1.0 - 0.05 ** (1 / 60))
    assert 0.0 <= few.low <= few.high <= 1.0


def test_cooperation_in_a_history_with_blocs(tmp_path):
    days = [dt.date(2018, 1, 1) + dt.timedelta(days=i) for i in range(200)]
    rows = [(d, "FRA", "DEU", "economy") for d in days] + [
        (d, "FRA", "RUS", "economy" if i % 4 else "coercion") for i, d in enumerate(days)
    ]
    frame = pl.DataFrame(rows, schema=["date", "source", "target", "instrument"], orient="row")
    with store_from_frame(frame) as store:
        study = Study().replace(actors=["NATO:", "RUS"])
        answer = answer_of(study, Source(store), "cooperation")
    assert answer.estimates["cooperation.NATO:.NATO:"].value == 1.0
    across = answer.estimates["cooperation.NATO:.RUS"]
    assert across.value == pytest.approx(0.75)
    assert across.events == 200


def test_measures_of_tables_on_real_votes(shared):
    context = shared / "data" / "context"
    paths = {
        "un_votes": str(context / "un_votes.parquet"),
        "un_roll_calls": str(context / "un_roll_calls.parquet"),
    }
    study = Study().replace(actors=["USA", "RUS"], since="2014-01-01", until="2014-12-31")
    answer = answer_of_tables(study, "agreement", paths)
    # shared/data/README.md: the two voted alike in 18 of 77 votes of 2014.
    assert answer.estimates["agreement.USA.RUS"].value == pytest.approx(18 / 77)


def test_real_counts_of_russia_and_ukraine(shared):
    path = shared / "data" / "icews" / "icews_dyad_year_2002_2014.parquet"
    study = Study().replace(actors=["RUS", "UKR"], since="2012-01-01", until="2014-12-31")
    answer = answer_of_tables(study, "dyad-year", {"dyad_year": str(path)})
    whole = answer.estimates["conflict.RUS.UKR"]
    # 2012, 2013, 2014 as the table has them (2013 and 2014 also in shared/data/README.md).
    conflict = 51 + 46 + 124 + 46 + 1718 + 2547
    assert whole.value == pytest.approx(conflict / (conflict + 910 + 9 + 1233 + 42 + 6327 + 614))


def test_bad_actors_are_named():
    rolls = read_roll_calls(*votes_of([("y", "y", "n", "n")]))
    with pytest.raises(InputError, match="actor 'XXX' has no vote"):
        agreement(rolls, ["XXX"])
    with pytest.raises(InputError, match="no roll call from"):
        agreement(rolls, ["USA"], since=dt.date(2020, 1, 1))
    with pytest.raises(InputError, match="actor 'XXX' is not in"):
        dyad_year_classes(read_dyad_years(dyads()), ["XXX"])
    with pytest.raises(InputError, match="needs actors"):
        answer_of_tables(Study(), "agreement", {})
