"""The ICEWS 2018 history of 30 actors that the benchmarks share."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from melian.data import ingest, load_history, open_store
from melian.history import EventHistory


def icews_file() -> Path:
    """Path of the real table; ends the benchmark with a reason where there is none."""
    folder = Path(os.environ.get("MELIAN_SHARED", Path(__file__).parents[2] / "shared"))
    path = folder / "data" / "icews" / "icews18.parquet"
    if not path.is_file():
        sys.exit(f"skipped: no {path}; set MELIAN_SHARED to the folder of real data")
    return path


def icews_history(n_actors: int = 30) -> EventHistory:
    """Ingest as a table with names as they are, then the default funnel."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "events.duckdb"
        ingest("table", [icews_file()], store, map={"text": "event"})
        with open_store(store) as opened:
            return load_history(opened, n_actors=n_actors)
