"""`melian forecast` from a store: table, JSON, kept fit, later files, report, and what is refused."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from small_world import ACTORS, TOOLS, counts

from melian.cli.main import main
from melian.errors import InputError
from melian.study import read_study
from melian.study.forecast import run_forecast

STUDY = """[model]
half_lives = [1, 5]
[forecast]
horizons = [1, 7]
min_events = 40
held_out = 56
"""


def rows(first: int, last: int) -> str:
    lines = ["date,source,target,instrument"]
    found = counts(335)
    for step, i, j, k in np.argwhere(found[first:last]):
        date = np.datetime64("2020-01-01") + first + step
        lines += [f"{date},{ACTORS[i]},{ACTORS[j]},{TOOLS[k]}"] * int(found[first + step, i, j, k])
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of 300 days with a kept fit and report."""
    place = tmp_path_factory.mktemp("forecast")
    (place / "one.csv").write_text(rows(0, 300))
    (place / "study.toml").write_text(STUDY)
    ingest = ["ingest", "table", str(place / "one.csv"), "--store", str(place / "e.duckdb"), "--as-is"]
    assert main(ingest) == 0
    assert call(place, "--out", str(place / "out"), "--json", str(place / "one.json")) == 0
    return place


def call(place: Path, *arguments: str) -> int:
    named = ["--store", place / "e.duckdb", "--fit", place / "kept.npz", "--study", place / "study.toml"]
    return main(["forecast", *map(str, named), *arguments])


def test_json_and_report(folder: Path) -> None:
    answer = json.loads((folder / "one.json").read_text())
    assert set(answer) == {"data", "model", "forecast", "evaluation", "surprise", "drift"}
    assert answer["model"]["parameters_until"] == answer["data"]["as_of"] == "2020-10-26"
    assert {row["model"] for row in answer["evaluation"]["scores"]} >= {"melian", "constant", "seasonal"}
    page = (folder / "out" / "report.html").read_text()
    assert page.count('role="img"') == 5
    assert len(re.findall(r'<div class="chart" role="img" aria-label="[^"]{40,}', page)) == 5
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    for words in ("What was least expected", "Randomised PIT", "nats an event", "90% interval"):
        assert words in page
    for part in ("result.json", "study.toml", "tables/forecast.csv", "tables/scores.csv"):
        assert (folder / "out" / part).is_file()


def test_later_files_roll_the_states_without_a_fit(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "two.csv").write_text(rows(300, 335))
    store = str(folder / "e.duckdb")
    assert main(["ingest", "table", str(folder / "two.csv"), "--store", store, "--as-is"]) == 0

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("fitted anew")

    monkeypatch.setattr("melian.forecast.evaluate.train", refused)
    capsys.readouterr()
    assert call(folder, "--json", "-") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["model"]["parameters_until"], answer["model"]["days_since"]) == ("2020-10-26", 35)
    assert answer["drift"]["shortfall"] is not None
    assert call(folder, "--as-of", "2020-11-10", "--json", "-") == 0
    assert json.loads(capsys.readouterr().out)["data"]["as_of"] == "2020-11-10"


@pytest.mark.parametrize(("refit", "anew"), [("30", True), ("90", False), ('"never"', False)])
def test_a_fit_is_made_anew_on_schedule(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refit: str, anew: bool
) -> None:
    """35 days of later files are there by now."""

    class Anew(Exception):
        pass

    def fit(*_: object, **__: object) -> None:
        raise Anew

    monkeypatch.setattr("melian.study.forecast._fit", fit)
    study = read_study(folder / "study.toml").replace(
        store=str(folder / "e.duckdb"), fit=str(folder / "kept.npz"), refit=tomllib.loads(f"x = {refit}")["x"]
    )
    if not anew:
        assert run_forecast(study).summary["model"]["days_since"] == 35
        return
    with pytest.raises(Anew):
        run_forecast(study)


def test_other_settings_than_the_kept_fits_are_refused(folder: Path) -> None:
    study = read_study(folder / "study.toml").replace(
        store=str(folder / "e.duckdb"), fit=str(folder / "kept.npz"), unit="active-step"
    )
    with pytest.raises(InputError, match="was made with unit = 'event', this run has 'active-step'"):
        run_forecast(study)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--as-of", "2031-01-01"], "the store ends on"),
        (["--as-of", "2020-05-05"], "events up to 2020-05-05 are too few"),
        (["--actors", "ATH,SPA"], "name the same actors, or fit again into another file"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert call(folder, *arguments) == 1
    assert words in capsys.readouterr().err
