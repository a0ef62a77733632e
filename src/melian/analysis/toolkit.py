"""Conduct by instrument: composition, what answers what, by week, and codes that answer by meaning."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import betaincinv

from melian.analysis.counts import Counts
from melian.analysis.shares import QUANTILES, Estimate, estimate, grid_frame, with_estimate
from melian.analysis.units import Live
from melian.history import EventHistory
from melian.options import ANSWERS, COMPONENTS

__all__ = ["answers_frames", "jeffreys", "reactive_frame", "timeline_frame", "toolkit_frame"]

Ints = NDArray[np.int64]
DAYS_TO_MONDAY = 3
"""1970-01-01 was a Thursday."""


def jeffreys(counts: Ints, total: Ints) -> Estimate:
    """Give multinomial shares with Jeffreys' intervals.

    Quantiles of Beta(x + 1/2, n - x + 1/2); the lower end is 0 where x = 0, the upper 1 where x = n (Brown,
    Cai and DasGupta 2001).

    Parameters
    ----------
    counts, total : int64
        Broadcast against each other; a share of nothing is NaN.

    Examples
    --------
    >>> jeffreys(np.array([0, 5]), np.array([10, 10])).high.round(3).tolist()
    [0.171, 0.738]
    """
    counts, total = np.broadcast_arrays(counts, total)
    units = np.where(total > 0, total, np.nan)
    low, high = (betaincinv(counts + 0.5, units - counts + 0.5, q) for q in QUANTILES)
    low = np.where(counts == 0, 0.0 * units, low)
    high = np.where(counts == total, 1.0 + 0.0 * units, high)
    return Estimate(counts / units, low, high)


def toolkit_frame(history: EventHistory, counts: Counts, live: Live) -> pl.DataFrame:
    """Give every actor's conduct by instrument, with the mean shares of the components in each."""
    shape = (history.n_actors, history.n_instruments)
    tool = live.source * shape[1] + live.instrument
    drawn = np.stack([_sum_by(tool, part, shape) for part in counts.component.T], axis=-1)
    events = _sum_by(tool, live.size, shape)
    composition = jeffreys(events, events.sum(axis=1, keepdims=True))
    frame = with_estimate(
        grid_frame(history.actors, history.instruments, ("actor", "instrument")), composition
    )
    with np.errstate(invalid="ignore"):
        means = drawn / drawn.sum(axis=-1, keepdims=True)
    return frame.select(
        "actor",
        "instrument",
        pl.Series("events", events.ravel(), pl.Int64),
        pl.col("share").alias("composition"),
        "low",
        "high",
        *(
            pl.Series(name, means[..., c].ravel(), pl.Float64).fill_nan(None)
            for c, name in enumerate(COMPONENTS)
        ),
    )


def answers_frames(history: EventHistory, counts: Counts) -> dict[str, pl.DataFrame]:
    """Give what answers what: shares of all reaction, and of each actor's own reaction.

    An actor without reaction has no rows; where nobody reacts both frames are empty.
    """
    pairs = grid_frame(history.instruments, history.instruments, ("instrument", "answered"))
    everyone = counts.answered.sum(axis=0)
    by_actor = [pl.DataFrame(schema={"actor": pl.String, **pairs.schema, "share": pl.Float64})]
    for name, own in zip(history.actors, counts.answered, strict=True):
        if own.any():
            by_actor.append(_answers(pairs, own).select(pl.lit(name).alias("actor"), pl.all()))
    none = pairs.clear().with_columns(pl.lit(None, pl.Float64).alias("share"))
    return {
        "answers": _answers(pairs, everyone) if everyone.any() else none,
        "answers_by_actor": pl.concat(by_actor),
    }


def _answers(pairs: pl.DataFrame, answered: Ints) -> pl.DataFrame:
    return pairs.with_columns(pl.Series("share", (answered / answered.sum()).ravel(), pl.Float64))


def timeline_frame(history: EventHistory, live: Live) -> pl.DataFrame:
    """Count live events by ISO week (its Monday), actor and instrument; weeks without any are left out."""
    day = np.datetime64(history.origin, "D").astype(np.int64) + live.step
    monday = day - (day + DAYS_TO_MONDAY) % 7
    frame = pl.DataFrame(
        {
            "week": monday.astype("datetime64[D]"),
            "actor": live.source,
            "instrument": live.instrument,
            "events": live.size,
        }
    )
    sums = frame.group_by("week", "actor", "instrument").agg(pl.col("events").sum())
    names = {"actor": history.actors, "instrument": history.instruments}
    return sums.sort("week", "actor", "instrument").with_columns(
        pl.col(key).replace_strict(dict(enumerate(labels)), return_dtype=pl.String)
        for key, labels in names.items()
    )


def reactive_frame(history: EventHistory, counts: Counts, live: Live) -> pl.DataFrame:
    """Set the initiative of codes that answer by their own meaning beside their instrument's.

    `events` and `initiative` are those of the whole instrument, the columns that begin with `rest` those of
    its other codes, also where the history sets those codes apart. Instruments without live events are left
    out.
    """
    labels = [name.removesuffix(ANSWERS) for name in history.instruments]
    whole, of = np.unique(labels, return_inverse=True)
    split = _sum_by(of[live.instrument] * 2 + live.reactive, live.size, (len(whole), 2))
    drawn = np.stack([counts.initiative[:, of == at].sum(axis=1) for at in range(len(whole))], axis=1)
    parts = {
        "": (drawn.sum(axis=-1), split.sum(axis=1)),
        "reactive_": (drawn[..., 1], split[:, 1]),
        "rest_": (drawn[..., 0], split[:, 0]),
    }
    columns: dict[str, pl.Series] = {}
    for prefix, (initiative, events) in parts.items():
        found = estimate(initiative, events)
        columns[f"{prefix}events"] = pl.Series(events, dtype=pl.Int64)
        for name, values in (("initiative", found.share), ("low", found.low), ("high", found.high)):
            columns[prefix + name] = pl.Series(values, dtype=pl.Float64).fill_nan(None)
    names = pl.Series("instrument", whole.tolist(), pl.String)
    return pl.DataFrame({"instrument": names, **columns}).filter(pl.col("events") > 0)


def _sum_by(group: Ints, weight: Ints, shape: tuple[int, ...]) -> Ints:
    """Sum whole-number weights by group; exact below 2^53."""
    sums = np.bincount(group, weights=weight, minlength=int(np.prod(shape)))
    return sums.astype(np.int64).reshape(shape)
