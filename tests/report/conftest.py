from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import synthetic


@dataclass(frozen=True)
class Written:
    folder: Path
    html: str
    attribution: synthetic.Made
    truth: Mapping[str, Any]


@pytest.fixture(scope="session")
def made() -> synthetic.Made:
    return synthetic.make(8)[0]


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """One report of a simulated world, with truth and source rows, shared by all tests that only read it."""
    from melian.report import write_report

    attribution, truth = synthetic.make(8)
    folder = tmp_path_factory.mktemp("report")
    page = write_report(attribution, folder, source_rows=synthetic.source_rows, truth=truth)
    return Written(folder, page.read_text("utf-8"), attribution, truth)
