"""Statistics of asked rows from counts: inertia, reciprocity, degrees, and how they are scaled.

Each function fills the columns span[0] .. span[1] - 1 of its family for the rows of one stratum. It takes the
arrays that it reads, not the tuples that hold them: handing tuples on costs more than a statistic.
"""

from __future__ import annotations

import math

import numpy as np

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
def dyads(  # type: ignore[no-untyped-def]
    variant,
    layer_of,
    scaling,
    unique,
    span,
    value,
    live,
    ends,
    partners,
    decay,
    slot,
    back,
    row_i,
    kind,
    rows,
    out,
):
    """Fill the columns of past events i→j (variant 0) or j→i (1); their part is of what i sent, or received.

    slot, back (rows,) int64: slots of (i, j) and (j, i), -1 where the pair has not occurred. O(1) a row.
    """
    n = (ends.shape[1] - 1) // 2
    for c in range(span[0], span[1]):
        for row in range(rows[0], rows[1]):
            layer, i = layer_of[c, kind[row]], row_i[row]
            at, end = (back[row], n + i) if variant[c] == 1 else (slot[row], np.int64(i))
            x, whole, factor = 0.0, ends[layer, end], decay[layer]
            if unique[c]:
                whole, factor = partners[layer, end], 1.0
            if at >= 0 and live[layer, at] > 0:
                x = 1.0 if unique[c] else value[layer, at]
            out[row, c] = scaled(x, factor, scaling[c], whole, 1.0 / (n - 1))


@jit
def _degree(ends, layer, bits, n, i, j):  # type: ignore[no-untyped-def]
    """Add up the degrees that `bits` names."""
    sender = (bits & OUT_SENDER) * ends[layer, i] + (bits & IN_SENDER) // IN_SENDER * ends[layer, n + i]
    receiver = (bits & OUT_RECEIVER) // OUT_RECEIVER * ends[layer, j]
    return sender + receiver + (bits & IN_RECEIVER) // IN_RECEIVER * ends[layer, n + j]


@jit
def degrees(  # type: ignore[no-untyped-def]
    variant, layer_of, scaling, unique, span, ends, partners, decay, row_i, row_j, kind, rows, out
):
    """Fill the columns of degrees; their part is of all events, or of twice as many; O(1) a row."""
    n = (ends.shape[1] - 1) // 2
    for c in range(span[0], span[1]):
        times = 2.0 if variant[c] in TWICE else 1.0
        for row in range(rows[0], rows[1]):
            layer, i, j = layer_of[c, kind[row]], row_i[row], row_j[row]
            if unique[c]:
                x, whole, factor = _degree(partners, layer, variant[c], n, i, j), partners[layer, 2 * n], 1.0
            else:
                x, whole, factor = _degree(ends, layer, variant[c], n, i, j), ends[layer, 2 * n], decay[layer]
            out[row, c] = scaled(x, factor, scaling[c], times * whole, 1.0 / n)


@jit
def degree_pairs(  # type: ignore[no-untyped-def]
    variant, layer_of, scaling, unique, span, ends, partners, decay, row_i, row_j, kind, rows, out
):
    """Fill the columns of minimum, maximum or difference of the two actors' degrees; O(1) a row."""
    for c in range(span[0], span[1]):
        for row in range(rows[0], rows[1]):
            layer, i, j = layer_of[c, kind[row]], row_i[row], row_j[row]
            a, b, factor = ends[layer, i], ends[layer, j], decay[layer]
            if unique[c]:
                a, b, factor = partners[layer, i], partners[layer, j], 1.0
            x = abs(a - b)
            if variant[c] == MINIMUM:
                x = min(a, b)
            elif variant[c] == MAXIMUM:
                x = max(a, b)
            out[row, c] = scaled(x, factor, scaling[c], 0.0, 0.0)
