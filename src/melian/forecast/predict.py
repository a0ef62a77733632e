"""Predictive distributions from a date on: channels, sums, and the fan of the days ahead."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
from numpy.typing import NDArray

from melian.forecast.distribution import log_probability, quantile
from melian.forecast.roll import Past, ahead_means, roll
from melian.forecast.train import Predictor, start_states
from melian.forecast.tuning import Tuning, kind_sum

__all__ = ["days_ahead", "fan_frame", "forecast_frame"]

Floats = NDArray[np.float64]
QUANTILES = {"low": 0.05, "lower": 0.25, "median": 0.5, "upper": 0.75, "high": 0.95}
FANS = 5


def days_ahead(predictor: Predictor, past: Past, step: int, *, horizon: int) -> Floats:
    """Give the expected events of `horizon` days from `step` on, (horizon, N, N, K), by the events before."""
    forward = predictor.forward
    states, multipliers = start_states(forward, past, forward.step), predictor.multipliers()
    for _, model, events in roll(forward.rates, states, past, range(forward.step, step)):
        multipliers.push(events, model)
    return ahead_means(forward.rates, states, multipliers, past, step, horizon=horizon)


def forecast_frame(predictor: Predictor, ahead: Floats, *, kind: str) -> pl.DataFrame:
    """Give a row per sum of a kind and horizon: mean, quantiles, probability of at least one event.

    Parameters
    ----------
    ahead : (days, N, N, K)
    kind : {"channel", "pair", "toolkit", "source", "all"}
        Channels with enough events for `min_events`; all sums of the other kinds with any expected event.
    """
    tracked = predictor.forward.tracked(predictor.config.min_events)
    frames = []
    for horizon in predictor.config.horizons:
        mean = ahead[:horizon].sum(axis=0)
        total, alpha = _distribution(predictor.tuning, mean, kind, horizon)
        use = tracked if kind == "channel" else total > 0.0
        frames.append(_rows(predictor, total[use], alpha[use], np.nonzero(use), kind, horizon))
    return pl.concat(frames)


def _distribution(tuning: Tuning, mean: Floats, kind: str, horizon: int) -> tuple[Floats, Floats]:
    total = kind_sum(mean, kind)
    alpha = tuning.ahead_alpha(mean, kind=kind, horizon=horizon)
    return total, np.broadcast_to(alpha, total.shape)


def _rows(
    predictor: Predictor,
    mean: Floats,
    alpha: Floats,
    at: tuple[NDArray[np.int64], ...],
    kind: str,
    horizon: int,
) -> pl.DataFrame:
    source, target, instrument = at
    n = len(mean)
    named = {
        "source": (predictor.actors, source, ("channel", "pair", "toolkit", "source")),
        "target": (predictor.actors, target, ("channel", "pair")),
        "instrument": (predictor.instruments, instrument, ("channel", "toolkit")),
    }
    columns: dict[str, object] = {"kind": [kind] * n}
    for name, (labels, index, kinds) in named.items():
        columns[name] = [labels[i] if kind in kinds else "all" for i in index]
    columns["horizon"] = [horizon] * n
    columns["mean"] = mean
    for name, level in QUANTILES.items():
        columns[name] = quantile(level, mean, alpha).astype(np.int64)
    columns["at_least_one"] = -np.expm1(log_probability(np.zeros(n), mean, alpha))
    columns["alpha"] = alpha
    return pl.DataFrame(columns, schema_overrides={"horizon": pl.Int64})


def fan_frame(predictor: Predictor, past: Past, ahead: Floats, step: int, *, back: int = 60) -> pl.DataFrame:
    """Give the days before and after a date: for all actors and the busiest ones, seen, mean and quantiles.

    Rows before the date have `events`, rows from it on mean and quantiles of the single day.
    """
    first = max(0, step - back)
    seen = np.stack([past.days.of(day)[0].sum(axis=(1, 2)) for day in range(first, step)])
    busiest = np.argsort(-ahead.sum(axis=(0, 2, 3)), kind="stable")[:FANS]
    rows: list[dict[str, object]] = []
    for name, i in [("all", None), *((predictor.actors[i], int(i)) for i in busiest)]:
        past_counts = seen.sum(axis=1) if i is None else seen[:, i]
        rows += [
            {"actor": name, "date": past.date(first + n), "events": float(y)}
            for n, y in enumerate(past_counts)
        ]
        rows += [_day(predictor.tuning, ahead[h], name, i, past.date(step + h)) for h in range(len(ahead))]
    return pl.DataFrame(rows, schema=FAN)


FAN = {"actor": pl.String, "date": pl.Date, "events": pl.Float64, "mean": pl.Float64} | dict.fromkeys(
    QUANTILES, pl.Float64
)


def _day(tuning: Tuning, mean: Floats, name: str, i: int | None, date: dt.date) -> dict[str, object]:
    total, alpha = _distribution(tuning, mean, "all" if i is None else "source", 1)
    mu, a = (float(part.ravel()[0 if i is None else i]) for part in (total, alpha))
    levels = {key: float(quantile(q, mu, a)) for key, q in QUANTILES.items()}
    return {"actor": name, "date": date, "mean": mu, **levels}
