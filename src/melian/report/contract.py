"""What the report reads: the frames of an attribution, their columns, and the check that they are there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

import polars as pl

from melian.errors import InputError

__all__ = ["FRAMES", "Attributed", "check_attribution"]

FRAMES: Final[dict[str, tuple[str, ...]]] = {
    "shares": ("actor", "view", "component", "share", "low", "high", "events", "reason"),
    "relations": ("actor", "relation", "share", "low", "high"),
    "periods": ("actor", "since", "until", "component", "share", "low", "high", "events"),
    "reactions": ("actor", "to", "share", "low", "high"),
    "roots": ("actor", "by", "share", "low", "high"),
    "toolkit": (
        "actor",
        "instrument",
        "events",
        "composition",
        "low",
        "high",
        "initiative",
        "momentum",
        "reaction",
        "joint",
    ),
    "answers": ("instrument", "answered", "share"),
    "timeline": ("week", "actor", "instrument", "events"),
    "telling": (
        "rank",
        "row",
        "date",
        "source",
        "target",
        "instrument",
        "initiative",
        "momentum",
        "reaction",
        "joint",
        "why",
        "parents",
    ),
    "funnel": ("step", "rows"),
    "gaps": ("month", "rows"),
    "ladder": ("model", "log_score", "difference"),
    "placebo": ("actor", "reaction", "placebo", "placebo_low", "placebo_high", "above", "fits"),
    "coefficients": ("source", "relation", "answered", "kernel", "instrument", "total", "low", "high"),
    "reactive": (
        "instrument",
        "events",
        "initiative",
        "low",
        "high",
        "reactive_events",
        "reactive_initiative",
        "reactive_low",
        "reactive_high",
    ),
    "events": ("row", "date", "source", "target", "instrument", "count"),
}
DATES: Final = {
    "periods": ("since", "until"),
    "timeline": ("week",),
    "telling": ("date",),
    "gaps": ("month",),
}
SUMMARY: Final[tuple[str, ...]] = ("data", "model", "actors")


class Attributed(Protocol):
    """The result of `melian attribute`: a JSON summary and the frames behind it."""

    @property
    def summary(self) -> Mapping[str, Any]:
        """Give the `attribute --json` contract of the product."""

    @property
    def frames(self) -> Mapping[str, pl.DataFrame]:
        """Give the tables, by the names in `FRAMES`."""


def check_attribution(attribution: Attributed) -> None:
    """Raise `InputError` naming the first part, frame or column that is not there, or the first NaN."""
    for part in SUMMARY:
        if part not in attribution.summary:
            raise InputError(f"attribution.summary has no {part!r}; the report needs {', '.join(SUMMARY)}.")
    for name, columns in FRAMES.items():
        if name not in attribution.frames:
            raise InputError(f"attribution.frames has no {name!r}; the report needs {', '.join(FRAMES)}.")
        found = attribution.frames[name].columns
        missing = [column for column in columns if column not in found]
        if missing:
            raise InputError(
                f"attribution.frames[{name!r}] lacks {len(missing)} columns (first: {missing[0]!r}); "
                f"it has {', '.join(found)}."
            )
        _check_dates(name, attribution.frames[name])
        _refuse_nan(name, attribution.frames[name])


def _check_dates(name: str, frame: pl.DataFrame) -> None:
    for column in DATES.get(name, ()):
        if frame.schema[column] not in (pl.Date, pl.Null):
            raise InputError(
                f"attribution.frames[{name!r}] has {column!r} of type {frame.schema[column]}; "
                "it must be Date."
            )


def _refuse_nan(name: str, frame: pl.DataFrame) -> None:
    """Raise `InputError` where a figure is NaN: an undefined one is null and has a reason."""
    for column, kind in frame.schema.items():
        if not kind.is_float():
            continue
        rows = frame[column].is_nan().fill_null(False).arg_true()
        if len(rows):
            raise InputError(
                f"attribution.frames[{name!r}] has {len(rows)} NaN in {column!r} (first: row {rows[0]}); "
                "an undefined figure must be null, with a reason."
            )
