"""Threshold regressions on drawn outcomes: whether there is a line, and where it may lie.

The outcome's own past is among the regressors, so it is drawn anew with the outcome: what it does to the
fit of a short series, or under pressure that seldom turns, has to be in the draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from melian.measures.projection import orthonormal

__all__ = ["Own", "Search", "make_search", "not_refused", "own_past", "sides", "straight_p"]

Floats = NDArray[np.float64]
Own = tuple[float, float]
"""Half-life of a decayed count of the outcome's earlier days, and its value on the first day."""
DRAWS = 199
NULLS = 9
"""Lines at which outcomes are drawn; between them the bound of the ratio is interpolated."""
STABLE = 0.95
"""Most acts that one act may have as its own consequence in the draws."""


@dataclass(frozen=True, slots=True)
class Search:
    """A threshold regression over G lines and T days, ready for many outcomes.

    Attributes
    ----------
    y, quantity : (T,) float64
    lines : (G,) float64
        In rising order.
    own : tuple of Own
    past : (H, T) float64
        The outcome's own past.
    held : (T, p) float64
        Orthonormal basis of the other controls and the quantity.
    above : (T, 2 G) float64
        Level and slope above each line, `held` taken out.
    gram : (G, 2, 2) float64
    """

    y: Floats
    quantity: Floats
    lines: Floats
    own: tuple[Own, ...]
    past: Floats
    held: Floats
    above: Floats
    gram: Floats

    def left(self, y: Floats, own: Floats) -> tuple[Floats, Floats]:
        """Squared errors of outcomes (T, B) with pasts (H, T, B): without line (B,), at each line (G, B)."""
        y, pasts = self._free(y), [self._free(part) for part in own]
        seen, gram = self._seen(y), np.repeat(self.gram[..., None], y.shape[1], axis=-1)
        straight = (y**2).sum(axis=0)
        for number, part in enumerate(pasts):
            part /= np.maximum(np.sqrt((part**2).sum(axis=0)), 1e-300)
            for later in pasts[number + 1 :]:
                later -= part * (part * later).sum(axis=0)
            along, shared = (part * y).sum(axis=0), self._seen(part)
            straight = straight - along**2
            seen = seen - shared * along
            gram = gram - shared[:, :, None] * shared[:, None]
        a, b, d = gram[:, 0, 0], gram[:, 0, 1], gram[:, 1, 1]
        level, slope = seen[:, 0], seen[:, 1]
        size = a * d - b * b
        both = (d * level**2 - 2.0 * b * level * slope + a * slope**2) / np.maximum(size, 1e-300)
        alone = level**2 / np.maximum(a, 1e-300)
        return straight, np.asarray(straight - np.where(size > 1e-9 * a * d, both, alone))

    def seen(self) -> tuple[float, Floats]:
        """Squared errors of the outcome itself: without a line, and at each line (G,)."""
        straight, left = self.left(self.y[:, None], self.past[:, :, None])
        return float(straight[0]), left[:, 0]

    def drawn(self, line: float | None, signs: Floats) -> tuple[Floats, Floats]:
        """Give `left` of outcomes drawn with a line, or without: signs (T, B) on the residuals."""
        steps = [] if line is None else [sides(self.quantity, line)]
        given = np.hstack([self.held, *steps])
        x = np.hstack([given, self.past.T])
        slope = np.linalg.lstsq(x, self.y, rcond=None)[0]
        mean, echo = given @ slope[: given.shape[1]], slope[given.shape[1] :]
        echo = echo * min(1.0, STABLE / max(float(echo.sum()), STABLE))
        leverage = np.minimum((orthonormal(x) ** 2).sum(axis=1), 0.9)
        error = (self.y - x @ slope) / np.sqrt(1.0 - leverage)
        y = _echoed(mean[:, None] + error[:, None] * signs, self.own, echo)
        return self.left(y, own_past(y, self.own))

    def _free(self, values: Floats) -> Floats:
        return np.asarray(values - self.held @ (self.held.T @ values))

    def _seen(self, values: Floats) -> Floats:
        return np.asarray((self.above.T @ values).reshape(len(self.lines), 2, -1))


def make_search(y: Floats, quantity: Floats, controls: Floats, lines: Floats, own: Sequence[Own]) -> Search:
    """Lay a search out; controls (T, p) are those other than the outcome's own past."""
    held = orthonormal(np.hstack([controls, quantity[:, None]]))
    above = np.hstack([sides(quantity, line) for line in lines])
    above -= held @ (held.T @ above)
    pairs = above.reshape(len(y), len(lines), 2)
    gram = np.einsum("tga,tgb->gab", pairs, pairs)
    return Search(y, quantity, lines, tuple(own), own_past(y, own), held, above, gram)


def sides(quantity: Floats, line: float) -> Floats:
    """Level and slope above the line, (T, 2)."""
    above = quantity > line
    return np.stack([above, above * (quantity - line)], axis=1).astype(np.float64)


def own_past(y: Floats, own: Sequence[Own]) -> Floats:
    """Decayed counts of the outcome's earlier days, (H, T, ...), from those of the first day.

    Examples
    --------
    >>> own_past(np.array([1.0, 0.0, 0.0]), [(1.0, 0.5)])
    array([[0.5  , 0.75 , 0.375]])
    """
    days = np.arange(len(y)).reshape(-1, *[1] * (y.ndim - 1))
    out = []
    for half_life, first in own:
        rho = 2.0 ** (-1.0 / half_life)
        out.append(lfilter([0.0, 1.0 - rho], [1.0, -rho], y, axis=0) + first * rho**days)
    return np.array(out).reshape(len(out), *y.shape)


def _echoed(shocks: Floats, own: Sequence[Own], echo: Floats) -> Floats:
    """Outcomes that are shocks (T, B) and `echo` times their own past, from the first day's past on."""
    if not own:
        return shocks
    rho = np.array([2.0 ** (-1.0 / half_life) for half_life, _ in own])
    first = np.array([value for _, value in own])
    started = (rho ** np.arange(len(shocks))[:, None]) @ (first * echo)
    top = np.poly(rho)
    bottom = top.copy()
    for number, (decay, weight) in enumerate(zip(rho, echo, strict=True)):
        bottom[1:] -= weight * (1.0 - decay) * np.atleast_1d(np.poly(np.delete(rho, number)))
    return np.asarray(lfilter(top, bottom, shocks + started[:, None], axis=0))


def straight_p(search: Search, *, draws: int, block: int, seed: int) -> float:
    """Bootstrap p-value of a straight response; signs are drawn for blocks of days."""
    straight, left = search.seen()
    of_day = np.arange(len(search.y)) // block
    signs = np.random.default_rng((seed, 775)).choice([-1.0, 1.0], size=(int(of_day[-1]) + 1, draws))[of_day]
    whole, parted = search.drawn(None, signs)
    drawn = whole / parted.min(axis=0)
    return float((1 + (drawn >= straight / left.min()).sum()) / (draws + 1))


def not_refused(search: Search, *, confidence: float, seed: int) -> tuple[int, int]:
    """Give the first and the last line that is not refused.

    A line is refused where its likelihood ratio against the best is above the quantile of that ratio in
    outcomes drawn with the line there: the grid bootstrap (Hansen 1999; Hidalgo, Lee and Seo 2019). O(nulls
    x T x (lines + controls) x draws).
    """
    _, left = search.seen()
    signs = np.random.default_rng((seed, 777)).choice([-1.0, 1.0], size=(len(search.y), DRAWS))
    nulls = np.unique(np.linspace(0, len(left) - 1, NULLS).round().astype(int))
    drawn = [search.drawn(search.lines[null], signs)[1] for null in nulls]
    ratios = [parted[null] / parted.min(axis=0) for null, parted in zip(nulls, drawn, strict=True)]
    bound = np.interp(np.arange(len(left)), nulls, np.quantile(ratios, confidence, axis=1))
    kept = np.flatnonzero(left / left.min() <= bound)
    return int(kept[0]), int(kept[-1])
