"""Who is at risk, as numbers 0, 1, ..., and simple random samples of them, without replacement.

A risk set is never listed where a formula gives its k-th member: all ordered pairs, all unordered pairs,
all pairs of a sender and a receiver, all senders. Only a set without such a form is a sorted list.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from melian.kernels.jit import jit
from melian.kernels.sampled_pairs import place

__all__ = [
    "LISTED", "ORDERED", "PRODUCT", "SINGLE", "UNORDERED", "Candidates", "draw_rows", "locate", "member",
]  # fmt: skip

ORDERED, UNORDERED, PRODUCT, SINGLE, LISTED = 0, 1, 2, 3, 4
"""Forms: pairs of distinct actors in order or without, first times second, first alone, a list of pairs."""


class Candidates(NamedTuple):
    """A risk set of pairs (a, b), a the sender, or the receiver where `turned`; `kinds` types of event each.

    first, second (members,) int32: actors that may be a, b. first_place, second_place (n,) int64: where an
    actor stands in them, -1 where it does not. keys (pairs,) int64, where LISTED: sorted
    (first_place n_second + second_place) kinds + kind. given: a is known, so that only the pairs with this a
    are at risk.
    """

    form: int
    turned: bool
    given: bool
    kinds: int
    first: NDArray[np.int32]
    second: NDArray[np.int32]
    first_place: NDArray[np.int64]
    second_place: NDArray[np.int64]
    keys: NDArray[np.int64]


@jit
def _pair_number(low, high, n):  # type: ignore[no-untyped-def]
    """Give the number of the unordered pair low < high of n; the triangle is folded into a rectangle."""
    if n % 2 == 0:
        return low * (n - 1) + high - 1 if 2 * low < n else (n - 1 - low) * (n - 1) + n - 1 - high
    return low * n + high if 2 * low < n - 1 else (n - 2 - low) * n + n - 1 - high


@jit
def _pair_of(number, n):  # type: ignore[no-untyped-def]
    """Give the unordered pair of a number: the inverse of `_pair_number`."""
    if n % 2 == 0:
        row, column = number // (n - 1), number % (n - 1)
        return (row, column + 1) if column >= row else (n - 1 - row, n - 1 - column)
    row, column = number // n, number % n
    return (row, column) if column > row else (n - 2 - row, n - 1 - column)


@jit
def _number(risk, a, b, kind):  # type: ignore[no-untyped-def]
    """Give the number of the pair at places a and b with a kind; -1 where it is not at risk."""
    n = risk.second.shape[0]
    if a < 0 or (b < 0 and risk.form != SINGLE):
        return np.int64(-1)
    if risk.form == LISTED:
        key = (a * n + b) * risk.kinds + kind
        at = place(risk.keys, 0, risk.keys.shape[0], key)
        return np.int64(at) if at < risk.keys.shape[0] and risk.keys[at] == key else np.int64(-1)
    if risk.form == SINGLE:
        number = a
    elif risk.form == ORDERED:
        number = a * (n - 1) + b - (b > a)
    elif risk.form == UNORDERED:
        number = _pair_number(min(a, b), max(a, b), n)
    else:
        number = a * n + b
    return number * risk.kinds + kind


@jit
def _span(risk, a):  # type: ignore[no-untyped-def]
    """First number and how many pairs and kinds are at risk, of those with `a` where it is given."""
    m, n = risk.first.shape[0], risk.second.shape[0]
    if risk.form == LISTED:
        if not risk.given:
            return np.int64(0), np.int64(risk.keys.shape[0])
        low = place(risk.keys, 0, risk.keys.shape[0], a * n * risk.kinds)
        high = place(risk.keys, 0, risk.keys.shape[0], (a + 1) * n * risk.kinds)
        return np.int64(low), np.int64(high - low)
    if risk.form == SINGLE:
        return np.int64(0), np.int64(m * risk.kinds)
    if risk.form == UNORDERED:
        return np.int64(0), np.int64(m * (m - 1) // 2 * risk.kinds)
    width = (n - 1 if risk.form == ORDERED else n) * risk.kinds
    return (np.int64(a * width), np.int64(width)) if risk.given else (np.int64(0), np.int64(m * width))


@jit
def locate(risk, sender, receiver, kind, base, size, own):  # type: ignore[no-untyped-def]
    """Fill base, size, own (strata,) int64: first number and size of the risk set, the event's place in it.

    own is -1 where the event is not at risk. O(log pairs) each.
    """
    for s in range(sender.shape[0]):
        a = risk.first_place[receiver[s] if risk.turned else sender[s]]
        b = risk.second_place[sender[s] if risk.turned else receiver[s]]
        number = _number(risk, a, b, kind[s])
        base[s], size[s] = _span(risk, a)
        own[s] = number - base[s] if number >= 0 else -1


@jit
def member(risk, number):  # type: ignore[no-untyped-def]
    """Give sender, receiver and kind of a number; a SINGLE actor stands for both."""
    key = risk.keys[number] if risk.form == LISTED else number
    kind, key = key % risk.kinds, key // risk.kinds
    n = risk.second.shape[0]
    if risk.form == SINGLE:
        return risk.first[key], risk.first[key], kind
    if risk.form == UNORDERED:
        a, b = _pair_of(key, n)
    elif risk.form == ORDERED:
        a, b = key // (n - 1), key % (n - 1)
        b += b >= a
    else:
        a, b = key // n, key % n
    if risk.turned:
        return risk.second[b], risk.first[a], kind
    return risk.first[a], risk.second[b], kind


@jit
def _is_new(table, key):  # type: ignore[no-untyped-def]
    """Put a key into an open hash table (-1: free) with a power of two of places; False where it is there."""
    mask = table.shape[0] - 1
    at = (key ^ (key >> 7)) & mask
    while table[at] >= 0:
        if table[at] == key:
            return False
        at = (at + 1) & mask
    table[at] = key
    return True


@jit
def _choose(size, own, chosen, table, rng):  # type: ignore[no-untyped-def]
    """Draw distinct numbers below `size`, never `own`, into `chosen`; Floyd's algorithm, O(drawn).

    Bentley and Floyd (1987), A sample of brilliance, Communications of the ACM 30(9). table is work. A
    uniform of 53 bits picks among `size` numbers: unequal chances by 2^-53 size at most.
    """
    wanted = chosen.shape[0]
    if size - 1 == wanted:
        for c in range(wanted):
            chosen[c] = c + (c >= own)
        return
    table[:] = -1
    for c in range(wanted):
        top = size - 1 - wanted + c
        number = np.int64(rng.random() * (top + 1))
        if not _is_new(table, number):
            number = np.int64(top)
            _is_new(table, number)
        chosen[c] = number + (number >= own)


@jit
def draw_rows(risk, sender, receiver, kind, base, size, own, first, row_i, row_j, row_kind, rng):  # type: ignore[no-untyped-def]
    """Fill rows first[s] .. first[s + 1] - 1 (int32): event s first, then its sampled non-events.

    base, size, own as from `locate`. Where a stratum has as many rows as its risk set, all non-events are
    taken, in order, and nothing is drawn.
    """
    longest, places = 1, 4
    for s in range(sender.shape[0]):
        longest = max(longest, first[s + 1] - first[s])
    while places < 2 * longest:
        places *= 2
    table, chosen = np.empty(places, np.int64), np.empty(longest, np.int64)
    for s in range(sender.shape[0]):
        row, controls = first[s], first[s + 1] - first[s] - 1
        row_i[row], row_j[row], row_kind[row] = sender[s], receiver[s], kind[s]
        _choose(size[s], own[s], chosen[:controls], table, rng)
        for c in range(controls):
            i, j, k = member(risk, base[s] + chosen[c])
            row_i[row + 1 + c], row_j[row + 1 + c], row_kind[row + 1 + c] = i, j, k
