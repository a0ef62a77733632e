"""What enters and leaves each layer of counts before each step, by the memory of the layer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from melian.kernels.rem_state import Changes
from melian.rem.columns import LayerKey
from melian.rem.timeline import Timeline
from melian.sequence import RelationalEvents

__all__ = ["ages_counted_to", "build_changes", "decay", "epochs", "window_ends"]

FloatArray = NDArray[np.float64]
LongArray = NDArray[np.int64]
REACH = 500.0
"""Half-lives between two reference times: weights stay within 2^-1000 and 2^500."""


def ages_counted_to(key: LayerKey, timeline: Timeline) -> FloatArray:
    """Give the time that ages are counted to in each step, (n_steps,)."""
    return timeline.time if key.memory.clock == "now" else timeline.previous


def epochs(key: LayerKey, timeline: Timeline) -> LongArray:
    """Give the number of the reference time of a decaying layer in each step, (n_steps,)."""
    clock = ages_counted_to(key, timeline)
    number: LongArray = np.floor((clock - clock[0]) / (REACH * key.memory.span[0])).astype(np.int64)
    return number


def decay(key: LayerKey, timeline: Timeline) -> FloatArray:
    """Give the factor from the reference time to each step, (n_steps,): 2^(-(T - reference) / half-life)."""
    clock = ages_counted_to(key, timeline)
    half_life = key.memory.span[0]
    factor: FloatArray = np.exp2(epochs(key, timeline) * REACH - (clock - clock[0]) / half_life)
    return factor


def window_ends(events: RelationalEvents, keys: Sequence[LayerKey]) -> FloatArray:
    """Give the times at which past events enter or leave windows and intervals on their own, sorted."""
    spans = [
        span
        for key in keys
        if key.memory.kind in ("window", "interval") and key.memory.clock == "now"
        for span in key.memory.span
    ]
    return np.unique(np.concatenate([events.time + span for span in spans])) if spans else np.empty(0)


def build_changes(events: RelationalEvents, timeline: Timeline, keys: Sequence[LayerKey]) -> Changes:
    """Lay out all entries of all layers by step; entries after the last step are left out.

    In an order layer events of other types stay, as silent entries: they end the turn of the event before.
    """
    parts = [_entries(events, timeline, key, place) for place, key in enumerate(keys)]
    step, layer, event, amount, flip, silent = (
        np.concatenate([part[q] for part in parts]) if parts else np.empty(0) for q in range(6)
    )
    order = np.lexsort((flip, event, layer, step))
    order = order[step[order] < timeline.n_steps]
    step, layer, event, flip = (part[order].astype(np.int64) for part in (step, layer, event, flip))
    ends = np.stack([events.sender, events.receiver]).astype(np.int64)
    return Changes(
        first=np.searchsorted(step, np.arange(timeline.n_steps + 1)).astype(np.int64),
        layer=layer,
        sender=ends[flip, event],
        receiver=ends[1 - flip, event],
        amount=amount[order].astype(np.float64),
        time=events.time[event],
        silent=silent[order].astype(bool),
    )


def _entries(
    events: RelationalEvents, timeline: Timeline, key: LayerKey, place: int
) -> tuple[FloatArray, ...]:
    """Give step, layer, event, amount, direction and silence of the entries of one layer."""
    wanted = np.ones(events.n_events, bool) if key.types is None else np.isin(events.type, key.types)
    index = np.arange(events.n_events) if key.order else np.flatnonzero(wanted)
    enter, leave = _span(events.time[index], timeline, key)
    amount = np.ones(len(index)) if key.presence else events.weight[index].astype(np.float64)
    if key.memory.kind == "halflife":
        amount = amount * _weight(events.time[index], enter, timeline, key)
    alive = enter < np.minimum(leave, timeline.n_steps)
    index, enter, leave, amount = index[alive], enter[alive], leave[alive], amount[alive]
    step = np.r_[enter, leave]
    event = np.r_[index, index]
    change = np.r_[amount, -amount]
    both = events.joint[event] | events.undirected
    silent = ~wanted[event] | (events.joint[event] & (not events.undirected))
    rows = np.r_[np.arange(len(step)), np.flatnonzero(both)]
    flip = np.r_[np.zeros(len(step)), np.ones(int(both.sum()))]
    return (
        step[rows],
        np.full(len(rows), float(place)),
        event[rows],
        change[rows],
        flip,
        silent[rows].astype(np.float64),
    )


def _span(time: FloatArray, timeline: Timeline, key: LayerKey) -> tuple[LongArray, LongArray]:
    """Give the first step that counts an event, and the first that no longer does."""
    enter = np.searchsorted(timeline.time, time, side="right")
    leave = np.full(len(time), timeline.n_steps)
    clock = ages_counted_to(key, timeline)
    if key.memory.kind == "interval":
        enter = np.maximum(enter, np.searchsorted(clock, time + key.memory.span[0], side="right"))
    if key.memory.kind in ("window", "interval"):
        leave = np.searchsorted(clock, time + key.memory.span[-1], side="right")
    return enter.astype(np.int64), leave.astype(np.int64)


def _weight(time: FloatArray, enter: LongArray, timeline: Timeline, key: LayerKey) -> FloatArray:
    """Weight of an event at the reference time of the step that it enters."""
    clock = ages_counted_to(key, timeline)
    epoch = epochs(key, timeline)[np.minimum(enter, timeline.n_steps - 1)]
    weight: FloatArray = np.exp2((time - clock[0]) / key.memory.span[0] - epoch * REACH)
    return weight
