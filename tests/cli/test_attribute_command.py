"""`melian attribute` on a small simulated world: the contract, the files, the replay."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from calls import Melian

from melian.cli.main import main
from melian.options import COMPONENTS
from melian.simulate import Baseline, Branching, World, simulate
from melian.simulate.reporting import to_table
from melian.study import Study, read_study, write_study

ACTORS = ("ATH", "COR", "SPA", "THB")
QUICK = Study().replace(actors=ACTORS, since="2015-06-01", draws=40, placebo=1, jobs=1)
FILES = {"report.html", "result.json", "events.parquet", "study.toml", "tables"}


def reports_of_a_world() -> pl.DataFrame:
    baseline, branching = Baseline(events=1_200), Branching(reply=0.2)
    instruments = ("coercion", "soft_power")
    world = World(
        actors=ACTORS, instruments=instruments, n_steps=500, seed=3, baseline=baseline, branching=branching
    )
    return to_table(simulate(world))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the world's reports, and a study beside it that is quick to run."""
    folder = tmp_path_factory.mktemp("world")
    ingest(reports_of_a_world(), folder / "world.duckdb")
    write_study(QUICK.replace(store=str(folder / "world.duckdb")), folder / "study.toml")
    return folder


def ingest(reports: pl.DataFrame, store: Path) -> None:
    reports.write_parquet(store.with_suffix(".parquet"))
    call = ["ingest", "table", str(store.with_suffix(".parquet")), "--store", str(store), "--as-is"]
    assert main(call) == 0


@pytest.fixture(scope="module")
def done(world: Path) -> Path:
    """The folder that one run of attribute wrote."""
    out = world / "report"
    assert main(["attribute", "--study", str(world / "study.toml"), "--out", str(out)]) == 0
    return out


def test_result_has_the_contract(done: Path) -> None:
    result = json.loads((done / "result.json").read_text(encoding="utf-8"))
    assert {"events", "since", "until", "actors", "snapshot", "funnel"} <= set(result["data"])
    assert {"half_lives", "spectral_radius", "exposure", "dispersion", "log_score"} <= set(result["model"])
    assert set(result["actors"]) == set(ACTORS)
    for actor in result["actors"].values():
        proximate = actor["proximate"]
        assert sum(proximate[name]["share"] for name in COMPONENTS) == pytest.approx(1, abs=1e-6)
        assert {"relations", "to", "placebo_reaction", "same_step"} <= set(proximate)
        assert "initiative_if_same_step_is_reaction" in proximate
        assert {"share", "low", "high"} <= set(actor["root"]["self"])
        for name in COMPONENTS[:3]:
            assert proximate[name]["low"] <= proximate[name]["share"] <= proximate[name]["high"]


def test_out_holds_the_report_and_what_replays_it(done: Path) -> None:
    assert {path.name for path in done.iterdir()} >= FILES
    study = read_study(done / "study.toml")
    assert study.data.actors == ACTORS
    assert study.report.out == str(done)


def test_the_written_study_replays_to_the_byte_with_more_jobs(done: Path, tmp_path: Path) -> None:
    study = read_study(done / "study.toml").replace(jobs=2, out=str(tmp_path / "again"))
    write_study(study, tmp_path / "study.toml")
    assert main(["attribute", "--study", str(tmp_path / "study.toml")]) == 0
    assert (tmp_path / "again/result.json").read_bytes() == (done / "result.json").read_bytes()


def test_options_override_the_study(world: Path, melian: Melian) -> None:
    call = ("attribute", "--study", str(world / "study.toml"), "--json", "-")
    run = melian(*call, "--actors", "ATH,SPA", "--until", "2016-01-31", "--without", "statements")
    assert run.status == 0, run.err
    result = json.loads(run.out)
    assert result["data"]["actors"] == ["ATH", "SPA"]
    assert result["data"]["until"] == "2016-01-31"
    assert "statements" not in {step["step"] for step in result["data"]["funnel"]}


def test_stdout_has_the_table(world: Path, melian: Melian, tmp_path: Path) -> None:
    run = melian("attribute", "--study", str(world / "study.toml"), "--json", "result.json")
    assert run.status == 0, run.err
    assert all(actor in run.out for actor in ACTORS)
    assert json.loads((tmp_path / "result.json").read_text())["data"]["actors"] == list(ACTORS)


def test_an_actor_without_events_is_told(world: Path, melian: Melian) -> None:
    run = melian("attribute", "--study", str(world / "study.toml"), "--actors", "ATH,XYZ")
    assert (run.status, "XYZ" in run.err, run.out) == (1, True, "")


def test_ctrl_c_leaves_no_half_report(
    world: Path, melian: Melian, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*args: object, **named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("melian.study.run.attribute_fit", interrupted)
    run = melian("attribute", "--study", str(world / "study.toml"), "--out", "out")
    assert run.status == 130
    assert list((tmp_path / "out").iterdir()) == []
