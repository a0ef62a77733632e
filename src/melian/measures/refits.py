"""A history with the fast fit of the model to it, and refits under random weights beside that one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from melian.history import EventHistory
from melian.models.attention import Wave
from melian.models.choose import trial_ridge
from melian.models.course import CourseBasis
from melian.models.design import Design, reweight
from melian.models.hawkes import HawkesConfig
from melian.models.newton import Hyper, NewtonConfig, fit_newton
from melian.models.parameters import Parameters
from melian.models.quick import quick_setting

__all__ = ["BLOCK", "Fitted", "fit_quickly", "refits"]

Floats = NDArray[np.float64]
BLOCK = 14
"""Days of a block of the bootstrap, as in the intervals of the fast estimator."""


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A history and its fit by the fast estimator.

    Attributes
    ----------
    history : EventHistory
    design : Design
    basis : CourseBasis
    waves : tuple of Wave
    hyper : Hyper
        Roughness, attention and targets, chosen once; every refit has the same ones.
    parameters : Parameters
    seed : int
    pooled : bool
        Weights are drawn towards the mean of their group over all sources (`pooled_ridge`); free where not.
    """

    history: EventHistory
    design: Design
    basis: CourseBasis
    waves: tuple[Wave, ...]
    hyper: Hyper
    parameters: Parameters
    seed: int
    pooled: bool = False

    def fit(self, design: Design, *, afresh: bool = False) -> Parameters:
        """Fit another design of the same actors and days, priors pooled anew where they are.

        Afresh: from all events as baseline; else from this fit, whose weights at 0 hardly leave it.
        """
        prior = None
        if self.pooled:
            prior = trial_ridge(design, self.basis, self.waves, self.hyper, NewtonConfig())
        start = None if afresh else self.parameters
        fit = fit_newton(design, self.basis, self.waves, hyper=self.hyper, ridge=prior, start=start)
        return fit.parameters

    def weighted(self, day_weight: Floats) -> Parameters:
        """Fit under other weights of the days in the likelihood, (n_steps,)."""
        return self.fit(reweight(self.design, day_weight))

    def at(self, parameters: Parameters) -> Fitted:
        """Give the same fit with other parameters."""
        return replace(self, parameters=parameters)


def fit_quickly(history: EventHistory, config: HawkesConfig | None = None, *, pooled: bool = False) -> Fitted:
    """Fit a history with the fast estimator, whatever estimator the configuration names.

    All relations take part, so that a measure of reaction is free to find it. With `pooled`, weights are
    drawn towards the mean of their group over all sources: each of them then tells more, and less of noise.

    Raises
    ------
    InputError
        If there are fewer than two actors, an unknown bloc, or no directed events that are shared out.
    """
    config = config or HawkesConfig()
    design, basis, waves, hyper = quick_setting(history, config)
    prior = trial_ridge(design, basis, waves, hyper, NewtonConfig()) if pooled else None
    fit = fit_newton(design, basis, waves, hyper=hyper, ridge=prior)
    return Fitted(history, design, basis, waves, hyper, fit.parameters, config.seed, pooled)


def refits(
    fitted: Fitted, n_refits: int, *, seed: int, stream: int = 0, within: NDArray[np.bool_] | None = None
) -> Iterator[Parameters]:
    """Refit under exponential weights (mean 1, never 0) on blocks of days, one after the other.

    Weights on the likelihood, never resampled series: features stay as they are, so decay is not broken
    (Newton and Raftery 1994, the weighted likelihood bootstrap; blocks keep over-dispersion in).

    Parameters
    ----------
    n_refits : int
    seed, stream : int
        Another stream of the same seed shares no weights with this one, nor with those of other seeds.
    within : (n_steps,) bool, optional
        Days of the likelihood; all if not given.
    """
    rng = np.random.default_rng((seed, 771, stream))
    block = np.arange(fitted.history.n_steps) // BLOCK
    inside = np.ones(len(block)) if within is None else within.astype(np.float64)
    for _ in range(n_refits):
        yield fitted.weighted(rng.standard_exponential(block[-1] + 1)[block] * inside)
