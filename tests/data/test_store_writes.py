"""A write to a store happens wholly or not at all, whoever kills it and when."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import polars as pl
import pytest
from store_files import query, read_in, write_table

from melian.data import ingest, open_store
from melian.errors import InputError, StoreError

ROWS = 120_000
CHILD = """
import sys, warnings
from melian.data import ingest
print("ready", flush=True)
ingest("table", sys.argv[1], sys.argv[2])
"""


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("big") / "big.parquet"
    numbers = pl.int_range(ROWS, eager=True)
    frame = pl.DataFrame(
        {"source": "A" + (numbers % 499).cast(pl.String), "target": "B" + (numbers % 97).cast(pl.String)}
    )
    frame.with_columns(date=pl.lit("2018-01-01"), cameo=pl.lit("040")).write_parquet(path)
    return path


def killed_after(seconds: float, table: Path, store: Path) -> bool:
    """Ingest in a process of its own and kill it; say whether it was still at work."""
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(table), str(store)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    time.sleep(seconds)
    child.send_signal(signal.SIGKILL)
    child.stdout.close()
    return child.wait() == -signal.SIGKILL


@pytest.mark.parametrize("seconds", [0.1, 0.7])
def test_killed_at_any_moment(tmp_path: Path, big: Path, seconds: float) -> None:
    old = tmp_path / "old.duckdb"
    first = write_table(tmp_path / "a.csv", ["2018-01-01,France,Germany,040"])
    read_in("table", first, old)
    before = query(old, "SELECT * FROM reports")
    new = tmp_path / "new.duckdb"
    killed_after(seconds, big, old)
    if query(old, "SELECT count(*) FROM files") == [(1,)]:
        assert query(old, "SELECT * FROM reports") == before
        assert query(old, "SELECT count(*) FROM resolved") == [(1,)]
    else:
        assert query(old, "SELECT count(*) FROM reports JOIN resolved USING (row_id)") == [(ROWS + 1,)]
    killed_after(seconds, big, new)
    assert not new.exists() or query(new, "SELECT count(*) FROM resolved") == [(ROWS,)]
    read_in("table", [first, big], old)
    read_in("table", [first, big], new)
    for path in (old, new):
        assert query(path, "SELECT count(*), count(DISTINCT row_id) FROM reports") == [(ROWS + 1, ROWS + 1)]
    with open_store(old) as one, open_store(new) as other:
        assert one.snapshot == other.snapshot
    assert not list(tmp_path.glob("*.new*"))


def test_a_disk_that_is_full(tmp_path: Path, big: Path) -> None:
    store = tmp_path / "s.duckdb"
    read_in("table", write_table(tmp_path / "a.csv", ["2018-01-01,France,Germany,040"]), store)
    before = query(store, "SELECT * FROM reports")
    limit = store.stat().st_size + 50_000
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, old[1]))
        for path in (store, tmp_path / "new.duckdb"):
            with pytest.raises(StoreError, match=r"no space left on the disk.*as it was before"):
                ingest("table", big, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
    assert query(store, "SELECT * FROM reports") == before
    assert not list(tmp_path.glob("new.duckdb*"))
    assert read_in("table", big, store).totals.stored == ROWS


def test_ctrl_c_leaves_the_store_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = tmp_path / "s.duckdb"
    table = write_table(tmp_path / "a.csv", ["2018-01-01,France,Germany,040"])
    read_in("table", table, store)

    def interrupted(done: int, total: int, label: str) -> None:
        if done == 1:
            raise KeyboardInterrupt

    more = write_table(tmp_path / "b.csv", ["2018-01-02,France,Germany,040"])
    for path in (store, tmp_path / "new.duckdb"):
        with pytest.raises(KeyboardInterrupt):
            ingest("table", [more], path, progress=interrupted)
    assert query(store, "SELECT count(*) FROM reports") == [(1,)]
    assert not list(tmp_path.glob("new.duckdb*"))


def test_one_bad_file_of_many_stores_none(tmp_path: Path) -> None:
    good = write_table(tmp_path / "a.csv", ["2018-01-01,France,Germany,040"])
    (tmp_path / "b.csv").write_text("nothing,of,use\n1,2,3\n")
    with pytest.raises(InputError, match="has no column"):
        ingest("table", [good, tmp_path / "b.csv"], tmp_path / "s.duckdb")
    assert not (tmp_path / "s.duckdb").exists()


def test_a_store_in_use_says_so(tmp_path: Path) -> None:
    store = tmp_path / "s.duckdb"
    table = write_table(tmp_path / "a.csv", ["2018-01-01,France,Germany,040"])
    read_in("table", table, store)
    code = (
        f"import duckdb, sys; c = duckdb.connect({str(store)!r}); print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        with pytest.raises(StoreError, match="in use by another process"):
            ingest("table", table, store)
    finally:
        holder.communicate()
    assert duckdb.connect(str(store), read_only=True).execute("SELECT count(*) FROM files").fetchall() == [
        (1,)
    ]


def test_leftovers_of_a_killed_process_are_cleared(tmp_path: Path) -> None:
    (tmp_path / "s.duckdb.new").write_text("half a store")
    (tmp_path / "s.duckdb.new.wal").write_text("half a log")
    read_in(
        "table", write_table(tmp_path / "a.csv", ["2018-01-01,France,Germany,040"]), tmp_path / "s.duckdb"
    )
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.csv", "s.duckdb"]


@pytest.mark.parametrize("name", ["events.csv", "events.parquet", "events.JSON"])
def test_a_store_is_not_named_like_a_table(tmp_path: Path, name: str) -> None:
    (tmp_path / "rows.csv").write_text("date,source,target,cameo\n2018-01-01,Iran,China,040\n")
    with pytest.raises(StoreError, match=r"\.duckdb"):
        ingest("table", tmp_path / "rows.csv", tmp_path / name)
    assert not (tmp_path / name).exists()
