"""Evaluation by rolling origin: held-out days predicted from parameters fitted before them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.forecast.baselines import BASELINES, Prediction, Series
from melian.forecast.distribution import crps, log_probability
from melian.forecast.fit import WARM, ForecastConfig, Forward, fit_forward
from melian.forecast.roll import Past, make_past
from melian.forecast.train import ORIGIN_STEP, Predictor, Stretch, make_predictor, stretch, sums_ahead, tune
from melian.forecast.tuning import Ahead, Tuning
from melian.history import EventHistory
from melian.models.design import share_start

__all__ = ["MODEL", "Evaluation", "HorizonScores", "evaluate", "train"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Progress = Callable[..., None]
MODEL = "melian"
LEAST_HELD_OUT = 28
MOST_CELLS = 2e8
"""Counts of channels and days that an evaluation may hold: two arrays of 1.6 GB."""


@dataclass(frozen=True, slots=True)
class HorizonScores:
    """One horizon: scores of every model (first the forecast itself), origin and channel.

    Attributes
    ----------
    horizon : int
    origins : (n_origins,) int64
        Days since the parameters' date.
    log_score, crps : (n_models, n_origins, n_channels) float64
    count, mean, alpha : (n_origins, n_channels) float64
        What came, and the forecast's own distribution.
    """

    horizon: int
    origins: Ints
    log_score: Floats
    crps: Floats
    count: Floats
    mean: Floats
    alpha: Floats


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores on the held-out days, and the predictor and days behind them.

    Attributes
    ----------
    models : tuple of str
    channels : (3, n_channels) int64
        Source, target, instrument of the channels that are scored.
    horizons : tuple of HorizonScores
    predictor : Predictor
        Parameters fitted before the held-out days.
    seen : Stretch
    since, until : datetime.date
        First and last held-out day.
    """

    models: tuple[str, ...]
    channels: Ints
    horizons: tuple[HorizonScores, ...]
    predictor: Predictor
    seen: Stretch
    since: dt.date
    until: dt.date


def train(
    history: EventHistory, config: ForecastConfig, *, progress: Progress | None = None
) -> tuple[Predictor, Evaluation]:
    """Evaluate on the last days, then fit all days for the forecast.

    Three fits: before twice the held-out span (its errors choose multipliers and dispersion for the
    evaluation), before the held-out span (scored on it; its errors choose them for the forecast), and of all
    days. No fit and no choice sees a day on which it is scored.

    Raises
    ------
    InputError
        If the window is too short for two held-out spans beside the days that the fit needs.
    """
    tell = progress or (lambda label, done=None: None)
    end, span = history.n_steps, config.held_out
    _check_span(history, config)
    past = make_past(history, config.bloc)
    tell("fitting the days before the days to learn on")
    first = fit_forward(history, config, end - 2 * span)
    tell("choosing multipliers and dispersion")
    tuning, _ = tune(first, past, end - span, config)
    tell("fitting the days before the held-out ones")
    second = fit_forward(history, config, end - span)
    evaluation = evaluate(history, second, tuning, past, config, progress=tell)
    tell("choosing multipliers and dispersion for the forecast")
    tuning, _ = tune(second, past, end, config)
    tell("fitting all days")
    return make_predictor(history, fit_forward(history, config, end), tuning, past, config), evaluation


def _check_span(history: EventHistory, config: ForecastConfig) -> None:
    longest = max(config.horizons)
    cells = (config.held_out + WARM) * history.n_actors**2 * history.n_instruments
    if cells > MOST_CELLS:
        raise InputError(
            f"{history.n_actors} actors and {history.n_instruments} instruments over {config.held_out} "
            f"held-out days are {cells / 1e6:,.0f} million counts; {MOST_CELLS / 1e6:,.0f} million can be "
            "held. Name fewer actors, or a smaller held_out."
        )
    if config.held_out < max(LEAST_HELD_OUT, longest):
        raise InputError(
            f"held_out={config.held_out} days are too few; {max(LEAST_HELD_OUT, longest)} are needed for a "
            f"horizon of {longest} days."
        )
    start = share_start(history, config.half_lives)
    left = history.n_steps - 2 * config.held_out - start
    if left < LEAST_HELD_OUT:
        raise InputError(
            f"The history has {history.n_steps - start} days after burn-in; held_out={config.held_out} days "
            f"are left out twice and {max(left, 0)} remain to fit, {LEAST_HELD_OUT} are needed. Give earlier "
            "days or a smaller held_out."
        )


def evaluate(
    history: EventHistory, forward: Forward, tuning: Tuning, past: Past, config: ForecastConfig,
    *, progress: Progress,
) -> Evaluation:  # fmt: skip
    """Score the forecast and every baseline on the days from the parameters' date to the history's end."""
    progress("predicting the held-out days")
    tracked = forward.tracked(config.min_events)
    if not tracked.any():
        raise InputError(
            f"No channel has {config.min_events} events before {past.date(forward.step)} (most: "
            f"{int(forward.events.max())}); lower [forecast] min_events."
        )
    seen = stretch(forward, past, history.n_steps)
    ahead = sums_ahead(forward, past, tuning.levels, seen, config.horizons)
    series = make_series(history, forward, past, tracked, start=share_start(history, config.half_lives))
    scores = []
    for horizon, sums in ahead.items():
        progress(f"baselines, {horizon} days ahead")
        scores.append(_score(horizon, sums, tuning, tracked, series))
    predictor = make_predictor(history, forward, tuning, past, config)
    return Evaluation(
        (MODEL, *BASELINES), np.stack(np.nonzero(tracked)), tuple(scores), predictor, seen,
        past.date(forward.step), past.date(history.n_steps - 1),
    )  # fmt: skip


def _score(
    horizon: int, sums: Ahead, tuning: Tuning, tracked: NDArray[np.bool_], series: Series
) -> HorizonScores:
    alpha = np.broadcast_to(tuning.ahead_alpha(sums.mean, kind="channel", horizon=horizon), sums.mean.shape)
    own = Prediction(sums.mean[:, tracked], alpha[:, tracked])
    y = sums.count[:, tracked]
    origins = np.arange(len(y)) * (1 if horizon == 1 else ORIGIN_STEP)
    found = [own, *(model(series, horizon, series.trained + origins) for model in BASELINES.values())]
    return HorizonScores(
        horizon, origins, np.stack([log_probability(y, p.mean, p.alpha) for p in found]),
        np.stack([crps(y, p.mean, p.alpha) for p in found]), y, own.mean, own.alpha,
    )  # fmt: skip


def make_series(
    history: EventHistory, forward: Forward, past: Past, tracked: NDArray[np.bool_], *, start: int
) -> Series:
    """Daily counts of the tracked channels from the first day of the likelihood on."""
    days = range(start, history.n_steps)
    count = np.stack([past.days.of(step)[0][tracked] for step in days])
    dates = [past.date(step) for step in days]
    source = np.nonzero(tracked)[0]
    weekday = forward.rates.weekday[source][:, [day.weekday() for day in dates]].T
    month = np.array([day.month - 1 for day in dates])
    return Series(count, weekday, month, forward.step - start)
