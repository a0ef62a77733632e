"""The Python of docs/relational-event-models.md runs, and says what the page says of it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import melian
from melian.effects.formula import parse_formula
from melian.simulate.aegean import write_aegean
from melian.study import study_from_mapping

PAGE = Path(__file__).parents[2] / "docs" / "relational-event-models.md"


def test_the_python_of_the_page_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 3
    monkeypatch.chdir(tmp_path)
    files = write_aegean(tmp_path / "melian-demo")
    melian.ingest("table", files.reports, tmp_path / "melian-demo/aegean.duckdb", as_is=True)
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, PAGE.name, "exec"), names)
    large, small = names["large"], names["small"]
    answers = large.tidy().filter(term="reciprocity(halflife=7, scaling='log1p')").row(0, named=True)  # type: ignore[attr-defined]
    assert answers["low"] > 0, "reciprocity is positive"
    tested = melian.compare({"own past": small, "with answers": large})  # type: ignore[dict-item]
    assert tested.filter(name="with answers")["lr_p_value"].item() < 0.001
    assert names["again"].n_events >= 1000  # type: ignore[attr-defined]
    assert "estimate" in capsys.readouterr().out


def test_the_study_of_the_page_validates() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    study = study_from_mapping(tomllib.loads(text))
    assert set(study.rem.covariates or {}) == {"cinc", "democracy", "allied"}
    names = {"cinc": "actor", "democracy": "actor", "allied": "dyad"}
    assert len(parse_formula(str(study.rem.formula), names=names)) == 6
