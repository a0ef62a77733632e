"""Dispersion of counts around their predicted means, learned from errors made after the parameters' date.

Channel and day: variance mu + alpha mu^2, alpha by maximum likelihood on a grid, drawn towards a common one.
Sums over a horizon or over channels: mu + psi sum_c alpha_c mu_c^2 + omega mu^2, one psi and one omega for
each kind of sum and horizon: psi is what is left of the channels' own noise, omega what the sum's days and
channels share, such as a level that moves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from melian.forecast.distribution import log_probability

__all__ = ["ALPHAS", "Spread", "channel_alphas", "learn_spread", "pooled_alpha"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
ALPHAS = np.array(
    [0.01, 0.03, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 9.0, 14.0, 20.0, 30.0]
)
OWN = np.array([0.0, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.5])
SHARED = np.array([0.0, 0.01, 0.02, 0.04, 0.07, 0.12, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.5, 4.0])
ALPHA_SD = 0.7
"""Standard deviation of log alpha over channels around the pooled one."""


def _profile(count: Floats, mean: Floats) -> Floats:
    """Log-likelihood of every series at every alpha, (n_alphas, n_series); zero counts cost one logarithm."""
    out = np.empty((len(ALPHAS), mean.shape[1]))
    days, series = np.nonzero(count)
    y, mu = count[days, series], mean[days, series]
    for n, alpha in enumerate(ALPHAS):
        size = 1.0 / alpha
        gain = gammaln(y + size) - gammaln(size) + y * (np.log(mu) - np.log(mu + size))
        zeros = -size * np.log1p(mean * alpha).sum(axis=0)
        out[n] = zeros + np.bincount(series, gain, mean.shape[1])
    return out


def pooled_alpha(count: Floats, mean: Floats) -> float:
    """One alpha for all series (n_days, n_series) of counts and means."""
    return float(ALPHAS[_profile(count, mean).sum(axis=1).argmax()]) if count.size else 1.0


def channel_alphas(count: Floats, mean: Floats, *, centre: Floats | None = None) -> Floats:
    """Alpha of every series, (n_series,): posterior mode with log alpha normal around `centre`.

    `centre` (n_series,) is the pooled alpha of all series where it is not given.
    """
    profile = _profile(count, mean)
    middle = ALPHAS[[profile.sum(axis=1).argmax()]] if centre is None else np.maximum(centre, ALPHAS[0])
    prior = -0.5 * ((np.log(ALPHAS)[:, None] - np.log(middle)) / ALPHA_SD) ** 2
    return np.asarray(ALPHAS[(profile + prior).argmax(axis=0)])


@dataclass(frozen=True, slots=True)
class Spread:
    """How errors add up in one kind of sum over one horizon: psi (`own`) and omega (`shared`)."""

    own: float
    shared: float

    def alpha(self, mean: Floats, own: Floats) -> Floats:
        """Give alpha of sums with this mean, and with `own` = sum over channels of alpha mu^2."""
        return np.asarray(self.own * own / np.maximum(mean, 1e-12) ** 2 + self.shared)


def learn_spread(count: Floats, mean: Floats, own: Floats) -> Spread:
    """Psi and omega of one kind of sum and horizon by maximum likelihood on a grid; arrays of one shape."""
    candidates = [Spread(float(a), float(b)) for a in OWN for b in SHARED]
    scores = [log_probability(count, mean, spread.alpha(mean, own)).sum() for spread in candidates]
    return candidates[int(np.argmax(scores))]
