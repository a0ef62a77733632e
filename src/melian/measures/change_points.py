"""Change points of a weekly series: where, whether chance would do it, and whether they help to foresee.

Segments by least squares with a penalty (Yao 1988), the exact optimum by `ruptures` (Truong, Oudre and
Vayatis 2020); several breaks as in Bai and Perron 1998. P-values are from permutations of blocks of weeks,
of sampled series where the one to cut is an expectation: that one is smoother than what it stands for.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from melian.measures.thresholds import LEVEL

__all__ = ["Breaks", "find_breaks", "permutation_p"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MIN_SIZE = 6
"""Weeks of a segment."""
BLOCK = 4
"""Weeks that stay together in a permutation."""
PENALTY = 3.0
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Breaks:
    """Change points of one series.

    Attributes
    ----------
    at : tuple of int
        First entry of every segment but the first; none where `p` is above `LEVEL`.
    means : tuple of float
        Mean of every segment.
    p : float
        Of no change at all against one somewhere.
    p_each : tuple of float
        Of each change point against no change between its neighbours.
    gain : float
        Part of the squared error of left-out entries that the segments save against one mean; negative
        where they do worse.
    """

    at: tuple[int, ...]
    means: tuple[float, ...]
    p: float
    p_each: tuple[float, ...]
    gain: float


def find_breaks(
    series: Floats, *, drawn: Floats | None = None, permutations: int = 499, seed: int = 1
) -> Breaks:
    """Cut a series where its mean changes, if a test says that it does.

    Parameters
    ----------
    series : (n,) float64
        At least 24 entries.
    drawn : (m, n) float64, optional
        Series that may have been, where `series` is their expectation: p-values and the part of the error
        saved are medians over them, and the penalty goes by their noise.
    permutations, seed : int

    Returns
    -------
    Breaks
        O(n^2) for the segments, O(m x permutations x n) for each test.

    Raises
    ------
    InputError
        If the series has fewer than 24 entries.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> found = find_breaks(np.concatenate([rng.normal(0, 1, 60), rng.normal(3, 1, 60)]))
    >>> found.at, found.p < 0.01
    ((60,), True)
    """
    from melian.errors import InputError

    n = len(series)
    if n < 4 * MIN_SIZE:
        raise InputError(f"the series has {n} entries; change points need at least {4 * MIN_SIZE}.")
    rows = series[None] if drawn is None else drawn
    rng = np.random.default_rng((seed, 774))
    p = permutation_p(rows, permutations, rng)
    noise = float(np.mean([noise_variance(row) for row in rows]))
    at = _segments(series, noise, least=1) if p <= LEVEL else ()
    edges = [0, *at, n]
    each = tuple(permutation_p(rows[:, edges[i] : edges[i + 2]], permutations, rng) for i in range(len(at)))
    means = tuple(float(series[a:b].mean()) for a, b in pairwise(edges))
    return Breaks(at, means, p, each, float(np.median([_gain(row) for row in rows])))


def _segments(series: Floats, noise: float, *, least: int = 0) -> tuple[int, ...]:
    """Give the first entry of every segment but the first, at least so many of them."""
    import ruptures

    if noise <= 0.0:
        return ()
    search = ruptures.KernelCPD(kernel="linear", min_size=MIN_SIZE).fit(series[:, None])
    ends = search.predict(pen=PENALTY * noise * np.log(len(series)))
    if len(ends) <= least:
        ends = search.predict(n_bkps=least)
    return tuple(int(end) for end in ends[:-1])


def noise_variance(series: Floats) -> float:
    """Variance per entry of a mean of many: from first differences, which a step hardly moves.

    With first-order autocorrelation r the variance of a mean is larger by (1 + r) / (1 - r); r comes from
    the differences too (lags 1 and 2).
    """
    one, two = (series[lag:] - series[:-lag] for lag in (1, 2))
    near, far = _scale(one) / 2.0, _scale(two) / 2.0
    if near <= 0.0:
        return float(series.var())
    r = float(np.clip(far / near - 1.0, 0.0, 0.8))
    return near / (1.0 - r) * (1.0 + r) / (1.0 - r)


def _scale(values: Floats) -> float:
    return float(np.mean(values**2))


def permutation_p(rows: Floats, permutations: int, rng: np.random.Generator) -> float:
    """P-value of the largest split against blocks of entries in any order (Anderson and Robinson 2001).

    The median of those of the rows, (m, n).
    """
    n = rows.shape[1]
    blocks = np.arange(n) // BLOCK
    order = [np.concatenate([np.flatnonzero(blocks == b) for b in rng.permutation(blocks[-1] + 1)])
             for _ in range(permutations)]  # fmt: skip
    places = np.stack([np.arange(n), *order])
    statistics = [_largest_split(row[places]) for row in rows]
    return float(np.median([(got >= got[0] - 1e-12).mean() for got in statistics]))


def _largest_split(rows: Floats) -> Floats:
    """Largest sum of squares that one split of each row explains, (m,)."""
    n = rows.shape[1]
    least = min(MIN_SIZE, n // 2)
    sums = rows.cumsum(axis=1)[:, :-1] - rows.mean(axis=1, keepdims=True) * np.arange(1, n)
    size = np.arange(1, n)
    explained = sums**2 * n / (size * (n - size))
    return np.asarray(explained[:, least - 1 : n - least].max(axis=1))


def _gain(series: Floats) -> float:
    """Leave every fifth block of weeks out in turn, cut the rest, and foresee what was left out."""
    blocks = np.arange(len(series)) // BLOCK
    left, one = np.zeros(len(series)), np.zeros(len(series))
    for fold in range(FOLDS):
        out = blocks % FOLDS == fold
        kept = np.flatnonzero(~out)
        edges = [0, *_segments(series[kept], noise_variance(series[kept])), len(kept)]
        segment = np.searchsorted(kept[edges[1:-1]], np.flatnonzero(out), side="right")
        means = np.array([series[kept[a:b]].mean() for a, b in pairwise(edges)])
        left[out] = series[out] - means[segment]
        one[out] = series[out] - series[kept].mean()
    return float(1.0 - (left**2).sum() / max((one**2).sum(), 1e-300))
