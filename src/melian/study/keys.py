"""How one key of the study file is declared: default, what is allowed, what it means."""

from __future__ import annotations

from dataclasses import field
from typing import Any, NamedTuple

from melian.study.kinds import Kind

__all__ = ["Key", "key"]


def key(default: Any, kind: Kind, meaning: str) -> Any:
    """Declare one key of the study file."""
    return field(default=default, metadata={"kind": kind, "meaning": meaning})


class Key(NamedTuple):
    """One key as declared, for validation and for the documentation."""

    section: str
    name: str
    default: object
    kind: Kind
    meaning: str
