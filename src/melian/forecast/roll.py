"""Rolling forward: means of the next day for a stretch of days, and of the next days from one origin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.forecast.multipliers import Multipliers
from melian.forecast.rates import Rates, day_means
from melian.forecast.states import Days, States, count_days
from melian.history import EventHistory

__all__ = ["Past", "ahead_means", "make_past", "roll"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Past:
    """A history cut into days, with the members of the bloc that relations are split by."""

    days: Days
    origin: dt.date
    n_steps: int
    member: NDArray[np.bool_] | None

    def date(self, step: int) -> dt.date:
        """Calendar day of a step."""
        return self.origin + dt.timedelta(days=int(step))

    def members(self, step: int) -> NDArray[np.bool_] | None:
        """Members on a day; after the last day those of the last day."""
        return None if self.member is None else self.member[:, min(step, self.n_steps - 1)]


def make_past(history: EventHistory, bloc: str | None = None) -> Past:
    """Cut a history into days."""
    member = None if bloc is None else history.blocs[bloc]
    return Past(count_days(history), history.origin, history.n_steps, member)


def roll(
    rates: Rates, states: States, past: Past, steps: Sequence[int], *, course: Floats | None = None
) -> Iterator[tuple[int, Floats, Floats]]:
    """Walk over consecutive days: give (step, means, counts), (N, N, K) both, then push the day's events.

    `states` must stand at the beginning of the first day and are changed.

    Parameters
    ----------
    course : (N, K, n) array, optional
        Course of the first n days over its mean, where they lie inside the fit's window.
    """
    for n, step in enumerate(steps):
        at = None if course is None or n >= course.shape[2] else course[:, :, n]
        means = day_means(rates, states, past.date(step), course=at)
        events, joint = past.days.of(step)
        yield step, means, events
        states.push(events, joint, past.members(step))


def ahead_means(
    rates: Rates, states: States, multipliers: Multipliers, past: Past, step: int, *, horizon: int
) -> Floats:
    """Give the expected events on the days step .. step + horizon - 1, (horizon, N, N, K).

    Exact for the model: means are linear in the states, so pushing expected events gives expected states.
    """
    ahead = states.copy()
    out = np.empty((horizon, *rates.level.shape))
    joint = states.met_rate.copy()
    for h in range(horizon):
        out[h] = day_means(rates, ahead, past.date(step + h)) * multipliers.factor(h)
        ahead.push(out[h], joint, past.members(step + h))
    return out
