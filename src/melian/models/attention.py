"""Exposure of a dyad to attention it did not make itself: e_ij(t) = 1 - kappa_i + kappa_i a_ij(t)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melian.history import EventHistory
from melian.kernels.attention import pair_sums
from melian.models.course import CourseBasis
from melian.models.weekday import weekday_of

__all__ = ["Wave", "make_wave"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Wave:
    """Smoothed reports per block of days: a_ij = (M - M_i - M_j + M_ij) / norm_ij.

    It is never held per dyad and day.

    Attributes
    ----------
    half : int
        Half-width of the moving average in blocks.
    total : (n_blocks,) float64
    by_actor : (n_actors, n_blocks) float64
    pair_low, pair_high, pair_block : (n_pairs,) int64
    pair_raw : (n_pairs,) float64
        Reports that involve both, per block, before smoothing.
    mass : (n_blocks,) float64
        Weekday-weighted days under the moving average at each block.
    norm : (n_actors, n_actors) float64
        Mean of the numerator over the likelihood's days.
    """

    half: int
    total: Floats
    by_actor: Floats
    pair_low: NDArray[np.int64]
    pair_high: NDArray[np.int64]
    pair_block: NDArray[np.int64]
    pair_raw: Floats
    mass: Floats
    norm: Floats

    def box(self, values: Floats) -> Floats:
        """Sum over the moving window along the last axis."""
        return _box(values, self.half)

    def at(self, source: NDArray[np.int32], target: NDArray[np.int32], block: NDArray[np.int32]) -> Floats:
        """a_ij at the asked (source, target, block), (n,) float64."""
        i, j = source, target
        value = self.total[block] - self.by_actor[i, block] - self.by_actor[j, block]
        n, n_blocks = self.by_actor.shape
        key = (self.pair_low * n + self.pair_high) * n_blocks + self.pair_block
        running = np.concatenate([[0.0], np.cumsum(self.pair_raw)])
        pair = np.minimum(i, j).astype(np.int64) * n + np.maximum(i, j)
        low = np.searchsorted(key, pair * n_blocks + np.maximum(block - self.half, 0))
        high = np.searchsorted(
            key, pair * n_blocks + np.minimum(block + self.half, n_blocks - 1), side="right"
        )
        value = value + (running[high] - running[low]) / self.mass[block]
        return np.asarray(np.maximum(value / self.norm[i, j], 1e-3))

    def column_sums(self, weighted: Floats) -> Floats:
        """Sum over blocks of weighted[i, k, block] a_ij(block): (n_actors, n_actors, n_instruments).

        Linear in a, so it needs actors x blocks only; flops O(actors^2 x instruments x blocks).
        """
        own = self.total[None, :] - self.by_actor
        first = np.einsum("ikb,ib->ik", weighted, own)
        out = first[:, None, :] - np.einsum("ikb,jb->ijk", weighted, self.by_actor, optimize=True)
        if len(self.pair_raw):
            spread = self.box(weighted / self.mass)
            out = np.ascontiguousarray(out)
            pair_sums(self.pair_low, self.pair_high, self.pair_block, self.pair_raw, spread, out)
        return np.asarray(out / self.norm[:, :, None])


def _box(values: Floats, half: int) -> Floats:
    running = np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(values, axis=-1)], axis=-1)
    n = values.shape[-1]
    at = np.arange(n)
    return np.asarray(running[..., np.minimum(at + half + 1, n)] - running[..., np.maximum(at - half, 0)])


def make_wave(history: EventHistory, basis: CourseBasis, daily: Floats, bandwidth: float) -> Wave | None:
    """Smooth the store's reports over `bandwidth` days; None where the history has no store behind it."""
    seen = history.attention
    if seen is None:
        return None
    days = np.flatnonzero(basis.block >= 0)
    block = basis.block[days]
    n, n_blocks = history.n_actors, basis.n_blocks
    weekday = weekday_of(history, days)
    profile = np.bincount(weekday, seen.total[days], 7) / np.maximum(np.bincount(weekday, minlength=7), 1)
    profile = profile / profile.mean() if profile.sum() > 0 else np.ones(7)
    half = max(round((bandwidth / history.step_days / basis.days - 1) / 2), 0)
    mass = np.maximum(_box(_tally(block, profile[weekday], n_blocks), half), 1e-9)
    total = _box(_tally(block, seen.total[days], n_blocks), half) / mass
    rows = np.stack([_tally(block, seen.by_actor[i, days], n_blocks) for i in range(n)])
    by_actor = _box(rows, half) / mass
    keep = basis.block[seen.pair_step] >= 0
    key = (seen.pair_low[keep].astype(np.int64) * n + seen.pair_high[keep]) * n_blocks + basis.block[
        seen.pair_step[keep]
    ]
    unique, inverse = np.unique(key, return_inverse=True)
    raw = _tally(inverse, seen.pair_count[keep], len(unique))
    low, high, at = unique // n_blocks // n, unique // n_blocks % n, unique % n_blocks
    share = _tally(block, daily[:, days].sum(axis=0), n_blocks)
    share = share / share.sum()
    norm = total @ share - (by_actor @ share)[:, None] - (by_actor @ share)[None, :]
    extra = _box_at(raw, at, share / mass, half)
    np.add.at(norm, (low, high), extra)
    np.add.at(norm, (high, low), extra)
    return Wave(half, total, by_actor, low, high, at, raw, mass, np.maximum(norm, 1e-9))


def _tally(index: NDArray[np.integer[Any]], weight: Floats, size: int) -> Floats:
    """Sum weights by index, float64 whatever numpy makes of an empty index."""
    return np.bincount(index, weight, size).astype(np.float64)[:size]


def _box_at(raw: Floats, at: NDArray[np.int64], weight: Floats, half: int) -> Floats:
    return np.asarray(raw * _box(weight, half)[at])
