"""Statistics of asked rows from counts: inertia, reciprocity, degrees, and how they are scaled.

Each function fills one column for the rows of one stratum. They take the few arrays that they read, not the
tuples that hold them: handing a tuple on costs as much as a statistic.
"""

from __future__ import annotations

import math

from melian.kernels.jit import jit

__all__ = ["LOG1P", "PROP", "RAW", "degree_pairs", "degrees", "dyads", "scaled"]

RAW, LOG1P, PROP = 0, 1, 2
"""Scalings that need no other dyad at risk."""
OUT_SENDER, IN_SENDER, OUT_RECEIVER, IN_RECEIVER = 1, 2, 4, 8
"""Bits of a degree statistic: which degrees it adds up."""
TWICE = (3, 12, 15)
"""Degrees that count both roles of an actor: their part is of twice all events."""
MINIMUM, MAXIMUM = 0, 1


@jit
def scaled(value, decay, scaling, divisor, empty):  # type: ignore[no-untyped-def]
    """Scale an undecayed value: decayed, log(1 + x), or its part of `divisor` (`empty` where that is 0)."""
    if scaling == PROP:
        return value / divisor if divisor > 0.0 else empty
    return math.log1p(value * decay) if scaling == LOG1P else value * decay


@jit
def dyads(value, live, ends, shift, slot, actor, layer_of, kind, decay, unique, scaling, rows, c, out):  # type: ignore[no-untyped-def]
    """Past events of the pairs in `slot`; their part is of ends[shift + actor]; O(1) a row.

    slot (rows,) int64, -1 where the pair has not occurred; ends (layers, 2 n + 1) counts events, or partners
    where `unique`.
    """
    empty = 1.0 / ((ends.shape[1] - 1) // 2 - 1)
    for row in range(rows[0], rows[1]):
        layer = layer_of[c, kind[row]]
        x = 0.0
        if slot[row] >= 0 and live[layer, slot[row]] > 0:
            x = 1.0 if unique else value[layer, slot[row]]
        factor = 1.0 if unique else decay[layer]
        out[row, c] = scaled(x, factor, scaling, ends[layer, shift + actor[row]], empty)


@jit
def degrees(ends, bits, row_i, row_j, layer_of, kind, decay, unique, scaling, rows, c, out):  # type: ignore[no-untyped-def]
    """Add up the degrees that `bits` names; their part is of all events, or of twice as many; O(1) a row."""
    n = (ends.shape[1] - 1) // 2
    times = 2.0 if bits in TWICE else 1.0
    for row in range(rows[0], rows[1]):
        layer, i, j = layer_of[c, kind[row]], row_i[row], row_j[row]
        x = 0.0
        if bits & OUT_SENDER:
            x += ends[layer, i]
        if bits & IN_SENDER:
            x += ends[layer, n + i]
        if bits & OUT_RECEIVER:
            x += ends[layer, j]
        if bits & IN_RECEIVER:
            x += ends[layer, n + j]
        factor = 1.0 if unique else decay[layer]
        out[row, c] = scaled(x, factor, scaling, times * ends[layer, 2 * n], 1.0 / n)


@jit
def degree_pairs(ends, which, row_i, row_j, layer_of, kind, decay, unique, scaling, rows, c, out):  # type: ignore[no-untyped-def]
    """Smaller, larger or absolute difference of the two actors' degrees; O(1) a row."""
    for row in range(rows[0], rows[1]):
        layer = layer_of[c, kind[row]]
        a, b = ends[layer, row_i[row]], ends[layer, row_j[row]]
        x = abs(a - b)
        if which == MINIMUM:
            x = min(a, b)
        elif which == MAXIMUM:
            x = max(a, b)
        out[row, c] = scaled(x, 1.0 if unique else decay[layer], scaling, 0.0, 0.0)
