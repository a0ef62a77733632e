"""From draws to estimates with 90% intervals and p-values."""

from __future__ import annotations

from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from melian.measures.answer import Estimate

__all__ = ["band", "p_value", "reflected"]

Floats = NDArray[np.float64]
QUANTILES = (0.05, 0.95)


def band(values: Floats, *, events: int = 0, reason: str = "") -> Estimate:
    """Give the estimate `values[0]` with the 5% and 95% quantiles of the draws `values[1:]`.

    Examples
    --------
    >>> band(np.array([1.0, 0.0, 1.0, 2.0]), events=7).as_dict()
    {'value': 1.0, 'low': 0.1, 'high': 1.9, 'events': 7}
    """
    draws = values[1:][np.isfinite(values[1:])]
    if not np.isfinite(values[0]) or len(draws) < 2:
        return Estimate.undefined(reason or "nothing to estimate it from", events=events)
    low, high = np.quantile(draws, QUANTILES)
    return Estimate(float(values[0]), float(low), float(high), events=events)


def reflected(values: Floats, *, events: int = 0, floor: float = 0.0) -> Estimate:
    """Give an estimate whose draws are refits, by the basic bootstrap: bias taken out, ends reflected.

    A refit leaves the fit by as much, and on the same side, as the fit leaves the truth (Davison and Hinkley
    1997, 5.2): weights that cannot be negative are too high in both. Values end at `floor`.

    Examples
    --------
    >>> found = reflected(np.array([1.0, 1.0, 1.2, 1.4]))
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (0.8, 0.62, 0.98)
    """
    fit, again = values[0], values[1:]
    low, high = (2.0 * fit - end for end in np.quantile(again, QUANTILES[::-1]))
    value = 2.0 * fit - again.mean()
    value, low, high = (max(float(part), floor) for part in (value, low, high))
    return Estimate(value, low, high, events=events)


def p_value(values: Floats) -> float | None:
    """Two-sided p-value against 0 from an estimate and its draws, by their standard deviation."""
    draws = values[1:][np.isfinite(values[1:])]
    if not np.isfinite(values[0]) or len(draws) < 2 or not draws.std() > 0.0:
        return None
    return erfc(abs(float(values[0])) / float(draws.std()) / sqrt(2.0))
