"""The folder of golden numbers, beside the real data."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def golden(shared: Path) -> Path:
    """Folder of numbers that other tools printed; tests are skipped where it is not."""
    folder = shared / "golden"
    if not folder.is_dir():
        pytest.skip(f"no golden numbers at {folder}")
    return folder
