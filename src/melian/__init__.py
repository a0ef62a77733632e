"""melian: whose conduct is initiative, momentum or reaction, and to whom.

Names are loaded when they are first used, so that `import melian` and `melian --help` stay quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

__all__ = [
    "Change",
    "EventHistory",
    "Hawkes",
    "RelationalEvents",
    "Rem",
    "Scenario",
    "Study",
    "claim",
    "compare",
    "contrast",
    "covariate",
    "events_from_frame",
    "ingest",
    "load_world",
    "measure",
    "open_store",
    "read_study",
    "simulate_ahead",
    "simulate_ensemble",
    "specification_curve",
    "store_from_frame",
    "text",
    "world_from_fit",
    "write_study",
]

_HOMES: Final[dict[str, str]] = {
    "Change": "melian.worlds",
    "EventHistory": "melian.history",
    "Hawkes": "melian.api",
    "RelationalEvents": "melian.sequence",
    "Rem": "melian.api",
    "Scenario": "melian.worlds",
    "Study": "melian.study",
    "claim": "melian.api",
    "compare": "melian.api",
    "contrast": "melian.worlds",
    "covariate": "melian.data",
    "events_from_frame": "melian.rem.from_frame",
    "ingest": "melian.data",
    "load_world": "melian.study.world_run",
    "measure": "melian.api",
    "open_store": "melian.data",
    "read_study": "melian.study",
    "simulate_ahead": "melian.worlds",
    "simulate_ensemble": "melian.worlds",
    "specification_curve": "melian.api",
    "store_from_frame": "melian.data",
    "text": "melian.api",
    "world_from_fit": "melian.worlds",
    "write_study": "melian.study",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'melian' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
