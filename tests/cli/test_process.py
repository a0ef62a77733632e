"""The command line as a process: Ctrl-C, a reader that leaves, a disk that is full."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from calls import DEEDS, Melian

import melian

INTERRUPTED_SOON = """
import os, signal, sys, threading
threading.Timer({seconds}, os.kill, (os.getpid(), signal.SIGINT)).start()
from melian.cli.main import main
sys.exit(main({arguments}))
"""
WORKERS_STOPPED = """
import os, signal, sys, threading, time
import click
import melian.cli.main as cli

def at_work():
    from joblib import Parallel, delayed

    for _ in Parallel(n_jobs=2, return_as="generator_unordered")(delayed(time.sleep)(60) for _ in range(4)):
        pass

threading.Timer(2.0, os.kill, (os.getpid(), signal.SIGTERM)).start()
cli.LazyGroup.get_command = lambda *_: click.Command("check", callback=at_work)
status = cli.main(["check"])
time.sleep(1.0)
children = open(f"/proc/self/task/{os.getpid()}/children").read().split()
names = [open(f"/proc/{child}/cmdline").read() for child in children]
print(sum("LokyProcess" in name for name in names))
sys.exit(status)
"""
LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
from melian.cli.main import main
sys.exit(main({arguments}))
"""


def python(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )


def many_deeds(path: Path, rows: int) -> None:
    numbers = pl.int_range(rows, eager=True)
    frame = pl.DataFrame(
        {
            "date": pl.Series(["2020-01-01"]).new_from_index(0, rows),
            "source": "actor " + (numbers % 997).cast(pl.String),
            "target": "other " + (numbers % 991).cast(pl.String),
            "cameo": pl.Series(["190"]).new_from_index(0, rows),
        }
    )
    frame.write_parquet(path)


@pytest.mark.parametrize("seconds", [0.4, 1.0])
def test_ctrl_c_leaves_the_store_as_it_was_or_complete(tmp_path: Path, store: Path, seconds: float) -> None:
    """On a fast machine the signal may come after the commit: then all rows are there, never a part."""
    path = tmp_path / "events.duckdb"
    path.write_bytes(store.read_bytes())
    many_deeds(tmp_path / "deeds.parquet", 400_000)
    arguments = ["ingest", "table", "deeds.parquet", "--store", "events.duckdb"]
    run = python(INTERRUPTED_SOON.format(seconds=seconds, arguments=arguments), tmp_path)
    assert run.returncode == 130, run.stderr
    assert "stopped by Ctrl-C; nothing is lost" in run.stderr
    assert "Traceback" not in run.stderr
    with melian.open_store(path) as opened:
        found = opened.connection.execute("SELECT count(*) FROM reports").fetchone()
    before = DEEDS.count("\n") - 1
    assert found in ((before,), (before + 400_000,))
    assert {left.name for left in tmp_path.iterdir()} == {"events.duckdb", "deeds.parquet"}


def test_sigterm_is_told(tmp_path: Path, store: Path) -> None:
    arguments = ["ingest", "table", "deeds.parquet", "--store", "events.duckdb"]
    many_deeds(tmp_path / "deeds.parquet", 400_000)
    run = python(
        INTERRUPTED_SOON.replace("SIGINT", "SIGTERM").format(seconds=0.4, arguments=arguments), tmp_path
    )
    assert run.returncode == 143, run.stderr
    assert "stopped by SIGTERM; nothing is lost" in run.stderr


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are read from /proc")
def test_sigterm_ends_the_processes_at_work(tmp_path: Path) -> None:
    workers = python(WORKERS_STOPPED, tmp_path)
    assert workers.returncode == 143, workers.stderr
    assert workers.stdout == "0\n"


def test_ctrl_c_at_any_point_is_told(melian: Melian, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object, **named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("melian.cli.ingest._read", interrupted)
    run = melian("ingest", "table", "deeds.csv", "--store", "events.duckdb")
    assert run.status == 130
    assert "stopped by Ctrl-C" in run.err


def test_other_runtime_errors_keep_their_traceback(melian: Melian, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **named: object) -> None:
        raise RuntimeError("a fault of melian's own")

    monkeypatch.setattr("melian.cli.ingest._read", broken)
    with pytest.raises(RuntimeError, match="a fault of melian's own"):
        melian("ingest", "table", "deeds.csv", "--store", "events.duckdb")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "not enough memory; take fewer actors"),
        (OSError(28, "No space left on device", "out/a.csv"), "out/a.csv: No space left on device."),
    ],
)
def test_errors_of_the_machine_are_told(
    melian: Melian, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    def failing(*args: object, **named: object) -> None:
        raise error

    monkeypatch.setattr("melian.cli.ingest._read", failing)
    run = melian("ingest", "table", "deeds.csv", "--store", "events.duckdb")
    assert (run.status, run.out) == (1, "")
    assert words in run.err


@pytest.mark.parametrize("size", [100_000, 1_500_000])
def test_a_full_disk_leaves_the_store_as_it_was(tmp_path: Path, store: Path, size: int) -> None:
    (tmp_path / "events.duckdb").write_bytes(store.read_bytes())
    many_deeds(tmp_path / "deeds.parquet", 200_000)
    arguments = ["ingest", "table", "deeds.parquet", "--store", "events.duckdb"]
    run = python(LIMITED.format(size=size, arguments=arguments), tmp_path)
    assert run.returncode == 1, run.stderr
    assert "Traceback" not in run.stderr
    with melian.open_store(tmp_path / "events.duckdb") as opened:
        assert opened.connection.execute("SELECT count(*) FROM reports").fetchone() == (
            DEEDS.count("\n") - 1,
        )


def test_a_reader_that_leaves_is_no_fault(tmp_path: Path, store: Path) -> None:
    run = subprocess.Popen(
        [sys.executable, "-m", "melian", "describe", "--store", str(store), "--json", "-"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    )
    assert run.stdout is not None
    assert run.stderr is not None
    run.stdout.close()
    said = run.stderr.read().decode()
    run.stderr.close()
    assert run.wait() == 1
    assert said == ""
