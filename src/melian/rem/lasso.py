"""Lasso by proximal Newton: coordinate descent on the quadratic model, then a line search.

Lee, Sun, Saunders (2014), Proximal Newton-type methods for minimizing composite functions, SIAM J. Optim. 24;
Friedman, Hastie, Tibshirani (2010), Regularization paths via coordinate descent, J. Stat. Softw. 33.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from melian.rem.engine import Evaluation
from melian.rem.newton import Objective, Optimum

__all__ = ["maximise_lasso"]

FloatArray = NDArray[np.float64]
SWEEPS: Final = 1000
HALVINGS: Final = 40


def maximise_lasso(
    objective: Objective,
    start: FloatArray,
    *,
    strength: FloatArray,
    tolerance: float,
    max_iterations: int,
    first: Evaluation,
) -> Optimum:
    """Maximise log-likelihood - sum_k strength_k |beta_k|.

    Parameters
    ----------
    strength : (p,) float64
        0 where a coefficient is free.

    Examples
    --------
    >>> top = np.array([1.0, -0.2])
    >>> bowl = lambda b: Evaluation(-0.5 * ((b - top) ** 2).sum(), top - b, np.eye(2))
    >>> maximise_lasso(bowl, np.zeros(2), strength=np.full(2, 0.5), tolerance=1e-12, max_iterations=9,
    ...     first=bowl(np.zeros(2))).estimate.tolist()
    [0.5, 0.0]
    """
    beta, here = np.asarray(start, np.float64), first
    for iteration in range(1, max_iterations + 1):
        value = here.log_likelihood - float(strength @ np.abs(beta))
        target = _descend(beta, here, strength)
        step = target - beta
        gain = float(here.score @ step) - float(strength @ (np.abs(target) - np.abs(beta)))
        if gain <= tolerance * (1.0 + abs(value)):
            return Optimum(beta, here, iteration - 1, True)
        moved = _search(objective, beta, step, value, strength)
        if moved is None:
            return Optimum(beta, here, iteration - 1, gain <= 1e-9 * (1.0 + abs(value)))
        beta, here = moved
    return Optimum(beta, here, max_iterations, False)


def _descend(beta: FloatArray, here: Evaluation, strength: FloatArray) -> FloatArray:
    """Maximise the quadratic model with its penalty, one coefficient after the other."""
    target = beta.copy()
    slope = here.score.copy()
    curvature = np.maximum(np.diag(here.information), 1e-300)
    for _ in range(SWEEPS):
        largest = 0.0
        for k in range(len(beta)):
            pull = slope[k] + curvature[k] * target[k]
            new = np.sign(pull) * max(abs(pull) - strength[k], 0.0) / curvature[k]
            change = new - target[k]
            if change != 0.0:
                slope -= here.information[k] * change
                target[k] = new
                largest = max(largest, abs(change) * np.sqrt(curvature[k]))
        if largest < 1e-12:
            break
    return target


def _search(
    objective: Objective, beta: FloatArray, step: FloatArray, value: float, strength: FloatArray
) -> tuple[FloatArray, Evaluation] | None:
    """Halve the step until the penalised log-likelihood does not fall."""
    for _ in range(HALVINGS):
        trial = beta + step
        there = objective(trial)
        reached = there.log_likelihood - float(strength @ np.abs(trial))
        if np.isfinite(reached) and reached >= value - 1e-13 * (1.0 + abs(value)):
            return trial, there
        step = 0.5 * step
    return None
