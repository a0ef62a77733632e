"""Statistics of asked rows in one pass over the events: no other dyad is visited.

Lerner and Lomi (2020), Reliability of relational event model estimates under sampling, Network Science 8(1).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from melian.kernels.jit import jit
from melian.kernels.sampled_cycles import four_cycles
from melian.kernels.sampled_layers import advance
from melian.kernels.sampled_order import ranks_dense, ranks_listed, recencies, shifts
from melian.kernels.sampled_pairs import find_slots, longest
from melian.kernels.sampled_triads import shared_listed, shared_minima, shared_unique
from melian.kernels.sampled_values import degree_pairs, degrees, dyads

__all__ = ["FAMILIES", "Columns", "statistics_pass"]

DYAD, DEGREE, DEGREE_PAIR, TRIAD, FOUR_CYCLE, PSHIFT, LAST, RANK = 0, 1, 2, 3, 4, 5, 6, 7
FAMILIES = ("dyad", "degree", "degree_pair", "triad", "four_cycle", "pshift", "last", "rank")
"""Families of statistics in the order of their codes; from `pshift` on they are of the order of events."""
OTP, ITP, OSP, ISP = 0, 1, 2, 3
CONTINUE, SEND_SENDER, RECEIVE_SENDER, SEND_RECEIVER = 16, 1, 2, 4


class Columns(NamedTuple):
    """What is asked: family, variant, scaling (columns,) int64; unique (columns,) bool.

    layer (columns, kinds) int64: the layer, or set of last times, that a row of each kind reads. slots:
    whether any column reads the state of the asked pair itself.
    """

    family: NDArray[np.int64]
    variant: NDArray[np.int64]
    layer: NDArray[np.int64]
    scaling: NDArray[np.int64]
    unique: NDArray[np.bool_]
    slots: bool


class Asked(NamedTuple):
    """Asked rows and work: i, j, kind (rows,) int32; slot, back (rows,) int64: of (i, j) and (j, i).

    at_a, at_b: as long as the longest neighbour list.
    """

    i: NDArray[np.int32]
    j: NDArray[np.int32]
    kind: NDArray[np.int32]
    slot: NDArray[np.int64]
    back: NDArray[np.int64]
    at_a: NDArray[np.int64]
    at_b: NDArray[np.int64]


@jit
def _fill_triads(pairs, counts, asked, columns, c, decay, rows, out):  # type: ignore[no-untyped-def]
    """Fill a column of two-paths or shared partners: choose i's and j's lists, sent or received."""
    kind, unique, scaling = columns.variant[c], columns.unique[c], columns.scaling[c]
    sent_i, sent_j = kind in (OTP, OSP), kind in (ITP, OSP)
    layer_of = columns.layer
    if pairs.dense:
        a, b = counts.value if sent_i else counts.mirror, counts.value if sent_j else counts.mirror
        if unique:
            shared_unique(a, b, pairs.n, asked.i, asked.j, layer_of, asked.kind, scaling, rows, c, out)
        else:
            shared_minima(a, b, pairs.n, asked.i, asked.j, layer_of, asked.kind, decay, scaling, rows, c, out)
        return
    first_a, length_a = pairs.in_first, pairs.in_length
    first_b, length_b = pairs.in_first, pairs.in_length
    to_a, slot_a, to_b, slot_b = pairs.in_from, pairs.in_slot, pairs.in_from, pairs.in_slot
    if sent_i:
        first_a, length_a, to_a, slot_a = pairs.out_first, pairs.out_length, pairs.out_to, pairs.out_slot
    if sent_j:
        first_b, length_b, to_b, slot_b = pairs.out_first, pairs.out_length, pairs.out_to, pairs.out_slot
    shared_listed(
        first_a, length_a, to_a, slot_a, first_b, length_b, to_b, slot_b, counts.value, counts.live,
        asked.i, asked.j, layer_of, asked.kind, decay, unique, scaling, rows, c, out, asked.at_a, asked.at_b,
    )  # fmt: skip


@jit
def _fill_counts(pairs, counts, asked, columns, c, decay, rows, out):  # type: ignore[no-untyped-def]
    """Fill a column of counts of events."""
    family, variant = columns.family[c], columns.variant[c]
    unique, scaling, layer_of = columns.unique[c], columns.scaling[c], columns.layer
    ends = counts.partners if unique else counts.ends
    tail = (layer_of, asked.kind, decay, unique, scaling, rows, c, out)
    if family == DYAD:
        slot, shift = (asked.back, pairs.n) if variant == 1 else (asked.slot, 0)
        dyads(counts.value, counts.live, ends, shift, slot, asked.i, *tail)
    elif family == DEGREE:
        degrees(ends, variant, asked.i, asked.j, *tail)
    elif family == DEGREE_PAIR:
        degree_pairs(ends, variant, asked.i, asked.j, *tail)
    elif family == TRIAD:
        _fill_triads(pairs, counts, asked, columns, c, decay, rows, out)
    else:
        four_cycles(pairs, counts.value, counts.live, asked.i, asked.j, *tail)


@jit
def _fill_last(last, asked, columns, c, now, rows, out):  # type: ignore[no-untyped-def]
    """Fill a column of recency."""
    variant, tail = columns.variant[c], (columns.layer, asked.kind, rows, c, out)
    if variant == CONTINUE:
        recencies(last.pair, asked.slot, now, *tail)
    elif variant == SEND_SENDER:
        recencies(last.sent, asked.i, now, *tail)
    elif variant == RECEIVE_SENDER:
        recencies(last.received, asked.i, now, *tail)
    elif variant == SEND_RECEIVER:
        recencies(last.sent, asked.j, now, *tail)
    else:
        recencies(last.received, asked.j, now, *tail)


@jit
def _fill_rank(pairs, last, asked, columns, c, rows, out):  # type: ignore[no-untyped-def]
    """Fill a column of ranks by recency, of those sent to or received from."""
    sending, tail = columns.variant[c] == 0, (columns.layer, asked.kind, rows, c, out)
    mine = asked.slot if sending else asked.back
    if pairs.dense:
        ranks_dense(last.pair, pairs.n, mine, asked.i, sending, *tail)
    elif sending:
        ranks_listed(last.pair, pairs.out_first, pairs.out_length, pairs.out_slot, mine, asked.i, *tail)
    else:
        ranks_listed(last.pair, pairs.in_first, pairs.in_length, pairs.in_slot, mine, asked.i, *tail)


@jit
def statistics_pass(  # type: ignore[no-untyped-def]
    stream, pairs, memories, counts, last, columns, frontier, now, first, row_i, row_j, row_kind, out
):
    """Fill out[rows, columns] with the statistics of the asked rows, bringing the states forward.

    Strata are sorted by time: frontier (strata,) int64 is the number of events of earlier steps, now
    (strata,) the time; rows of stratum s are first[s] .. first[s + 1] - 1. row_i, row_j, row_kind (rows,)
    int32. Cost: O(layers) an event, and each statistic's own cost a row. States are left at the last
    stratum, so that a long stream can be asked in parts.
    """
    n_rows, work = row_i.shape[0], longest(pairs)
    asked = Asked(
        row_i, row_j, row_kind, np.empty(n_rows, np.int64), np.empty(n_rows, np.int64),
        np.empty(work, np.int64), np.empty(work, np.int64),
    )  # fmt: skip
    for s in range(frontier.shape[0]):
        rows = (first[s], first[s + 1])
        advance(stream, pairs, memories, counts, last, now[s], frontier[s])
        if columns.slots:
            find_slots(pairs, row_i, row_j, rows, asked.slot)
            find_slots(pairs, row_j, row_i, rows, asked.back)
        for c in range(columns.family.shape[0]):
            family = columns.family[c]
            if family < PSHIFT:
                _fill_counts(pairs, counts, asked, columns, c, memories.decay, rows, out)
            elif family == PSHIFT:
                shifts(
                    stream, last.hears, columns.variant[c], frontier[s], row_i, row_j, columns.layer,
                    row_kind, rows, c, out,
                )  # fmt: skip
            elif family == LAST:
                _fill_last(last, asked, columns, c, now[s], rows, out)
            else:
                _fill_rank(pairs, last, asked, columns, c, rows, out)
