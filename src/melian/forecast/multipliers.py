"""Discounted gamma multipliers: how far recent counts stand above or below what the model expects.

The means of all channels of a group (all actors, a source, a pair, a channel) are multiplied by
r = (a + S_y) / (a + S_mu), S_y and S_mu the discounted sums of counts and of the means before multiplication:
the local-level model for counts of Harvey and Fernandes (1989), JBES 7, with the Hawkes mean as its offset.
Groups stand in a sequence; each corrects what the ones before it left. With no new events the evidence
decays, and r returns to 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["GROUPS", "HALF_LIVES", "PRIORS", "Level", "Multipliers", "filter_series"]

Floats = NDArray[np.float64]
GROUPS: dict[str, tuple[int, ...]] = {"all": (0, 1, 2), "source": (1, 2), "pair": (2,), "channel": ()}
"""Axes of (source, target, instrument) that a group of channels spans."""
HALF_LIVES = (5.0, 10.0, 20.0, 40.0, 80.0, 160.0)
PRIORS = (1.0, 3.0, 10.0, 30.0, 100.0)


@dataclass(frozen=True, slots=True)
class Level:
    """One multiplier: which channels share it, half-life of the evidence in days, prior events a."""

    group: str
    half_life: float
    prior: float

    def sum(self, values: Floats) -> Floats:
        """Sum (N, N, K) over the channels of each group; axes are kept."""
        axes = GROUPS[self.group]
        return values.sum(axis=axes, keepdims=True) if axes else values

    def ratio(self, counts: Floats, means: Floats, ahead: int = 0) -> Floats:
        """Multiplier from discounted sums, after `ahead` further days without evidence."""
        left = np.exp2(-ahead / self.half_life)
        return np.asarray((self.prior + left * counts) / (self.prior + left * means))


class Multipliers:
    """State of the multipliers: discounted counts and means of every group of every level.

    Attributes
    ----------
    levels : tuple of Level
    counts, means : list of arrays
        One of each per level, shaped (N, N, K) with ones on the axes that the group spans.
    """

    __slots__ = ("counts", "levels", "means")

    def __init__(self, levels: tuple[Level, ...], shape: tuple[int, int, int]) -> None:
        self.levels = levels
        self.counts = [np.zeros_like(level.sum(np.zeros(shape))) for level in levels]
        self.means = [zero.copy() for zero in self.counts]

    def factor(self, ahead: int = 0) -> Floats:
        """Product of the multipliers of every channel, broadcastable to (N, N, K)."""
        out = np.ones((1, 1, 1))
        for level, counts, means in zip(self.levels, self.counts, self.means, strict=True):
            out = out * level.ratio(counts, means, ahead)
        return out

    def push(self, count: Floats, mean: Floats) -> None:
        """End a day: counts and the model's own means of all channels, (N, N, K) each."""
        for n, level in enumerate(self.levels):
            ratio = level.ratio(self.counts[n], self.means[n])
            keep = np.exp2(-1.0 / level.half_life)
            self.counts[n] = keep * self.counts[n] + level.sum(count)
            self.means[n] = keep * self.means[n] + level.sum(mean)
            mean = mean * ratio


def filter_series(count: Floats, mean: Floats, level: Level) -> Floats:
    """Give means of whole series (n_days, N, N, K) times one level's multiplier, each from days before."""
    one = Multipliers((level,), mean.shape[1:])
    out = np.empty_like(mean)
    for t in range(len(mean)):
        out[t] = mean[t] * one.factor()
        one.push(count[t], mean[t])
    return out
