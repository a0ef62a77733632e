"""Rates as the parameters give them on a day: baseline and offspring of the states, for all channels."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.forecast.states import States

__all__ = ["Rates", "day_means"]

Floats = NDArray[np.float64]
COURSE_LENGTH = 90.0
"""Length scale in days over which a course is forgotten."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Parameters that look forward; the course goes back to its mean, attention stands at it.

    Attributes
    ----------
    level : (N, N, K) float64
        Baseline events per day at the mean of the course in the window of the fit.
    edge : (N, K) float64
        Log of the course at the end of that window over its mean.
    since : datetime.date
        First day after that window.
    weight : (N, K, n_features) float64
    factor : (N, N, n_columns) float64
    weekday : (N, 7) float64
        Factor of the source on Monday .. Sunday.
    relations : tuple of str
        Relation of every column, as in `Columns`.
    half_lives : tuple of float
    """

    level: Floats
    edge: Floats
    since: dt.date
    weight: Floats
    factor: Floats
    weekday: Floats
    relations: tuple[str, ...]
    half_lives: tuple[float, ...]

    @property
    def split(self) -> bool:
        """Whether relations to third parties are split by a bloc."""
        return self.relations.count("alarm") > 1

    def course(self, day: dt.date) -> Floats:
        """Course on a day after the window, (N, K), over its mean in the window.

        The conditional mean of the fit's prior: back to the mean as Matern 5/2 does over `COURSE_LENGTH`.
        """
        z = np.sqrt(5.0) * max((day - self.since).days, 0) / COURSE_LENGTH
        return np.asarray(np.exp(self.edge * (1.0 + z + z * z / 3.0) * np.exp(-z)))

    def states(self) -> States:
        """States before any event."""
        n, _, k = self.level.shape
        return States(n, k, self.half_lives, split=self.split)


def day_means(rates: Rates, states: States, day: dt.date, *, course: Floats | None = None) -> Floats:
    """Give the expected events of every channel on a day, (N, N, K), from the states at its beginning.

    Parameters
    ----------
    course : (N, K) array, optional
        Course of the day over its mean, for days inside the fit's window.
    """
    baseline = rates.level * (rates.course(day) if course is None else course)[:, None, :]
    out = rates.weekday[:, day.weekday()][:, None, None] * (baseline + offspring(rates, states))
    n = len(out)
    out[np.arange(n), np.arange(n)] = 0.0
    return np.asarray(out)


def offspring(rates: Rates, states: States) -> Floats:
    """Sum of weight times feature over all columns, (N, N, K); O(columns N^2 K^2 B) by matrix products."""
    n, kk, _ = rates.weight.shape
    columns = len(rates.relations)
    weight = rates.weight.reshape(n, kk, columns, -1).transpose(2, 0, 3, 1)
    out = np.zeros_like(rates.level)
    seen: dict[str, int] = {}
    for c, relation in enumerate(rates.relations):
        g = seen.get(relation, 0)
        seen[relation] = g + 1
        feature = _feature(states, relation, g).reshape(n, n, -1)
        out += rates.factor[:, :, c, None] * (feature @ weight[c])
    return out


def _feature(states: States, relation: str, g: int) -> Floats:
    """Feature of one relation column for all pairs, (N, N, K, B); g is the bloc group."""
    s, t = states.by_source[g], states.by_target[g]
    if relation == "persistence":
        return np.asarray(states.by_source.sum(axis=0))
    if relation == "reply":
        return np.asarray(states.by_source.sum(axis=0).swapaxes(0, 1))
    if relation == "joint":
        return states.met
    if relation == "spread":
        rest = t.sum(axis=1)[:, None] - t
    elif relation == "alarm":
        rest = s.sum(axis=0)[:, None] - s.swapaxes(0, 1)
    elif relation == "joining":
        rest = s.sum(axis=0)[None] - s
    else:
        rest = t.sum(axis=1)[None] - t.swapaxes(0, 1)
    return np.asarray(np.maximum(rest, 0.0))
