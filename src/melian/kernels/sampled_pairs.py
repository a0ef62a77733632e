"""Which ordered pairs have occurred: sorted neighbour lists that grow, or all pairs of few actors.

A pair (i, j) that has occurred owns a slot, its place in every array of pair states. With few actors the slot
is i n + j and no list is needed; with many, slots are given in order of first occurrence and found by binary
search in the sorted list of i's receivers. No array has n x n cells then.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from melian.kernels.jit import jit

__all__ = ["Pairs", "find_slots", "longest", "make_pairs", "place", "take_slot"]


class Pairs(NamedTuple):
    """Slots of ordered pairs among `n` actors; lists of actor a lie at first[a] .. first[a] + length[a] - 1.

    out_to and in_from (capacity,) int32 hold the sorted neighbours, out_slot and in_slot their slots; used
    (1,) counts the slots given. All lists are empty where `dense`.
    """

    n: int
    dense: bool
    out_first: NDArray[np.int64]
    out_length: NDArray[np.int64]
    out_to: NDArray[np.int32]
    out_slot: NDArray[np.int32]
    in_first: NDArray[np.int64]
    in_length: NDArray[np.int64]
    in_from: NDArray[np.int32]
    in_slot: NDArray[np.int32]
    used: NDArray[np.int64]


def make_pairs(n: int, out_bound: NDArray[np.int64], in_bound: NDArray[np.int64], *, dense: bool) -> Pairs:
    """Make empty lists: actor a will have at most out_bound[a] receivers and in_bound[a] senders.

    Memory: 8 bytes for each unit of both bounds; nothing where `dense`.
    """
    room = np.zeros(n, dtype=np.int64) if dense else np.minimum(out_bound, n)
    room_in = np.zeros(n, dtype=np.int64) if dense else np.minimum(in_bound, n)
    out_first = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(room)])
    in_first = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(room_in)])
    size, size_in = int(out_first[-1]), int(in_first[-1])
    return Pairs(
        n, dense,
        out_first, np.zeros(n, np.int64), np.empty(size, np.int32), np.empty(size, np.int32),
        in_first, np.zeros(n, np.int64), np.empty(size_in, np.int32), np.empty(size_in, np.int32),
        np.zeros(1, np.int64),
    )  # fmt: skip


@jit
def place(items, first, length, wanted):  # type: ignore[no-untyped-def]
    """First place in items[first : first + length] (sorted) that is not below `wanted`; binary search."""
    low, high = first, first + length
    while low < high:
        middle = (low + high) // 2
        if items[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@jit
def find_slots(pairs, row_i, row_j, rows, slot):  # type: ignore[no-untyped-def]
    """Fill slot[rows] with the slots of the pairs (i, j), -1 where one has not occurred; a search each."""
    n, first, length, to, slots = pairs.n, pairs.out_first, pairs.out_length, pairs.out_to, pairs.out_slot
    for row in range(rows[0], rows[1]):
        i, j = row_i[row], row_j[row]
        if pairs.dense:
            slot[row] = i * n + j
            continue
        at = place(to, first[i], length[i], j)
        slot[row] = slots[at] if at < first[i] + length[i] and to[at] == j else -1


@jit
def longest(pairs):  # type: ignore[no-untyped-def]
    """Most neighbours that an actor can have in its lists."""
    most = 0
    for a in range(pairs.n):
        sent, received = (
            pairs.out_first[a + 1] - pairs.out_first[a],
            pairs.in_first[a + 1] - pairs.in_first[a],
        )
        most = max(most, sent, received)
    return most


@jit
def _insert(items, slots, first, length, wanted, slot):  # type: ignore[no-untyped-def]
    """Insert a neighbour into a sorted list, moving those behind it up by one; O(length)."""
    at = place(items, first, length, wanted)
    for p in range(first + length, at, -1):
        items[p] = items[p - 1]
        slots[p] = slots[p - 1]
    items[at] = wanted
    slots[at] = slot


@jit
def take_slot(pairs, i, j):  # type: ignore[no-untyped-def]
    """Slot of the pair (i, j), given now where it has not occurred before; O(neighbours) then."""
    if pairs.dense:
        return np.int64(i) * pairs.n + j
    first, length = pairs.out_first[i], pairs.out_length[i]
    at = place(pairs.out_to, first, length, j)
    if at < first + length and pairs.out_to[at] == j:
        return np.int64(pairs.out_slot[at])
    slot = pairs.used[0]
    pairs.used[0] += 1
    _insert(pairs.out_to, pairs.out_slot, first, length, j, slot)
    pairs.out_length[i] += 1
    _insert(pairs.in_from, pairs.in_slot, pairs.in_first[j], pairs.in_length[j], i, slot)
    pairs.in_length[j] += 1
    return slot
