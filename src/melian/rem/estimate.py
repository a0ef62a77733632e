"""From an objective to estimates: what is identified, the optimum with or without penalty, its covariance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from melian.rem.config import RemConfig
from melian.rem.engine import Evaluation
from melian.rem.identify import refuse_flat, refuse_separation, refuse_unidentified, spread_of
from melian.rem.lasso import maximise_lasso
from melian.rem.newton import Objective, Optimum, maximise

__all__ = ["Estimated", "estimate"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimated:
    """An optimum with what it is compared with.

    Attributes
    ----------
    optimum : Optimum
    start : Evaluation
        With all coefficients at 0 (but for the baseline).
    covariance : (p, p) float64
        Model-based; NaN after a lasso, with the reason in `notes`.
    notes : tuple of str
    """

    optimum: Optimum
    start: Evaluation
    covariance: FloatArray
    notes: tuple[str, ...]


def estimate(
    objective: Objective,
    start: FloatArray,
    *,
    labels: Sequence[str],
    config: RemConfig,
    n_events: int,
    baseline: bool,
    extreme: Callable[[int], str | None],
    begin: FloatArray | None = None,
) -> Estimated:
    """Maximise an objective under the settings' penalty.

    Parameters
    ----------
    objective : callable
        beta (p,) to `Evaluation`.
    start : (p,) float64
    labels : sequence of str
        Names of the coefficients, for messages.
    baseline : bool
        Whether the first coefficient is a baseline, which no penalty touches.
    extreme : callable
        As in `refuse_separation`.
    begin : (p,) float64, optional
        Where Newton begins, if it is better than `start`; a lasso always begins there.

    Raises
    ------
    InputError
        If effects are flat, collinear, or separate the events from the rest (without penalty).
    """
    first = objective(start)
    point, here = (start, first) if begin is None else (begin, objective(begin))
    if not here.log_likelihood >= first.log_likelihood:
        point, here = start, first
    if config.penalty is None:
        refuse_unidentified(first, labels, n_events=n_events)
        optimum = _newton(objective, point, here, config, n_events, None)
        refuse_separation(optimum.evaluation, first, labels, extreme=extreme)
        return Estimated(optimum, first, _inverse(optimum.evaluation.information), _stopped(optimum))
    refuse_flat(first, labels, n_events=n_events)
    spread = spread_of(first, n_events=n_events, baseline=baseline)
    kind, strength = config.penalty
    if kind == "ridge":
        return replace(_ridge(objective, point, here, config, n_events, strength * spread**2), start=first)
    return _lasso(objective, start, first, config, strength * spread)


def _ridge(
    objective: Objective,
    start: FloatArray,
    first: Evaluation,
    config: RemConfig,
    n_events: int,
    ridge: FloatArray,
) -> Estimated:
    """Estimate with a ridge penalty."""
    optimum = _newton(objective, start, first, config, n_events, ridge)
    covariance = _inverse(optimum.evaluation.information + np.diag(ridge))
    note = (
        f"{_penalty(config)}; the covariance is that of the posterior under the normal prior that the "
        "penalty stands for."
    )
    return Estimated(optimum, first, covariance, (note, *_stopped(optimum)))


def _lasso(
    objective: Objective, start: FloatArray, first: Evaluation, config: RemConfig, strength: FloatArray
) -> Estimated:
    """Estimate with a lasso penalty."""
    optimum = maximise_lasso(
        objective,
        start,
        strength=strength,
        tolerance=config.tolerance,
        max_iterations=config.max_iterations,
        first=first,
    )
    unknown: FloatArray = np.full((len(start), len(start)), np.nan)
    note = (
        f"{_penalty(config)}; standard errors after selection are not defined: fit the chosen effects "
        "again, on other events if possible."
    )
    return Estimated(optimum, first, unknown, (note, *_stopped(optimum)))


def _penalty(config: RemConfig) -> str:
    """Name the penalty."""
    assert config.penalty is not None
    kind, strength = config.penalty
    return (
        f"{kind.capitalize()} penalty {strength:g} on coefficients per standard deviation of their statistic"
    )


def _newton(
    objective: Objective,
    start: FloatArray,
    first: Evaluation,
    config: RemConfig,
    n_events: int,
    ridge: FloatArray | None,
) -> Optimum:
    """Maximise with the settings' tolerance."""
    return maximise(
        objective,
        start,
        n_events=n_events,
        tolerance=config.tolerance,
        max_iterations=config.max_iterations,
        ridge=ridge,
        first=first,
    )


def _stopped(optimum: Optimum) -> tuple[str, ...]:
    """Say that the search did not converge."""
    if optimum.converged:
        return ()
    return (f"Newton stopped after {optimum.iterations} steps without converging; do not use the estimates.",)


def _inverse(matrix: FloatArray) -> FloatArray:
    """Invert a symmetric matrix."""
    return np.asarray(np.linalg.inv(matrix), np.float64)
