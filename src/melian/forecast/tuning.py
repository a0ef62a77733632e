"""What is chosen on days after the parameters' date: multipliers, dispersion, and how errors add up ahead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from melian.forecast.dispersion import Spread, channel_alphas, learn_spread, pooled_alpha
from melian.forecast.distribution import log_probability
from melian.forecast.multipliers import GROUPS, HALF_LIVES, PRIORS, Level, filter_series

__all__ = [
    "KINDS",
    "Ahead",
    "Tuning",
    "choose_levels",
    "kind_sum",
    "learn_ahead",
    "learn_alpha",
    "learn_spreads",
]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
KINDS: dict[str, tuple[int, ...]] = {
    "channel": (), "pair": (2,), "toolkit": (1,), "source": (1, 2), "all": (0, 1, 2),
}  # fmt: skip
"""Kinds of sums over (source, target, instrument): the axes that are summed over."""
LEAST_GAIN = 4.0
"""Nats of log score that a multiplier must gain to be kept."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """Sums ahead from a number of origins: events that came, and that were expected; (n_origins, N, N, K)."""

    count: Floats
    mean: Floats


@dataclass(frozen=True, slots=True)
class Tuning:
    """Multipliers and dispersion.

    Attributes
    ----------
    levels : tuple of Level
    alpha : (N, N, K) float64
        Of channels and single days.
    spread : mapping of (kind, horizon) to Spread
    ahead : mapping of horizon to (N, N, K) float64
        Alpha of channels' sums over the horizon: the spread's, moved by each channel's own errors.
    """

    levels: tuple[Level, ...]
    alpha: Floats
    spread: dict[tuple[str, int], Spread]
    ahead: dict[int, Floats]

    def ahead_alpha(self, mean: Floats, *, kind: str, horizon: int) -> Floats:
        """Give alpha of sums of a kind from the channels' means summed over the horizon, (..., N, N, K).

        Between the horizons that were learned it is interpolated in the logarithm of days.
        """
        known = sorted(self.ahead)
        at = float(np.interp(np.log(horizon), np.log(known), np.arange(len(known))))
        low, high = known[int(np.floor(at))], known[int(np.ceil(at))]
        part = at - np.floor(at)
        if kind == "channel":
            return np.asarray((1.0 - part) * self.ahead[low] + part * self.ahead[high])
        total, own = kind_sum(mean, kind), kind_sum(self.alpha * mean**2, kind)
        below, above = (self.spread[kind, h].alpha(total, own) for h in (low, high))
        return np.asarray((1.0 - part) * below + part * above)


def kind_sum(values: Floats, kind: str) -> Floats:
    """Sum the last three axes (N, N, K) as the kind asks for; summed axes are kept with length one."""
    axes = tuple(axis - 3 for axis in KINDS[kind])
    return values.sum(axis=axes, keepdims=True) if axes else values


def choose_levels(
    count: Floats, mean: Floats, tracked: Mask, *, since: int
) -> tuple[tuple[Level, ...], Floats]:
    """Choose the multipliers one after the other, from the widest group to the narrowest, by log score.

    Parameters
    ----------
    count, mean : (n_days, N, N, K)
        Events, and the model's own means; days before `since` only carry evidence.
    tracked : (N, N, K) bool
        Channels whose score counts.

    Returns
    -------
    levels, mean : the multipliers that gain, and the means times them
    """
    y = count[since:, tracked]
    levels: list[Level] = []
    for group in GROUPS:
        alpha = channel_alphas(y, mean[since:, tracked])
        best, chosen = _score(y, mean[since:, tracked], alpha) + LEAST_GAIN, None
        for half_life in HALF_LIVES:
            for prior in PRIORS:
                level = Level(group, half_life, prior)
                ratio = _ratio_series(count, mean, level)[since:]
                ratio = np.broadcast_to(ratio, mean[since:].shape)[:, tracked]
                score = _score(y, mean[since:, tracked] * ratio, alpha)
                if score > best:
                    best, chosen = score, level
        if chosen is not None:
            levels.append(chosen)
            mean = filter_series(count, mean, chosen)
    return tuple(levels), mean


def _score(y: Floats, mean: Floats, alpha: Floats) -> float:
    return float(log_probability(y, mean, alpha[None, :]).sum())


def _ratio_series(count: Floats, mean: Floats, level: Level) -> Floats:
    """Multiplier of every day and group as in `filter_series`, for all days at once."""
    keep = float(np.exp2(-1.0 / level.half_life))
    past = [lfilter([0.0, 1.0], [1.0, -keep], kind, axis=0) for kind in _group_sums(count, mean, level)]
    return level.ratio(past[0], past[1])


def _group_sums(count: Floats, mean: Floats, level: Level) -> tuple[Floats, Floats]:
    axes = tuple(axis + 1 for axis in GROUPS[level.group])
    if not axes:
        return count, mean
    return count.sum(axis=axes, keepdims=True), mean.sum(axis=axes, keepdims=True)


def learn_alpha(count: Floats, mean: Floats, tracked: Mask) -> Floats:
    """Alpha of every channel (N, N, K): its own where tracked, a pooled one of its instrument elsewhere."""
    out = np.empty(tracked.shape)
    for k in range(tracked.shape[2]):
        rest = ~tracked[:, :, k] & ~np.eye(len(tracked), dtype=bool)
        out[:, :, k] = pooled_alpha(count[:, rest, k], np.maximum(mean[:, rest, k], 1e-12))
    out[tracked] = channel_alphas(count[:, tracked], mean[:, tracked])
    return out


def learn_ahead(
    ahead: dict[int, Ahead], alpha: Floats, spread: dict[tuple[str, int], Spread], tracked: Mask
) -> dict[int, Floats]:
    """Alpha of channels over every horizon, (N, N, K): its own errors, drawn towards what the spread says."""
    out = {}
    for horizon, sums in ahead.items():
        mean = sums.mean.mean(axis=0)
        found = np.broadcast_to(spread["channel", horizon].alpha(mean, alpha * mean**2), mean.shape).copy()
        past = np.maximum(sums.mean[:, tracked], 1e-9)
        found[tracked] = channel_alphas(sums.count[:, tracked], past, centre=found[tracked])
        out[horizon] = found
    return out


def learn_spreads(ahead: dict[int, Ahead], alpha: Floats, tracked: Mask) -> dict[tuple[str, int], Spread]:
    """Learn how errors add up in every kind of sum and horizon; for channels from the tracked ones alone."""
    out = {}
    for horizon, sums in ahead.items():
        for kind in KINDS:
            parts = [kind_sum(part, kind) for part in (sums.count, sums.mean, alpha * sums.mean**2)]
            if kind == "channel":
                parts = [part[:, tracked] for part in parts]
            use = parts[1] > 0.0
            out[kind, horizon] = learn_spread(*(part[use] for part in parts))
    return out
