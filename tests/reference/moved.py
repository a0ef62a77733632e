"""Results with other figures than those found, of the same form: what sentences about them must follow."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from melian.measures.answer import Estimate

__all__ = ["Mover"]

GIVEN = ("History", "Settings", "Spans", "Kinds", "Config", "Design", "World")
"""Ends of the names of classes that hold what was put in."""
WORDS = {"verdict": ("both", "autoregression", "model", "neither"), "why": ("", "one reason")}
"""What columns of words may hold, where sentences count them."""
LOST = 0.05
"""Estimates that become undefined."""


class Mover:
    """Changes all figures of a result but the fields, keys and columns of `keep`: places, steps, years."""

    def __init__(self, rng: np.random.Generator, keep: frozenset[str] = frozenset()) -> None:
        self.rng = rng
        self.keep = keep

    def __call__(self, thing: Any) -> Any:
        """Give a changed copy."""
        kinds = (
            (bool, lambda _: bool(self.rng.random() < 0.5)),
            (float, self.number),
            (int, lambda count: count + int(self.rng.integers(1, 40))),
            (np.ndarray, self.array),
            (pl.DataFrame, self.frame),
            (Mapping, lambda parts: {k: v if k in self.keep else self(v) for k, v in parts.items()}),
            (tuple | list, lambda parts: type(parts)(self(part) for part in parts)),
            (Estimate, self.estimate),
        )
        move = next((move for kind, move in kinds if isinstance(thing, kind)), self.parts)
        return move(thing)

    def parts(self, thing: Any) -> Any:
        """Change the fields of a result; what is no result stays."""
        if not dataclasses.is_dataclass(thing) or type(thing).__name__.endswith(GIVEN):
            return thing
        names = [part.name for part in dataclasses.fields(thing) if part.name not in self.keep]
        return dataclasses.replace(thing, **{name: self(getattr(thing, name)) for name in names})

    def number(self, value: float) -> float:
        """Change a number; shares stay shares, and three in ten become small, as p-values are."""
        if value < 0.0:
            return float(self.rng.choice([1.0, -1.0])) * self.number(-value)
        if 0.0 < value <= 1.0:
            small, factor = self.rng.random() < 0.3, self.rng.uniform(0.4, 1.6)
            return float(0.04 * self.rng.random() ** 3 if small else min(1.0, value * factor))
        return float(value * self.rng.uniform(0.5, 1.5))

    def array(self, values: np.ndarray) -> np.ndarray:
        """Change the entries of an array; masks stay."""
        if values.dtype.kind == "f":
            new = np.asarray(values * self.rng.uniform(0.5, 1.5, values.shape))
            return np.minimum(new, 1.0) if np.nanmax(values, initial=0.0) <= 1.0 else new
        more = self.rng.integers(1, 40, values.shape)
        return np.asarray(values + more, values.dtype) if values.dtype.kind in "iu" else values

    def estimate(self, found: Estimate) -> Estimate:
        """Change an estimate with its interval, or lose it."""
        events = found.events + int(self.rng.integers(1, 40))
        if found.value is None or self.rng.random() < LOST:
            return Estimate.undefined("too little to tell", events=events)
        value = self.number(found.value)
        low, high = (None if found.low is None else end for end in self.around(value))
        return Estimate(value, low, high, events)

    def around(self, value: float) -> tuple[float, float]:
        """Give an interval, which may hold 0 or not."""
        low, high = abs(value) * self.rng.uniform(0.1, 2.0, 2)
        return float(value - low), float(value + high)

    def frame(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Change the columns of a table, and leave its last row out at times."""
        made: dict[str, pl.Series] = {}
        for name in frame.columns:
            if name not in self.keep and not name.endswith(("_low", "_high")):
                made |= self.column(frame, name)
        changed = frame.with_columns(column.alias(name) for name, column in made.items())
        return changed.head(frame.height - 1) if frame.height > 4 and self.rng.random() < 0.5 else changed

    def column(self, frame: pl.DataFrame, name: str) -> dict[str, pl.Series]:
        """Change a column of numbers with the ends of its intervals, one of truths, or one of known words."""
        column, n = frame[name], frame.height
        if column.dtype.is_float():
            new = [None if value is None else self.number(value) for value in column]
            ends = [(None, None) if value is None else self.around(value) for value in new]
            out = {f"{name}{end}": pl.Series([pair[at] for pair in ends], dtype=pl.Float64)
                   for at, end in enumerate(("_low", "_high")) if name + end in frame.columns}  # fmt: skip
            return {name: pl.Series(new, dtype=column.dtype), **out}
        if column.dtype.is_integer():
            return {name: column + pl.Series(self.rng.integers(1, 40, n)).cast(column.dtype)}
        if column.dtype == pl.Boolean:
            return {name: pl.Series(self.rng.random(n) < 0.5)}
        return {name: pl.Series(self.rng.choice(WORDS[name], n).tolist())} if name in WORDS else {}
