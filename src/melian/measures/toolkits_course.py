"""Toolkits over time: shares of the groups by calendar period, with intervals from blocks inside each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from melian.history import EventHistory
from melian.measures.toolkits_blocks import BlockCounts, block_sums, shares_of
from melian.measures.toolkits_parts import groups_of, sum_groups
from melian.measures.toolkits_settings import ToolkitSettings

__all__ = ["FEWEST_BLOCKS", "Period", "course_of", "periods_of"]

Ints = NDArray[np.int64]
YEARS_FOR_YEARS = 3
FEWEST_BLOCKS = 4
"""Blocks below which a period has no interval."""


@dataclass(frozen=True, slots=True, eq=False)
class Period:
    """A calendar period and the blocks whose middle lies in it.

    Attributes
    ----------
    start : datetime.date
    blocks : (n,) int64
    """

    start: dt.date
    blocks: Ints


def periods_of(history: EventHistory, blocks: BlockCounts, period: str) -> tuple[Period, ...]:
    """Cut the blocks into years or quarters; `auto` takes years where the window has three or more."""
    days = history.window[1] - history.window[0]
    yearly = period == "year" or (period == "auto" and days >= 365 * YEARS_FOR_YEARS)
    middles = [history.date(start + blocks.days // 2) for start in blocks.starts]
    starts = [day.replace(month=1 if yearly else 3 * ((day.month - 1) // 3) + 1, day=1) for day in middles]
    return tuple(
        Period(start, np.flatnonzero([one == start for one in starts])) for start in sorted(set(starts))
    )


def course_of(history: EventHistory, blocks: BlockCounts, settings: ToolkitSettings) -> pl.DataFrame:
    """Give the shares of the groups by actor and period.

    Returns
    -------
    pl.DataFrame
        actor, group, period, events (the actor's in the period), share, share_low, share_high, share_reason.
    """
    names, of = groups_of(blocks.instruments)
    grouped = sum_groups(blocks.counts, of, len(names))
    order = np.argsort(-grouped.sum(axis=(0, 2)), kind="stable")
    rows = []
    for at, period in enumerate(periods_of(history, blocks, settings.period)):
        inside = grouped[period.blocks]
        drawn = block_sums(inside, settings.draws, np.random.default_rng((settings.seed, 2, at)))
        shares, counts = shares_of(inside.sum(axis=0), drawn), inside.sum(axis=0)
        for a in order:
            reason = _reason(len(period.blocks), int(counts[a].sum()), settings)
            for k, name in enumerate(names):
                row = {"actor": blocks.actors[a], "group": name, "period": period.start}
                values = (shares.value[a, k], shares.low[a, k], shares.high[a, k])
                shown = [None if reason else float(value) for value in values]
                rows.append(
                    {**row, "events": int(counts[a].sum())}
                    | dict(zip(("share", "share_low", "share_high"), shown, strict=True))
                    | {"share_reason": reason or None}
                )
    schema = {
        "share_reason": pl.String,
        "share": pl.Float64,
        "share_low": pl.Float64,
        "share_high": pl.Float64,
    }
    frame = pl.DataFrame(rows, schema_overrides=schema, infer_schema_length=None)
    return frame.sort("actor", "group", "period", maintain_order=True)


def _reason(n_blocks: int, events: int, settings: ToolkitSettings) -> str:
    if n_blocks < FEWEST_BLOCKS:
        return f"{n_blocks} blocks of {settings.block} days; {FEWEST_BLOCKS} are needed"
    return "" if events >= settings.least else f"{events} directed events; {settings.least} are needed"
