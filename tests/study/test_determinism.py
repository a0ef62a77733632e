"""One study and one set of rows give one result.json: any number of jobs, any order of rows and files."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import polars.selectors as cs
import pytest

from melian.analysis.attribution import Attribution
from melian.data import ingest
from melian.report.files import result_json
from melian.simulate import Baseline, Branching, Reporting, World, simulate, to_table
from melian.study import Study
from melian.study.run import run_attribute

ACTORS = ("ATH", "COR", "SPA", "THB")
STUDY = Study().replace(actors=ACTORS, since="2015-02-15", draws=40, placebo=1, jobs=1, seed=7)


@pytest.fixture(scope="module")
def reports() -> pl.DataFrame:
    """Reports of a small world, with the faults that make the order of rows matter if anything does."""
    world = World(
        actors=ACTORS,
        instruments=("contestation", "soft_power"),
        n_steps=200,
        seed=12,
        baseline=Baseline(events=300, joint_ratio=0.3),
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


def run(store: Path, **changes: object) -> Attribution:
    return run_attribute(STUDY.replace(store=str(store), **changes))


def result(found: Attribution, *, but_snapshot: bool = True) -> str:
    """The text of result.json, without the snapshot, which names the files."""
    kept = [name for name in found.summary["data"] if name != "snapshot" or not but_snapshot]
    return result_json({**found.summary, "data": {name: found.summary["data"][name] for name in kept}})


def events(found: Attribution) -> pl.DataFrame:
    """Shares and parents' probabilities of every event, without numbers of rows: they follow the files."""
    return found.frames["events"].select(cs.exclude(cs.matches("^(row|parent[0-9])$")))


@pytest.fixture(scope="module")
def done(reports: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Attribution]:
    """A store of the reports as they come, and what one job makes of it."""
    store = store_of(tmp_path_factory.mktemp("done"), reports)
    return store, run(store)


def test_two_jobs_give_the_bytes_of_one(done: tuple[Path, Attribution]) -> None:
    store, found = done
    assert result(run(store, jobs=2), but_snapshot=False) == result(found, but_snapshot=False)


def test_rows_and_files_in_any_order_give_the_same_bytes(
    done: tuple[Path, Attribution], reports: pl.DataFrame, tmp_path: Path
) -> None:
    shuffled = reports.sample(fraction=1, shuffle=True, seed=3)
    halves = shuffled[::2], shuffled[1::2]
    for name, order in (("forth", halves), ("back", halves[::-1])):
        folder = tmp_path / name
        folder.mkdir()
        found = run(store_of(folder, *order))
        assert result(found) == result(done[1])
        assert events(found).equals(events(done[1]))
