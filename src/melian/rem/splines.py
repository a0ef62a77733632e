"""B-splines over time, for effects that change in the course of a sequence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["basis"]

FloatArray = NDArray[np.float64]


def basis(time: FloatArray, number: int, size: int) -> FloatArray:
    """Give one of the B-splines over the span of the steps, cubic where there are enough of them.

    The splines of one size add up to 1, so that equal coefficients are an effect that does not change.

    Parameters
    ----------
    time : (n_steps,) float64
    number : int
        From 0.
    size : int
        Number of splines; the degree is min(3, size - 1), the inner knots are spaced evenly.

    Returns
    -------
    (n_steps,) float64

    Examples
    --------
    >>> basis(np.array([0.0, 1.0, 2.0]), 0, 2).tolist()
    [1.0, 0.5, 0.0]
    """
    from scipy.interpolate import BSpline

    low, high = float(time[0]), float(time[-1])
    if high <= low:
        return np.full(len(time), 1.0 if number == 0 else 0.0)
    degree = min(3, size - 1)
    inner = np.linspace(0.0, 1.0, size - degree + 1)
    knots = np.r_[np.zeros(degree), inner, np.ones(degree)]
    place = (time - low) / (high - low)
    return np.asarray(BSpline(knots, np.eye(size)[number], degree)(place), np.float64)
