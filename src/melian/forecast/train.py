"""From a history to a predictor: fit, roll over the days after the fit, choose, fit again on all days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.forecast.fit import ForecastConfig, Forward
from melian.forecast.multipliers import Level, Multipliers
from melian.forecast.roll import Past, ahead_means, roll
from melian.forecast.states import States
from melian.forecast.tuning import Ahead, Tuning, choose_levels, learn_ahead, learn_alpha, learn_spreads
from melian.history import EventHistory

__all__ = ["Predictor", "Stretch", "make_predictor", "start_states", "stretch", "sums_ahead", "tune"]

Floats = NDArray[np.float64]
Progress = Callable[..., None]
ORIGIN_STEP = 7
"""Days between the origins from which sums over several days are predicted."""
TEACHING = 0.4
"""Part of `min_events` from which a channel teaches multipliers and dispersion: days to learn on are few."""
FORGOTTEN = 25
"""Longest half-lives after which a past event no longer counts (2^-25)."""


@dataclass(frozen=True, slots=True)
class Predictor:
    """All that a forecast needs beside the events: parameters, and what was chosen after their date.

    Attributes
    ----------
    actors, instruments : tuple of str
    origin : datetime.date
        Day of step 0 of the history.
    forward : Forward
    tuning : Tuning
    counts, means : list of arrays
        Multipliers' evidence at the parameters' date.
    config : ForecastConfig
    """

    actors: tuple[str, ...]
    instruments: tuple[str, ...]
    origin: dt.date
    forward: Forward
    tuning: Tuning
    counts: tuple[Floats, ...]
    means: tuple[Floats, ...]
    config: ForecastConfig

    @property
    def until(self) -> dt.date:
        """Last day that the parameters have seen."""
        return self.origin + dt.timedelta(days=self.forward.step - 1)

    def multipliers(self) -> Multipliers:
        """Multipliers as they stood at the parameters' date."""
        out = Multipliers(self.tuning.levels, self.tuning.alpha.shape)
        out.counts, out.means = [c.copy() for c in self.counts], [m.copy() for m in self.means]
        return out


def start_states(forward: Forward, past: Past, step: int) -> States:
    """States at the beginning of a day, from the events of the days before that still count."""
    states = forward.rates.states()
    first = max(0, step - int(FORGOTTEN * max(forward.rates.half_lives)))
    for day in range(first, step):
        states.push(*past.days.of(day), past.members(day))
    return states


@dataclass(frozen=True, slots=True)
class Stretch:
    """Events and one-day means of consecutive days, (n_days, N, N, K), before multipliers.

    `warm` days at the beginning lie before the parameters' date and only carry evidence.
    """

    count: Floats
    mean: Floats
    warm: int


def stretch(forward: Forward, past: Past, end: int) -> Stretch:
    """Roll from the warm days to `end`."""
    warm = forward.course.shape[2]
    steps = range(forward.step - warm, end)
    states = start_states(forward, past, steps[0]) if len(steps) else forward.rates.states()
    shape = (len(steps), *forward.rates.level.shape)
    count, mean = np.empty(shape), np.empty(shape)
    for n, (_, means, events) in enumerate(roll(forward.rates, states, past, steps, course=forward.course)):
        mean[n], count[n] = means, events
    return Stretch(count, mean, warm)


def evidence(levels: tuple[Level, ...], seen: Stretch) -> Multipliers:
    """Multipliers after the warm days."""
    out = Multipliers(levels, seen.mean.shape[1:])
    for count, mean in zip(seen.count[: seen.warm], seen.mean[: seen.warm], strict=True):
        out.push(count, mean)
    return out


def sums_ahead(
    forward: Forward, past: Past, levels: tuple[Level, ...], seen: Stretch, horizons: Sequence[int]
) -> dict[int, Ahead]:
    """Sum counts and means over each horizon, from every origin whose days are all in `seen`.

    Origins are each day for a horizon of one day, else each seventh.
    """
    multipliers, states = evidence(levels, seen), start_states(forward, past, forward.step)
    days = range(len(seen.count) - seen.warm)
    found: dict[int, list[tuple[Floats, Floats]]] = {h: [] for h in horizons}
    for n in days:
        at, step = seen.warm + n, forward.step + n
        wanted = [h for h in horizons if n + h <= len(days) and (h == 1 or n % ORIGIN_STEP == 0)]
        if wanted:
            ahead = ahead_means(forward.rates, states, multipliers, past, step, horizon=max(wanted))
        for h in wanted:
            found[h].append((seen.count[at : at + h].sum(axis=0), ahead[:h].sum(axis=0)))
        multipliers.push(seen.count[at], seen.mean[at])
        states.push(*past.days.of(step), past.members(step))
    return {h: Ahead(*map(np.stack, zip(*rows, strict=True))) for h, rows in found.items() if rows}


def tune(forward: Forward, past: Past, end: int, config: ForecastConfig) -> tuple[Tuning, Stretch]:
    """Choose multipliers and dispersion on the days from the parameters' date to `end`."""
    seen = stretch(forward, past, end)
    tracked = forward.tracked(TEACHING * config.min_events)
    levels, mean = choose_levels(seen.count, seen.mean, tracked, since=seen.warm)
    alpha = learn_alpha(seen.count[seen.warm :], mean[seen.warm :], tracked)
    ahead = sums_ahead(forward, past, levels, seen, config.horizons)
    spread = learn_spreads(ahead, alpha, tracked)
    return Tuning(levels, alpha, spread, learn_ahead(ahead, alpha, spread, tracked)), seen


def make_predictor(
    history: EventHistory, forward: Forward, tuning: Tuning, past: Past, config: ForecastConfig
) -> Predictor:
    """Put parameters and choices together; the multipliers begin on the warm days."""
    begun = evidence(tuning.levels, stretch(forward, past, forward.step))
    return Predictor(
        history.actors, history.instruments, history.origin, forward, tuning,
        tuple(begun.counts), tuple(begun.means), config,
    )  # fmt: skip
