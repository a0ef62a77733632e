"""Shares of counts that come in clusters: ratio estimates with the clusters' own spread."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from melian.measures.answer import Estimate

__all__ = ["FEWEST_CLUSTERS", "clustered_share", "edge_width"]

FEWEST_CLUSTERS = 3
LEVEL = 0.05
"""Of either end of the 90% intervals."""


def edge_width(worth: float) -> float:
    """Give how far from 0 (or 1) a share may be of which none (or all) of so many were seen.

    The end of Clopper and Pearson's (1934) interval: what has not happened is not impossible.

    Examples
    --------
    >>> round(edge_width(10), 3), round(edge_width(100), 3)
    (0.259, 0.03)
    """
    return float(1.0 - LEVEL ** (1.0 / max(worth, 1.0)))


def clustered_share(
    hits: NDArray[np.float64], totals: NDArray[np.float64], *, unit: str, counted: str = "events"
) -> Estimate:
    """Estimate the share of hits among units that come in clusters, with a 90% interval.

    The ratio estimator with the spread between clusters (Cochran 1977, *Sampling Techniques*, 6.3) and
    Student's quantile: events of one year, or votes of one day, do not count as independent. Where all hits
    are none or all, clusters have no spread; the interval is then that of none or all of so many clusters.

    Parameters
    ----------
    hits, totals : (n_clusters,) float64
        Hits and units in each cluster; clusters without units are left out.
    unit : str
        What a cluster is, in the plural, for the reason why there may be no estimate.
    counted : str
        What is counted, in the plural.

    Examples
    --------
    >>> share = clustered_share(np.array([2.0, 3.0, 4.0]), np.array([10.0, 10.0, 10.0]), unit="years")
    >>> round(share.value, 3), round(share.low, 3), share.events
    (0.3, 0.131, 30)
    >>> none = clustered_share(np.zeros(10), np.ones(10), unit="years")
    >>> none.value, none.low, round(none.high, 3)
    (0.0, 0.0, 0.259)
    """
    from scipy.stats import t

    inside = totals > 0
    hits, totals = hits[inside], totals[inside]
    n, whole = len(totals), float(totals.sum())
    if n < FEWEST_CLUSTERS:
        return Estimate.undefined(
            f"{n} {unit} with {counted}; an interval needs {FEWEST_CLUSTERS}", events=int(whole)
        )
    value = float(hits.sum()) / whole
    if value in {0.0, 1.0}:
        width = edge_width(min(n, whole))
        low, high = max(0.0, value - width), min(1.0, value + width)
        return Estimate(value, low, high, events=int(whole))
    spread = hits - value * totals
    error = math.sqrt(n / (n - 1) * float((spread**2).sum())) / whole
    half = float(t.ppf(0.95, n - 1)) * error
    return Estimate(value, max(0.0, value - half), min(1.0, value + half), events=int(whole))
