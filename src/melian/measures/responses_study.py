"""The model-free response: what B does in the days around acts of A, against comparable days.

Every day is its own comparison: the counts of B on the days after are regressed on A's acts of the day, with
weekday, slow course, attention, what happened on the same day and the decayed counts of the recent past of
both sides held. The slope is the number of acts of B that follow one more act of A.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import BSpline

from melian.history import EventHistory
from melian.measures.day_counts import DayCounts, decayed
from melian.measures.projection import (
    Draws,
    Pieces,
    block_weights,
    combine,
    make_pieces,
    orthonormal,
    unshrunk,
)

__all__ = [
    "LEAD_IN",
    "LEAST_BLOCK",
    "Around",
    "Followed",
    "Frame",
    "calendar_of",
    "follow",
    "make_frame",
    "past_of",
    "study_days",
    "study_pieces",
]

Floats = NDArray[np.float64]
QUICK, MIDDLE, SLOW = 2.0, 5.0, 14.0
"""Half-lives of the decayed counts that say what the recent past was like."""
KNOTS = 180.0
"""Days between the knots of the slow course."""
LEAST_BLOCK = 14
"""Days that a block of the bootstrap has at least."""
LEAD_IN = 28
"""Days at the beginning that only serve as past."""
TIMES = 20
"""Times that the record must be longer than an act is followed."""
WIDENING = 1.1
"""Factor on the bootstrap's deviations; measured on simulated worlds (docs/responses.md), not derived."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """What every dyad of a history shares.

    Attributes
    ----------
    history : EventHistory
    counts : DayCounts
    days : int
        How far an act is followed.
    first, last : int
        Acts of the days `first` .. `last` - 1 are looked at.
    calendar : (n_steps, n_columns) float64
        Weekdays, slow course and attention.
    block : (n_steps,) int64
    weights : (n_draws, n_blocks) float64
    period : (n_steps,) int64
        Period of each day, from 0.
    """

    history: EventHistory
    counts: DayCounts
    days: int
    first: int
    last: int
    calendar: Floats
    block: NDArray[np.int64]
    weights: Floats
    period: NDArray[np.int64]

    @property
    def n_periods(self) -> int:
        """Number of periods."""
        return int(self.period.max()) + 1


@dataclass(frozen=True, slots=True)
class Around:
    """Sums of one dyad and one kind of act, for the days after and the days before.

    Attributes
    ----------
    after, before : Pieces
        One regressor; outcomes are (day, kind of response) flattened, kinds fastest.
    by_period : Pieces
        A regressor for the acts of each period.
    acts : (n_periods,) int64
        Acts behind them.
    """

    after: Pieces
    before: Pieces
    by_period: Pieces
    acts: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Followed:
    """What follows one kind of act, cumulated over the days; H days, K kinds of response, D draws, P periods.

    Attributes
    ----------
    after, before : (1 + D, H, K) float64
        The estimate first, then its draws; NaN where the controls leave nothing of the acts.
    by_period : (1 + D, P, K) float64
        Summed over the days after.
    acts : (P,) int64
    """

    after: Floats
    before: Floats
    by_period: Floats
    acts: NDArray[np.int64]


def study_days(history: EventHistory, wanted: int) -> int:
    """How many days an act can be followed without a model: the record must be 20 times as long.

    Examples
    --------
    >>> from melian.simulate import Baseline, World, simulate, to_history
    >>> world = World(actors=("A", "B", "C"), instruments=("coercion", "force"), n_steps=304,
    ...               baseline=Baseline(events=500))
    >>> study_days(to_history(simulate(world)), 30)
    11
    """
    first = max(history.window[0], min(LEAD_IN, history.n_steps))
    return max(min(wanted, (history.n_steps - first) // (TIMES + 1)), 0)


def follow(frame: Frame, parts: Sequence[Around]) -> Followed:
    """Estimate from one dyad, or from several together."""
    after = [part.after for part in parts]
    period = [part.by_period for part in parts]
    done = unshrunk(combine(after, frame.weights), after, frame.days)
    apart = unshrunk(combine(period, frame.weights), period, frame.days)
    earlier = combine([part.before for part in parts], frame.weights)
    return Followed(
        _widened(done, frame.days)[:, 0].cumsum(axis=1), _widened(earlier, frame.days)[:, 0].cumsum(axis=1),
        _widened(apart, frame.days).sum(axis=2), np.sum([part.acts for part in parts], axis=0),
    )  # fmt: skip


def _widened(found: Draws, days: int) -> Floats:
    """Estimate and draws under one another, (1 + D, P, days, kinds); draws moved out by `WIDENING`."""
    draws = found.value + WIDENING * (found.draws - found.value)
    both = np.concatenate([found.value[None], draws])
    return both.reshape(*both.shape[:2], days, -1)


def make_frame(
    history: EventHistory, *, days: int, period: NDArray[np.int64], draws: int, seed: int
) -> Frame:
    """Lay out what every dyad shares.

    Parameters
    ----------
    days : int
        How far an act is followed; the last `days` days of the window are outcomes only.
    period : (n_steps,) int64
        Period of each day.
    draws, seed : int
        Of the bootstrap; its blocks are as long as an act is followed, at least 14 days.
    """
    first = max(history.window[0], min(LEAD_IN, history.n_steps))
    last = history.n_steps - days
    of_day, weights = block_weights(history.n_steps, days=max(days, LEAST_BLOCK), draws=draws, seed=seed)
    return Frame(
        history,
        DayCounts(history),
        days,
        first,
        max(last, first),
        calendar_of(history),
        of_day,
        weights,
        period,
    )


def calendar_of(history: EventHistory) -> Floats:
    """Weekdays, a slow course and attention as controls, (n_steps, n_columns)."""
    n = history.n_steps
    weekday = np.eye(7)[np.arange(n) % 7]
    inner = max(1, round(n / KNOTS))
    step = n / inner
    knots = step * np.arange(-3, inner + 4)
    slow = BSpline.design_matrix(np.arange(n) + 0.5, knots, 3).toarray()
    if history.attention is None:
        return np.hstack([weekday, slow])
    return np.hstack([weekday, slow, np.log1p(history.attention.total)[:, None]])


def past_of(frame: Frame, actor: int, responder: int) -> Floats:
    """Decayed counts before each day that say how active both sides were, (n_steps, 7).

    Few on purpose: each slow control takes a part of what lasts (`melian.measures.projection.unshrunk`).
    """
    counts = frame.counts
    there, back = (counts.pair(*ends).sum(axis=1) for ends in ((actor, responder), (responder, actor)))
    rest = [counts.sent(a).sum(axis=1) + counts.received(a).sum(axis=1) for a in (actor, responder)]
    pair = np.stack([there, back], axis=1)
    others = np.stack(
        [*(r - there - back for r in rest), counts.pair(actor, responder, joint=True).sum(axis=1)], axis=1
    )
    return np.hstack([decayed(pair, QUICK), decayed(pair, SLOW), decayed(others, MIDDLE)])


def study_pieces(
    frame: Frame, actor: int, responder: int, *, acts: Floats, kinds: Floats, outward: bool = False
) -> list[Around]:
    """Sum one dyad up for several kinds of acts.

    Parameters
    ----------
    actor, responder : int
        A who acts, B who responds.
    acts : (n_instruments, n_acts) float64
        Each column sums instruments into one kind of act of A towards B.
    kinds : (n_instruments, n_kinds) float64
        The same for the responses.
    outward : bool
        Count B's acts towards all actors, not only towards A.

    Returns
    -------
    list of Around
        One for each kind of act. O(days in the window x (controls^2 + acts x days x kinds)).
    """
    there, back = frame.counts.pair(actor, responder), frame.counts.pair(responder, actor)
    seen = (frame.counts.sent(responder) if outward else back) @ kinds
    past, rows = past_of(frame, actor, responder), np.arange(frame.first, frame.last)
    late = rows[rows >= LEAD_IN + frame.days]
    same_day = back.sum(axis=1, keepdims=True)
    ahead = np.arange(1, frame.days + 1)
    after = orthonormal(np.hstack([frame.calendar[rows], same_day[rows], past[rows]]))
    before = orthonormal(np.hstack([frame.calendar[late], past[late - frame.days]]))
    later = seen[rows[:, None] + ahead].reshape(len(rows), -1)
    earlier = seen[late[:, None] - ahead].reshape(len(late), -1)
    block, n_blocks = frame.block[rows], frame.weights.shape[1]
    period = np.eye(frame.n_periods)[frame.period[rows]]
    out = []
    for kind in acts.T:
        x = (there @ kind)[rows, None]
        rest = there[rows].sum(axis=1, keepdims=True) - x
        held = _with(after, rest)
        out.append(
            Around(
                make_pieces(held, x, later, block, n_blocks, lags=frame.days),
                make_pieces(
                    _with(before, rest[-len(late) :]), x[-len(late) :], earlier, block[-len(late) :], n_blocks
                ),
                make_pieces(held, x * period, later, block, n_blocks, lags=frame.days),
                np.bincount(frame.period[rows], x[:, 0], frame.n_periods).astype(np.int64),
            )
        )
    return out


def _with(basis: Floats, column: Floats) -> Floats:
    """Add a control to an orthonormal basis; nothing is added where it is in its span."""
    left = column - basis @ (basis.T @ column)
    size = float(np.sqrt((left**2).sum()))
    return np.hstack([basis, left / size]) if size > 1e-7 * max(float(np.abs(column).max()), 1.0) else basis
