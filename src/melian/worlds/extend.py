"""Courses and attention beyond the window: they go back to the window's mean, as the model's prior has it.

The slow course is a log Gaussian process with a Matern-5/2 covariance, so its expectation h days after the
last known value is that value times the covariance function at h. Held at the last value it would carry every
swell on for ever; put back to the mean at once it would lose what is known of the next weeks. Attention goes
back in the same way, sooner.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["ATTENTION_LENGTH", "COURSE_LENGTH", "RULE", "extended", "matern"]

Floats = NDArray[np.float64]
COURSE_LENGTH = 90.0
"""Length scale in days with which slow courses go back to their mean: the middle one of the fit's grid."""
ATTENTION_LENGTH = 30.0
LAST_DAYS = 28
"""Days whose geometric mean is the last known value: the spline's very end is known badly."""
RULE = (
    "Beyond the window slow courses go back to their mean over it, by the covariance of the model's prior "
    f"(Matern 5/2, {COURSE_LENGTH:g} days), attention in the same way ({ATTENTION_LENGTH:g} days); weekday "
    "factors repeat, blocs stay as on the last day."
)


def matern(days: Floats, length: float) -> Floats:
    """Matern-5/2 correlation.

    Examples
    --------
    >>> matern(np.array([0.0, 90.0, 900.0]), 90.0).round(3).tolist()
    [1.0, 0.524, 0.0]
    """
    z = np.sqrt(5.0) * np.asarray(days, dtype=np.float64) / length
    return np.asarray((1.0 + z + z**2 / 3.0) * np.exp(-z))


def extended(values: Floats, steps: NDArray[np.int64], length: float) -> Floats:
    """Give daily values (..., n_days) at any steps: before the first as on it, after the last by the rule.

    Parameters
    ----------
    values : (..., n_days) float64
        Positive values of days 0 .. n_days - 1.
    steps : (n,) int64
        Days wanted.
    length : float
        Length scale in days.

    Examples
    --------
    >>> extended(np.array([[1.0, 1.0, 4.0]]), np.array([0, 2, 10_000]), 90.0).round(2).tolist()
    [[1.0, 4.0, 2.0]]
    """
    n_days = values.shape[-1]
    inside = values[..., np.clip(steps, 0, n_days - 1)]
    after = steps >= n_days
    if not after.any():
        return np.asarray(inside, dtype=np.float64)
    log = np.log(np.maximum(values, 1e-12))
    mean = np.log(np.maximum(values.mean(axis=-1, keepdims=True), 1e-12))
    last = log[..., -LAST_DAYS:].mean(axis=-1, keepdims=True)
    back = matern(steps[after] - n_days + 1.0, length)
    out = np.array(inside, dtype=np.float64)
    out[..., after] = np.exp(mean + (last - mean) * back)
    return out
