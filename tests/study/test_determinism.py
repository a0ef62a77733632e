"""One study and one set of rows give one result.json: any number of jobs, any order of rows and files."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from melian.data import ingest
from melian.simulate import Baseline, Branching, Reporting, World, simulate, to_table
from melian.study import Study
from melian.study.run import run_attribute

ACTORS = ("ATH", "COR", "SPA", "THB")
STUDY = Study().replace(actors=ACTORS, since="2015-03-01", draws=40, placebo=1, jobs=1, seed=7)
RUN_BOUND = ("row", "parents")
"""Columns that hold numbers of rows, which follow the order in which rows were read."""


@pytest.fixture(scope="module")
def reports() -> pl.DataFrame:
    """Reports of a small world, with the faults that make the order of rows matter if anything does."""
    world = World(
        actors=ACTORS,
        instruments=("contestation", "soft_power"),
        n_steps=300,
        seed=12,
        baseline=Baseline(events=500, joint_ratio=0.3),
        branching=Branching(reply=0.2, joint=0.1),
        joint_instruments=("soft_power",),
        reactive={"contestation": 0.4},
    )
    return to_table(simulate(world), Reporting(mirrored=0.3, rereported=0.3, statements=0.1))


def store_of(folder: Path, *parts: pl.DataFrame) -> Path:
    """Ingest tables one after another into a new store."""
    store = folder / "events.duckdb"
    for number, part in enumerate(parts):
        part.write_csv(folder / f"{number}.csv")
        ingest("table", folder / f"{number}.csv", store, as_is=True)
    return store


def run(folder: Path, store: Path, **changes: object) -> Path:
    out = folder / "out"
    run_attribute(STUDY.replace(store=str(store), out=str(out), **changes))
    return out


def result(out: Path, *, but_snapshot: bool = True) -> bytes:
    content = (out / "result.json").read_bytes()
    snapshot = json.loads(content)["data"]["snapshot"]
    assert content.count(snapshot.encode()) == 1
    return content.replace(snapshot.encode(), b"") if but_snapshot else content


@pytest.fixture(scope="module")
def done(reports: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A store of the reports as they come, and what one job makes of it."""
    folder = tmp_path_factory.mktemp("done")
    store = store_of(folder, reports)
    return store, run(folder, store)


def test_two_jobs_give_the_bytes_of_one(done: tuple[Path, Path], tmp_path: Path) -> None:
    store, out = done
    assert result(run(tmp_path, store, jobs=2), but_snapshot=False) == result(out, but_snapshot=False)


def test_shuffled_rows_give_the_same_bytes_and_events(
    done: tuple[Path, Path], reports: pl.DataFrame, tmp_path: Path
) -> None:
    shuffled = store_of(tmp_path, reports.sample(fraction=1, shuffle=True, seed=3))
    out = run(tmp_path, shuffled)
    assert result(out) == result(done[1])
    events = [pl.read_parquet(folder / "events.parquet") for folder in (done[1], out)]
    kept = [name for name in events[0].columns if not name.endswith(RUN_BOUND)]
    assert events[0].select(kept).equals(events[1].select(kept))


def test_two_files_in_either_order_give_the_same_bytes(
    done: tuple[Path, Path], reports: pl.DataFrame, tmp_path: Path
) -> None:
    halves = reports[::2], reports[1::2]
    for name, order in (("forth", halves), ("back", halves[::-1])):
        folder = tmp_path / name
        folder.mkdir()
        assert result(run(folder, store_of(folder, *order))) == result(done[1])
