"""Counts of paths by actor, instrument and month, and what many runs say of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.worlds.form import WorldForm
from melian.worlds.run import Path

__all__ = ["INTERVAL", "Calendar", "Spread", "calendar_of", "mean_with_interval", "tally"]

Floats = NDArray[np.float64]
INTERVAL = 0.9
Z = 1.6448536269514722


@dataclass(frozen=True, slots=True)
class Calendar:
    """Months of a world's days.

    Attributes
    ----------
    month : (n_steps,) int64
        Which month each day is in.
    labels : tuple of str
        "2018-03".
    days : (n_months,) int64
        Days of each month that the world runs.
    """

    month: NDArray[np.int64]
    labels: tuple[str, ...]
    days: NDArray[np.int64]


def calendar_of(origin: dt.date, n_steps: int, record: int = 0) -> Calendar:
    """Cut days into calendar months; days before `record` are in month -1.

    Examples
    --------
    >>> calendar_of(dt.date(2018, 1, 30), 4).labels
    ('2018-01', '2018-02')
    """
    dates = [origin + dt.timedelta(days=t) for t in range(record, n_steps)]
    number = np.array([12 * d.year + d.month for d in dates], dtype=np.int64)
    month = number - number[0]
    labels = tuple(f"{(m - 1) // 12:04d}-{(m - 1) % 12 + 1:02d}" for m in range(number[0], number[-1] + 1))
    before = np.full(record, -1, dtype=np.int64)
    return Calendar(np.concatenate([before, month]), labels, np.bincount(month, minlength=len(labels)))


def tally(path: Path, world: WorldForm, calendar: Calendar) -> NDArray[np.int32]:
    """Count a path's events by (source, or joint for either end last; instrument; month).

    Returns
    -------
    (N + 1, K, n_months) int32
        Directed events by source; joint events, of all pairs together, in the last row.
    """
    n, k, months = world.n_actors, len(world.instruments), len(calendar.labels)
    who = np.where(path.joint, n, path.source).astype(np.int64)
    key = (who * k + path.instrument) * months + calendar.month[path.step]
    return np.bincount(key, minlength=(n + 1) * k * months).reshape(n + 1, k, months).astype(np.int32)


@dataclass(frozen=True, slots=True)
class Spread:
    """A mean over runs with its 90% interval, and the range of 90% of single runs; arrays alike."""

    mean: Floats
    low: Floats
    high: Floats
    run_low: Floats
    run_high: Floats

    def take(self, at: int | tuple[int, ...]) -> dict[str, float]:
        """Give one place as numbers."""
        return {
            name: float(getattr(self, name)[at]) for name in ("mean", "low", "high", "run_low", "run_high")
        }


def mean_with_interval(values: Floats, draw: NDArray[np.int64]) -> Spread:
    """Summarise values over runs, (runs, ...), of which run r has the rates of draw `draw[r]`.

    The interval of the mean holds the uncertainty of the rates (the spread of the draws' means, less what the
    number of runs adds to it) and of the simulation. With one draw it is that of the simulation alone.
    """
    values = np.asarray(values, dtype=np.float64)
    mean, n_runs = values.mean(axis=0), len(values)
    groups = np.unique(draw)
    means = np.stack([values[draw == g].mean(axis=0) for g in groups])
    inside = sum(((values[draw == g] - m) ** 2).sum(axis=0) for g, m in zip(groups, means, strict=True))
    within = np.asarray(inside) / max(n_runs - len(groups), 1)
    noise = within / n_runs
    below, above = np.zeros_like(mean), np.zeros_like(mean)
    if len(groups) > 1:
        between = means.var(axis=0, ddof=1)
        kept = np.sqrt(np.maximum(between - within * len(groups) / n_runs, 0.0) / np.maximum(between, 1e-300))
        tail = (1.0 - INTERVAL) / 2.0
        below, above = np.quantile((means - mean) * kept, [tail, 1.0 - tail], axis=0)
    low = mean - np.sqrt(np.minimum(below, 0.0) ** 2 + Z**2 * noise)
    high = mean + np.sqrt(np.maximum(above, 0.0) ** 2 + Z**2 * noise)
    run_low, run_high = np.quantile(values, [(1.0 - INTERVAL) / 2.0, (1.0 + INTERVAL) / 2.0], axis=0)
    return Spread(mean, low, high, run_low, run_high)


def draws_of(runs: int, n_worlds: int) -> NDArray[np.int64]:
    """Give each run its world: as even as can be, in order."""
    parts = np.array_split(np.arange(runs), n_worlds)
    return np.repeat(np.arange(n_worlds), [len(p) for p in parts])


def by_group(counts: Sequence[NDArray[np.int32]]) -> dict[str, Floats]:
    """Add the tallies of many runs up by actor, instrument and month, joint events apart."""
    table = np.stack(counts).astype(np.float64)
    directed = table[:, :-1]
    return {
        "actors": directed.sum(axis=2),
        "instruments": directed.sum(axis=1),
        "cells": directed.sum(axis=3),
        "all": directed.sum(axis=(1, 2)),
        "joint": table[:, -1].sum(axis=1),
    }
