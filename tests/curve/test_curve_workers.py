"""Processes of a curve that were started in another folder still find the store."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from curve_worlds import store_of
from joblib import Parallel, delayed

from melian.data import open_store
from melian.study import Study
from melian.study.curve import curve_of
from melian.study.source import Source

STUDY = Study().replace(
    sweeps=40, half_lives=(1, 5), jobs=2, estimate="reaction.BOE", reference=0.6, vary=["knots", "statements"]
)


def test_a_store_named_from_here_is_found_by_processes_of_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert set(Parallel(n_jobs=2)(delayed(os.getcwd)() for _ in range(8)))  # processes that stay
    monkeypatch.chdir(tmp_path)
    store = store_of(tmp_path, talks=0.02).relative_to(tmp_path)
    with open_store(store) as opened:
        found = curve_of(
            STUDY,
            Source(opened),
            axes={"knots": ["auto", 60], "statements": ["out", "in"]},
            cache=Path("kept"),
        )
    assert found.verdict.defined == found.verdict.specs == 4
    assert len(list((tmp_path / "kept").glob("**/*.json"))) == 4
