"""Small Metropolis helpers shared by the parts of the genealogy sampler."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["RandomWalk", "draw_pooled"]

Floats = NDArray[np.float64]


class RandomWalk:
    """Element-wise random-walk Metropolis on independent entries, with step sizes that adapt in burn-in."""

    def __init__(self, shape: tuple[int, ...], step: float) -> None:
        self.step = np.full(shape, step)

    def move(
        self,
        value: Floats,
        rng: np.random.Generator,
        *,
        likelihood: Callable[[Floats], Floats],
        prior: Callable[[Floats], Floats],
        adapt: bool,
    ) -> tuple[Floats, Floats]:
        """Return the new values and the accepted changes (0 where refused).

        likelihood(delta) is the change of the log-likelihood of each entry for a change delta of it,
        prior(value) the log prior density up to a constant.
        """
        delta = self.step * rng.standard_normal(value.shape)
        gain = likelihood(delta) + prior(value + delta) - prior(value)
        accepted = np.log(rng.random(value.shape)) < gain
        if adapt:
            self.step = np.clip(self.step * np.where(accepted, 1.08, 0.96), 0.02, 3.0)
        change = np.where(accepted, delta, 0.0)
        return value + change, change


def draw_pooled(
    x: Floats, top: Floats | float, top_sd: float, sd: float, prior_sd: float, rng: np.random.Generator
) -> tuple[Floats, float]:
    """Draw the common centre and the spread of rows x[r] ~ N(centre, sd^2), centre ~ N(top, top_sd^2).

    sd^2 has a scaled inverse chi-square prior with 30 degrees of freedom around prior_sd^2: relations are
    held close to a common shape, which is what tells a slow third-party relation from a constant baseline.
    """
    freedom = 30.0
    precision = len(x) / sd**2 + 1.0 / top_sd**2
    mean = (x.sum(axis=0) / sd**2 + np.asarray(top) / top_sd**2) / precision
    centre = mean + rng.standard_normal(x.shape[1:]) / np.sqrt(precision)
    rest = float(((x - centre) ** 2).sum())
    spread = float(np.sqrt((freedom * prior_sd**2 + rest) / rng.chisquare(freedom + x.size)))
    return centre, spread
