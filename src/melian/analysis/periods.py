"""Shares over time: months, quarters, or as many quarters together as keep the periods few."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from melian.analysis.counts import Counts, component_of_column
from melian.analysis.shares import estimate, with_estimate
from melian.analysis.units import Live
from melian.history import EventHistory
from melian.models.design import Columns
from melian.options import COMPONENTS

__all__ = ["Periods", "make_periods", "period_frame"]

Ints = NDArray[np.int64]
MOST = 40
LONG = 2 * 366
"""Days from which quarters are counted instead of months."""
LENGTHS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
"""Months of a period; all divide the calendar at January."""


@dataclass(frozen=True, slots=True)
class Periods:
    """Calendar periods that cover the live span, and the period of every live cell.

    Attributes
    ----------
    since, until : tuple of datetime.date
        First and last day, clipped to the live span.
    of_cell : (n_cells,) int64
    """

    since: tuple[dt.date, ...]
    until: tuple[dt.date, ...]
    of_cell: Ints


def make_periods(history: EventHistory, live: Live) -> Periods:
    """Cut the live span: months up to two years, quarters beyond; the next length where they are over 40."""
    origin = np.datetime64(history.origin, "D")
    span = origin + np.array([live.start, live.end - 1])
    first, last = (int(month) for month in span.astype("datetime64[M]").astype(np.int64))
    lengths = [n for n in LENGTHS if n > 1 or live.end - live.start < LONG]
    length = next((n for n in lengths if last // n - first // n < MOST), LENGTHS[-1])
    number = np.arange(first // length, last // length + 1)
    since = np.maximum((number * length).astype("datetime64[M]").astype("datetime64[D]"), span[0])
    until = np.minimum(((number + 1) * length).astype("datetime64[M]").astype("datetime64[D]") - 1, span[1])
    month = (origin + live.step).astype("datetime64[M]").astype(np.int64)
    return Periods(tuple(since.tolist()), tuple(until.tolist()), month // length - number[0])


def period_frame(
    counts: Counts, columns: Columns, *, actors: tuple[str, ...], periods: Periods
) -> pl.DataFrame:
    """Give the shares of every actor, period and component; null where the actor has no events in it."""
    component = component_of_column(columns)
    by_component = np.stack(
        [counts.column[..., component == c].sum(axis=-1) for c in range(len(COMPONENTS))], axis=-1
    )
    events = by_component[0].sum(axis=-1)
    actor, period, part = (axis.ravel() for axis in np.indices(by_component.shape[1:]))
    frame = pl.DataFrame(
        {
            "actor": [actors[i] for i in actor],
            "since": [periods.since[p] for p in period],
            "until": [periods.until[p] for p in period],
            "component": [COMPONENTS[c] for c in part],
        },
        schema={"actor": pl.String, "since": pl.Date, "until": pl.Date, "component": pl.String},
    )
    found = estimate(by_component, events[..., None])
    return with_estimate(frame, found).with_columns(pl.Series("events", events[actor, period], pl.Int64))
