"""Two-paths and shared partners of asked dyads: sums of minima, or numbers of third actors.

Four kinds, over third actors h (Butts 2008): OTP i→h→j, ITP j→h→i, OSP i→h and j→h, ISP h→i and h→j. With
few actors two rows of states are compared, O(n); with many, two sorted neighbour lists are merged, or the
shorter is looked up in the longer: O(min(d_i + d_j, d_short log d_long)).
"""

from __future__ import annotations

from melian.kernels.jit import jit
from melian.kernels.sampled_pairs import place
from melian.kernels.sampled_values import scaled

__all__ = ["shared_listed", "shared_minima", "shared_unique"]

STRIDE = 4
"""Partial sums of a row comparison: one chain of additions would wait for itself."""
GALLOP = 8
"""The shorter list is looked up in the longer where that is so many times as long."""


@jit
def _minima(a, one, b, two, layer, n):  # type: ignore[no-untyped-def]
    """Give sum_h min(a[layer, one + h], b[layer, two + h]); O(n)."""
    s0, s1, s2, s3 = 0.0, 0.0, 0.0, 0.0
    for h in range(0, n - n % STRIDE, STRIDE):
        s0 += min(a[layer, one + h], b[layer, two + h])
        s1 += min(a[layer, one + h + 1], b[layer, two + h + 1])
        s2 += min(a[layer, one + h + 2], b[layer, two + h + 2])
        s3 += min(a[layer, one + h + 3], b[layer, two + h + 3])
    for h in range(n - n % STRIDE, n):
        s0 += min(a[layer, one + h], b[layer, two + h])
    return (s0 + s1) + (s2 + s3)


@jit
def shared_minima(a, b, n, row_i, row_j, layer_of, kind, decay, scaling, rows, c, out):  # type: ignore[no-untyped-def]
    """Fill sums of minima with few actors: a, b (layers, n n) hold i's and j's states in rows; O(n) a row."""
    for row in range(rows[0], rows[1]):
        layer = layer_of[c, kind[row]]
        x = _minima(a, row_i[row] * n, b, row_j[row] * n, layer, n)
        out[row, c] = scaled(x, decay[layer], scaling, 0.0, 0.0)


@jit
def shared_unique(a, b, n, row_i, row_j, layer_of, kind, scaling, rows, c, out):  # type: ignore[no-untyped-def]
    """Fill numbers of third actors with few actors, as `shared_minima`; O(n) a row."""
    for row in range(rows[0], rows[1]):
        layer, one, two = layer_of[c, kind[row]], row_i[row] * n, row_j[row] * n
        x = 0
        for h in range(n):
            x += (a[layer, one + h] > 0.0) & (b[layer, two + h] > 0.0)
        out[row, c] = scaled(float(x), 1.0, scaling, 0.0, 0.0)


@jit
def _meet(to_a, a, stop_a, to_b, b, stop_b, at_a, at_b):  # type: ignore[no-untyped-def]
    """Note where two sorted lists hold the same actor, by walking both; returns how often; O(d_a + d_b)."""
    found = 0
    while a < stop_a and b < stop_b:
        x, y = to_a[a], to_b[b]
        at_a[found], at_b[found] = a, b
        found += x == y
        a += x <= y
        b += y <= x
    return found


@jit
def _look_up(to_a, a, stop_a, to_b, b, stop_b, at_a, at_b):  # type: ignore[no-untyped-def]
    """Note where two sorted lists hold the same actor, the first much the shorter; O(d_a log d_b)."""
    found = 0
    while a < stop_a and b < stop_b:
        b = place(to_b, b, stop_b - b, to_a[a])
        if b < stop_b and to_b[b] == to_a[a]:
            at_a[found], at_b[found] = a, b
            found += 1
        a += 1
    return found


@jit
def _common(to_a, a, length_a, to_b, b, length_b, at_a, at_b):  # type: ignore[no-untyped-def]
    """Note where two sorted lists hold the same actor, by the cheaper way."""
    if GALLOP * length_a < length_b:
        return _look_up(to_a, a, a + length_a, to_b, b, b + length_b, at_a, at_b)
    if GALLOP * length_b < length_a:
        return _look_up(to_b, b, b + length_b, to_a, a, a + length_a, at_b, at_a)
    return _meet(to_a, a, a + length_a, to_b, b, b + length_b, at_a, at_b)


@jit
def shared_listed(  # type: ignore[no-untyped-def]
    first_a, length_a, to_a, slot_a, first_b, length_b, to_b, slot_b, value, live,
    row_i, row_j, layer_of, kind, decay, unique, scaling, rows, c, out, at_a, at_b,
):  # fmt: skip
    """Fill sums of minima, or numbers of third actors, from sorted lists: those of i in a, of j in b.

    at_a, at_b are work as long as the longest list.
    """
    for row in range(rows[0], rows[1]):
        layer, i, j = layer_of[c, kind[row]], row_i[row], row_j[row]
        found = _common(to_a, first_a[i], length_a[i], to_b, first_b[j], length_b[j], at_a, at_b)
        x = 0.0
        for f in range(found):
            one, two = slot_a[at_a[f]], slot_b[at_b[f]]
            if live[layer, one] > 0 and live[layer, two] > 0:
                x += 1.0 if unique else min(value[layer, one], value[layer, two])
        out[row, c] = scaled(x, 1.0 if unique else decay[layer], scaling, 0.0, 0.0)
