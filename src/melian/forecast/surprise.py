"""Surprise: -log of the predictive probability of what came, against what that was expected to be.

A day's surprise is summed over all channels, those without events too; its expectation is the entropy of the
predictive distributions. Drift is a cumulative sum of weekly excess (Page 1954, Biometrika 41).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from melian.forecast.distribution import log_probability, surprise_moments
from melian.forecast.roll import Past, roll
from melian.forecast.train import Predictor, start_states

__all__ = ["Watch", "drift_frame", "event_frame", "watch", "week_frame"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ALLOWANCE = 0.5
"""Standard deviations of weekly excess that a week may have for nothing."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What came on days after the parameters' date, beside what was expected on the day before.

    Attributes
    ----------
    steps : (n_days,) int64
    surprise, entropy, variance : (n_days, N) float64
        By day and source, over all its channels, in nats.
    count, mean : (n_days, N) float64
    cell : (4, n_cells) int64
        Step, source, target, instrument of every cell with events.
    cell_count, cell_mean, cell_alpha, cell_excess : (n_cells,) float64
        Excess is surprise less the entropy of the cell's distribution.
    """

    steps: Ints
    surprise: Floats
    entropy: Floats
    variance: Floats
    count: Floats
    mean: Floats
    cell: Ints
    cell_count: Floats
    cell_mean: Floats
    cell_alpha: Floats
    cell_excess: Floats


def watch(predictor: Predictor, past: Past, end: int) -> Watch:
    """Roll a predictor from its parameters' date to `end` and note how surprising each day was."""
    forward, tuning = predictor.forward, predictor.tuning
    states, multipliers = start_states(forward, past, forward.step), predictor.multipliers()
    days: list[Floats] = []
    cells: list[Floats] = []
    steps = range(forward.step, end)
    for step, model, events in roll(forward.rates, states, past, steps):
        mean = model * multipliers.factor()
        alpha = np.broadcast_to(tuning.ahead_alpha(mean, kind="channel", horizon=1), mean.shape)
        multipliers.push(events, model)
        surprise = -log_probability(events, mean, alpha)
        entropy, variance = surprise_moments(mean, alpha)
        off = ~np.eye(len(mean), dtype=bool)[:, :, None]
        parts = (surprise, entropy, variance, events, mean)
        days.append(np.stack([(part * off).sum(axis=(1, 2)) for part in parts]))
        at = np.nonzero(events)
        found = (events[at], mean[at], alpha[at], (surprise - entropy)[at])
        cells.append(np.stack([np.full(len(at[0]), float(step)), *map(np.asarray, at), *found]))
    by_day = np.stack(days) if days else np.zeros((0, 5, len(predictor.actors)))
    rows = np.concatenate(cells, axis=1) if cells else np.zeros((8, 0))
    return Watch(
        np.array(steps, dtype=np.int64), by_day[:, 0], by_day[:, 1], by_day[:, 2], by_day[:, 3], by_day[:, 4],
        rows[:4].astype(np.int64), rows[4], rows[5], rows[6], rows[7],
    )  # fmt: skip


def event_frame(predictor: Predictor, seen: Watch, past: Past, *, most: int = 50) -> pl.DataFrame:
    """Give the cells of events that were least expected, most surprising first."""
    order = np.argsort(-seen.cell_excess, kind="stable")[:most]
    step, source, target, instrument = seen.cell[:, order]
    return pl.DataFrame(
        {
            "date": [past.date(s) for s in step],
            "source": [predictor.actors[i] for i in source],
            "target": [predictor.actors[i] for i in target],
            "instrument": [predictor.instruments[i] for i in instrument],
            "events": seen.cell_count[order].astype(np.int64),
            "expected": seen.cell_mean[order],
            "surprise": seen.cell_excess[order],
        },
        schema_overrides={"date": pl.Date, "events": pl.Int64},
    )


def week_frame(predictor: Predictor, seen: Watch, past: Past) -> pl.DataFrame:
    """Give a row per week and actor ("all" for their sum): events, expected, surprise, its expectation, z.

    Weeks are of seven days, the last one ends with the last day; fewer days at the beginning are left out.
    """
    rows = []
    for first, days in _weeks(len(seen.steps)):
        parts = [part[days].sum(axis=0) for part in (seen.count, seen.mean, seen.surprise, seen.entropy)]
        variance = seen.variance[days].sum(axis=0)
        since = past.date(int(seen.steps[first]))
        named = [("all", [p.sum() for p in parts], variance.sum())]
        named += [(a, [p[i] for p in parts], variance[i]) for i, a in enumerate(predictor.actors)]
        rows += [_week(since, name, values, spread) for name, values, spread in named]
    return pl.DataFrame(rows, schema=WEEK)


WEEK = {
    "since": pl.Date, "until": pl.Date, "actor": pl.String, "events": pl.Float64, "expected": pl.Float64,
    "surprise": pl.Float64, "expected_surprise": pl.Float64, "z": pl.Float64,
}  # fmt: skip


def _week(since: dt.date, name: str, values: list[float], variance: float) -> dict[str, object]:
    events, mean, surprise, entropy = (float(v) for v in values)
    return {
        "since": since, "until": since + dt.timedelta(days=6), "actor": name, "events": events,
        "expected": mean, "surprise": surprise, "expected_surprise": entropy,
        "z": (surprise - entropy) / max(float(np.sqrt(variance)), 1e-9),
    }  # fmt: skip


def _weeks(n_days: int) -> Iterable[tuple[int, slice]]:
    first = n_days % 7
    return [(at, slice(at, at + 7)) for at in range(first, n_days - 6, 7)]


def drift_frame(weeks: pl.DataFrame, reference: pl.DataFrame, *, threshold: float) -> pl.DataFrame:
    """Accumulate the weekly shortfall of the log score beyond what it was when the model was made.

    x is a week's excess surprise (all actors), less the mean of the reference weeks, over their standard
    deviation; the sum is S = max(0, S + x - 1/2), and drift is S above the threshold.

    Parameters
    ----------
    weeks, reference : DataFrame
        As from `week_frame`: the weeks after the parameters' date; held-out weeks behind the saved fit.
    """
    known = _excess(reference)
    centre, scale = float(known.mean()), float(max(known.std(ddof=1), 1e-9))
    total, sums = 0.0, []
    for value in (_excess(weeks) - centre) / scale:
        total = max(0.0, total + float(value) - ALLOWANCE)
        sums.append(total)
    both = weeks.filter(pl.col("actor") == "all").select("since", "until")
    drift = pl.Series("shortfall", sums, pl.Float64)
    return both.with_columns(drift, (drift > threshold).alias("drift"))


def _excess(weeks: pl.DataFrame) -> Floats:
    rows = weeks.filter(pl.col("actor") == "all")
    return np.asarray((rows["surprise"] - rows["expected_surprise"]).to_numpy(), np.float64)
