"""Statistics of asked rows from the order of events: participation shifts, recency, rank of recency.

Gibson (2003), Participation shifts, Social Forces 81(4); Butts (2008), Sociological Methodology 38.
Each function fills one column for the rows of one stratum.
"""

from __future__ import annotations

import numpy as np

from melian.kernels.jit import jit
from melian.kernels.rem_sequence import turn

__all__ = ["ranks_dense", "ranks_listed", "recencies", "shifts"]


@jit
def shifts(stream, hears, variant, frontier, row_i, row_j, layer_of, kind, rows, c, out):  # type: ignore[no-untyped-def]
    """1 where a row is the participation shift after the event before; 0 after a joint event; O(1) a row.

    hears (sets, kinds) bool: of which kinds the event before may be.
    """
    e = frontier - 1
    for row in range(rows[0], rows[1]):
        follows = e >= 0 and not stream.silent[e] and hears[layer_of[c, kind[row]], stream.kind[e]]
        out[row, c] = 0.0
        if follows and turn(variant, row_i[row], row_j[row], stream.sender[e], stream.receiver[e]):
            out[row, c] = 1.0


@jit
def recencies(last, place, now, layer_of, kind, rows, c, out):  # type: ignore[no-untyped-def]
    """1 / (1 + time since the last event) of actors or slots; 0 where there was none; O(1) a row.

    last (sets, places) holds times; place (rows,), -1: none.
    """
    for row in range(rows[0], rows[1]):
        time = last[layer_of[c, kind[row]], place[row]] if place[row] >= 0 else -np.inf
        out[row, c] = 1.0 / (now - time + 1.0)


@jit
def ranks_dense(pair, n, mine, row_i, sending, layer_of, kind, rows, c, out):  # type: ignore[no-untyped-def]
    """1 / rank by recency of j among the partners of i, with few actors; 0 where it is not one; O(n) a row.

    pair (sets, n n) holds last times; mine (rows,) the slot of the row's own pair; sending: i→h, else h→i.
    """
    for row in range(rows[0], rows[1]):
        heard = layer_of[c, kind[row]]
        time, later = pair[heard, mine[row]], 0
        for h in range(n):
            later += pair[heard, row_i[row] * n + h if sending else h * n + row_i[row]] > time
        out[row, c] = 1.0 / (later + 1.0) if time > -np.inf else 0.0


@jit
def ranks_listed(pair, first, length, slot, mine, row_i, layer_of, kind, rows, c, out):  # type: ignore[no-untyped-def]
    """1 / rank by recency of j among the partners of i, from i's neighbour list; O(partners of i) a row."""
    for row in range(rows[0], rows[1]):
        heard, i = layer_of[c, kind[row]], row_i[row]
        time, later = pair[heard, mine[row]] if mine[row] >= 0 else -np.inf, 0
        for p in range(first[i], first[i] + length[i]):
            later += pair[heard, slot[p]] > time
        out[row, c] = 1.0 / (later + 1.0) if time > -np.inf else 0.0
