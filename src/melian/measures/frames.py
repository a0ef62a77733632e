"""Rows of exhibits: an estimate as cells; frames whose columns keep their kinds where all is null."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from melian.measures.answer import Estimate

__all__ = ["cells", "frame_of"]


def cells(got: Estimate, key: str = "value") -> dict[str, Any]:
    """Give the cells of an estimate: itself, its interval, and the reason where there is none.

    Examples
    --------
    >>> cells(Estimate(1.0, 0.5, 2.0))
    {'value': 1.0, 'value_low': 0.5, 'value_high': 2.0, 'value_reason': None}
    """
    return {
        key: got.value, f"{key}_low": got.low, f"{key}_high": got.high, f"{key}_reason": got.reason or None,
    }  # fmt: skip


def frame_of(
    rows: Sequence[Mapping[str, Any]], *estimates: str, numbers: Sequence[str] = (), dates: Sequence[str] = ()
) -> pl.DataFrame:
    """Make a frame.

    Parameters
    ----------
    rows : sequence of mappings
        At least one.
    *estimates : str
        Keys given to `cells`.
    numbers, dates : sequence of str
        Other columns that may be null throughout.
    """
    kinds: dict[str, Any] = {}
    for key in estimates:
        kinds |= {key: pl.Float64, f"{key}_low": pl.Float64, f"{key}_high": pl.Float64}
        kinds[f"{key}_reason"] = pl.String
    kinds |= dict.fromkeys(numbers, pl.Float64) | dict.fromkeys(dates, pl.Date)
    return pl.DataFrame([dict(row) for row in rows], schema_overrides=kinds, infer_schema_length=None)
