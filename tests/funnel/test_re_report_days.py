"""Re-reports of later days, on rows followed by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from funnel_rows import row

from melian.data.funnel import FunnelOptions, funnel_counts
from melian.data.load import load_history, source_rows
from melian.errors import InputError

DAYS = (1, 2, 4, 7, 8)
NUMBERS = np.random.default_rng(4).integers(0, 2, size=(60, 3)).tolist()


def events(store, days, **options):
    """Cells as (day of March, source, count, joint)."""
    history = load_history(store, re_report_days=days, **options)
    columns = (history.step, history.source, history.count, history.joint)
    return [
        (history.date(step).day, history.actors[s], int(n), bool(joint))
        for step, s, n, joint in zip(*columns, strict=True)
    ]


def reports_left(store, days, **options):
    counts = funnel_counts(store, FunnelOptions(re_report_days=days, **options))
    return {count.step: count.rows for count in counts}


@pytest.mark.parametrize(
    ("days", "kept"),
    [(0, (1, 2, 4, 7, 8)), (1, (1, 4, 7)), (2, (1, 7)), (3, (1,)), (30, (1,))],
)
def test_a_run_of_reports_is_one_act_of_its_first_day(store_of, days, kept):
    store = store_of([row("USA", "RUS", "112", day) for day in DAYS])
    assert events(store, days, until="2018-03-08") == [(day, "USA", 1, False) for day in kept]
    assert reports_left(store, days)["re-reports"] == len(kept)


def test_another_code_or_direction_or_raw_pair_is_another_act(store_of):
    store = store_of(
        [
            row("Vladimir Putin", "Donald Trump", "112", 1, as_is=False),
            row("Vladimir Putin", "Donald Trump", "111", 2, as_is=False),
            row("Donald Trump", "Vladimir Putin", "112", 2, as_is=False),
            row("Russia", "United States", "112", 3, as_is=False),
        ]
    )
    assert reports_left(store, 2)["re-reports"] == 4


def test_a_run_has_the_greatest_weight_and_the_row_of_its_first_day(store_of):
    rows = [
        row("USA", "RUS", "112", 2, weight=3, text="second"),
        row("USA", "RUS", "112", 1, weight=2, text="first"),
        row("USA", "RUS", "112", 3, text="third"),
    ]
    store = store_of(rows)
    assert events(store, 1) == [(1, "USA", 3, False)]
    history = load_history(store, re_report_days=1)
    assert source_rows(store, history.row.tolist())["text"].to_list() == ["first"]


def test_a_meeting_told_again_by_both_sides_is_one_joint_event(store_of):
    sides = (("USA", "RUS", "042"), ("RUS", "USA", "043"))
    store = store_of([row(*side, day) for day in (1, 2) for side in sides])
    assert events(store, 0) == [(1, "RUS", 1, True), (2, "RUS", 1, True)]
    assert events(store, 2) == [(1, "RUS", 1, True)]


def test_what_spans_days_and_what_has_an_id_of_its_own_stays(store_of):
    ucdp = {"scheme": "ucdp", "source_kind": "ucdp-ged", "as_is": False}
    sides = ("Government of Russia (Soviet Union)", "Government of Ukraine")
    spans = [row("USA", "RUS", "190", day, date_end=dt.date(2018, 3, 9), precision="span") for day in (1, 2)]
    store = store_of([*spans, *(row(*sides, "1", day, event_id=str(day), **ucdp) for day in (1, 2))])
    assert reports_left(store, 2)["re-reports"] == 4
    assert len(events(store, 2)) == 2
    assert sum(n for _, _, n, _ in events(store, 2, span="spread")) == 4


def test_a_story_that_begins_before_the_window_is_not_an_event_of_it(store_of):
    store = store_of([row("USA", "RUS", "112", 1), row("USA", "RUS", "112", 2), row("USA", "RUS", "111", 3)])
    history = load_history(store, since="2018-03-02", re_report_days=2)
    assert history.n_events == 1
    assert load_history(store, since="2018-03-02").n_events == 2


def test_without_the_step_the_reach_means_nothing(store_of):
    store = store_of([row("USA", "RUS", "112", day) for day in DAYS])
    assert events(store, 2, without=("re-reports",)) == events(store, 0)


def test_order_of_rows_changes_nothing_and_a_longer_reach_leaves_no_more(store_of):
    names = ("USA", "RUS", "CHN")
    rows = [
        row(names[a], names[a + 1], "112" if code else "120", 1 + number % 17, weight=1 + number % 3)
        for number, (a, code, _) in enumerate(NUMBERS)
    ]
    left = []
    for days in range(4):
        forth, back = events(store_of(rows), days), events(store_of(rows[::-1]), days)
        assert forth == back
        left.append(sum(n for _, _, n, _ in forth))
    assert left == sorted(left, reverse=True)


def test_negative_days_are_refused():
    with pytest.raises(InputError, match="re_report_days=-1 is negative; allowed: 'auto', 0"):
        FunnelOptions(re_report_days=-1)
