"""melian: whose conduct is initiative, momentum or reaction, and to whom.

Names are loaded when they are first used, so that `import melian` and `melian --help` stay quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

__all__ = [
    "EventHistory",
    "Hawkes",
    "RelationalEvents",
    "Rem",
    "Study",
    "compare",
    "covariate",
    "events_from_frame",
    "ingest",
    "open_store",
    "read_study",
    "store_from_frame",
    "write_study",
]

_HOMES: Final[dict[str, str]] = {
    "EventHistory": "melian.history",
    "Hawkes": "melian.api",
    "RelationalEvents": "melian.sequence",
    "Rem": "melian.api",
    "Study": "melian.study",
    "compare": "melian.api",
    "covariate": "melian.data",
    "events_from_frame": "melian.rem.from_frame",
    "ingest": "melian.data",
    "open_store": "melian.data",
    "read_study": "melian.study",
    "store_from_frame": "melian.data",
    "write_study": "melian.study",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'melian' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
