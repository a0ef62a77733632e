"""Finished specifications, kept by content: what was run once on the same rows is not run again."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from melian.measures.answer import Estimate
from melian.study.model import Study
from melian.study.output import write_whole

__all__ = ["Outcome", "cache_folder", "code_version", "outcome_key", "read_outcome", "write_outcome"]

Outcome = dict[str, Any]
"""`{"estimates": {name: {...}}, "events": 0}`, or `{"reason": "..."}` where the measure refused."""
LEFT_OUT: Final = {"data": ("store",), "run": ("jobs",)}
"""Keys that change no result, and sections that no measure of a specification reads."""
SECTIONS_LEFT_OUT: Final = ("curve", "report", "forecast", "rem")
CODE: Final = ("codebook", "data", "kernels", "models", "analysis", "measures", "effects", "study")
"""Packages whose text decides a result, beside the modules at the top."""


def cache_folder() -> Path:
    """Give the user's cache folder as the platform has it."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "melian" / "curve"


def outcome_key(study: Study, measure: str, snapshot: str) -> str:
    """Give the name under which a specification's outcome is kept.

    It is a hash over the store's snapshot, every key of the study that can change a result, the measure, and
    the code of melian.
    """
    tables = {
        section: {name: value for name, value in values.items() if name not in LEFT_OUT.get(section, ())}
        for section, values in study.as_mapping().items()
        if section not in SECTIONS_LEFT_OUT
    }
    content = [snapshot, tables, measure, code_version()]
    text = json.dumps(content, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def code_version() -> str:
    """Give version and hash of the code that results depend on: another model never answers from a cache."""
    digest = hashlib.sha256(version("melian").encode())
    root = files("melian")
    for name in ("", *CODE):
        _add(digest, root.joinpath(name) if name else root, deep=bool(name))
    return digest.hexdigest()


def _add(digest: Any, folder: Traversable, *, deep: bool) -> None:
    """Add the texts of a folder in the order of their names."""
    for item in sorted(folder.iterdir(), key=lambda one: one.name):
        if item.is_dir():
            if deep and item.name != "__pycache__":
                _add(digest, item, deep=True)
        elif item.name.endswith((".py", ".sql", ".csv", ".toml")):
            digest.update(item.name.encode())
            digest.update(item.read_bytes())


def read_outcome(folder: Path, key: str) -> Outcome | None:
    """Give a kept outcome; None where there is none or it cannot be read, so that it is run anew."""
    try:
        found = json.loads((folder / f"{key}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and ("estimates" in found or "reason" in found) else None


def write_outcome(folder: Path, key: str, outcome: Outcome) -> Outcome:
    """Keep an outcome and give it as it will be read; a reader sees all of it or nothing, even if killed."""
    text = json.dumps(outcome, sort_keys=True)
    write_whole(folder / f"{key}.json", text)
    kept: Outcome = json.loads(text)
    return kept


def estimate_of(outcome: Outcome, name: str) -> Estimate | None:
    """Give a kept estimate, undefined where the measure refused; None where it knows no such estimate."""
    if "reason" in outcome:
        return Estimate.undefined(str(outcome["reason"]))
    found: Mapping[str, Any] | None = outcome["estimates"].get(name)
    if found is None:
        return None
    if found["value"] is None:
        return Estimate.undefined(str(found["reason"]), events=int(found["events"]))
    return Estimate(found["value"], found["low"], found["high"], int(found["events"]))
