"""Duplicates, removal and replacement: what a store holds depends on its files alone."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from store_files import query, read_in, write_table

from melian.codebook import load_codebook
from melian.data import describe, open_store, remove_file, resolve_again
from melian.errors import InputError

HEADER = "event_id,date,source,target,cameo"
FILES = {
    "a": [
        "1,2018-01-01,France,Germany,040",
        "2,2018-01-02,France,Germany,040",
        "2,2018-01-02,France,Spain,041",
    ],
    "b": ["2,2018-01-02,France,Italy,042", "3,2018-01-03,France,Germany,040", "x,18,France,Germany,040"],
    "c": [
        "3,2018-01-03,Spain,Germany,043",
        "4,2018-01-04,France,Germany,040",
        ",2018-01-05,France,Germany,040",
    ],
}
CONTENT = """SELECT event_id, date, source_name, target_name, code, f.hash, file_row
    FROM reports JOIN files f USING (file_id) ORDER BY ALL"""


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    return {name: write_table(tmp_path / f"{name}.csv", rows, header=HEADER) for name, rows in FILES.items()}


def counts(store: Path) -> dict[str, tuple[int, ...]]:
    rows = query(
        store, "SELECT parse_filename(name), read, stored, duplicate, rejected FROM files ORDER BY 1"
    )
    return {name: tuple(numbers) for name, *numbers in rows}


def test_rows_with_a_stored_id_are_duplicates(tmp_path: Path, files: dict[str, Path]) -> None:
    store = tmp_path / "s.duckdb"
    first = read_in("table", files["a"], store)
    assert first.totals.as_dict() == {"read": 3, "stored": 2, "duplicate": 1, "rejected": 0}
    assert first.files[0].notes[0].startswith("1 duplicates say something else than the row stored")
    second = read_in("table", files["b"], store)
    assert second.totals.as_dict() == {"read": 3, "stored": 1, "duplicate": 1, "rejected": 1}
    assert "(first: id '2')" in second.files[0].notes[0]
    third = read_in("table", files["c"], store)
    assert third.totals.as_dict() == {"read": 3, "stored": 2, "duplicate": 1, "rejected": 0}
    assert query(store, "SELECT event_id FROM reports ORDER BY 1 NULLS LAST") == [
        ("1",),
        ("2",),
        ("3",),
        ("4",),
        (None,),
    ]
    again = read_in("table", list(files.values()), store)
    assert again.totals.as_dict() == {"read": 9, "stored": 0, "duplicate": 8, "rejected": 1}


def test_rows_without_id_are_all_kept(tmp_path: Path) -> None:
    row = "2018-01-01,France,Germany,040"
    store = tmp_path / "s.duckdb"
    read_in("table", write_table(tmp_path / "a.csv", [row, row, row]), store)
    report = read_in("table", write_table(tmp_path / "b.csv", [row, row, row, row]), store)
    assert report.totals.as_dict() == {"read": 4, "stored": 4, "duplicate": 0, "rejected": 0}


def test_ids_of_two_providers_do_not_meet(tmp_path: Path) -> None:
    store = tmp_path / "s.duckdb"
    read_in("table", write_table(tmp_path / "a.csv", [FILES["a"][0]], header=HEADER), store)
    header = "id,date_start,date_end,date_prec,side_a,side_b,type_of_violence,country"
    ged = write_table(tmp_path / "g.csv", ["1,2018-01-01,2018-01-01,1,A,B,1,Syria"], header=header)
    assert read_in("ucdp-ged", ged, store).totals.stored == 1


def test_the_order_of_files_does_not_matter(tmp_path: Path, files: dict[str, Path]) -> None:
    seen = set()
    for number, order in enumerate(itertools.permutations(files.values())):
        store = tmp_path / f"{number}.duckdb"
        if number % 2:
            read_in("table", list(order), store)
        else:
            for path in order:
                read_in("table", path, store)
        with open_store(store) as opened:
            described = describe(opened).to_dict()
        seen.add(repr((query(store, CONTENT), described, counts(store))))
    assert len(seen) == 1


def test_removing_a_file_gives_the_store_without_it(tmp_path: Path, files: dict[str, Path]) -> None:
    for gone, path in files.items():
        full, part = tmp_path / f"full{gone}.duckdb", tmp_path / f"part{gone}.duckdb"
        read_in("table", list(files.values()), full)
        read_in("table", [p for p in files.values() if p != path], part)
        assert remove_file(full, f"{gone}.csv") == str(path)
        assert query(full, CONTENT) == query(part, CONTENT)
        assert counts(full) == counts(part)
        resolved = "SELECT source_actor, target_actor, instrument FROM resolved ORDER BY ALL"
        assert query(full, resolved) == query(part, resolved)
        with open_store(full) as one, open_store(part) as other:
            assert one.snapshot == other.snapshot


def test_replacing_a_file_by_its_name(tmp_path: Path, files: dict[str, Path]) -> None:
    store, fresh = tmp_path / "s.duckdb", tmp_path / "fresh.duckdb"
    read_in("table", list(files.values()), store)
    write_table(
        files["a"], ["2,2018-01-02,Poland,Germany,040", "9,2018-01-09,France,Germany,040"], header=HEADER
    )
    report = read_in("table", files["a"], store, replace=True)
    assert report.totals.read == 2
    read_in("table", list(files.values()), fresh)
    assert query(store, CONTENT) == query(fresh, CONTENT)
    same = read_in("table", files["a"], store, replace=True)
    assert same.totals.read == 2
    assert query(store, CONTENT) == query(fresh, CONTENT)


def test_replacing_two_copies_in_one_call_keeps_one(tmp_path: Path, files: dict[str, Path]) -> None:
    store = tmp_path / "s.duckdb"
    copy = tmp_path / "copy.csv"
    copy.write_bytes(files["c"].read_bytes())
    read_in("table", files["c"], store)
    report = read_in("table", [files["c"], copy], store, replace=True)
    assert (report.totals.stored, report.totals.duplicate) == (3, 3)
    assert query(store, "SELECT count(*) FROM reports") == [(3,)]


def test_the_same_file_read_otherwise_is_refused_or_replaced(tmp_path: Path) -> None:
    store = tmp_path / "s.duckdb"
    path = write_table(tmp_path / "a.csv", ["2018-01-01,FRA,DEU,040"])
    read_in("table", path, store)
    with pytest.raises(InputError, match=r"in the store already.*replace=True"):
        read_in("table", path, store, as_is=True)
    read_in("table", path, store, as_is=True, replace=True)
    assert query(store, "SELECT DISTINCT as_is FROM reports") == [(True,)]


def test_removing_by_hash_and_by_no_name(tmp_path: Path, files: dict[str, Path]) -> None:
    store = tmp_path / "s.duckdb"
    report = read_in("table", list(files.values()), store)
    with pytest.raises(InputError, match=r"no file goes by 'z.csv'; the store holds .*a.csv"):
        remove_file(store, "z.csv")
    assert remove_file(store, report.files[1].hash[:8]) == str(files["b"])
    remove_file(store, str(files["a"]))
    remove_file(store, "c.csv")
    for table in ("reports", "duplicates", "resolved", "rejects", "files"):
        assert query(store, f"SELECT count(*) FROM {table}") == [(0,)]


def test_resolving_again_changes_nothing_by_itself(tmp_path: Path, files: dict[str, Path]) -> None:
    store = tmp_path / "s.duckdb"
    read_in("table", list(files.values()), store)
    before = query(store, "SELECT * FROM resolved ORDER BY row_id")
    with open_store(store) as opened:
        snapshot = opened.snapshot
    assert resolve_again(store) == snapshot
    assert query(store, "SELECT * FROM resolved ORDER BY row_id") == before
    assert snapshot.startswith("sha256")


def test_own_codebook_tables_are_not_lost_by_the_next_file(tmp_path: Path) -> None:
    store, names = tmp_path / "s.duckdb", tmp_path / "names.csv"
    names.write_text("name,iso3,sector,kind,from,to,note\nThe Isle of Nowhere,FRA,GOV,country,,,\n")
    own = load_codebook({"actors": names})
    first = write_table(tmp_path / "a.csv", ["2018-01-01,The Isle of Nowhere,Germany,040"])
    second = write_table(tmp_path / "b.csv", ["2018-01-02,Spain,Germany,040"])
    actors = "SELECT source_actor FROM resolved ORDER BY row_id"
    read_in("table", first, store)
    assert query(store, actors) == [(None,)]
    assert read_in("table", first, store, codebook=own).totals.duplicate == 1
    assert query(store, actors) == [("FRA",)]
    with pytest.raises(InputError, match="codebook tables of your own; give them again"):
        read_in("table", second, store)
    read_in("table", second, store, codebook=own)
    assert query(store, actors) == [("FRA",), ("ESP",)]
    resolve_again(store)
    assert query(store, actors) == [(None,), ("ESP",)]
    assert read_in("table", second, store).totals.duplicate == 1
