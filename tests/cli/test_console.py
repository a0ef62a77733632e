"""Progress and warnings go to stderr, JSON where it is asked for."""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path

import pytest

from melian.cli import console
from melian.cli.console import showing_warnings, steps, write_json
from melian.errors import MelianWarning


def test_quick_work_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with steps() as progress:
        progress("reading")
    assert capsys.readouterr() == ("", "")


def test_slow_work_says_each_step_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "PATIENCE", 0.01)
    with steps() as progress:
        progress("reading")
        time.sleep(0.1)
        progress("fitting", 0.0)
        progress("fitting", 0.5)
    assert capsys.readouterr() == ("", "melian: reading ...\nmelian: fitting ...\n")


def test_a_terminal_gets_a_bar(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "PATIENCE", 0.01)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with steps() as progress:
        time.sleep(0.1)
        progress("fitting", 0.5)
        progress("writing")
        time.sleep(0.2)
    out, err = capsys.readouterr()
    assert out == ""
    assert "writing" in err


def test_own_warnings_are_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    with showing_warnings():
        warnings.warn("3 rows were rejected.", MelianWarning, stacklevel=1)
    assert capsys.readouterr().err == "melian: warning: 3 rows were rejected.\n"


def test_json_goes_to_the_file_or_to_stdout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = {"actor": "Côte d'Ivoire", "share": None}
    write_json(str(tmp_path / "a.json"), answer)
    write_json("-", answer)
    write_json(None, answer)
    text = capsys.readouterr().out
    assert json.loads(text) == answer
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == text
    assert "Côte" in text
