"""The relational event sequence: one row an event, as relational event models read it.

`EventHistory` counts events in daily cells; here every event is a row of its own, in time order, with equal
times as one step whose inner order is unknown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError, check_option

__all__ = ["RelationalEvents", "Resolution"]

Resolution = Literal["exact", "day", "order"]
RESOLUTIONS: tuple[Resolution, ...] = ("exact", "day", "order")
INDEXED = ("receiver", "type", "weight", "joint", "row")


@dataclass(frozen=True, slots=True)
class RelationalEvents:
    """A sequence of relational events, sorted by time; one row is one event.

    Attributes
    ----------
    actors : tuple of str
        Labels; `sender` and `receiver` index them. An actor may have no event.
    time : (n_events,) float64
        In `unit`, not decreasing. Equal times are one step; the order inside it is unknown.
    sender, receiver : (n_events,) int32
        Actor indices, never equal. Order of the two means nothing where the event is undirected.
    type : (n_events,) int32
        Index into `types`; zeros where events are untyped and `types` is ().
    weight : (n_events,) float64
        What the event adds to counts; 1.0 unless given. Weights never enter the likelihood.
    joint : (n_events,) bool
        True for an undirected event among directed ones: it enters the statistics of both directions, and
        never the likelihood of a directed model.
    row : (n_events,) int64
        Row id in the store, -1 where there is none.
    unit : str
        Unit of time: 'days', 'seconds', 'order', ...
    resolution : {'exact', 'day', 'order'}
        'exact': times are measured; 'day': times are whole days; 'order': times only say the order.
    first : int
        Events before this index are history only: they enter statistics, never the likelihood.
    since, until : float
        Start and end of the observation that the likelihood covers, in `unit`. With resolution 'day' the day
        `until` itself is still observed.
    undirected : bool
        True where the whole sequence is undirected.
    receivers : tuple of int or None
        Two-mode data: the actors that only receive, all others only send. None for one mode.
    origin : datetime.date or None
        Calendar day of time 0, where there is a calendar.

    Examples
    --------
    >>> events = RelationalEvents.from_frame(
    ...     {"time": [1.0, 2.5, 2.5], "sender": ["a", "b", "c"], "receiver": ["b", "a", "a"]})
    >>> events.n_events, events.n_actors, events.has_ties
    (3, 3, True)
    """

    actors: tuple[str, ...]
    time: NDArray[np.float64]
    sender: NDArray[np.int32]
    receiver: NDArray[np.int32]
    type: NDArray[np.int32]
    weight: NDArray[np.float64]
    joint: NDArray[np.bool_]
    row: NDArray[np.int64]
    types: tuple[str, ...] = ()
    unit: str = "days"
    resolution: Resolution = "exact"
    first: int = 0
    since: float = field(default=float("nan"))
    until: float = field(default=float("nan"))
    undirected: bool = False
    receivers: tuple[int, ...] | None = None
    origin: dt.date | None = None

    def __post_init__(self) -> None:
        check_option("resolution", self.resolution, RESOLUTIONS)
        check_lengths(self)
        check_weights(self)
        check_times(self)
        check_ends(self)
        if np.isnan(self.since):
            object.__setattr__(self, "since", float(self.time[0]) if len(self.time) else 0.0)
        if np.isnan(self.until):
            object.__setattr__(self, "until", float(self.time[-1]) if len(self.time) else self.since)

    @property
    def n_events(self) -> int:
        """Number of events, history included."""
        return len(self.time)

    @property
    def n_actors(self) -> int:
        """Number of actors."""
        return len(self.actors)

    @property
    def has_ties(self) -> bool:
        """True where two events share a time."""
        return bool((np.diff(self.time) == 0).any())

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        time: str | None = "time",
        sender: str = "sender",
        receiver: str = "receiver",
        type: str | None = None,
        weight: str | None = None,
        joint: str | None = None,
        actors: Sequence[str] | None = None,
        receivers: Sequence[str] | None = None,
        **settings: Any,
    ) -> RelationalEvents:
        """Make a sequence from a frame (pandas, polars) or a mapping of columns.

        Parameters
        ----------
        frame : mapping of str to sequence, or a frame with such columns
        time, sender, receiver, type, weight, joint : str or None
            Names of columns. Without `time` the rows are in order and their number is the time (from 1).
        actors : sequence of str, optional
            All actors, in the order to index them; those of the events, sorted, by default.
        receivers : sequence of str, optional
            Two-mode data: labels of the actors that only receive.
        **settings
            Other fields of `RelationalEvents`: `unit`, `resolution`, `first`, `since`, `until`, `undirected`.

        Raises
        ------
        InputError
            If a column is missing, a time is not a number, or an event's actor is not among `actors`.
        """
        ends = [column(frame, name) for name in (sender, receiver)]
        send, receive = ([str(label) for label in end] for end in ends)
        labels = tuple(actors) if actors is not None else tuple(sorted({*send, *receive}))
        n = len(send)
        clock = times(frame, time, n)
        order = np.argsort(clock, kind="stable")
        names, kinds = coded(column(frame, type)) if type else ((), np.zeros(n, np.int32))
        heavy = np.asarray(column(frame, weight), np.float64) if weight else np.ones(n)
        both = np.asarray(column(frame, joint), bool) if joint else np.zeros(n, bool)
        if time is None:
            settings = {"unit": "order", "resolution": "order", **settings}
        return cls(
            actors=labels,
            time=clock[order],
            sender=indices(send, labels, sender)[order],
            receiver=indices(receive, labels, receiver)[order],
            type=kinds[order],
            types=names,
            weight=heavy[order],
            joint=both[order],
            row=np.full(n, -1, np.int64),
            receivers=None if receivers is None else tuple(sorted(labels.index(r) for r in receivers)),
            **settings,
        )

    def by_order(self) -> RelationalEvents:
        """Give the same events on the clock of their order: the k-th distinct time becomes k, from 1.

        Examples
        --------
        >>> RelationalEvents.from_frame({"time": [3.0, 7.0, 7.0], "sender": "aba", "receiver": "bab"}
        ...     ).by_order().time.tolist()
        [1.0, 2.0, 2.0]
        """
        rank = np.unique(self.time, return_inverse=True)[1].astype(np.float64) + 1.0
        last = float(rank[-1]) if len(rank) else 0.0
        return replace(self, time=rank, unit="order", resolution="order", since=0.0, until=last, origin=None)


def column(frame: Any, name: str) -> list[Any]:
    """Take one column as a list."""
    names = list(frame.keys()) if isinstance(frame, Mapping) else list(frame.columns)
    if name not in names:
        raise InputError(f"The frame has no column {name!r}; it has {', '.join(map(str, names))}.")
    return list(frame[name])


def times(frame: Any, name: str | None, n: int) -> NDArray[np.float64]:
    """Take the times, or number the rows from 1."""
    if name is None:
        return np.arange(1, n + 1, dtype=np.float64)
    values = column(frame, name)
    try:
        clock = np.asarray(values, np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"Column {name!r} must hold numbers; its first value is {values[0]!r}.") from error
    if not np.isfinite(clock).all():
        bad = np.flatnonzero(~np.isfinite(clock))
        raise InputError(f"Column {name!r} has {len(bad)} missing or infinite times (first: row {bad[0]}).")
    return clock


def coded(values: Sequence[Any]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Sorted labels and their index per row."""
    names = tuple(sorted({str(value) for value in values}))
    place = {name: k for k, name in enumerate(names)}
    return names, np.array([place[str(value)] for value in values], np.int32)


def indices(labels: list[str], actors: tuple[str, ...], name: str) -> NDArray[np.int32]:
    """Index of each label among the actors."""
    place = {actor: k for k, actor in enumerate(actors)}
    missing = [row for row, label in enumerate(labels) if label not in place]
    if missing:
        raise InputError(
            f"{len(missing)} rows have a {name} that is not among the {len(actors)} actors "
            f"(first: row {missing[0]}, {labels[missing[0]]!r}). Add it to `actors` or drop the rows."
        )
    return np.array([place[label] for label in labels], np.int32)


def check_lengths(events: RelationalEvents) -> None:
    """Refuse arrays of unequal length."""
    n = len(events.time)
    for name in ("sender", *INDEXED):
        found = len(getattr(events, name))
        if found != n:
            raise InputError(f"events.{name} has {found} rows, time has {n}.")
    if len(set(events.actors)) != len(events.actors):
        raise InputError("events.actors names an actor twice; each label may stand once.")


def check_weights(events: RelationalEvents) -> None:
    """Refuse weights that are not positive numbers."""
    bad = np.flatnonzero(~(np.isfinite(events.weight) & (events.weight > 0)))
    if len(bad):
        raise InputError(
            f"events.weight must be positive; {len(bad)} are not "
            f"(first: row {bad[0]}, {events.weight[bad[0]]:g}). "
            "Drop these events or give them a weight."
        )


def check_times(events: RelationalEvents) -> None:
    """Refuse unsorted times and a window that is outside the events."""
    if not np.isfinite(events.time).all():
        raise InputError("events.time holds values that are not finite numbers.")
    down = np.flatnonzero(np.diff(events.time) < 0)
    if len(down):
        raise InputError(
            f"events.time must not decrease; it does after {len(down)} rows (first: row {down[0]})."
        )
    if not 0 <= events.first <= len(events.time):
        raise InputError(f"events.first={events.first} is outside the {len(events.time)} events.")


def check_ends(events: RelationalEvents) -> None:
    """Refuse loops, unknown actors and, in two-mode data, events that run the wrong way."""
    loops = np.flatnonzero(events.sender == events.receiver)
    if len(loops):
        label = events.actors[events.sender[loops[0]]]
        raise InputError(
            f"{len(loops)} events have sender equal to receiver (first: row {loops[0]}, {label!r}). "
            "Drop them: no dyad of an actor with itself is ever at risk."
        )
    for name in ("sender", "receiver"):
        ends = getattr(events, name)
        outside = np.flatnonzero((ends < 0) | (ends >= len(events.actors)))
        if len(outside):
            raise InputError(
                f"events.{name} indexes no actor in {len(outside)} rows (first: row {outside[0]})."
            )
    if events.receivers is not None:
        only = np.isin(np.arange(len(events.actors)), events.receivers)
        wrong = np.flatnonzero(only[events.sender] | ~only[events.receiver])
        if len(wrong):
            raise InputError(
                f"{len(wrong)} events do not run from a sender to one of the {len(events.receivers)} "
                f"receivers of the two-mode data (first: row {wrong[0]}, "
                f"sender {events.actors[events.sender[wrong[0]]]!r})."
            )
