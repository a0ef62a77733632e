"""Relational event models written out: statistics by counting, one event after the other."""

from __future__ import annotations

import math

import numpy as np

Event = tuple[int, int]


def inertia(past: list[Event], i: int, j: int) -> float:
    return float(sum(1 for event in past if event == (i, j)))


def reciprocity(past: list[Event], i: int, j: int) -> float:
    return inertia(past, j, i)


def otp(past: list[Event], i: int, j: int, n: int) -> float:
    others = [h for h in range(n) if h not in (i, j)]
    return float(sum(min(inertia(past, i, h), inertia(past, h, j)) for h in others))


def faded(past: list[Event], i: int, j: int, now: float, half_life: float) -> float:
    """Reciprocity with a half-life; event k (from 0) was at time k + 1."""
    return sum(2.0 ** (-(now - (k + 1)) / half_life) for k, event in enumerate(past) if event == (j, i))


def turn(past: list[Event], i: int, j: int) -> float:
    return float(bool(past) and past[-1] == (j, i))


def draw(beta: np.ndarray, uniform: np.ndarray, n: int, half_life: float) -> list[Event]:
    """Draw events at times 1, 2, ... from inertia, faded reciprocity, otp (log1p) and psABBA."""
    past: list[Event] = []
    for k, u in enumerate(uniform):
        rows = [(i, j) for i in range(n) for j in range(n) if i != j]
        weights = []
        for i, j in rows:
            values = (
                inertia(past, i, j),
                faded(past, i, j, k + 1.0, half_life),
                math.log1p(otp(past, i, j, n)),
                turn(past, i, j),
            )
            weights.append(math.exp(float(np.dot(beta, values))))
        at = np.searchsorted(np.cumsum(weights), u * sum(weights), side="right")
        past.append(rows[int(min(at, len(rows) - 1))])
    return past
