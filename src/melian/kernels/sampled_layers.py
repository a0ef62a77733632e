"""States of past events in one or several memories ("layers"), brought forward along the stream.

A layer counts events by weight and type, within an interval of ages or decayed by a half-life. Decay is lazy:
an event of time u is added as w 2^((u - origin) / h), and reading at T multiplies by 2^((origin - T) / h), so
that values of one layer can be compared, added and minimised before the factor is known. The origin moves up
every RENEW half-lives, when all values of the layer are brought down.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from melian.kernels.jit import jit
from melian.kernels.sampled_pairs import take_slot

__all__ = ["Counts", "Last", "Memories", "Stream", "advance", "make_counts", "make_last", "make_memories"]

RENEW = 500.0
"""Half-lives between two renewals: 2^500 leaves room for sums, and costs 4e-14 of relative precision."""


class Stream(NamedTuple):
    """Events sorted by time: time (m,) float64, sender, receiver, kind (m,) int32, weight (m,) float64.

    both (m,) bool: the event counts in both directions; silent (m,) bool: no turn follows it. slot, back (m,)
    int32: work, the slots of (i, j) and (j, i).
    """

    time: NDArray[np.float64]
    sender: NDArray[np.int32]
    receiver: NDArray[np.int32]
    kind: NDArray[np.int32]
    weight: NDArray[np.float64]
    both: NDArray[np.bool_]
    silent: NDArray[np.bool_]
    slot: NDArray[np.int32]
    back: NDArray[np.int32]


class Memories(NamedTuple):
    """Which events each layer counts, and how far it has come.

    youngest, oldest (layers,): an event of an earlier step counts while youngest < T - u <= oldest; -inf
    and inf for no limit. half_life (layers,): inf where nothing decays. previous (layers,) bool: T is the
    time of the step before, else the asked row's. share (layers, kinds): factor of an event's weight.
    origin (layers,): of the lazy decay; decay (layers,): what a value is multiplied by when read now.
    entered, left (layers,) int64: next event to enter, to leave.
    """

    youngest: NDArray[np.float64]
    oldest: NDArray[np.float64]
    half_life: NDArray[np.float64]
    previous: NDArray[np.bool_]
    share: NDArray[np.float64]
    origin: NDArray[np.float64]
    decay: NDArray[np.float64]
    entered: NDArray[np.int64]
    left: NDArray[np.int64]


class Counts(NamedTuple):
    """Undecayed weight of events by pair and by actor; the first index of every array is the layer.

    value (layers, slots) of (i, j), mirror[l, j n + i] its copy where dense, else empty. ends (layers, 2 n
    + 1): sent by a at a, received by a at n + a, all at 2 n. live, ends_live int32: events behind each, so
    that a state without events is exactly 0 whatever was rounded before. partners (layers, 2 n + 1)
    float64: pairs with live events behind each of `ends`.
    """

    value: NDArray[np.float64]
    mirror: NDArray[np.float64]
    live: NDArray[np.int32]
    ends: NDArray[np.float64]
    ends_live: NDArray[np.int32]
    partners: NDArray[np.float64]


class Last(NamedTuple):
    """Time of the last event of each slot, by each sender, to each receiver, of the kinds that a set hears.

    hears (sets, kinds) bool; pair (sets, slots), sent, received (sets, n), -inf where there was none. seen
    (1,) int64: events taken in so far.
    """

    hears: NDArray[np.bool_]
    pair: NDArray[np.float64]
    sent: NDArray[np.float64]
    received: NDArray[np.float64]
    seen: NDArray[np.int64]


def make_memories(
    youngest: NDArray[np.float64],
    oldest: NDArray[np.float64],
    *,
    half_life: NDArray[np.float64],
    previous: NDArray[np.bool_],
    share: NDArray[np.float64],
    origin: float,
) -> Memories:
    """Make memories that no event has entered."""
    k = len(youngest)
    return Memories(
        youngest, oldest, half_life, previous, share,
        np.full(k, origin), np.ones(k), np.zeros(k, np.int64), np.zeros(k, np.int64),
    )  # fmt: skip


def make_counts(layers: int, n: int, slots: int, *, dense: bool) -> Counts:
    """Make empty counts; memory 12 bytes a slot and layer (20 where dense), 40 bytes an actor and layer."""
    return Counts(
        np.zeros((layers, slots)), np.zeros((layers, slots if dense else 0)), np.zeros((layers, slots),
        np.int32), np.zeros((layers, 2 * n + 1)), np.zeros((layers, 2 * n + 1), np.int32), np.zeros((layers,
        2 * n + 1)),
    )  # fmt: skip


def make_last(hears: NDArray[np.bool_], n: int, slots: int) -> Last:
    """Make last times with nothing seen yet; for each set 8 bytes a slot, 16 an actor."""
    k = len(hears)
    return Last(
        hears, np.full((k, slots), -np.inf), np.full((k, n), -np.inf), np.full((k, n), -np.inf),
        np.zeros(1, np.int64),
    )  # fmt: skip


@jit
def _renew(memories, counts, layer, time):  # type: ignore[no-untyped-def]
    """Move the origin to `time` and bring all values down; O(slots), once in RENEW half-lives."""
    down = 2.0 ** ((memories.origin[layer] - time) / memories.half_life[layer])
    for array in (counts.value, counts.mirror, counts.ends):
        for p in range(array.shape[1]):
            array[layer, p] *= down
    memories.origin[layer] = time


@jit
def _change(counts, layer, slot, i, j, amount, step):  # type: ignore[no-untyped-def]
    """Add `amount`, `step` = +1 or -1 event, to the states of the pair (i, j) and of its ends; O(1)."""
    value, live, ends = counts.value, counts.live, counts.ends
    had = live[layer, slot]
    live[layer, slot] = had + step
    value[layer, slot] = value[layer, slot] + amount if had + step > 0 else 0.0
    turned = 1.0 * step if had == 0 or had + step == 0 else 0.0
    n = (ends.shape[1] - 1) // 2
    if counts.mirror.shape[1] > 0:
        counts.mirror[layer, j * n + i] = value[layer, slot]
    for at in (np.int64(i), np.int64(n + j), np.int64(2 * n)):
        counts.partners[layer, at] += turned
        counts.ends_live[layer, at] += step
        ends[layer, at] = ends[layer, at] + amount if counts.ends_live[layer, at] > 0 else 0.0


@jit
def _apply(stream, memories, counts, layer, start, stop, step):  # type: ignore[no-untyped-def]
    """Let events `start` .. `stop` - 1 enter (step = +1) or leave (-1) a layer; O(1) each."""
    half_life = memories.half_life[layer]
    for e in range(start, stop):
        weight, time = stream.weight[e] * memories.share[layer, stream.kind[e]], stream.time[e]
        if weight == 0.0:
            continue
        if time - memories.origin[layer] > RENEW * half_life:
            _renew(memories, counts, layer, time)
        amount = step * weight
        if half_life < np.inf:
            amount *= 2.0 ** ((time - memories.origin[layer]) / half_life)
        i, j = stream.sender[e], stream.receiver[e]
        _change(counts, layer, stream.slot[e], i, j, amount, step)
        if stream.both[e]:
            _change(counts, layer, stream.back[e], j, i, amount, step)


@jit
def _hear(last, kind, slot, i, j, time):  # type: ignore[no-untyped-def]
    """Note the time of an event i→j in the sets that hear its kind."""
    for k in range(last.hears.shape[0]):
        if last.hears[k, kind]:
            last.pair[k, slot] = time
            last.sent[k, i] = time
            last.received[k, j] = time


@jit
def _see(stream, pairs, last, frontier):  # type: ignore[no-untyped-def]
    """Give slots to the events before `frontier` and note their times; a search each."""
    for e in range(last.seen[0], frontier):
        i, j = stream.sender[e], stream.receiver[e]
        stream.slot[e] = take_slot(pairs, i, j)
        if stream.both[e]:
            stream.back[e] = take_slot(pairs, j, i)
        if last.hears.shape[0] > 0:
            _hear(last, stream.kind[e], stream.slot[e], i, j, stream.time[e])
            if stream.both[e]:
                _hear(last, stream.kind[e], stream.back[e], j, i, stream.time[e])
    last.seen[0] = frontier


@jit
def _until(time, start, frontier, clock, age):  # type: ignore[no-untyped-def]
    """First event from `start` on whose age at `clock` is at most `age`."""
    while start < frontier and clock - time[start] > age:
        start += 1
    return start


@jit
def advance(stream, pairs, memories, counts, last, now, frontier):  # type: ignore[no-untyped-def]
    """Bring all states to time `now` with the events before index `frontier`; O(layers) an event."""
    if last.seen[0] < frontier:
        _see(stream, pairs, last, frontier)
    for layer in range(memories.origin.shape[0]):
        clock = stream.time[frontier - 1] if memories.previous[layer] and frontier > 0 else now
        start = memories.entered[layer]
        stop = _until(stream.time, start, frontier, clock, memories.youngest[layer])
        if stop > start:
            _apply(stream, memories, counts, layer, start, stop, 1)
            memories.entered[layer] = stop
        start = memories.left[layer]
        stop = _until(stream.time, start, memories.entered[layer], clock, memories.oldest[layer])
        if stop > start:
            _apply(stream, memories, counts, layer, start, stop, -1)
            memories.left[layer] = stop
        gone = (clock - memories.origin[layer]) / memories.half_life[layer]
        if gone > RENEW:
            _renew(memories, counts, layer, clock)
            gone = 0.0
        memories.decay[layer] = 2.0**-gone if gone != 0.0 else 1.0
