"""Worlds of protest inside countries: at home, spreading or not, with force from outside before it or not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.data.domestic import Domestic
from melian.history import Attention, EventHistory

Ints = NDArray[np.int64]
ORIGIN = dt.date(2000, 1, 1)
HALF_LIVES = (1.5, 8.0)
"""Off the fitted ones."""
WEIGHTS = np.array([0.6, 0.4])
REST = 20


@dataclass(frozen=True)
class Uprising:
    """Counts by day and country, and the true shares of protest by origin; (3, n_countries) by country."""

    foreign: EventHistory
    domestic: Domestic
    own: float
    spread: float
    outside: float
    by_country: NDArray[np.float64]


def uprising(
    seed: int, *, countries: int = 6, days: int = 600, spread: float = 0.0, outside: float = 0.0
) -> Uprising:
    """Run a branching process day by day: a quarter of protest follows protest at home, in every world."""
    rng = np.random.default_rng(seed)
    rho = np.exp2(-1.0 / np.array(HALF_LIVES))
    period, phase = rng.uniform(150, 500, countries), rng.uniform(0, 2 * np.pi, countries)
    course = np.exp(0.4 * np.sin(2 * np.pi * np.arange(days)[:, None] / period + phase))
    level = 0.5 * rng.gamma(2.0, 0.5, countries) + 0.15
    felt = np.zeros((2, 2, countries))
    protest, force = np.zeros((days, countries), np.int64), rng.poisson(0.3, (days, countries))
    origin = np.zeros((4, countries))
    for day in range(days):
        past = WEIGHTS @ felt
        others = (past[0].sum() - past[0]) / (countries - 1)
        parts = rng.poisson([level * course[day], 0.25 * past[0], spread * others, outside * past[1]])
        protest[day] = parts.sum(axis=0)
        origin += parts
        now = np.stack([protest[day], force[day]])
        felt = felt * rho[None, :, None] + (now[:, None, :] * (1.0 - rho)[None, :, None])
    shares = origin.sum(axis=1) / origin.sum()
    by_country = origin[1:] / np.maximum(origin.sum(axis=0), 1.0)
    return Uprising(*_histories(protest, force), *(float(share) for share in shares[1:]), by_country)


def _histories(protest: Ints, force: Ints) -> tuple[EventHistory, Domestic]:
    days, n = protest.shape
    actors = (*(f"C{i:02d}" for i in range(n)), "X")
    step, target = np.nonzero(force)
    none = np.zeros(len(step), np.int32)
    foreign = EventHistory(
        actors, ("force",), ORIGIN, days, (0, days), step.astype(np.int32), none + n, target.astype(np.int32),
        none, force[step, target].astype(np.int32), none.astype(bool), np.full(len(step), -1),
    )  # fmt: skip
    by_actor = np.vstack([(protest + force).T, force.sum(axis=1)]).astype(np.float64)
    total = (protest.sum(axis=1) + force.sum(axis=1) + REST).astype(np.float64)
    attention = Attention(
        total, by_actor, target.astype(np.int32), none + n, step.astype(np.int32),
        force[step, target].astype(np.float64),
    )  # fmt: skip
    at, country = np.nonzero(protest)
    domestic = Domestic(
        actors, ORIGIN, at.astype(np.int32), country.astype(np.int32), np.zeros(len(at), np.int32),
        protest[at, country].astype(np.int32), attention,
    )  # fmt: skip
    return foreign, domestic
