"""`melian check` as a person calls it: folder, JSON, an exit status that no verdict changes, errors."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from check_worlds import world

from melian.checks.page import checks_page
from melian.cli.main import main


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world of 500 days in a store."""
    folder = tmp_path_factory.mktemp("check")
    history = world(reply=0.3)
    names = {"A": "ATH", "B": "COR", "C": "SPA", "D": "THB"}
    with (folder / "deeds.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["date", "source", "target", "instrument"])
        for step, source, target, count in zip(
            history.step, history.source, history.target, history.count, strict=True
        ):
            ends = (names[history.actors[source]], names[history.actors[target]])
            rows.writerows([[history.date(step).isoformat(), *ends, "coercion"]] * int(count))
    path = folder / "events.duckdb"
    assert main(["ingest", "table", str(folder / "deeds.csv"), "--store", str(path), "--as-is"]) == 0
    return path


def test_verdicts_go_to_text_json_and_folder(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, answer = tmp_path / "checks", tmp_path / "answer.json"
    call = ["check", "--store", str(store), "--checks", "halves,dispersion", "--since", "2015-03-01"]
    assert main([*call, "--out", str(out), "--json", str(answer)]) == 0
    said = capsys.readouterr().out
    read = json.loads(answer.read_text())
    assert [check["name"] for check in read["checks"]] == ["dispersion", "halves"]
    assert read["tests"] == {"run": 1, "level": 0.05, "adjustment": "Holm"}
    assert all(check["sentence"] in said for check in read["checks"])
    assert "1 test at 5% ran" in said
    assert (out / "tables" / "halves.csv").read_text().startswith("actor,")
    assert (out / "study.toml").exists()
    assert "halves: " in (out / "report.html").read_text()
    assert main(["check", "--study", str(out / "study.toml"), "--checks", "halves", "--json", "-"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["checks"][0] == read["checks"][1]


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        ((), 2, "no store is named"),
        (("--store", "missing.duckdb"), 1, "missing.duckdb"),
        (("--store", "STORE", "--checks", "haves"), 1, "Did you mean 'halves'"),
        (("--store", "STORE", "--actors", "ATH,XYZ"), 1, "XYZ"),
        (("--store", "STORE", "--until", "2015-01-20"), 1, "Widen the window"),
    ],
)
def test_bad_calls_are_said_in_a_sentence(
    arguments: tuple[str, ...], status: int, words: str, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(store) if word == "STORE" else word for word in arguments]
    assert main(["check", *given]) == status
    assert words in capsys.readouterr().err


def test_page_on_checks_is_current() -> None:
    page = Path(__file__).parents[2] / "docs" / "checks.md"
    assert page.read_text(encoding="utf-8") == checks_page(), "run python docs/build.py"
