"""Threshold regression: whether conduct changes where a cumulated quantity passes a line, and where it lies.

Hansen 1996 (the test: the threshold is not identified without one), 1999 and 2000 (intervals of the line and
of what changes there). Draws are those of `threshold_draws`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.measures.projection import orthonormal
from melian.measures.threshold_draws import Own, make_search, not_refused, sides, straight_p

__all__ = ["LEVEL", "SHORT", "Threshold", "find_threshold"]

Floats = NDArray[np.float64]
TRIM = 0.15
"""Part of the days that must lie on either side of a threshold."""
MOST = 60
"""Candidates tried, at quantiles of the quantity."""
BLOCK = 7
"""Days whose errors are drawn and summed together."""
FOLDS = 5
LEVEL = 0.05
"""A line is placed only where the test rejects at this level."""
SHORT = 900
"""Days below which the test was seen to reject too often, intervals to hold too seldom (`docs/change.md`)."""
CONFIDENCE, NORMAL = 0.9, 1.645


@dataclass(frozen=True, slots=True)
class Threshold:
    """A test for a threshold and where it would be.

    Attributes
    ----------
    at, low, high : float
        The threshold and its 90% interval, in units of the quantity.
    statistic, p : float
        Largest F over the candidates, and its bootstrap p-value against no threshold.
    below, above : float
        Slope of the outcome on the quantity on either side.
    jump, jump_low, jump_high : float
        Change of the outcome's mean where the line is passed, and its interval: those at all lines within
        `low` and `high` together (Hansen 2000, 3.5). Both intervals are NaN where p is above `LEVEL`.
    gain : float
        Part of the squared error of left-out days that the threshold saves against a straight line.
    days_above : int
    """

    at: float
    low: float
    high: float
    statistic: float
    p: float
    below: float
    above: float
    jump: float
    jump_low: float
    jump_high: float
    gain: float
    days_above: int


def find_threshold(
    y: Floats, quantity: Floats, controls: Floats, *, own: Sequence[Own] = (), draws: int = 499, seed: int = 1
) -> Threshold | None:
    """Test a straight line in a quantity against two lines that part at a threshold.

    Parameters
    ----------
    y : (T,) float64
        Outcome by day.
    quantity : (T,) float64
        What may pass a line; known before the day.
    controls : (T, p) float64
        Held on both sides alike; with a constant in their span.
    own : sequence of (half-life, value on the first day)
        Decayed counts of the outcome's own earlier days, controls as well.
    draws, seed : int
        Of the bootstrap.

    Returns
    -------
    Threshold or None
        None where the quantity has fewer than ten distinct values between the trimmed ends. O(candidates x
        T x (p + draws)).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> q = rng.uniform(0, 1, 400)
    >>> found = find_threshold((q > 0.6) + rng.normal(0, 0.5, 400), q, np.ones((400, 1)), draws=199)
    >>> bool(0.55 < found.at < 0.65), found.p
    (True, 0.005)
    """
    candidates = _candidates(quantity)
    if len(candidates) < 10:
        return None
    search = make_search(y, quantity, controls, candidates, own)
    straight, left = search.seen()
    best = int(np.argmin(left))
    controls = np.hstack([controls, search.past.T])
    at = _refined(y, quantity, controls, candidates, best)
    p = straight_p(search, draws=draws, block=BLOCK, seed=seed)
    below, above, jump, _ = _lines(y, quantity, controls, [at])[0]
    low, high, jump_low, jump_high = np.nan, np.nan, np.nan, np.nan
    if p <= LEVEL:
        first, last = not_refused(search, confidence=CONFIDENCE, seed=seed)
        ends = np.concatenate([[quantity.min()], candidates, [quantity.max()]])
        low, high = ends[first], ends[last + 2]
        inside = candidates[max(first - 1, 0) : last + 2]
        _, _, jumps, errors = _lines(y, quantity, controls, [at, *inside]).T
        jump_low, jump_high = (jumps - NORMAL * errors).min(), (jumps + NORMAL * errors).max()
    free = len(y) - controls.shape[1] - 3
    return Threshold(
        at, float(low), float(high), (straight / float(left[best]) - 1.0) * free, p, float(below),
        float(above), float(jump), float(jump_low), float(jump_high), _held_out(y, quantity, controls),
        int((quantity > at).sum()),
    )  # fmt: skip


def _candidates(quantity: Floats) -> Floats:
    low, high = np.quantile(quantity, [TRIM, 1.0 - TRIM])
    inside = np.unique(quantity[(quantity >= low) & (quantity <= high)])
    if len(inside) <= MOST:
        return np.asarray(inside[:-1])
    return np.asarray(np.unique(np.quantile(inside, np.linspace(0.0, 1.0, MOST + 2)[:-1])))


def _added(basis: Floats, quantity: Floats, line: float) -> Floats:
    """Orthonormal basis of what a threshold adds to the straight line."""
    added = sides(quantity, line)
    return orthonormal(added - basis @ (basis.T @ added))


def _explained(part: Floats, residual: Floats) -> float:
    """Sum of squares that a threshold explains."""
    return float(((part.T @ residual) ** 2).sum())


def _refined(y: Floats, quantity: Floats, controls: Floats, candidates: Floats, best: int) -> float:
    """Give the best line among the values of the quantity between the neighbours of the best candidate."""
    low, high = candidates[max(best - 1, 0)], candidates[min(best + 1, len(candidates) - 1)]
    near = np.unique(quantity[(quantity > low) & (quantity < high)])
    lines = np.unique(np.concatenate([near, candidates[best : best + 1]]))
    basis = orthonormal(np.hstack([controls, quantity[:, None]]))
    gained = [_explained(_added(basis, quantity, line), y - basis @ (basis.T @ y)) for line in lines]
    return float(lines[int(np.argmax(gained))])


def _lines(y: Floats, quantity: Floats, controls: Floats, lines: Sequence[float]) -> Floats:
    """Slopes below and above each line, the jump, and its standard error by blocks of days, (L, 4)."""
    held = orthonormal(controls)
    left = y - held @ (held.T @ y)
    spread = len(y) / max(len(y) - held.shape[1] - 3, 1)
    out = []
    for line in lines:
        x = np.hstack([(quantity - line)[:, None], sides(quantity, line)])
        free = x - held @ (held.T @ x)
        slope, jump, bend = np.linalg.lstsq(free, left, rcond=None)[0]
        error = (left - free @ np.array([slope, jump, bend]))[:, None] * free
        scores = np.add.reduceat(error, np.arange(0, len(y), BLOCK))
        inverse = np.linalg.pinv(free.T @ free)
        variance = (inverse @ (scores.T @ scores) @ inverse)[1, 1] * spread
        out.append((slope, slope + bend, jump, np.sqrt(variance)))
    return np.array(out)


def _held_out(y: Floats, quantity: Floats, controls: Floats) -> float:
    """Foresee blocks of four weeks from the rest, the line chosen anew each time."""
    fold = np.arange(len(y)) // (4 * BLOCK) % FOLDS
    straight, parted = np.zeros(len(y)), np.zeros(len(y))
    held = orthonormal(controls)
    whole = np.hstack([held, quantity[:, None]])
    for number in range(FOLDS):
        out = fold == number
        kept = ~out
        basis = orthonormal(whole[kept])
        residual = y[kept] - basis @ (basis.T @ y[kept])
        lines = _candidates(quantity[kept])
        gained = [_explained(_added(basis, quantity[kept], line), residual) for line in lines]
        line = float(lines[int(np.argmax(gained))])
        for x, error in ((whole, straight), (np.hstack([whole, sides(quantity, line)]), parted)):
            error[out] = y[out] - x[out] @ np.linalg.lstsq(x[kept], y[kept], rcond=None)[0]
    return float(1.0 - (parted**2).sum() / max((straight**2).sum(), 1e-300))
