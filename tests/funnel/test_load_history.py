"""The event history: window, choice of actors, arrays, attention, blocs, errors."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from funnel_rows import row

from melian.data.connect import memory_store
from melian.data.load import load_history, source_rows
from melian.errors import InputError, StoreError


@pytest.fixture
def store(store_of):
    return store_of(
        [
            row("USA", "RUS", "112", 1),
            row("RUS", "USA", "120", 2),  # reactive by definition
            row("RUS", "USA", "112", 2, text="b"),
            row("USA", "CHN", "163", 3),
            row("USA", "RUS", "040", 4),
            row("RUS", "USA", "040", 4),
            row("FRA", "DEU", "050", 5),
            row("FRA", "FRA.CVL", "173", 5),
            row("USA", "MDG", "010", 6),
        ]
    )


def test_window_and_history_before_it(store):
    history = load_history(store, since="2018-03-03", until=dt.date(2018, 3, 5))
    assert history.origin == dt.date(2018, 3, 1)
    assert (history.n_steps, history.window) == (5, (2, 5))
    assert history.step.tolist() == [0, 1, 2, 3, 4]
    assert history.n_events == 2
    funnel = {count.step: count.rows for count in history.provenance.funnel}
    assert (funnel["dates"], funnel["actors"], funnel["window"]) == (6, 6, 3)


def test_days_as_date_time_or_text(store):
    windows = {
        load_history(store, since=day).window
        for day in ("2018-03-03", dt.date(2018, 3, 3), dt.datetime(2018, 3, 3, 12))
    }
    assert windows == {(2, 6)}


def test_events_after_the_window_are_left_out(store):
    history = load_history(store, until="2018-03-02")
    assert (history.n_steps, history.window) == (2, (0, 2))
    assert history.actors == ("RUS", "USA")


def test_window_is_cut_to_the_store_and_says_so(store):
    history = load_history(store, since="2017-01-01", until="2019-01-01")
    assert history.window == (0, 6)
    assert len(history.provenance.notes) == 2
    assert "begins on 2018-03-01" in history.provenance.notes[0]


def test_cells_merge_codes_and_know_what_is_reactive(store):
    history = load_history(store)
    cell = history.step == 1
    assert history.count[cell].tolist() == [2]
    assert history.reactive[cell].tolist() == [False]
    only_refusal = load_history(store, actors=["RUS", "USA"])
    assert only_refusal.instruments == ("contestation", "soft_power")
    assert only_refusal.joint.tolist() == [False, False, True]


def test_reactive_where_all_codes_are(store_of):
    history = load_history(store_of([row("USA", "RUS", "120"), row("USA", "RUS", "121")]))
    assert history.reactive.tolist() == [True]


def test_most_active_actors_by_count_then_name(store):
    assert load_history(store, n_actors=2).actors == ("RUS", "USA")
    # CHN, DEU and FRA have one event each: the name decides.
    assert load_history(store, n_actors=3).actors == ("CHN", "RUS", "USA")
    assert load_history(store, n_actors=None).actors == ("CHN", "DEU", "FRA", "RUS", "USA")


def test_bloc_stands_for_its_members_that_act(store):
    assert load_history(store, actors=["NATO:", "RUS"]).actors == ("DEU", "FRA", "RUS", "USA")


def test_bloc_membership_by_date(store_of):
    store = store_of(
        [
            row("MNE", "RUS", "112", date=dt.date(2017, 6, 3)),
            row("NATO", "RUS", "112", date=dt.date(2017, 6, 6)),
            row("MNE.CVL", "RUS", "112", date=dt.date(2017, 6, 7)),
        ]
    )
    nato = load_history(store, blocs=["NATO"]).blocs["NATO"]
    assert nato.tolist() == [
        [False, False, True, True, True],  # MNE joined on 2017-06-05
        [False] * 5,  # its civilians are no member
        [True] * 5,  # NATO itself
        [False] * 5,  # RUS
    ]


def test_attention_counts_the_whole_store(store):
    attention = load_history(store, actors=["RUS", "USA"]).attention
    assert attention.total.tolist() == [1, 2, 1, 2, 2, 1]
    assert attention.by_actor.tolist() == [[1, 2, 0, 2, 0, 0], [1, 2, 1, 2, 0, 1]]
    assert list(
        zip(attention.pair_low, attention.pair_high, attention.pair_step, attention.pair_count, strict=True)
    ) == [
        (0, 1, 0, 1),
        (0, 1, 1, 2),
        (0, 1, 3, 2),
    ]


def test_attention_counts_a_row_with_one_actor_at_both_ends_once(store_of):
    history = load_history(store_of([row("RUS", "RUS", "173", weight=3), row("RUS", "USA", "112")]))
    assert history.attention.by_actor.tolist() == [[4], [1]]
    assert history.attention.pair_count.tolist() == [1]


def test_source_rows_in_the_order_asked_for(store):
    history = load_history(store)
    found = source_rows(store, [int(history.row[-1]), int(history.row[0]), -1])
    assert found["source_name"].to_list() == ["FRA", "USA"]
    assert found["code"].to_list() == ["050", "112"]
    assert found["label"].to_list() == ["Engage in diplomatic cooperation", "Accuse"]
    assert found.columns == [
        *(
            "row_id",
            "file",
            "file_row",
            "date",
            "source_name",
            "target_name",
            "code",
            "label",
            "text",
            "place",
        ),
    ]


def test_every_cell_has_a_report_that_fits_it(store):
    history = load_history(store)
    found = source_rows(store, history.row.tolist())
    assert found.height == len(history.row)
    for at, source in enumerate(found["source_name"]):
        ends = {history.actors[history.source[at]], history.actors[history.target[at]]}
        assert source in ends


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"since": "2018-03-04", "until": "2018-03-02"}, "since=2018-03-04 is after until=2018-03-02"),
        ({"since": "2019-01-01"}, "is empty: the store holds 2018-03-01 to 2018-03-06"),
        ({"since": "2018-03-06"}, "from 2018-03-06 to 2018-03-06 holds no events after the funnel"),
        ({"since": "March"}, "since='March' is not a date; write it as 2018-01-31"),
        ({"actors": ["USA", "RUZ"]}, "actor 'RUZ' is not in the store.*Nearest: RUS"),
        ({"actors": ["USA", "Germany"]}, "actor 'Germany' is not in the store.*Nearest: DEU"),
        ({"actors": ["USA", "MDG"]}, "actor 'MDG' has no events from 2018-03-01 to 2018-03-06"),
        ({"actors": ["USA", "NATU:"]}, "bloc='NATU' is not known.*Did you mean 'NATO'"),
        ({"actors": ["USA"]}, "names fewer than two actors"),
        ({"blocs": ["OTAN"]}, "bloc='OTAN' is not known"),
        ({"level": "bloc"}, "level='bloc' needs blocs"),
        ({"actors": ["RUS", "DEU"]}, "holds no events among the 2 actors"),
        ({"n_actors": 1}, "n_actors=1 is too small"),
        ({"unit": "report"}, "unit='report' is not known"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(store, options, words):
    with pytest.raises(InputError, match=words):
        load_history(store, **options)


def test_idle_actors_are_kept_on_request(store):
    history = load_history(store, actors=["RUS", "USA", "MDG", "ZWE"], keep_idle=True)
    assert history.actors == ("MDG", "RUS", "USA", "ZWE")
    assert 0 not in history.source


def test_empty_store(store_of):
    with pytest.raises(InputError, match="holds no report that is dated to a day"):
        load_history(store_of([]))


def test_store_without_any_file():
    with (
        memory_store() as empty,
        pytest.raises(StoreError, match="holds no resolved reports; ingest files first"),
    ):
        load_history(empty)


def test_store_can_be_loaded_twice_and_by_name(store):
    first, second = load_history(store), store.history(n_actors=5)
    np.testing.assert_array_equal(first.row, second.row)
