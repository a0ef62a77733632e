"""Worlds of known toolkits: clustered counts of any sizes, one toolkit or two, one copying the other."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from melian.history import EventHistory

INSTRUMENTS = ("coercion", "contestation", "economy", "force", "soft_power")
SHARES = np.array([0.15, 0.3, 0.08, 0.02, 0.45])
CLUSTER = 20.0
"""Precision of the Dirichlet that every block's own shares are drawn from: small ones cluster."""


def clustered(
    rng: np.random.Generator, n_blocks: int, mean: float, shares: NDArray[np.float64] = SHARES
) -> NDArray[np.int64]:
    """Draw events by block and instrument, over-dispersed in number and in kind."""
    total = rng.negative_binomial(3, 3.0 / (3.0 + mean), n_blocks)
    own = rng.dirichlet(shares * CLUSTER, n_blocks)
    return np.array([rng.multinomial(n, p) for n, p in zip(total, own, strict=True)])


def history_of(counts: dict[str, NDArray[np.int64]], days: int = 14) -> EventHistory:
    """Turn events by actor, block and instrument into a history; the target is always Z."""
    rng = np.random.default_rng(0)
    names = (*sorted(counts), "Z")
    rows = []
    for a, name in enumerate(sorted(counts)):
        for block, kind in zip(*np.nonzero(counts[name]), strict=True):
            day, n = np.unique(rng.integers(0, days, counts[name][block, kind]), return_counts=True)
            rows += [(block * days + d, a, len(names) - 1, kind, c) for d, c in zip(day, n, strict=True)]
    table = np.array(sorted(rows), np.int32)
    n_steps = days * len(next(iter(counts.values())))
    return EventHistory(
        names, INSTRUMENTS, dt.date(2000, 1, 1), n_steps, (0, n_steps), *table.T,
        np.zeros(len(table), np.bool_), np.full(len(table), -1),
    )  # fmt: skip


def copying(rng: np.random.Generator, n_steps: int, *, lag: int) -> dict[str, NDArray[np.int64]]:
    """Make a leader whose toolkit wanders and one that has it `lag` steps later; 0: both at once."""
    wander = np.zeros((n_steps + lag, len(SHARES)))
    for t in range(1, len(wander)):
        wander[t] = 0.6 * wander[t - 1] + rng.normal(0.0, 0.6, len(SHARES))
    share = np.exp(np.log(SHARES) + wander)
    share /= share.sum(axis=1, keepdims=True)

    def drawn(of: NDArray[np.float64], mean: int) -> NDArray[np.int64]:
        return np.array([rng.multinomial(rng.poisson(mean), p) for p in of])

    return {"LEAD": drawn(share[lag:], 200), "TAIL": drawn(share[: len(share) - lag], 40)}
