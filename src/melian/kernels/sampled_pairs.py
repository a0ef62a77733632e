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

__all__ = ["Pairs", "find_slots", "make_pairs", "place", "take_slots"]


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
    # One place more than the lists take: a search may end behind the last of them.
    size, size_in = int(out_first[-1]) + 1, int(in_first[-1]) + 1
    return Pairs(
        n, dense,
        out_first, np.zeros(n, np.int64), np.zeros(size, np.int32), np.zeros(size, np.int32),
        in_first, np.zeros(n, np.int64), np.zeros(size_in, np.int32), np.zeros(size_in, np.int32),
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
def _search(first, length, to, slots, i, j):  # type: ignore[no-untyped-def]
    """Slot of the pair (i, j) in i's list, -1 where it is not in it."""
    at = place(to, first[i], length[i], j)
    found = (at < first[i] + length[i]) & (to[at] == j)
    return np.int64(slots[at]) if found else np.int64(-1)


@jit
def find_slots(n, dense, first, length, to, slots, row_i, row_j, rows, slot, back):  # type: ignore[no-untyped-def]
    """Fill slot[rows], back[rows] with the slots of (i, j) and (j, i), -1 where one has not occurred."""
    for row in range(rows[0], rows[1]):
        i, j = np.int64(row_i[row]), np.int64(row_j[row])
        if dense:
            slot[row], back[row] = i * n + j, j * n + i
        else:
            slot[row] = _search(first, length, to, slots, i, j)
            back[row] = _search(first, length, to, slots, j, i)


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
def take_slots(  # type: ignore[no-untyped-def]
    out_first, out_length, out_to, out_slot, in_first, in_length, in_from, in_slot, used,
    sender, receiver, both, slot, back, start, stop,
):  # fmt: skip
    """Give slots to the pairs of events `start` .. `stop` - 1, new ones where they have not occurred.

    O(log neighbours) an event, O(neighbours) for a new pair.
    """
    for e in range(start, stop):
        for turn in range(2 if both[e] else 1):
            i, j = sender[e], receiver[e]
            if turn == 1:
                i, j = j, i
            found = _search(out_first, out_length, out_to, out_slot, i, j)
            if found < 0:
                found = used[0]
                used[0] += 1
                _insert(out_to, out_slot, out_first[i], out_length[i], j, found)
                out_length[i] += 1
                _insert(in_from, in_slot, in_first[j], in_length[j], i, found)
                in_length[j] += 1
            if turn == 1:
                back[e] = found
            else:
                slot[e] = found
