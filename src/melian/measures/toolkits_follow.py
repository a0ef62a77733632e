"""Who follows: whether the toolkit of A comes nearer to that of B a step before than the other way round.

With u(t) the square roots of shares in step t, the mean of |A(t-1) - B(t)|^2 less that of |A(t) - B(t-1)|^2
is, but for the ends, twice the difference of the two lagged cross-covariances. So what is compared does not
move with a trend that both share in step, nor with how precisely each is known: noise of A's and B's own
cancels, where a regression would find that the actor with fewer events follows the one with more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.measures.toolkits_blocks import TAILS, composition

__all__ = ["FEWEST_SHIFTED", "FEWEST_STEPS", "Following", "follow", "lead_lag", "roots_of_shares"]

Floats = NDArray[np.float64]
BLOCK = 6
"""Steps that are drawn together for the interval."""
APART = 3
"""Least shift, in steps, of the calendars of the two."""
FEWEST_STEPS = 20
FEWEST_SHIFTED = 10
"""Steps that must be left to compare where a calendar is shifted, and shifts that must leave so many."""


@dataclass(frozen=True, slots=True)
class Following:
    """How far A follows B more than B follows A.

    Attributes
    ----------
    value, low, high : float
        Lagged cross-correlation with B before A, less that with A before B; 90% interval from blocks of
        steps. Positive: A follows.
    p_value : float
        Share of circular shifts of B's calendar with a value at least as far from 0.
    steps : int
        Steps with both toolkits, and their steps before.
    shifts : int
        Those that leave `FEWEST_SHIFTED` steps.
    """

    value: float
    low: float
    high: float
    p_value: float
    steps: int
    shifts: int


def roots_of_shares(counts: NDArray[np.int64], *, fewest: int) -> Floats:
    """Square roots of shares by step, less their mean over steps; NaN in steps with too few events.

    Roots, not logarithms of ratios: they stand zeros, and their sampling variance does not hang on the share.

    Parameters
    ----------
    counts : (n_steps, n_parts) int64
    fewest : int
        Events below which a step has no toolkit.
    """
    known = counts.sum(axis=1) >= fewest
    root = np.where(known[:, None], np.sqrt(composition(counts)), np.nan)
    if not known.any():
        return root
    return np.asarray(root - np.nanmean(root, axis=0))


def lead_lag(a: Floats, b: Floats) -> Floats:
    """Products by step: a(t) b(t-1) - a(t-1) b(t), summed over parts; NaN where one is not known.

    Parameters
    ----------
    a, b : (n_steps, n_parts) float64

    Returns
    -------
    (n_steps - 1,) float64
    """
    return np.asarray((a[1:] * b[:-1]).sum(axis=1) - (a[:-1] * b[1:]).sum(axis=1))


def follow(a: Floats, b: Floats, *, draws: int, rng: np.random.Generator) -> Following | None:
    """Compare the two lagged cross-correlations.

    None where fewer than `FEWEST_STEPS` steps can be compared, or fewer than `FEWEST_SHIFTED` shifts: two
    that act in the same part of a long window have no step in common where one calendar is shifted far.

    Parameters
    ----------
    a, b : (n_steps, n_parts) float64
        From `roots_of_shares`.
    """
    terms, scale = lead_lag(a, b), _scale(a, b)
    known = ~np.isnan(terms)
    if known.sum() < FEWEST_STEPS or scale <= 0.0:
        return None
    value = float(terms[known].mean() / scale)
    shifted = _shifted(a, b) / scale
    if len(shifted) < FEWEST_SHIFTED:
        return None
    p_value = float((1 + (np.abs(shifted) >= abs(value)).sum()) / (1 + len(shifted)))
    low, high = np.quantile(_block_means(terms[known], draws, rng) / scale, TAILS)
    return Following(value, float(low), float(high), p_value, int(known.sum()), len(shifted))


def _shifted(a: Floats, b: Floats) -> Floats:
    """Mean products with b's calendar shifted, one for each shift that leaves enough steps."""
    found = [lead_lag(a, np.roll(b, shift, axis=0)) for shift in range(APART, len(b) - APART + 1)]
    return np.array([np.nanmean(one) for one in found if (~np.isnan(one)).sum() >= FEWEST_SHIFTED])


def _scale(a: Floats, b: Floats) -> float:
    """Root of the product of total variances."""
    both = ~(np.isnan(a).any(axis=1) | np.isnan(b).any(axis=1))
    if both.sum() < FEWEST_STEPS:
        return 0.0
    return float(np.sqrt((a[both] ** 2).sum(axis=1).mean() * (b[both] ** 2).sum(axis=1).mean()))


def _block_means(terms: Floats, draws: int, rng: np.random.Generator) -> Floats:
    """Means of terms over blocks drawn around the circle (Politis and Romano 1992)."""
    n = len(terms)
    blocks = -(-n // BLOCK)
    starts = rng.integers(0, n, (draws, blocks))
    at = (starts[:, :, None] + np.arange(BLOCK)) % n
    return np.asarray(terms[at.reshape(draws, -1)[:, :n]].mean(axis=1))
