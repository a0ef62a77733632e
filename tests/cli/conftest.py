"""The command line as a person calls it, in a folder of its own, and a small store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from melian.cli.main import main

DEEDS = """date,source,target,instrument
2020-01-01,ATH,SPA,coercion
2020-01-02,SPA,ATH,coercion
2020-01-05,COR,ATH,economy
2020-02-01,ATH,COR,soft_power
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What one call gave."""

    status: int
    out: str
    err: str


Melian = Callable[..., Run]


@pytest.fixture
def melian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Melian:
    """Call the command line in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> Run:
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        seen = capsys.readouterr()
        return Run(status, seen.out, seen.err)

    return call


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small store, ingested from the command line."""
    folder = tmp_path_factory.mktemp("store")
    (folder / "deeds.csv").write_text(DEEDS)
    path = folder / "events.duckdb"
    assert main(["ingest", "table", str(folder / "deeds.csv"), "--store", str(path), "--as-is"]) == 0
    return path
