"""Negative-binomial counts with mean mu and variance mu + alpha mu^2, elementwise on arrays.

alpha = 0 is Poisson. CRPS and the moments of surprise are sums over the support, cut where nothing is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, gammaln
from scipy.stats import nbinom

__all__ = ["crps", "log_probability", "probability_up_to", "quantile", "randomised_pit", "surprise_moments"]

Floats = NDArray[np.float64]
LEAST_MEAN, LEAST_ALPHA = 1e-9, 1e-7
REST = 1e-10
"""Upper tail at which sums over the support end."""


def _parts(mean: ArrayLike, alpha: ArrayLike) -> tuple[Floats, Floats]:
    """Mean and size 1 / alpha, broadcast to one shape and held above zero."""
    mu, a = np.broadcast_arrays(np.asarray(mean, np.float64), np.asarray(alpha, np.float64))
    return np.maximum(mu, LEAST_MEAN), 1.0 / np.maximum(a, LEAST_ALPHA)


def log_probability(count: ArrayLike, mean: ArrayLike, alpha: ArrayLike) -> Floats:
    """Log of P(Y = count).

    Examples
    --------
    >>> float(log_probability(0, 2.0, 0.5).round(4))  # -2 log(1 + 0.5 * 2)
    -1.3863
    """
    mu, size = _parts(mean, alpha)
    y = np.asarray(count, np.float64)
    out = gammaln(y + size) - gammaln(size) - gammaln(y + 1.0)
    return np.asarray(out - size * np.log1p(mu / size) + y * (np.log(mu) - np.log(mu + size)))


def probability_up_to(count: ArrayLike, mean: ArrayLike, alpha: ArrayLike) -> Floats:
    """P(Y <= count), zero below zero (Johnson, Kemp and Kotz, Univariate Discrete Distributions, 5.5)."""
    mu, size = _parts(mean, alpha)
    y = np.asarray(count, np.float64)
    inside = betainc(size, np.maximum(y, 0.0) + 1.0, size / (size + mu))
    return np.asarray(np.where(y < 0.0, 0.0, inside))


def quantile(level: ArrayLike, mean: ArrayLike, alpha: ArrayLike) -> Floats:
    """Least count whose probability of being reached from below is at least `level`."""
    mu, size = _parts(mean, alpha)
    return np.asarray(nbinom.ppf(level, size, size / (size + mu)), np.float64)


def randomised_pit(count: ArrayLike, mean: ArrayLike, alpha: ArrayLike, *, seed: int = 1) -> Floats:
    """Give F(y - 1) + v P(Y = y) with v uniform: uniform itself where the distribution is right.

    Czado, Gneiting and Held (2009), Biometrics 65.
    """
    y = np.asarray(count, np.float64)
    below = probability_up_to(y - 1.0, mean, alpha)
    v = np.random.default_rng(seed).random(below.shape)
    return np.asarray(below + v * (probability_up_to(y, mean, alpha) - below))


def _support(mean: Floats, size: Floats) -> Iterator[tuple[float, NDArray[np.intp], Floats, Floats]]:
    """Walk up the support: count, entries not yet at their end, P(Y = count), P(Y <= count)."""
    live = np.arange(mean.size)
    pmf = np.exp(-size * np.log1p(mean / size))
    cdf = pmf.copy()
    ratio = mean / (mean + size)
    y = 0.0
    while live.size:
        yield y, live, pmf, cdf
        keep = (1.0 - cdf > REST) & ~((y > mean[live]) & (pmf < 1e-3 * REST))
        live = live[keep]
        y += 1.0
        pmf = pmf[keep] * ratio[live] * (y - 1.0 + size[live]) / y
        cdf = cdf[keep] + pmf


def _summed(
    mean: ArrayLike, alpha: ArrayLike, part: Callable[[float, NDArray[np.intp], Floats, Floats], Floats]
) -> Floats:
    mu, size = _parts(mean, alpha)
    out = np.zeros(mu.size)
    for y, live, pmf, cdf in _support(mu.ravel(), size.ravel()):
        out[live] += part(y, live, pmf, cdf)
    return out.reshape(mu.shape)


def crps(count: ArrayLike, mean: ArrayLike, alpha: ArrayLike) -> Floats:
    """Continuous ranked probability score, sum over k of (F(k) - 1[count <= k])^2; lower is better.

    Gneiting and Raftery (2007), JASA 102. Beyond the cut of the support each k below `count` adds one.
    """
    mu, _ = _parts(mean, alpha)
    y = np.broadcast_to(np.asarray(count, np.float64), mu.shape).ravel()
    last = np.zeros(mu.size)

    def part(k: float, live: NDArray[np.intp], pmf: Floats, cdf: Floats) -> Floats:
        last[live] = k
        return np.asarray((cdf - (y[live] <= k)) ** 2)

    inside = _summed(mu, alpha, part)
    return np.asarray(inside + np.maximum(y - last - 1.0, 0.0).reshape(mu.shape))


def surprise_moments(mean: ArrayLike, alpha: ArrayLike) -> tuple[Floats, Floats]:
    """Mean (the entropy) and variance of -log P(Y) where the distribution is right, in nats."""

    def first(_: float, __: NDArray[np.intp], pmf: Floats, ___: Floats) -> Floats:
        return np.asarray(-pmf * np.log(np.maximum(pmf, 1e-300)))

    def second(_: float, __: NDArray[np.intp], pmf: Floats, ___: Floats) -> Floats:
        return np.asarray(pmf * np.log(np.maximum(pmf, 1e-300)) ** 2)

    entropy = _summed(mean, alpha, first)
    return entropy, np.maximum(_summed(mean, alpha, second) - entropy**2, 0.0)
