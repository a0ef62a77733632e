"""Which choice moves the answer: one at a time from the main specification, and over all specifications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

__all__ = ["Influence", "influence"]

NOTHING = 1e-24
"""Sums of squares below this are rounding."""
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Influence:
    """How far each axis moves the estimate.

    Attributes
    ----------
    alone : (n_axes,) float64
        Largest less smallest estimate among the main specification and those that differ from it in
        this axis only; NaN where the main one or all of those are undefined.
    mean_range : (n_axes,) float64
        Largest less smallest effect of the axis's values, all other choices held equal (least squares over
        all specifications, main effects); NaN where an axis has one value among those that are defined.
    variance : (n_axes,) float64
        Part of the variance over specifications that goes with the axis: covariance of the estimate with
        what that regression gives the axis's values, over the variance (Pratt 1987). The parts and `rest` sum
        to one.
    rest : float
        Part that no single choice explains: choices together, and chance.
    """

    alone: Floats
    mean_range: Floats
    variance: Floats
    rest: float


def influence(rows: Ints, estimate: Floats, sizes: Sequence[int]) -> Influence:
    """Say how far each axis moves an estimate.

    Parameters
    ----------
    rows : (n_specs, n_axes) int64
        Values by index, 0 being the study's own.
    estimate : (n_specs,) float64
        NaN where undefined.
    sizes : sequence of int

    Examples
    --------
    The first axis moves the estimate by 1, the second by nothing.

    >>> found = influence(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([1.0, 1.0, 2.0, 2.0]), [2, 2])
    >>> found.alone.tolist(), found.mean_range.round(6).tolist(), found.variance.round(6).tolist()
    ([1.0, 0.0], [1.0, 0.0], [1.0, 0.0])
    """
    known = ~np.isnan(estimate)
    alone = np.array([_alone(rows, estimate, axis) for axis in range(len(sizes))])
    rows, y = rows[known], estimate[known]
    mean_range, variance = np.full(len(sizes), np.nan), np.full(len(sizes), np.nan)
    total = float(((y - y.mean()) ** 2).sum()) if len(y) else 0.0
    dummies = [_dummies(rows[:, axis], size) for axis, size in enumerate(sizes)]
    left, effects = _fit(dummies, y)
    for axis, (columns, effect) in enumerate(zip(dummies, effects, strict=True)):
        if columns.shape[1]:
            mean_range[axis] = float(np.ptp(np.append(effect, 0.0)))
            together = float((columns @ effect) @ (y - y.mean()))
            variance[axis] = together / total if total > NOTHING else 0.0
    return Influence(alone, mean_range, variance, left / total if total > NOTHING else 0.0)


def _alone(rows: Ints, estimate: Floats, axis: int) -> float:
    """Range over the main row and those that differ from it in this axis only."""
    others = np.delete(rows, axis, axis=1)
    main = (rows == 0).all(axis=1)
    near = (others == 0).all(axis=1) & ~np.isnan(estimate)
    if not (near & main).any() or not (near & ~main).any():
        return float("nan")
    return float(np.ptp(estimate[near]))


def _dummies(value: Ints, size: int) -> Floats:
    """Columns for all values that occur but the first of them."""
    present = [v for v in range(size) if (value == v).any()]
    return (
        np.stack([value == v for v in present[1:]], axis=1).astype(np.float64)
        if present[1:]
        else np.zeros((len(value), 0))
    )


def _fit(parts: Sequence[Floats], y: Floats) -> tuple[float, list[Floats]]:
    """Residual sum of squares of the least-squares fit with a constant, and the coefficients by part."""
    if not len(y):
        return 0.0, [np.zeros(part.shape[1]) for part in parts]
    design = np.hstack([np.ones((len(y), 1)), *parts])
    solved = np.asarray(np.linalg.lstsq(design, y, rcond=None)[0], np.float64)
    left = float(((y - design @ solved) ** 2).sum())
    bounds = np.cumsum([1, *(part.shape[1] for part in parts)])
    return left, [solved[first:last] for first, last in pairwise(bounds)]
