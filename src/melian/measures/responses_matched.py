"""The event study of matched days: what B does after days on which A acted, less after days like them.

Each day with an act is set beside the days without one that are most like it: of the same weekday, nearest
in what both sides had just done, and so far away that neither stands in the days after the other. What
differences of the past are left is taken out by a regression on days without acts (Abadie and Imbens 2011).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.measures.responses_study import Frame, past_of

__all__ = ["Matched", "matched_responses", "matches"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
WEEKS = 8
"""Weeks from which a day is taken on either side, from the first beyond the days after."""
NEAREST = 2
"""Days that stand for one."""
WIDENING = 1.25
"""Factor on the bootstrap's deviations; measured on simulated worlds (docs/responses.md), not derived."""


@dataclass(frozen=True, slots=True)
class Matched:
    """What follows one act by matched days; D draws, K kinds of response.

    Attributes
    ----------
    values : (1 + D, K) float64
        Acts of B per act of A over the days after, the estimate first; NaN where no day is matched.
    acts, days, left : int
        Acts on matched days, those days, and days with acts that had no day like them.
    """

    values: Floats
    acts: int
    days: int
    left: int


def matched_responses(
    frame: Frame, actor: int, responder: int, *, acts: Floats, kinds: Floats
) -> Sequence[Matched]:
    """Set days with acts beside days like them, for each kind of act.

    Parameters
    ----------
    actor, responder : int
        A who acts, B who responds.
    acts : (n_instruments, n_acts) float64
        Each column sums instruments into one kind of act of A towards B.
    kinds : (n_instruments, n_kinds) float64
        The same for the responses.

    Returns
    -------
    sequence of Matched
        One for each kind of act. O(days x (WEEKS + columns^2)).
    """
    there, back = frame.counts.pair(actor, responder), frame.counts.pair(responder, actor)
    rows = np.arange(frame.first, frame.last)
    run = np.vstack([np.zeros((1, kinds.shape[1])), np.cumsum(back @ kinds, axis=0)])
    after = run[rows + frame.days + 1] - run[rows + 1]
    past, same = past_of(frame, actor, responder)[rows], back[rows].sum(axis=1)
    attention = frame.calendar[rows, -1] if frame.history.attention is not None else np.zeros(len(rows))
    out = []
    for kind in acts.T:
        x = (there @ kind)[rows]
        rest = there[rows].sum(axis=1) - x
        state = np.sqrt(np.column_stack([past, same, rest, attention]).clip(0.0))
        out.append(_matched(frame, x, after, state, frame.block[rows]))
    return out


def matches(acted: NDArray[np.bool_], state: Floats, *, apart: int) -> tuple[Ints, Ints]:
    """Find days without acts that are like days with them.

    Parameters
    ----------
    acted : (n,) bool
        By day, one after the other.
    state : (n, p) float64
        What days are compared by; its columns count alike, by their standard deviation.
    apart : int
        Days that have to lie between a day and one like it.

    Returns
    -------
    days : (m,) int64
        Days with acts that have `NEAREST` days like them.
    like : (m, NEAREST) int64

    Examples
    --------
    >>> acted = np.zeros(35, bool)
    >>> acted[14] = True
    >>> like = np.arange(35.0)[:, None] % 10
    >>> [found.tolist() for found in matches(acted, like, apart=13)]
    [[14], [[0, 28]]]
    """
    scale = state.std(axis=0)
    z = state / np.where(scale > 0.0, scale, 1.0)
    weeks = apart // 7 + np.arange(1, WEEKS + 1)
    steps = 7 * np.concatenate([-weeks[::-1], weeks])
    days = np.flatnonzero(acted)
    there = days[:, None] + steps
    inside = (there >= 0) & (there < len(acted))
    there = np.where(inside, there, 0)
    far = np.where(inside & ~acted[there], ((z[there] - z[days, None]) ** 2).sum(axis=2), np.inf)
    order = np.argsort(far, axis=1, kind="stable")[:, :NEAREST]
    found = np.isfinite(np.take_along_axis(far, order, axis=1)).all(axis=1)
    return days[found], np.sort(np.take_along_axis(there, order, axis=1)[found], axis=1)


def _matched(frame: Frame, x: Floats, after: Floats, state: Floats, block: Ints) -> Matched:
    days, like = matches(x > 0.0, state, apart=frame.days)
    left = int((x > 0.0).sum()) - len(days)
    if len(days) == 0:
        return Matched(np.full((1 + len(frame.weights), after.shape[1]), np.nan), 0, 0, left)
    free = np.flatnonzero(x == 0.0)
    columns = np.column_stack([np.ones(len(state)), state])
    expected = columns @ np.linalg.lstsq(columns[free], after[free], rcond=None)[0]
    beyond = after - expected
    # A day counts for itself and against those that it stands for: weights drawn by day know of both.
    sign = np.bincount(days, minlength=len(x)) - np.bincount(like.ravel(), minlength=len(x)) / NEAREST
    acts, weights = x[days].sum(), np.vstack([np.ones(frame.weights.shape[1]), frame.weights])[:, block]
    value = (sign @ beyond) / acts
    score = sign[:, None] * beyond - np.bincount(days, x[days], len(x))[:, None] * value
    found = value + WIDENING * (weights - 1.0) @ score / acts
    return Matched(found, round(float(x[days].sum())), len(days), left)
