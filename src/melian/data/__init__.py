"""Event files in, event history out; DuckDB lives here and nowhere else.

Names are loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

__all__ = [
    "Description",
    "FileReport",
    "IngestReport",
    "Store",
    "bind_covariates",
    "covariate",
    "describe",
    "ingest",
    "load_history",
    "open_store",
    "remove_file",
    "resolve_again",
    "source_rows",
    "store_from_frame",
]

_HOMES: Final[dict[str, str]] = {
    "Description": "melian.data.description",
    "FileReport": "melian.data.manifest",
    "IngestReport": "melian.data.manifest",
    "Store": "melian.data.connect",
    "bind_covariates": "melian.data.covariates",
    "covariate": "melian.data.covariates",
    "describe": "melian.data.description",
    "ingest": "melian.data.intake",
    "load_history": "melian.data.load",
    "open_store": "melian.data.connect",
    "remove_file": "melian.data.remove",
    "resolve_again": "melian.data.resolution",
    "source_rows": "melian.data.load",
    "store_from_frame": "melian.data.frame",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'melian.data' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
