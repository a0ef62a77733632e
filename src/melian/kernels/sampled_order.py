"""Statistics of asked rows from the order of events: participation shifts, recency, rank of recency.

Gibson (2003), Participation shifts, Social Forces 81(4); Butts (2008), Sociological Methodology 38.
Each function fills the columns span[0] .. span[1] - 1 of its family for the rows of one stratum.
"""

from __future__ import annotations

import numpy as np

from melian.kernels.jit import jit
from melian.kernels.rem_sequence import turn

__all__ = ["ranks", "recencies", "shifts"]

CONTINUE, SEND_SENDER, RECEIVE_SENDER, SEND_RECEIVER = 16, 1, 2, 4


@jit
def shifts(  # type: ignore[no-untyped-def]
    variant,
    layer_of,
    span,
    sender,
    receiver,
    event_kind,
    silent,
    hears,
    frontier,
    row_i,
    row_j,
    kind,
    rows,
    out,
):
    """Fill the columns of participation shifts after the event before; 0 after a joint event; O(1) a row.

    hears (sets, kinds) bool: of which kinds the event before may be.
    """
    e = frontier - 1
    for c in range(span[0], span[1]):
        for row in range(rows[0], rows[1]):
            out[row, c] = 0.0
            if e < 0 or silent[e] or not hears[layer_of[c, kind[row]], event_kind[e]]:
                continue
            if turn(variant[c], row_i[row], row_j[row], sender[e], receiver[e]):
                out[row, c] = 1.0


@jit
def recencies(  # type: ignore[no-untyped-def]
    variant, layer_of, span, pair, sent, received, now, slot, row_i, row_j, kind, rows, out
):
    """Fill the columns of 1 / (1 + time since the last event); 0 where there was none; O(1) a row."""
    for c in range(span[0], span[1]):
        for row in range(rows[0], rows[1]):
            heard, i, j = layer_of[c, kind[row]], row_i[row], row_j[row]
            if variant[c] == CONTINUE:
                time = pair[heard, slot[row]] if slot[row] >= 0 else -np.inf
            elif variant[c] == SEND_SENDER:
                time = sent[heard, i]
            elif variant[c] == RECEIVE_SENDER:
                time = received[heard, i]
            elif variant[c] == SEND_RECEIVER:
                time = sent[heard, j]
            else:
                time = received[heard, j]
            out[row, c] = 1.0 / (now - time + 1.0)


@jit
def _later(times, heard, first, length, slots, time):  # type: ignore[no-untyped-def]
    """Count the pairs of a neighbour list whose last time is later; O(length)."""
    later = 0
    for p in range(first, first + length):
        later += times[heard, slots[p]] > time
    return later


@jit
def _later_dense(times, heard, start, stride, n, time):  # type: ignore[no-untyped-def]
    """Count the places start, start + stride, ... whose last time is later; O(n)."""
    later = 0
    for h in range(n):
        later += times[heard, start + h * stride] > time
    return later


@jit
def ranks(  # type: ignore[no-untyped-def]
    variant, layer_of, span, n, dense, pair, slot, back, row_i, kind, rows, out,
    out_first, out_length, out_slot, in_first, in_length, in_slot,
):  # fmt: skip
    """Fill the columns of 1 / rank by recency of j among those i sent to (variant 0) or received from (1).

    0 where j is not one of them. O(partners of i) a row, O(n) with few actors.
    """
    for c in range(span[0], span[1]):
        for row in range(rows[0], rows[1]):
            heard, i, sending = layer_of[c, kind[row]], row_i[row], variant[c] == 0
            mine = slot[row] if sending else back[row]
            time = pair[heard, mine] if mine >= 0 else -np.inf
            out[row, c] = 0.0
            if time == -np.inf:
                continue
            if dense:
                later = _later_dense(pair, heard, i * n if sending else i, 1 if sending else n, n, time)
            elif sending:
                later = _later(pair, heard, out_first[i], out_length[i], out_slot, time)
            else:
                later = _later(pair, heard, in_first[i], in_length[i], in_slot, time)
            out[row, c] = 1.0 / (later + 1.0)
