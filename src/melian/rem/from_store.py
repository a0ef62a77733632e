"""From the event history, counts in daily cells, to a relational event sequence, one row an event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError, check_option
from melian.history import EventHistory
from melian.sequence import RelationalEvents

__all__ = ["JOINT_RULES", "from_history"]

JointRule = Literal["history", "only", "drop"]
JOINT_RULES: Final[tuple[JointRule, ...]] = ("history", "only", "drop")


def from_history(
    history: EventHistory, *, instruments: Sequence[str] = (), joint: JointRule = "history"
) -> RelationalEvents:
    """Turn a history into a sequence: a cell of count c is c events of its day.

    Parameters
    ----------
    history : EventHistory
        Its instruments become the types; what lies before its window is history only.
    instruments : sequence of str
        Those whose events are kept; empty: all.
    joint : {'history', 'only', 'drop'}
        Joint events enter the statistics of both directions without being explained; or they are the only
        events of an undirected sequence; or they are left out.

    Returns
    -------
    RelationalEvents
        Times are whole days from `history.origin`; days are steps.

    Raises
    ------
    InputError
        If an instrument is not in the history, or no event of the window is left.

    Examples
    --------
    >>> import polars as pl
    >>> from melian.data import load_history, store_from_frame
    >>> rows = {"date": ["2018-01-01", "2018-01-03"], "source": ["USA", "RUS"], "target": ["RUS", "USA"]}
    >>> with store_from_frame(pl.DataFrame({**rows, "cameo": ["112", "130"]})) as store:
    ...     events = from_history(load_history(store))
    >>> events.time.tolist(), events.resolution, events.types
    ([0.0, 2.0], 'day', ('coercion', 'contestation'))
    """
    check_option("joint", joint, JOINT_RULES)
    for name in instruments:
        check_option("instrument", name, history.instruments)
    kept = _kept(history, instruments, joint)
    times = np.repeat(history.step[kept], history.count[kept]).astype(np.float64)
    since, until = float(history.window[0]), float(history.window[1] - 1)
    _refuse_empty(history, times >= since, kept, instruments, joint)
    kinds = np.unique(history.instrument[kept])

    def each(values: NDArray[np.generic]) -> NDArray[np.generic]:
        return np.repeat(values[kept], history.count[kept])

    return RelationalEvents(
        actors=history.actors,
        time=times,
        sender=each(history.source).astype(np.int32),
        receiver=each(history.target).astype(np.int32),
        type=np.searchsorted(kinds, each(history.instrument)).astype(np.int32),
        weight=np.ones(len(times)),
        joint=each(history.joint).astype(np.bool_) & (joint != "only"),
        row=each(history.row).astype(np.int64),
        types=tuple(history.instruments[k] for k in kinds),
        resolution="day",
        first=int(np.searchsorted(times, since)),
        since=since,
        until=until,
        undirected=joint == "only",
        origin=history.origin,
    )


def _kept(history: EventHistory, instruments: Sequence[str], joint: JointRule) -> NDArray[np.int64]:
    keep = np.ones(len(history.step), np.bool_)
    if instruments:
        keep &= np.isin(history.instrument, [history.instruments.index(name) for name in instruments])
    if joint != "history":
        keep &= history.joint == (joint == "only")
    return np.flatnonzero(keep).astype(np.int64)


def _refuse_empty(
    history: EventHistory,
    inside: NDArray[np.bool_],
    kept: NDArray[np.int64],
    instruments: Sequence[str],
    joint: JointRule,
) -> None:
    """Refuse a window in which nothing is left to be explained."""
    directed = np.repeat(~history.joint[kept], history.count[kept])
    left = inside if joint == "only" else inside & directed
    if left.any():
        return
    which = f" of {', '.join(instruments)}" if instruments else ""
    kind = "joint" if joint == "only" else "directed"
    raise InputError(
        f"the window from {history.since} to {history.until} holds no {kind} events{which} among the "
        f"{history.n_actors} actors; widen it, or take other instruments."
    )
