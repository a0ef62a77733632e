"""Safeguarded Newton for concave log-likelihoods.

Damped where the information is not definite, halved where a step does not raise the objective, limited where
it is too long to trust.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from melian.rem.engine import Evaluation

__all__ = ["Optimum", "maximise", "solve_scaled"]

FloatArray = NDArray[np.float64]
Objective = Callable[[FloatArray], Evaluation]
LONGEST: Final = 8.0
"""Standard deviation of the change in the linear predictor per event that one step may make."""
FIRST: Final = 2.0
"""Change in the linear predictor of any row that the first step may make; raw counts reach far."""
GROWTH: Final = 4.0
"""By how much the bound on a step grows once it has held."""
HALVINGS: Final = 40
ROUNDING: Final = 1e-13
"""Relative error of the log-likelihood; a fall below it is not a fall."""


@dataclass(frozen=True, slots=True)
class Optimum:
    """Where Newton stopped.

    Attributes
    ----------
    estimate : (p,) float64
    evaluation : Evaluation
        At the estimate, without penalty.
    iterations : int
        Steps taken.
    converged : bool
    """

    estimate: FloatArray
    evaluation: Evaluation
    iterations: int
    converged: bool


def maximise(
    objective: Objective,
    start: FloatArray,
    *,
    n_events: int,
    tolerance: float,
    max_iterations: int,
    ridge: FloatArray | None = None,
    first: Evaluation | None = None,
) -> Optimum:
    """Maximise log-likelihood - 1/2 sum_k ridge_k beta_k^2.

    Parameters
    ----------
    objective : callable
        beta (p,) to `Evaluation`.
    start : (p,) float64
    n_events : int
        Scale of the information, for the step limit.
    tolerance : float
        Stop after the step whose expected gain is below tolerance times (1 + |objective|).
    ridge : (p,) float64, optional
    first : Evaluation, optional
        At `start`, where it is known.

    Examples
    --------
    >>> top = np.array([1.0, -2.0])
    >>> bowl = lambda b: Evaluation(-0.5 * ((b - top) ** 2).sum(), top - b, np.eye(2))
    >>> maximise(bowl, np.zeros(2), n_events=1, tolerance=1e-12, max_iterations=9).estimate.tolist()
    [1.0, -2.0]
    """
    weight = np.zeros(len(start)) if ridge is None else ridge
    beta = np.asarray(start, np.float64)
    here = objective(beta) if first is None else first
    bound = np.inf if here.magnitude is None else FIRST
    for iteration in range(1, max_iterations + 1):
        gradient = here.score - weight * beta
        curvature = here.information + np.diag(weight)
        newton = solve_scaled(curvature, gradient)
        gain = 0.5 * float(gradient @ newton)
        value = here.log_likelihood - 0.5 * float(weight @ beta**2)
        last = gain <= tolerance * (1.0 + abs(value))
        length = np.sqrt(max(float(newton @ curvature @ newton), 0.0) / max(n_events, 1))
        extent = _extent(newton, here)
        part = min(1.0, LONGEST / max(length, 1e-300), bound / max(extent, 1e-300))
        moved = _search(objective, beta, part * newton, float(gradient @ newton) * part, value, weight)
        if moved is None:
            return Optimum(beta, here, iteration - 1, last or gain <= 1e-9 * (1.0 + abs(value)))
        trial, here = moved
        # A short way that held may be longer next time; one that did not hold sets the next bound.
        if np.isfinite(bound):
            held = part == 1.0 and np.array_equal(trial, beta + newton)
            bound = max(GROWTH * bound, extent) if held else GROWTH * _extent(trial - beta, here)
        beta = trial
        if last:
            return Optimum(beta, here, iteration, True)
    return Optimum(beta, here, max_iterations, False)


def _extent(step: FloatArray, here: Evaluation) -> float:
    """Give the most that one coefficient's step moves the linear predictor of a row, where that is known."""
    return 0.0 if here.magnitude is None else float((np.abs(step) * here.magnitude).max())


def _search(
    objective: Objective, beta: FloatArray, step: FloatArray, slope: float, value: float, weight: FloatArray
) -> tuple[FloatArray, Evaluation] | None:
    """Shorten the step until the objective does not fall: to the top of the parabola through both ends."""
    for _ in range(HALVINGS):
        trial = beta + step
        there = objective(trial)
        reached = there.log_likelihood - 0.5 * float(weight @ trial**2)
        if np.isfinite(reached) and reached >= value - ROUNDING * (1.0 + abs(value)):
            return trial, there
        bend = value + slope - reached
        part = min(max(0.5 * slope / bend, 0.1), 0.5) if np.isfinite(bend) and bend > 0 else 0.1
        step, slope = part * step, part * slope
    return None


def solve_scaled(matrix: FloatArray, vector: FloatArray) -> FloatArray:
    """Solve a symmetric system, its diagonal scaled to 1, with damping where it is not positive definite."""
    scale = np.sqrt(np.maximum(np.diag(matrix), 1e-300))
    scaled = matrix / np.outer(scale, scale)
    damping = 0.0
    while True:
        try:
            root = np.linalg.cholesky(scaled + damping * np.eye(len(scale)))
        except np.linalg.LinAlgError:
            damping = max(10.0 * damping, 1e-12)
            continue
        inner = np.linalg.solve(root, vector / scale)
        return np.asarray(np.linalg.solve(root.T, inner) / scale, np.float64)
