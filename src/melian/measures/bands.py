"""From draws to estimates with 90% intervals and p-values."""

from __future__ import annotations

from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from melian.measures.answer import Estimate

__all__ = ["band", "calibrated", "calibrated_gap", "p_value"]

Floats = NDArray[np.float64]
QUANTILES = (0.05, 0.95)
NORMAL = 1.645
"""95% quantile of the normal distribution."""


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


def calibrated(values: Floats, *, events: int = 0, floor: float = 0.0) -> Estimate:
    """Read a fit off against what the estimator makes of two worlds whose answer is known.

    Parameters
    ----------
    values : (1 + 2 R,) float64
        The fit; fits to R worlds drawn from it, where the answer is the fit; fits to R worlds without
        reaction, where it is 0.
    floor : float
        Least value.

    Notes
    -----
    The mean fit is taken as linear in the answer between the two worlds, and inverted (calibration by
    simulation, or indirect inference: Gourieroux, Monfort and Renault 1993). The slope is held within a
    factor of two of 1: small responses cannot tell it.

    Examples
    --------
    >>> found = calibrated(np.array([0.5, 0.5, 0.7, 0.1, 0.1]))
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (0.4, 0.17, 0.63)
    """
    value, half = _read_off(values)
    parts = (max(part, floor) for part in (value, value - half, value + half))
    value, low, high = parts
    return Estimate(value, low, high, events=events)


def calibrated_gap(one: Floats, other: Floats, *, events: int = 0) -> tuple[Estimate, float]:
    """Give the difference of two readings of `calibrated`, and its p-value against 0.

    Fits to the same drawn worlds stand beside each other, so what both share cancels.
    """
    n = (len(one) - 1) // 2
    gap = max(_read_off(one)[0], 0.0) - max(_read_off(other)[0], 0.0)
    slope = (_slope(one) + _slope(other)) / 2.0
    spread = float((one - other)[1 : 1 + n].std(ddof=1)) / slope
    half = NORMAL * spread
    p = erfc(abs(gap) / max(spread, 1e-300) / sqrt(2.0))
    return Estimate(gap, gap - half, gap + half, events=events), p


def _slope(values: Floats) -> float:
    n = (len(values) - 1) // 2
    rise = float(values[1 : 1 + n].mean() - values[1 + n :].mean())
    return float(np.clip(rise / max(float(values[0]), 1e-9), 0.5, 2.0))


def _read_off(values: Floats) -> tuple[float, float]:
    """Give the answer, and half of its interval."""
    n = (len(values) - 1) // 2
    drawn, none = values[1 : 1 + n], values[1 + n :]
    spread = max(float(drawn.std(ddof=1)), float(none.std(ddof=1)))
    slope = _slope(values)
    return float(values[0] - none.mean()) / slope, NORMAL * spread / slope


def p_value(values: Floats) -> float | None:
    """Two-sided p-value against 0 from an estimate and its draws, by their standard deviation."""
    draws = values[1:][np.isfinite(values[1:])]
    if not np.isfinite(values[0]) or len(draws) < 2 or not draws.std() > 0.0:
        return None
    return erfc(abs(float(values[0])) / float(draws.std()) / sqrt(2.0))
