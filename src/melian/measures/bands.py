"""From draws to estimates with 90% intervals and p-values."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from melian.measures.answer import Estimate

__all__ = ["band", "calibrated", "calibrated_gap", "p_value"]

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
    simulation, or indirect inference: Gourieroux, Monfort and Renault 1993). Its slope comes out too low or
    right, as noise in the fitted weights is truth in the worlds drawn from them: the band reaches over
    readings by the slope found and by the slope half way from it to 1, and the answer is their mean. The
    quantile is Student's, for R draws and one more (docs/responses.md has what the band holds).

    Examples
    --------
    >>> found = calibrated(np.array([0.5, 0.5, 0.7, 0.6, 0.1, 0.1, 0.1]))
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (0.4, 0.06, 0.74)
    """
    over, spread, quantile = _over(values), _spread(values), _quantile(values)
    slopes = _slopes(_slope(values))
    readings, half = over / slopes, quantile * spread / slopes
    parts = (float(readings.mean()), float((readings - half).min()), float((readings + half).max()))
    value, low, high = (max(part, floor) for part in parts)
    return Estimate(value, low, high, events=events)


def calibrated_gap(one: Floats, other: Floats, *, events: int = 0) -> tuple[Estimate, float]:
    """Give the difference of two readings of `calibrated` by one slope, and its p-value against 0.

    Fits to the same drawn worlds stand beside each other; what both share is not counted on to cancel.
    """
    n = (len(one) - 1) // 2
    over = max(_over(one), 0.0) - max(_over(other), 0.0)
    drawn = np.stack([one, other])[:, 1 : 1 + n]
    spread = max(float(np.diff(drawn, axis=0).std(ddof=1)), float(np.sqrt(drawn.var(axis=1, ddof=1).sum())))
    slopes = _slopes((_slope(one) + _slope(other)) / 2.0)
    gap = float((over / slopes).mean())
    half = _quantile(one) * spread / float(slopes.min())
    p = 2.0 * float(stdtr(n - 1, -abs(over) / max(spread * np.sqrt(1.0 + 1.0 / n), 1e-300)))
    return Estimate(gap, gap - half, gap + half, events=events), p


def _over(values: Floats) -> float:
    """Give the fit beyond the mean fit to worlds without reaction."""
    n = (len(values) - 1) // 2
    return float(values[0] - values[1 + n :].mean())


def _spread(values: Floats) -> float:
    n = (len(values) - 1) // 2
    return max(float(values[1 : 1 + n].std(ddof=1)), float(values[1 + n :].std(ddof=1)))


def _quantile(values: Floats) -> float:
    """95% quantile of one value less the mean of R others, in their standard deviations."""
    n = (len(values) - 1) // 2
    return float(stdtrit(n - 1, 0.95) * np.sqrt(1.0 + 1.0 / n))


def _slope(values: Floats) -> float:
    """Slope of the mean fit on the answer, held within a factor of two of 1: small answers cannot tell it."""
    n = (len(values) - 1) // 2
    rise = float(values[1 : 1 + n].mean() - values[1 + n :].mean())
    return float(np.clip(rise / max(float(values[0]), 1e-9), 0.5, 2.0))


def _slopes(slope: float) -> Floats:
    return np.array([slope, np.sqrt(slope)])


def p_value(values: Floats, *, independent: int | None = None) -> float | None:
    """Two-sided p-value against 0 from an estimate and its draws, by their standard deviation.

    Student's t with one degree of freedom less than independent draws: all of them unless said otherwise, as
    where every refit stands among them more than once.

    Examples
    --------
    >>> round(p_value(np.array([2.0, -1.0, 0.0, 1.0])), 3), p_value(np.array([2.0, 1.0, 1.0]))
    (0.184, None)
    """
    draws = values[1:][np.isfinite(values[1:])]
    freedom = (len(draws) if independent is None else independent) - 1
    if not np.isfinite(values[0]) or min(len(draws) - 1, freedom) < 1 or not draws.std() > 0.0:
        return None
    return 2.0 * float(stdtr(freedom, -abs(float(values[0])) / float(draws.std(ddof=1))))
