"""Two-paths and shared partners of asked dyads: sums of minima, or numbers of third actors.

Four kinds, over third actors h (Butts 2008): OTP i→h→j, ITP j→h→i, OSP i→h and j→h, ISP h→i and h→j. With
few actors two rows of states are compared, O(n); with many, two sorted neighbour lists are merged, or the
shorter is looked up in the longer: O(min(d_i + d_j, d_short log d_long)).
"""

from __future__ import annotations

from melian.kernels.jit import jit
from melian.kernels.sampled_pairs import place
from melian.kernels.sampled_values import scaled

__all__ = ["OTP", "compared", "shared"]

OTP, ITP, OSP, ISP = 0, 1, 2, 3
STRIDE = 4
"""Partial sums of a row comparison: one chain of additions would wait for itself."""
GALLOP = 8
"""The shorter list is looked up in the longer where that is so many times as long."""


@jit
def _both(x, y, unique):  # type: ignore[no-untyped-def]
    """Give what one third actor adds: the smaller of two states, or 1 where both hold events."""
    return 1.0 * ((x > 0.0) & (y > 0.0)) if unique else min(x, y)


@jit
def compared(layer_of, scaling, unique, span, n, a, b, decay, row_i, row_j, kind, rows, out):  # type: ignore[no-untyped-def]
    """Fill the columns of one kind of triad, few actors: i's row of a and j's of b; O(n) a row."""
    for c in range(span[0], span[1]):
        for row in range(rows[0], rows[1]):
            layer, one, two = layer_of[c, kind[row]], row_i[row] * n, row_j[row] * n
            s0, s1, s2, s3 = 0.0, 0.0, 0.0, 0.0
            for h in range(0, n - n % STRIDE, STRIDE):
                s0 += _both(a[layer, one + h], b[layer, two + h], unique[c])
                s1 += _both(a[layer, one + h + 1], b[layer, two + h + 1], unique[c])
                s2 += _both(a[layer, one + h + 2], b[layer, two + h + 2], unique[c])
                s3 += _both(a[layer, one + h + 3], b[layer, two + h + 3], unique[c])
            for h in range(n - n % STRIDE, n):
                s0 += _both(a[layer, one + h], b[layer, two + h], unique[c])
            factor = 1.0 if unique[c] else decay[layer]
            out[row, c] = scaled((s0 + s1) + (s2 + s3), factor, scaling[c], 0.0, 0.0)


@jit
def _meeting(value, live, layer, one, two, unique):  # type: ignore[no-untyped-def]
    """Give what one third actor adds: the smaller state (0 where no event is live), or 1 where both live."""
    smaller = min(value[layer, one], value[layer, two])
    both = (live[layer, one] > 0) & (live[layer, two] > 0)
    return 1.0 * both if unique else smaller


@jit
def _look_up(value, live, layer, unique, to_a, slot_a, a, stop_a, to_b, slot_b, b, stop_b):  # type: ignore[no-untyped-def]
    """Look each of the much shorter list a up in what is left of b; O(d_a log d_b)."""
    x = 0.0
    while a < stop_a and b < stop_b:
        b = place(to_b, b, stop_b - b, to_a[a])
        if (b < stop_b) & (to_b[b] == to_a[a]):
            x += _meeting(value, live, layer, slot_a[a], slot_b[b], unique)
        a += 1
    return x


@jit
def shared(  # type: ignore[no-untyped-def]
    layer_of, scaling, unique, span, value, live, decay, row_i, row_j, kind, rows, out,
    first_a, length_a, to_a, slot_a, first_b, length_b, to_b, slot_b,
):  # fmt: skip
    """Fill the columns of one kind of triad, many actors: i's sorted list in a and j's in b."""
    for c in range(span[0], span[1]):
        for row in range(rows[0], rows[1]):
            layer, i, j = layer_of[c, kind[row]], row_i[row], row_j[row]
            a, b, one, two = first_a[i], first_b[j], length_a[i], length_b[j]
            stop_a, stop_b = a + one, b + two
            x = 0.0
            if GALLOP * one < two:
                x = _look_up(value, live, layer, unique[c], to_a, slot_a, a, stop_a, to_b, slot_b, b, stop_b)
            elif GALLOP * two < one:
                x = _look_up(value, live, layer, unique[c], to_b, slot_b, b, stop_b, to_a, slot_a, a, stop_a)
            else:
                while a < stop_a and b < stop_b:
                    low, high = to_a[a], to_b[b]
                    if low == high:
                        x += _meeting(value, live, layer, slot_a[a], slot_b[b], unique[c])
                    a += low <= high
                    b += high <= low
            out[row, c] = scaled(x, 1.0 if unique[c] else decay[layer], scaling[c], 0.0, 0.0)
