"""Small files and looks into stores that the tests of this folder share."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from melian.data import IngestReport, ingest, open_store
from melian.errors import RejectedRows

HEADER = "date,source,target,cameo"


def write_table(path: Path, rows: Sequence[str], *, header: str = HEADER, end: str = "\n") -> Path:
    path.write_bytes((end.join([header, *rows]) + end).encode())
    return path


def read_in(source: str, path: Path | Sequence[Path], store: Path, **options: Any) -> IngestReport:
    """Ingest without minding rejected rows."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RejectedRows)
        return ingest(source, path, store, **options)


def query(store: Path, sql: str) -> list[tuple[Any, ...]]:
    with open_store(store) as opened:
        return opened.connection.execute(sql).fetchall()
