"""Who could act when: the rows at risk in each stretch of steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.rem.config import RemConfig, RiskTable
from melian.rem.timeline import Timeline
from melian.sequence import RelationalEvents

__all__ = ["RiskSet", "build_risk_set", "observed_rows", "risk_breaks"]

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
LongArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RiskSet:
    """Rows at risk, by stretch of steps.

    Attributes
    ----------
    begin : (n_stretches,) int64
        First step of each stretch; the first is 0.
    rows : tuple of (n_rows,) int64
        Sorted rows at risk in each stretch, d = (block n + sender) n + receiver.
    """

    begin: LongArray
    rows: tuple[LongArray, ...]

    def at(self, step: int) -> LongArray:
        """Rows at risk in a step."""
        return self.rows[int(np.searchsorted(self.begin, step, side="right")) - 1]

    @property
    def largest(self) -> int:
        """Most rows at risk in one step."""
        return max(len(rows) for rows in self.rows)


def risk_breaks(config: RemConfig) -> FloatArray:
    """Give the times at which a risk table changes; a row ends after its `until`."""
    table = config.risk_set
    if not isinstance(table, RiskTable):
        return np.empty(0)
    times = np.array([*table.since, *table.until], np.float64)
    return np.unique(times[np.isfinite(times)])


def build_risk_set(
    events: RelationalEvents, config: RemConfig, timeline: Timeline, *, blocks: int
) -> RiskSet:
    """Find the rows at risk in each step.

    Examples
    --------
    >>> from melian.rem.timeline import build_timeline
    >>> events = RelationalEvents.from_frame({"time": [1.0, 2.0], "sender": "ab", "receiver": "bc"})
    >>> timeline = build_timeline(events, RemConfig(), breaks=np.empty(0))
    >>> build_risk_set(events, RemConfig(), timeline, blocks=1).rows[0].tolist()
    [1, 2, 3, 5, 6, 7]
    """
    possible = np.tile(_possible(events), (blocks, 1, 1))
    table = config.risk_set
    if table == "active":
        possible &= _active(events, blocks)
    if not isinstance(table, RiskTable):
        return RiskSet(np.zeros(1, np.int64), (_rows(possible, config),))
    begin, masks = _by_table(events, table, timeline)
    return RiskSet(begin, tuple(_rows(possible & mask, config) for mask in masks))


def _rows(possible: BoolArray, config: RemConfig) -> LongArray:
    """Rows at risk; of a rate model, one dyad for each sender that has one."""
    if config.model == "rate":
        flat = possible.reshape(-1, possible.shape[-1])
        alone = np.zeros_like(flat)
        some = np.flatnonzero(flat.any(1))
        alone[some, flat[some].argmax(1)] = True
        possible = alone
    rows = np.flatnonzero(possible.ravel()).astype(np.int64)
    if not len(rows):
        raise InputError("The risk set is empty in some step: no dyad could act. Look at the risk table.")
    return rows


def _possible(events: RelationalEvents) -> BoolArray:
    """Dyads that the kind of data allows, (n, n)."""
    n = events.n_actors
    mask = ~np.eye(n, dtype=bool)
    if events.receivers is not None:
        only = np.isin(np.arange(n), events.receivers)
        mask &= ~only[:, None] & only[None, :]
    return np.triu(mask) if events.undirected else mask


def _active(events: RelationalEvents, blocks: int) -> BoolArray:
    """Dyads with at least one event, (blocks, n, n)."""
    n = events.n_actors
    mask = np.zeros((blocks, n, n), bool)
    block = events.type if blocks > 1 else np.zeros_like(events.type)
    use = ~events.joint | events.undirected
    low, high = events.sender[use], events.receiver[use]
    if events.undirected:
        low, high = np.minimum(low, high), np.maximum(low, high)
    mask[block[use], low, high] = True
    return mask


def _by_table(
    events: RelationalEvents, table: RiskTable, timeline: Timeline
) -> tuple[LongArray, list[BoolArray]]:
    """Masks (n, n) by stretch of steps with the same rows of the table."""
    now = timeline.attributes_at
    since, until = np.array(table.since, np.float64), np.array(table.until, np.float64)
    active = (since[None, :] <= now[:, None]) & (now[:, None] <= until[None, :])
    changed = np.r_[True, (active[1:] != active[:-1]).any(1)]
    begin = np.flatnonzero(changed).astype(np.int64)
    places = {label: k for k, label in enumerate(events.actors)}
    unknown = {x for x in (*table.sender, *table.receiver) if x is not None and x not in places}
    if unknown:
        raise InputError(f"The risk table names {len(unknown)} unknown actors (first: {min(unknown)!r}).")
    return begin, [_mask(events, table, places, active[step]) for step in begin]


def _mask(events: RelationalEvents, table: RiskTable, places: dict[str, int], active: BoolArray) -> BoolArray:
    """Mask (n, n) of the rows of the table that hold."""
    n = events.n_actors
    mask = np.zeros((n, n), bool)
    if table.presence:
        present = np.zeros(n, bool)
        for k in np.flatnonzero(active):
            present[places[str(table.sender[k])]] = True
        return present[:, None] & present[None, :]
    for k in np.flatnonzero(active):
        sender, receiver = table.sender[k], table.receiver[k]
        row = slice(None) if sender is None else slice(places[sender], places[sender] + 1)
        column = slice(None) if receiver is None else slice(places[receiver], places[receiver] + 1)
        mask[row, column] = True
    return mask | mask.T if events.undirected else mask


def observed_rows(
    events: RelationalEvents, config: RemConfig, timeline: Timeline, risk: RiskSet, *, blocks: int
) -> LongArray:
    """Give the row of each event of the likelihood, in the timeline's order.

    Raises
    ------
    InputError
        If an event's dyad (or sender, for a rate model) is not at risk when it happens: how many, the first.
    """
    n = events.n_actors
    chosen = timeline.event
    sender, receiver = events.sender[chosen].astype(np.int64), events.receiver[chosen].astype(np.int64)
    if events.undirected:
        sender, receiver = np.minimum(sender, receiver), np.maximum(sender, receiver)
    block = events.type[chosen].astype(np.int64) if blocks > 1 else np.zeros(len(chosen), np.int64)
    row = (block * n + sender) * n + receiver
    inside = np.zeros(len(row), bool)
    step = np.repeat(np.arange(timeline.n_steps), np.diff(timeline.first))
    ends = np.r_[risk.begin[1:], timeline.n_steps]
    for begin, end, rows in zip(risk.begin, ends, risk.rows, strict=True):
        here = (step >= begin) & (step < end)
        if config.model == "rate":
            at = np.minimum(np.searchsorted(rows // n, row[here] // n), len(rows) - 1)
            inside[here] = rows[at] // n == row[here] // n
            row[here] = np.where(inside[here], rows[at], row[here])
        else:
            at = np.minimum(np.searchsorted(rows, row[here]), len(rows) - 1)
            inside[here] = rows[at] == row[here]
    _refuse_outside(events, chosen, inside)
    return row


def _refuse_outside(events: RelationalEvents, chosen: LongArray, inside: BoolArray) -> None:
    """Name the events whose dyad is not at risk."""
    outside = chosen[~inside]
    if len(outside):
        e = outside[0]
        one, two = events.actors[events.sender[e]], events.actors[events.receiver[e]]
        raise InputError(
            f"{len(outside)} events are outside the risk set (first: row {e}, {one!r} to {two!r} at time "
            f"{events.time[e]:g}). Add the dyads to the risk table, or make these events history."
        )
