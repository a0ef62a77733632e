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
from melian.kernels.sampled_triads import compared, shared
from melian.kernels.sampled_values import degree_pairs, degrees, dyads

__all__ = ["FAMILIES", "Columns", "statistics_pass"]

FAMILIES = (
    "dyad",
    "degree",
    "degree_pair",
    "otp",
    "itp",
    "osp",
    "isp",
    "four_cycle",
    "pshift",
    "last",
    "rank",
)
"""Families of statistics in the order of their columns; `sp`, of undirected events, is an `osp`."""
DYAD, DEGREE, DEGREE_PAIR, TRIADS, FOUR_CYCLE, PSHIFT, LAST, RANK = 0, 1, 2, 3, 7, 8, 9, 10


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
    p_dyad, p_degree, p_pair = _part(span, DYAD, 1), _part(span, DEGREE, 1), _part(span, DEGREE_PAIR, 1)
    f_otp, f_itp = _part(span, TRIADS, few), _part(span, TRIADS + 1, few)
    f_osp, f_isp = _part(span, TRIADS + 2, few), _part(span, TRIADS + 3, few)
    m_otp, m_itp = _part(span, TRIADS, many), _part(span, TRIADS + 1, many)
    m_osp, m_isp = _part(span, TRIADS + 2, many), _part(span, TRIADS + 3, many)
    f_cycle, m_cycle = _part(span, FOUR_CYCLE, few), _part(span, FOUR_CYCLE, many)
    p_shift, p_last, p_rank = _part(span, PSHIFT, 1), _part(span, LAST, 1), _part(span, RANK, 1)
    searched = 1 * (p_dyad[0] < p_dyad[1] or p_last[0] < p_rank[1])
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
        dyads(of, layer, how, one, p_dyad, value, live, ends, partners, decay, slot, back, i, kind, rows, out)
        degrees(of, layer, how, one, p_degree, ends, partners, decay, i, j, kind, rows, out)
        degree_pairs(of, layer, how, one, p_pair, ends, partners, decay, i, j, kind, rows, out)
        compared(layer, how, one, f_otp, n, value, mirror, decay, i, j, kind, rows, out)
        compared(layer, how, one, f_itp, n, mirror, value, decay, i, j, kind, rows, out)
        compared(layer, how, one, f_osp, n, value, value, decay, i, j, kind, rows, out)
        compared(layer, how, one, f_isp, n, mirror, mirror, decay, i, j, kind, rows, out)
        shared(
            layer, how, one, m_otp, value, live, decay, i, j, kind, rows, out,
            out_first, out_length, out_to, out_slot, in_first, in_length, in_from, in_slot,
        )  # fmt: skip
        shared(
            layer, how, one, m_itp, value, live, decay, i, j, kind, rows, out,
            in_first, in_length, in_from, in_slot, out_first, out_length, out_to, out_slot,
        )  # fmt: skip
        shared(
            layer, how, one, m_osp, value, live, decay, i, j, kind, rows, out,
            out_first, out_length, out_to, out_slot, out_first, out_length, out_to, out_slot,
        )  # fmt: skip
        shared(
            layer, how, one, m_isp, value, live, decay, i, j, kind, rows, out,
            in_first, in_length, in_from, in_slot, in_first, in_length, in_from, in_slot,
        )  # fmt: skip
        cycles_dense(layer, how, one, f_cycle, n, value, live, decay, i, j, kind, rows, out)
        cycles_listed(
            layer, how, one, m_cycle, value, live, decay, i, j, kind, rows, out,
            out_first, out_length, out_to, out_slot, in_first, in_length, in_from, in_slot,
        )  # fmt: skip
        shifts(of, layer, p_shift, sender, receiver, event_kind, silent, hears, m, i, j, kind, rows, out)
        recencies(of, layer, p_last, pair, sent, received, t, slot, i, j, kind, rows, out)
        ranks(
            of, layer, p_rank, n, dense, pair, slot, back, i, kind, rows, out,
            out_first, out_length, out_slot, in_first, in_length, in_slot,
        )  # fmt: skip
