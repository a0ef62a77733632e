"""Worlds of weighted dyads: one answers the other a week later, or in the same week only, or not at all."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
from numpy.typing import NDArray

SINCE = dt.date(2000, 1, 3)


def codes(n: int, kind: str, rng: np.random.Generator) -> list[str]:
    """Draw CAMEO codes: cooperation (appeal, agree) or conflict (accuse, fight)."""
    return list(rng.choice(["020", "057"] if kind == "like" else ["112", "190"], n))


def answering(rng: np.random.Generator, weeks: int, *, delay: int, strength: float) -> pl.DataFrame:
    """Make A act in bursts of conflict or cooperation, and B answer in kind after some days."""
    rows = []
    mood = 0.0
    for week in range(weeks):
        mood = 0.5 * mood + rng.normal()
        kind = "like" if mood > 0 else "conflict"
        for day, n in enumerate(rng.poisson(0.4 + 0.6 * abs(mood), 7)):
            at = 7 * week + day
            rows += [(at, "A", "B", code) for code in codes(n, kind, rng)]
            back = rng.binomial(n, strength)
            rows += [(at + delay, "B", "A", code) for code in codes(back, kind, rng)]
            rows += [(at, "B", "A", code) for code in codes(rng.poisson(0.2), "conflict", rng)]
    return _frame(rows, 7 * weeks)


def alone(rng: np.random.Generator, weeks: int) -> pl.DataFrame:
    """Make both act in bursts of their own."""
    rows = []
    moods = np.zeros(2)
    for week in range(weeks):
        moods = 0.5 * moods + rng.normal(size=2)
        for (source, target), mood in zip((("A", "B"), ("B", "A")), moods, strict=True):
            kind = "like" if mood > 0 else "conflict"
            for day, n in enumerate(rng.poisson(0.4 + 0.6 * abs(mood), 7)):
                rows += [(7 * week + day, source, target, code) for code in codes(n, kind, rng)]
    return _frame(rows, 7 * weeks)


def _frame(rows: list[tuple[int, str, str, str]], days: int) -> pl.DataFrame:
    kept = sorted(row for row in rows if row[0] < days)
    return pl.DataFrame(
        {
            "date": [(SINCE + dt.timedelta(days=row[0])).isoformat() for row in kept],
            "source": [row[1] for row in kept],
            "target": [row[2] for row in kept],
            "cameo": [row[3] for row in kept],
            "event_id": [str(at) for at in range(len(kept))],
        }
    )


def autoregressive(rng: np.random.Generator, n_steps: int, lags: NDArray[np.float64]) -> NDArray[np.float64]:
    """Make a stable first-order system with independent innovations."""
    y = np.zeros((n_steps + 50, len(lags)))
    for t in range(1, len(y)):
        y[t] = lags @ y[t - 1] + rng.normal(size=len(lags))
    return y[50:]
