"""Statistics of asked rows in one pass over the events: no other dyad is visited.

Lerner and Lomi (2020), Reliability of relational event model estimates under sampling, Network Science 8(1).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from melian.kernels.jit import jit
from melian.kernels.sampled_cycles import cycles_dense, cycles_listed
from melian.kernels.sampled_layers import advance, hear
from melian.kernels.sampled_order import ranks, recencies, shifts
from melian.kernels.sampled_pairs import find_slots, take_slots
from melian.kernels.sampled_triads import triads_dense, triads_listed
from melian.kernels.sampled_values import degree_pairs, degrees, dyads

__all__ = ["FAMILIES", "Columns", "statistics_pass"]

DYAD, DEGREE, DEGREE_PAIR, TRIAD, FOUR_CYCLE, PSHIFT, LAST, RANK = 0, 1, 2, 3, 4, 5, 6, 7
FAMILIES = ("dyad", "degree", "degree_pair", "triad", "four_cycle", "pshift", "last", "rank")
"""Families of statistics in the order of their columns."""


class Columns(NamedTuple):
    """What is asked, in columns sorted by family: those of family f are span[f] .. span[f + 1] - 1.

    span (families + 1,), variant, scaling (columns,) int64; unique (columns,) bool; layer (columns, kinds)
    int64: the layer, or set of last times, that a row of each kind reads.
    """

    span: NDArray[np.int64]
    variant: NDArray[np.int64]
    scaling: NDArray[np.int64]
    unique: NDArray[np.bool_]
    layer: NDArray[np.int64]


@jit
def _part(span, family, wanted):  # type: ignore[no-untyped-def]
    """Columns of a family, or none (`wanted` = 0)."""
    return span[family], span[family] + wanted * (span[family + 1] - span[family])


@jit
def statistics_pass(  # type: ignore[no-untyped-def]
    stream, pairs, memories, counts, last, columns, frontier, now, first, i, j, kind, out
):
    """Fill out[rows, columns] with the statistics of the asked rows, bringing the states forward.

    Strata are sorted by time: frontier (strata,) int64 is the number of events of earlier steps, now
    (strata,) the time; rows of stratum s are first[s] .. first[s + 1] - 1. i, j, kind (rows,) int32. Cost:
    O(layers) an event, and each statistic's own cost a row. States are left at the last stratum, so that a
    long stream can be asked in parts. All tuples are opened once, ahead of the loop: inside it, each member
    that is reached through its tuple costs two atomic additions to a reference count.
    """
    time, sender, receiver, event_kind, weight, both, silent, event_slot, event_back = stream
    n, dense, out_first, out_length, out_to, out_slot, in_first, in_length, in_from, in_slot, used = pairs
    youngest, oldest, half_life, previous, share, origin, decay, entered, left = memories
    value, mirror, live, ends, ends_live, partners = counts
    hears, pair, sent, received, seen = last
    span, of, how, one, layer = columns
    slot, back = np.full(i.shape[0], -1, np.int64), np.full(i.shape[0], -1, np.int64)
    few, many = 1 * dense, 1 - 1 * dense
    p0, p1, p2 = _part(span, DYAD, 1), _part(span, DEGREE, 1), _part(span, DEGREE_PAIR, 1)
    p3, p4 = _part(span, TRIAD, few), _part(span, TRIAD, many)
    p5, p6 = _part(span, FOUR_CYCLE, few), _part(span, FOUR_CYCLE, many)
    p7, p8, p9 = _part(span, PSHIFT, 1), _part(span, LAST, 1), _part(span, RANK, 1)
    searched = 1 * (p0[0] < p0[1] or p8[0] < p9[1])
    for s in range(frontier.shape[0]):
        rows, t, m = (first[s], first[s + 1]), now[s], frontier[s]
        take_slots(
            out_first, out_length, out_to, out_slot, in_first, in_length, in_from, in_slot, used,
            sender, receiver, both, event_slot, event_back, seen[0], seen[0] + many * (m - seen[0]),
        )  # fmt: skip
        hear(
            hears, pair, sent, received, time, sender, receiver, event_kind, both, event_slot, event_back,
            seen[0], m,
        )  # fmt: skip
        seen[0] = m
        advance(
            time, sender, receiver, event_kind, weight, both, event_slot, event_back,
            value, mirror, live, ends, ends_live, partners,
            youngest, oldest, half_life, previous, share, origin, decay, entered, left, t, m,
        )  # fmt: skip
        asked = (rows[0], rows[0] + searched * (rows[1] - rows[0]))
        find_slots(n, dense, out_first, out_length, out_to, out_slot, i, j, asked, slot, back)
        dyads(of, layer, how, one, p0, value, live, ends, partners, decay, slot, back, i, kind, rows, out)
        degrees(of, layer, how, one, p1, ends, partners, decay, i, j, kind, rows, out)
        degree_pairs(of, layer, how, one, p2, ends, partners, decay, i, j, kind, rows, out)
        triads_dense(of, layer, how, one, p3, n, value, mirror, decay, i, j, kind, rows, out)
        triads_listed(
            of, layer, how, one, p4, value, live, decay, i, j, kind, rows, out,
            out_first, out_length, out_to, out_slot, in_first, in_length, in_from, in_slot,
        )  # fmt: skip
        cycles_dense(layer, how, one, p5, n, value, live, decay, i, j, kind, rows, out)
        cycles_listed(
            layer, how, one, p6, value, live, decay, i, j, kind, rows, out,
            out_first, out_length, out_to, out_slot, in_first, in_length, in_from, in_slot,
        )  # fmt: skip
        shifts(of, layer, p7, sender, receiver, event_kind, silent, hears, m, i, j, kind, rows, out)
        recencies(of, layer, p8, pair, sent, received, t, slot, i, j, kind, rows, out)
        ranks(
            of, layer, p9, n, dense, pair, slot, back, i, kind, rows, out,
            out_first, out_length, out_slot, in_first, in_length, in_slot,
        )  # fmt: skip
