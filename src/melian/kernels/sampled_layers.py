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

__all__ = [
    "Counts",
    "Last",
    "Memories",
    "Stream",
    "advance",
    "hear",
    "make_counts",
    "make_last",
    "make_memories",
]

RENEW = 500.0
"""Half-lives between two renewals: 2^500 leaves room for sums, and costs 4e-14 of relative precision."""


LEAST = 1e-300
"""What is left of a pair's events after a thousand half-lives: nothing, but not never."""


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
def _renew(value, mirror, ends, layer, down):  # type: ignore[no-untyped-def]
    """Bring all values of a layer down, those of pairs with events never to 0; O(slots)."""
    for array in (value, mirror):
        for p in range(array.shape[1]):
            if array[layer, p] > 0.0:
                array[layer, p] = max(array[layer, p] * down, LEAST)
    for p in range(ends.shape[1]):
        ends[layer, p] *= down


@jit
def _until(time, start, frontier, clock, age):  # type: ignore[no-untyped-def]
    """First event from `start` on whose age at `clock` is at most `age`."""
    while start < frontier and clock - time[start] > age:
        start += 1
    return start


@jit
def _move(  # type: ignore[no-untyped-def]
    time, sender, receiver, kind, weight, both, slot, back,
    value, mirror, live, ends, ends_live, partners,
    layer, share, origin, half_life, start, stop, step,
):  # fmt: skip
    """Let events `start` .. `stop` - 1 enter (step = +1) or leave (-1) a layer, whose origin is returned."""
    n = (ends.shape[1] - 1) // 2
    for e in range(start, stop):
        amount = step * weight[e] * share[layer, kind[e]]
        gone = (time[e] - origin) / half_life
        if amount == 0.0:
            continue
        if gone > RENEW:
            _renew(value, mirror, ends, layer, 2.0**-gone)
            origin, gone = time[e], 0.0
        if gone != 0.0:
            amount *= 2.0**gone
        for turn in range(2 if both[e] else 1):
            i, j, at = np.int64(sender[e]), np.int64(receiver[e]), slot[e]
            if turn == 1:
                i, j, at = j, i, back[e]
            live[layer, at] += step
            now = live[layer, at]
            value[layer, at] = value[layer, at] + amount if now > 0 else 0.0
            if mirror.shape[1] > 0:
                mirror[layer, j * n + i] = value[layer, at]
            turned = 1.0 * step if now == 0 or now == step else 0.0
            for end in range(3):
                place = i if end == 0 else (n + j if end == 1 else 2 * n)
                partners[layer, place] += turned
                ends_live[layer, place] += step
                ends[layer, place] = ends[layer, place] + amount if ends_live[layer, place] > 0 else 0.0
    return origin


@jit
def advance(  # type: ignore[no-untyped-def]
    time, sender, receiver, kind, weight, both, slot, back,
    value, mirror, live, ends, ends_live, partners,
    youngest, oldest, half_life, previous, share, origin, decay, entered, left, now, frontier,
):  # fmt: skip
    """Bring all layers to time `now` with the events before index `frontier`; O(layers) an event."""
    for layer in range(origin.shape[0]):
        clock = time[frontier - 1] if previous[layer] and frontier > 0 else now
        start, age = entered[layer], half_life[layer]
        stop = _until(time, start, frontier, clock, youngest[layer])
        entered[layer] = stop
        origin[layer] = _move(
            time, sender, receiver, kind, weight, both, slot, back, value, mirror, live, ends, ends_live,
            partners, layer, share, origin[layer], age, start, stop, 1,
        )  # fmt: skip
        start = left[layer]
        if oldest[layer] < np.inf:
            left[layer] = _until(time, start, stop, clock, oldest[layer])
            origin[layer] = _move(
                time, sender, receiver, kind, weight, both, slot, back, value, mirror, live, ends, ends_live,
                partners, layer, share, origin[layer], age, start, left[layer], -1,
            )  # fmt: skip
        gone = (clock - origin[layer]) / age
        if gone > RENEW:
            _renew(value, mirror, ends, layer, 2.0**-gone)
            origin[layer], gone = clock, 0.0
        decay[layer] = 2.0**-gone if gone != 0.0 else 1.0


@jit
def hear(  # type: ignore[no-untyped-def]
    hears, pair, sent, received, time, sender, receiver, kind, both, slot, back, start, stop
):
    """Note the times of events `start` .. `stop` - 1 in the sets that hear their kinds."""
    for k in range(hears.shape[0]):
        for e in range(start, stop):
            if not hears[k, kind[e]]:
                continue
            pair[k, slot[e]] = time[e]
            sent[k, sender[e]] = time[e]
            received[k, receiver[e]] = time[e]
            if both[e]:
                pair[k, back[e]] = time[e]
                sent[k, receiver[e]] = time[e]
                received[k, sender[e]] = time[e]
