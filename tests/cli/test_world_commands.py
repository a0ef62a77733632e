"""`melian simulate` and `melian contrast`: answers, reports, JSON, and bad calls."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from calls import Melian

from melian.data import ingest
from melian.simulate.polities import AEGEAN_FILE

SHORT = ("--since", "1573-01-01", "--until", "1573-03-31", "--runs", "8")


def test_simulate_writes_report_json_and_a_table_that_reads_back(melian: Melian, tmp_path: Path) -> None:
    out = tmp_path / "runs"
    done = melian("simulate", "aegean", *SHORT, "--out", str(out), "--json", str(tmp_path / "a.json"))
    assert done.status == 0
    assert "the model expects" in done.out
    answer = json.loads((tmp_path / "a.json").read_text())
    written = json.loads((out / "result.json").read_text())
    assert written["actors"]["Sparta"] == pytest.approx(answer["actors"]["Sparta"])
    page = (out / "report.html").read_text()
    assert "<svg" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    read = ingest("table", out / "events.csv", tmp_path / "s.duckdb", as_is=True)
    assert read.totals.rejected == 0
    assert read.totals.stored > 100
    again = melian("simulate", "aegean", *SHORT, "--json", "-")
    assert json.loads(again.out) == answer


def test_a_changed_line_is_seen(melian: Melian, tmp_path: Path) -> None:
    text = AEGEAN_FILE.read_text(encoding="utf-8").replace("events = 16000", "events = 8000")
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    mine, theirs = (
        json.loads(melian("simulate", world, *SHORT, "--json", "-").out)["events"]["mean"]
        for world in (str(tmp_path / "mine.toml"), "aegean")
    )
    assert mine == pytest.approx(theirs / 2, rel=0.15)


def test_contrast_and_null(melian: Melian, tmp_path: Path) -> None:
    out = tmp_path / "quiet"
    done = melian("contrast", "aegean", *SHORT, "--change", "baseline actors=Athens", "--out", str(out))
    assert "what Athens does of its own accord is silenced" in done.out
    assert "caused" not in done.out
    page = (out / "report.html").read_text()
    assert "Difference by actor" in page
    assert (out / "tables" / "months.csv").exists()
    replay = ("--scenario", str(out / "scenario.toml"), "--json", "-")
    again = json.loads(melian("contrast", str(out / "world.toml"), *SHORT, *replay).out)
    first = json.loads((out / "result.json").read_text())
    assert again["actors"]["Sparta"]["difference"] == pytest.approx(first["actors"]["Sparta"]["difference"])
    null = melian("contrast", "aegean", *SHORT, "--change", "baseline factor=1", "--json", "-")
    answer = json.loads(null.out)
    assert {row["difference"]["mean"] for row in answer["actors"].values()} == {0.0}
    assert "It changes nothing" in melian("contrast", "aegean", *SHORT).out


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["simulate"], 2, "name a world file, or a study"),
        (["simulate", "aegean", "--study", "s.toml"], 2, "one of the two"),
        (["simulate", "nowhere.toml"], 1, "nowhere.toml cannot be read"),
        (["simulate", "aegean", "--since", "1560-01-01"], 1, "is not within the days of the world"),
        (["contrast", "aegean", "--change", "baseline actors=Athen"], 1, "did you mean Athens?"),
        (["contrast", "aegean", "--change", "baseline actors=Athens factor=-1"], 1, "is not a number from 0"),
        (["contrast", "aegean", "--change", "baseline since=1573-02-30"], 1, "is not a date"),
        (["contrast", "aegean", "--change", "relation factor=3"], 1, "spectral radius of 1.5"),
    ],
)
def test_bad_calls_are_one_sentence(melian: Melian, arguments: list[str], status: int, words: str) -> None:
    done = melian(*arguments)
    assert done.status == status
    assert words in done.err
    assert "Traceback" not in done.err
