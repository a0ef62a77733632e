"""`melian curve`: answer, JSON and report; what is wrong is said before anything is fitted."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest
from calls import Melian

from melian.data import ingest

STUDY = """
[shares]
sweeps = 40
[model]
half_lives = [1, 5]
[curve]
vary = ["knots", "unit"]
[curve.axes]
knots = ["auto", 60]
"""


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Half a year of deeds of three actors."""
    rng, folder = np.random.default_rng(4), tmp_path_factory.mktemp("events")
    lines = ["date,source,target,instrument"]
    for day in range(180):
        for _ in range(rng.poisson(3)):
            source, target = rng.permutation(["ATH", "COR", "SPA"])[:2]
            lines.append(f"{dt.date(2020, 1, 1) + dt.timedelta(days=day)},{source},{target},coercion")
    (folder / "deeds.csv").write_text("\n".join(lines))
    ingest("table", folder / "deeds.csv", folder / "events.duckdb", as_is=True)
    return str(folder / "events.duckdb")


@pytest.fixture
def study(tmp_path: Path) -> str:
    (tmp_path / "study.toml").write_text(STUDY)
    return str(tmp_path / "study.toml")


def test_a_curve_is_printed_written_and_replayed(
    melian: Melian, events: str, study: str, tmp_path: Path
) -> None:
    asked = ("curve", "--store", events, "--estimate", "initiative.ATH-SPA", "--jobs", "1")
    done = melian(*asked, "--study", study, "--out", "curve", "--json", "curve.json")
    assert done.status == 0
    assert "4 specifications were run, all of the 4 that the choices allow" in done.out
    answer = json.loads((tmp_path / "curve.json").read_text())
    assert set(answer["axes"]) == {"knots", "unit"}
    assert len(list((tmp_path / "curve" / "cache").glob("*.json"))) == 4
    assert (tmp_path / "curve" / "tables" / "specifications.csv").exists()
    page = (tmp_path / "curve" / "report.html").read_text()
    assert "http://" not in page.replace("http://www.w3.org", "")
    again = melian("curve", "--study", "curve/study.toml", "--cache", "curve/cache", "--json", "-")
    assert json.loads(again.out) == answer


def test_bad_calls_are_told_what_is_wrong(melian: Melian, events: str, study: str, tmp_path: Path) -> None:
    none = melian("curve", "--store", events)
    assert none.status == 1
    assert "name one, such as 'initiative.RUS' (--estimate)" in none.err
    unknown = melian(
        "curve", "--store", events, "--study", study, "--estimate", "initiative.ATN", "--cache", "kept"
    )
    assert unknown.status == 1
    assert "nearest: initiative.ATH" in unknown.err
    few = melian("curve", "--store", events, "--estimate", "initiative.ATH", "--specs", "5")
    assert "vary fewer axes" in few.err
    (tmp_path / "bad.toml").write_text('[curve]\nestimate = "initiative.ATH"\nvary = ["knot"]\n')
    bad = melian("curve", "--store", events, "--study", "bad.toml")
    assert "knot is not an axis; did you mean knots?" in bad.err
