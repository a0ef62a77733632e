"""The command line as a person calls it, in a folder of its own, and a small store."""

from __future__ import annotations

from pathlib import Path

import pytest
from calls import DEEDS, Melian, Run

from melian.cli.main import main


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
