"""Threshold regression: whether conduct changes where a cumulated quantity passes a line, and where it lies.

Hansen 1996 (the test: the threshold is not identified without one), 1999, 2000 (the interval). The bootstrap
keeps the regressors and draws the errors anew by signs on blocks of days, so that unequal variances and runs
of a few days stay in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.measures.projection import orthonormal

__all__ = ["Threshold", "find_threshold"]

Floats = NDArray[np.float64]
TRIM = 0.15
"""Part of the days that must lie on either side of a threshold."""
MOST = 60
"""Candidates tried, at quantiles of the quantity."""
BLOCK = 7
FOLDS = 5
LIKELIHOOD_RATIO_90 = -2.0 * np.log(1.0 - np.sqrt(0.9))
"""90% quantile of the likelihood ratio of a threshold (Hansen 2000, theorem 2): 5.94."""


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
        Change of the outcome's mean where the line is passed, and its 90% interval for the line as found.
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
    y: Floats, quantity: Floats, controls: Floats, *, draws: int = 499, seed: int = 1
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
    basis = orthonormal(np.hstack([controls, quantity[:, None]]))
    parts = [_added(basis, quantity, line) for line in candidates]
    residual = y - basis @ (basis.T @ y)
    explained = np.array([_explained(part, residual[:, None])[0] for part in parts])
    best = int(np.argmax(explained))
    left = float(residual @ residual) - explained
    statistic = explained[best] / left[best] * (len(y) - basis.shape[1] - 2)
    p = _bootstrap(parts, basis, residual, statistic, draws, seed)
    fine = _refined(candidates, best, quantity)
    left = residual @ residual - np.array(
        [_explained(_added(basis, quantity, line), residual[:, None])[0] for line in fine]
    )
    at, low, high = _interval(fine, left, residual - parts[best] @ (parts[best].T @ residual), quantity)
    below, above, jump, error = _lines(y, quantity, controls, at)
    return Threshold(
        at, low, high, float(statistic), p, below, above, jump, jump - 1.645 * error, jump + 1.645 * error,
        _held_out(y, quantity, controls), int((quantity > at).sum()),
    )  # fmt: skip


def _candidates(quantity: Floats) -> Floats:
    low, high = np.quantile(quantity, [TRIM, 1.0 - TRIM])
    inside = np.unique(quantity[(quantity >= low) & (quantity <= high)])
    if len(inside) <= MOST:
        return np.asarray(inside[:-1])
    return np.asarray(np.unique(np.quantile(inside, np.linspace(0.0, 1.0, MOST + 2)[:-1])))


def _sides(quantity: Floats, line: float) -> Floats:
    """Level and slope above the line, (T, 2)."""
    above = quantity > line
    return np.stack([above, above * (quantity - line)], axis=1).astype(np.float64)


def _added(basis: Floats, quantity: Floats, line: float) -> Floats:
    """Orthonormal basis of what a threshold adds to the straight line."""
    added = _sides(quantity, line)
    return orthonormal(added - basis @ (basis.T @ added))


def _explained(part: Floats, residual: Floats) -> Floats:
    """Sum of squares that a threshold explains, for each column of residuals."""
    return np.asarray(((part.T @ residual) ** 2).sum(axis=0))


def _bootstrap(
    parts: list[Floats], basis: Floats, residual: Floats, statistic: float, draws: int, seed: int
) -> float:
    """Draw errors under the straight line: residuals, stretched for the controls, with signs by block."""
    rng = np.random.default_rng((seed, 775))
    n, p = basis.shape
    leverage = np.minimum((basis**2).sum(axis=1), 0.9)
    block = np.arange(n) // BLOCK
    signs = rng.choice([-1.0, 1.0], size=(int(block[-1]) + 1, draws))[block]
    errors = (residual / np.sqrt(1.0 - leverage))[:, None] * signs
    errors -= basis @ (basis.T @ errors)
    whole = (errors**2).sum(axis=0)
    explained = np.max([_explained(part, errors) for part in parts], axis=0)
    drawn = explained / (whole - explained) * (n - p - 2)
    return float((1 + (drawn >= statistic).sum()) / (draws + 1))


def _refined(candidates: Floats, best: int, quantity: Floats) -> Floats:
    """Candidates with the values of the quantity around the best one, at most `MOST` to each side."""
    values = np.unique(quantity)
    place = int(np.searchsorted(values, candidates[best]))
    near = values[max(place - MOST, 0) : place + MOST + 1]
    return np.unique(np.concatenate([candidates, near[(near >= candidates[0]) & (near <= candidates[-1])]]))


def _interval(lines: Floats, left: Floats, error: Floats, quantity: Floats) -> tuple[float, float, float]:
    """Give the best line and those that the likelihood ratio does not refuse.

    Its scale is corrected for unequal variances: the error variance near the line over that of all days
    (Hansen 2000, 3.4), with Epanechnikov weights on the quantity. All lines between two values of the
    quantity are one, so the interval ends at the first value that is refused.
    """
    n, best = len(error), int(np.argmin(left))
    width = 2.34 * max(float(quantity.std()), 1e-12) * n ** (-0.2)
    near = np.maximum(1.0 - ((quantity - lines[best]) / width) ** 2, 0.0)
    scale = float((near * error**2).sum() / max(near.sum(), 1e-300) / np.mean(error**2))
    ratio = n * (left - left[best]) / left[best] / max(scale, 1e-12)
    kept = np.flatnonzero(ratio <= LIKELIHOOD_RATIO_90)
    return float(lines[best]), float(lines[kept[0]]), float(lines[min(kept[-1] + 1, len(lines) - 1)])


def _lines(y: Floats, quantity: Floats, controls: Floats, line: float) -> tuple[float, float, float, float]:
    """Slopes below and above, the jump at the line, and its standard error by blocks of days."""
    held = orthonormal(controls)
    x = np.hstack([(quantity - line)[:, None], _sides(quantity, line)])
    free, left = x - held @ (held.T @ x), y - held @ (held.T @ y)
    slope, jump, bend = np.linalg.lstsq(free, left, rcond=None)[0]
    error = (left - free @ np.array([slope, jump, bend]))[:, None] * free
    scores = np.add.reduceat(error, np.arange(0, len(y), BLOCK))
    inverse = np.linalg.pinv(free.T @ free)
    spread = len(y) / max(len(y) - held.shape[1] - 3, 1)
    variance = (inverse @ (scores.T @ scores) @ inverse)[1, 1] * spread
    return float(slope), float(slope + bend), float(jump), float(np.sqrt(variance))


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
        gained = [_explained(_added(basis, quantity[kept], line), residual[:, None])[0] for line in lines]
        line = float(lines[int(np.argmax(gained))])
        for x, error in ((whole, straight), (np.hstack([whole, _sides(quantity, line)]), parted)):
            error[out] = y[out] - x[out] @ np.linalg.lstsq(x[kept], y[kept], rcond=None)[0]
    return float(1.0 - (parted**2).sum() / max((straight**2).sum(), 1e-300))
