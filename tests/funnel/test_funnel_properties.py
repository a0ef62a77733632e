"""What must hold whatever the rows: order, names, and the books of the funnel."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from melian.data import ingest, open_store
from melian.data.funnel import FunnelOptions, funnel_counts
from melian.data.load import load_history, source_rows

ACTORS = ("CHN", "FRA", "RUS", "RUS.CVL", "USA")
CODES = ("010", "040", "042", "043", "112", "120", "163", "173", "190")

report = st.fixed_dictionaries(
    {
        "source_name": st.sampled_from(ACTORS),
        "target_name": st.sampled_from(ACTORS),
        "code": st.sampled_from(CODES),
        "date": st.integers(1, 3).map(lambda day: dt.date(2018, 3, day)),
        "weight": st.integers(1, 2),
        "text": st.sampled_from(("a", "b")),
    }
)
tables = st.lists(report, min_size=1, max_size=25).map(
    lambda rows: [
        *rows,
        {"source_name": "USA", "target_name": "RUS", "code": "112", "date": dt.date(2018, 3, 2)},
    ]
)
quick = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def arrays(history):
    names = ("step", "source", "target", "instrument", "count", "joint", "reactive")
    return [getattr(history, name) for name in names]


@quick
@given(rows=tables, data=st.data())
def test_order_of_rows_changes_nothing(store_of, rows, data):
    shuffled = data.draw(st.permutations(rows))
    stores = store_of(rows), store_of(shuffled)
    first, second = (load_history(store) for store in stores)
    assert first.actors == second.actors
    assert first.provenance.funnel == second.provenance.funnel
    for one, other in zip(arrays(first), arrays(second), strict=True):
        np.testing.assert_array_equal(one, other)
    texts = [
        source_rows(store, history.row.tolist()).drop("row_id", "file_row").rows()
        for store, history in zip(stores, (first, second), strict=True)
    ]
    assert texts[0] == texts[1]


@quick
@given(rows=tables)
def test_new_names_for_actors_move_nothing_else(store_of, rows):
    new = dict(zip(ACTORS, ("ZZA", "AAB", "MMC", "MMC.CVL", "BBD"), strict=True))
    renamed = [
        {**r, "source_name": new[r["source_name"]], "target_name": new[r["target_name"]]} for r in rows
    ]
    first, second = (load_history(store_of(table), n_actors=None) for table in (rows, renamed))
    assert sorted(new[actor] for actor in first.actors) == list(second.actors)
    assert first.provenance.funnel == second.provenance.funnel
    assert named(first, new) == named(second, {actor: actor for actor in second.actors})


def test_order_of_files_changes_nothing(tmp_path):
    head = "date,source,target,cameo,text\n"
    texts = {
        "a.csv": head + "2018-03-01,USA,RUS,112,x\n2018-03-02,RUS,USA,040,y\n",
        "b.csv": head + "2018-03-02,USA,RUS,040,z\n2018-03-01,USA,RUS,112,w\n2018-03-03,CHN,RUS,120,\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    told = []
    for order in (("a.csv", "b.csv"), ("b.csv", "a.csv")):
        path = tmp_path / f"{order[0]}.duckdb"
        for name in order:
            ingest("table", [tmp_path / name], path, as_is=True)
        with open_store(path) as store:
            history = load_history(store)
            rows = source_rows(store, history.row.tolist()).drop("row_id")
            told.append(([array.tolist() for array in arrays(history)], rows.rows()))
    assert told[0] == told[1]


def named(history, new):
    cells = set()
    for step, s, t, k, n, joint in zip(*arrays(history)[:6], strict=True):
        ends = (new[history.actors[s]], new[history.actors[t]])
        cells.add(
            (int(step), tuple(sorted(ends)) if joint else ends, history.instruments[k], int(n), bool(joint))
        )
    return cells


@quick
@given(
    rows=tables,
    without=st.sets(st.sampled_from(("domestic", "statements", "re-reports", "co-reports", "mirrors"))),
)
def test_each_step_leaves_no_more_than_the_one_before(store_of, rows, without):
    counts = [c.rows for c in funnel_counts(store_of(rows), FunnelOptions(without=tuple(without)))]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == sum(r.get("weight", 1) for r in rows)


@quick
@given(rows=tables)
def test_last_count_is_the_number_of_events(store_of, rows):
    history = load_history(store_of(rows), n_actors=None)
    assert history.provenance.funnel[-1].rows == int(history.count.sum())
    assert (history.source != history.target).all()
    assert (history.source[history.joint] < history.target[history.joint]).all()
    cells = np.stack([history.step, history.joint, history.source, history.target, history.instrument])
    assert len(np.unique(cells, axis=1).T) == len(history.step)
    assert dataclasses.is_dataclass(history)
