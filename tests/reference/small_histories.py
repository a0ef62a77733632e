"""Small random histories for tests of the models: no simulator, only noise of the right form."""

from __future__ import annotations

import datetime as dt

import numpy as np

from melian.history import Attention, EventHistory


def random_history(
    seed: int = 0, *, n: int = 4, kk: int = 2, n_steps: int = 60, rows: int = 160, first: int = 10
) -> EventHistory:
    """Random cells with joint events, a bloc that changes in mid-record and whole-store attention."""
    rng = np.random.default_rng(seed)
    step = rng.integers(0, n_steps, rows)
    source = rng.integers(0, n, rows)
    target = (source + rng.integers(1, n, rows)) % n
    joint = rng.random(rows) < 0.2
    low, high = np.minimum(source, target), np.maximum(source, target)
    source, target = np.where(joint, low, source), np.where(joint, high, target)
    key = np.stack([step, joint, source, target, rng.integers(0, kk, rows)], axis=1)
    key = np.unique(key, axis=0).astype(np.int32)
    bloc = rng.random((n, 1)) < 0.5
    bloc = np.where(np.arange(n_steps)[None, :] < n_steps // 2, bloc, ~bloc)
    return EventHistory(
        tuple("ABCDEFGH"[:n]), tuple(f"tool{k}" for k in range(kk)), dt.date(2020, 1, 1), n_steps,
        (first, n_steps), key[:, 0], key[:, 2], key[:, 3], key[:, 4],
        rng.integers(1, 4, len(key)).astype(np.int32), key[:, 1].astype(bool),
        np.arange(len(key), dtype=np.int64), _attention(rng, n, n_steps), {"pact": bloc},
    )  # fmt: skip


def _attention(rng: np.random.Generator, n: int, n_steps: int) -> Attention:
    wave = 40.0 * np.exp(0.5 * np.sin(np.arange(n_steps) / 9.0))
    pairs = np.array([(i, j) for i in range(n) for j in range(i + 1, n)])
    which = np.repeat(np.arange(len(pairs)), n_steps)
    return Attention(
        rng.poisson(wave).astype(float) + 30.0,
        rng.poisson(0.1 * wave, (n, n_steps)).astype(float),
        pairs[which, 0].astype(np.int32), pairs[which, 1].astype(np.int32),
        np.tile(np.arange(n_steps), len(pairs)).astype(np.int32),
        rng.poisson(1.0, n_steps * len(pairs)).astype(float),
    )  # fmt: skip
