"""Stores from data frames, and what `describe` says of a store."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from store_files import read_in, write_table

from melian.data import Store, describe, open_store, store_from_frame
from melian.errors import InputError, RejectedRows

ROWS = {
    "date": [dt.date(2018, 1, 1), dt.date(2018, 3, 2)],
    "source": ["USA", "RUS"],
    "target": ["RUS", "USA"],
    "cameo": ["190", "111"],
    "weight": [2, 1],
}
FRAMES = {
    "polars": pl.DataFrame(ROWS),
    "lazy": pl.LazyFrame(ROWS),
    "categories": pl.DataFrame(ROWS).with_columns(pl.col("source", "cameo").cast(pl.Categorical)),
    "pandas": pd.DataFrame(ROWS),
    "arrow": pa.table(ROWS),
}


def rows_of(store: Store) -> list[tuple[Any, ...]]:
    return store.connection.execute(
        """SELECT file_row, date, source_actor, target_actor, code, weight, as_is
           FROM reports JOIN resolved USING (row_id) ORDER BY 1"""
    ).fetchall()


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES.keys())
def test_any_frame_makes_a_store(frame: Any) -> None:
    with store_from_frame(frame) as store:
        assert rows_of(store) == [
            (1, dt.date(2018, 1, 1), "USA", "RUS", "190", 2, True),
            (2, dt.date(2018, 3, 2), "RUS", "USA", "111", 1, True),
        ]


def test_a_relation_makes_a_store() -> None:
    relation = duckdb.sql(
        "SELECT '2018-01-01' AS day, 'United States' AS source, 'Russia' AS target, 43 AS cameo"
    )
    with store_from_frame(relation, as_is=False, map={"date": "day"}) as store:
        assert rows_of(store) == [(1, dt.date(2018, 1, 1), "USA", "RUS", "043", 1, False)]


def test_frames_obey_the_rules_of_rows() -> None:
    bad = pl.DataFrame(ROWS).with_columns(target=pl.lit("RUS"))
    with pytest.warns(RejectedRows, match="1 of 2 rows were rejected"), store_from_frame(bad) as store:
        assert len(rows_of(store)) == 1
    with pytest.raises(InputError, match="none of the 2 rows"):
        store_from_frame(bad.with_columns(source=pl.lit("RUS")))
    with pytest.raises(InputError, match="has no column source"):
        store_from_frame(bad.drop("source"))
    with pytest.raises(InputError, match="frame is a list"):
        store_from_frame([1, 2])
    with pytest.raises(InputError, match="holds no rows"):
        store_from_frame(bad.clear())


def test_what_a_description_says(tmp_path: Path) -> None:
    rows = [
        "2018-01-01,France,Germany,190",
        "2018-01-02,France,Nobody at all,190",
        "2018-04-30,Germany,France,1033",
        "2018-04-30,Germany,France,zz",
        "2018-04-31,Germany,France,190",
        "2018-04-29,France,France,190",
        "2018-04-28,France,France,190",
    ]
    store = tmp_path / "s.duckdb"
    path = write_table(tmp_path / "a.csv", rows)
    read_in("table", path, store)
    with open_store(store) as opened:
        found = opened.describe().to_dict()
        assert found == describe(opened).to_dict()
        snapshot = opened.snapshot
    assert found["rows"] == {"read": 7, "stored": 4, "duplicate": 0, "rejected": 3}
    assert (found["events"], found["since"], found["until"]) == (2, "2018-01-01", "2018-04-30")
    assert found["actors"] == ["DEU", "FRA"]
    assert found["actor_events"] == {"DEU": 2, "FRA": 2}
    assert found["instruments"] | {"force": 1} == found["instruments"]
    assert sum(found["instruments"].values()) == 2
    assert found["funnel"][0] == {"step": "reports", "rows": 4}
    assert found["snapshot"] == snapshot
    assert found["months"] == {"2018-01": 2, "2018-02": 0, "2018-03": 0, "2018-04": 2}
    assert found["gaps"] == ["2018-02", "2018-03"]
    assert found["coverage"] | {"ends": 7 / 8, "both_ends": 3 / 4, "instrument": 3 / 4} == found["coverage"]
    assert found["unknown_codes"] == {"cameo zz": 1}
    assert [(r["reason"], r["rows"], r["row"]) for r in found["rejects"]] == [
        ("self-dyad: source and target are both ...", 2, 6),
        ("date ... is not a day in the form YYYY-MM-DD or YYYYMMDD", 1, 5),
    ]
    (file,) = found["files"]
    assert (file["name"], file["source"], file["stored"]) == (str(path), "table", 4)
    assert file["notes"] == []
