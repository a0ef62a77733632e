"""The lead-in: days of the likelihood before the first that is shared out, and the past that nobody saw.

A level must be learned from the channel's own events, at the price of its prior; decayed counts know it from
the events before. A likelihood that begins only once decayed counts are full lets momentum have that
knowledge free of charge: on ten months of ICEWS it took all but 1% of conduct. So the likelihood begins
three longest half-lives earlier, and what was done before the record began stands in the decayed counts of
these days as the mean flow between two actors of such sizes: all that is known of it without the channel's
own events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from melian.history import EventHistory

if TYPE_CHECKING:
    from melian.models.design import Columns

__all__ = ["add_past", "mean_flow", "past_exposure", "relation_flow"]

Floats = NDArray[np.float64]
CHUNK = 50_000
"""Rows at a time: years of history before the window would else be held twice, as float64 too."""
Ints = NDArray[np.int32]


def mean_flow(history: EventHistory) -> tuple[Floats, Floats]:
    """Directed and joint events a day by (source, target, instrument) from the sizes of both ends alone.

    Returns
    -------
    directed, joint : (n_actors, n_actors, n_instruments) float64
        What the source does with the instrument, spread over targets by what they receive; the same for the
        two ends of joint events. Zero on the diagonal.
    """
    n, k = history.n_actors, history.n_instruments
    off = ~np.eye(n, dtype=bool)
    one_way, met = ~history.joint, history.joint

    def tally(chosen: NDArray[np.bool_], actor: Ints) -> Floats:
        key = actor[chosen].astype(np.int64) * k + history.instrument[chosen]
        return np.asarray(np.bincount(key, history.count[chosen], n * k).reshape(n, k) / history.n_steps)

    sent, received = tally(one_way, history.source), tally(one_way, history.target).sum(axis=1)
    share = np.where(off, received[None, :], 0.0)
    share /= np.maximum(share.sum(axis=1, keepdims=True), 1e-12)
    meetings = tally(met, history.source) + tally(met, history.target)
    both = meetings[:, None, :] * meetings[None, :, :] / np.maximum(meetings.sum(axis=0), 1e-12)
    return share[:, :, None] * sent[:, None, :], np.where(off[:, :, None], both, 0.0)


def relation_flow(history: EventHistory, columns: Columns) -> Floats:
    """Mean flow in each relation to a channel, (n_actors, n_actors, n_columns, n_instruments).

    Relations split by a bloc get half of it each; it is only a start, and fades.
    """
    flow, met = mean_flow(history)
    back, sent, received = flow.transpose(1, 0, 2), flow.sum(axis=1), flow.sum(axis=0)
    parts = {
        "persistence": flow,
        "spread": sent[:, None] - flow,
        "reply": back,
        "alarm": received[:, None] - back,
        "joining": received[None] - flow,
        "alignment": sent[None] - back,
        "joint": met,
    }
    split = np.array([columns.relations.count(r) for r in columns.relations], dtype=np.float64)
    stacked = np.stack([np.broadcast_to(parts[r], flow.shape) for r in columns.relations], axis=2)
    out = np.maximum(stacked / split[:, None], 0.0)
    out[np.arange(len(out)), np.arange(len(out))] = 0.0
    return np.asarray(out)


def add_past(
    x: NDArray[np.float32], history: EventHistory, columns: Columns, decay: Floats,
    rows: tuple[Ints, Ints, Ints], share_from: int,
) -> None:  # fmt: skip
    """Add to the features of lead-in rows what the unseen past leaves there: flow times rho^t.

    sum over u < 0 of g_b(t - u) is rho_b^t. x (n_rows, n_features) is changed in place; rows are
    (step, source, target); decay (n_kernels, n_steps + 2) holds rho_b^d. O(rows of the lead-in x features).
    """
    step, source, target = rows
    early = np.flatnonzero(step < share_from)
    flow = relation_flow(history, columns)
    for first in range(0, len(early), CHUNK):
        rows_now = early[first : first + CHUNK]
        fade = decay[:, step[rows_now]].T
        added = flow[source[rows_now], target[rows_now]][..., None] * fade[:, None, None, :]
        x[rows_now] += added.reshape(len(rows_now), -1).astype(np.float32)


def past_exposure(
    history: EventHistory, columns: Columns, decay: Floats, daily: Floats, share_from: int
) -> Floats:
    """Column sums of what `add_past` adds, (n_actors, n_actors, n_features); daily (n_actors, n_steps)."""
    fade = daily[:, :share_from] @ decay[:, :share_from].T
    flow = relation_flow(history, columns)
    n = history.n_actors
    return np.asarray((flow[..., None] * fade[:, None, None, None, :]).reshape(n, n, -1))
