"""What the branching kernels draw from and write to: rates, tables of candidates, room for events."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from melian.kernels.jit import jit
from melian.kernels.streams import STEP, mixed

__all__ = [
    "FIFTH",
    "SECOND",
    "THIRD",
    "Pool",
    "Rates",
    "Sheet",
    "alias_tables",
    "kept",
    "place_in",
    "place_without",
    "put",
]

SECOND, THIRD, FOURTH = (np.uint64((many * int(STEP)) % 2**64) for many in (2, 3, 4))
FIFTH = np.uint64(0x8CB92BA72F3D8DD7)
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


class Rates(NamedTuple):
    """A world's rates on every day. P phases, N actors, K instruments, C columns, B kernels, T days.

    phase (T,) int32; level, channel, joint_level, joint_channel (P, N, N, K); course, joint_course (N, K, T);
    exposure (N, N or 1, T); daily (N, T); theta (P, N, K, C, K, B); joint_theta (K, K, B); spread (C, N, N);
    trigger (P, C, N, N); member (N, T) bool.
    """

    phase: Ints
    level: Floats
    channel: Floats
    joint_level: Floats
    joint_channel: Floats
    course: Floats
    joint_course: Floats
    exposure: Floats
    daily: Floats
    theta: Floats
    joint_theta: Floats
    spread: Floats
    trigger: Floats
    member: NDArray[np.bool_]


class Sheet(NamedTuple):
    """Tables from which candidates are drawn; `theta` and `level` bound the rates over days and phases.

    level (N, N, K) and level_sum (N, K, N), cumulative over targets; rate (N, K, T); pair_level (K, pairs),
    cumulative over pairs low < high, pair_low, pair_high (pairs,), joint_rate (K, T); theta (N, K, C, K, B);
    total (C, N, K) over child instruments and kernels; keep, other (C, N, K, K B): alias tables of child
    instrument and kernel; joint_total (K,), joint_keep, joint_other (K, K B), joint_bound (K, K, B);
    spread (C, N, N), spread_sum the same, cumulative over targets; towards_sum (C, N, K, N): total x spread
    towards the third index's actor, cumulative over sources; relation (C,), group (C,) -1 or the bloc side.
    """

    level: Floats
    level_sum: Floats
    rate: Floats
    pair_level: Floats
    pair_low: Ints
    pair_high: Ints
    joint_rate: Floats
    theta: Floats
    total: Floats
    keep: Floats
    other: Ints
    joint_total: Floats
    joint_keep: Floats
    joint_other: Ints
    joint_bound: Floats
    spread: Floats
    spread_sum: Floats
    towards_sum: Floats
    relation: Ints
    group: Ints
    log_rho: Floats


class Pool(NamedTuple):
    """Room for the events of one path; past events stand first.

    cells (room, 8) int32: step, source, target, instrument, joint, origin, next of the day, unused;
    identity (room,) uint64; head (T,) int32, first event of each day; order (room,) int32, kept ones by day.
    """

    cells: Ints
    identity: NDArray[np.uint64]
    head: Ints
    order: Ints


@jit
def alias_tables(weight, keep, other):  # type: ignore[no-untyped-def]
    """Fill Vose's alias tables (1991) of every row of `weight` (rows, n); rows of zeros stay as they are."""
    rows, n = weight.shape
    small, large = np.empty(n, dtype=np.int32), np.empty(n, dtype=np.int32)
    for r in range(rows):
        total = weight[r].sum()
        if total <= 0.0:
            continue
        few, many = 0, 0
        for at in range(n):
            keep[r, at] = weight[r, at] * n / total
            other[r, at] = at
            if keep[r, at] < 1.0:
                small[few] = at
                few += 1
            else:
                large[many] = at
                many += 1
        while few > 0 and many > 0:
            low, high = small[few - 1], large[many - 1]
            few -= 1
            other[r, low] = high
            keep[r, high] -= 1.0 - keep[r, low]
            if keep[r, high] < 1.0:
                many -= 1
                small[few] = high
                few += 1
        for at in range(few):
            keep[r, small[at]] = 1.0
        for at in range(many):
            keep[r, large[at]] = 1.0


@jit
def place_in(cumulative, wanted):  # type: ignore[no-untyped-def]
    """First place whose cumulative weight exceeds `wanted`; O(log n)."""
    low, high = 0, cumulative.shape[0] - 1
    while low < high:
        middle = (low + high) >> 1
        if cumulative[middle] > wanted:
            high = middle
        else:
            low = middle + 1
    return low


@jit
def place_without(cumulative, wanted, out):  # type: ignore[no-untyped-def]
    """Find the place as `place_in` does, among the weights without place `out`."""
    before = cumulative[out - 1] if out > 0 else 0.0
    if wanted >= before:
        wanted += cumulative[out] - before
    found = place_in(cumulative, wanted)
    if found == out:
        found = out - 1 if out > 0 and cumulative[out] >= cumulative[-1] else out + 1
    return min(found, cumulative.shape[0] - 1)


@jit
def put(cells, identities, head, n, t, i, j, k, joint, origin, identity):  # type: ignore[no-untyped-def]
    """Write an event into row n, at the head of its day.

    The first three numbers of `identity` made the event; its offspring draw from a stream of their own.
    """
    row = cells[n]
    row[0], row[1], row[2], row[3], row[4], row[5] = t, i, j, k, joint, origin
    row[6] = head[t]
    head[t] = n
    identities[n] = mixed(identity + FOURTH)


@jit
def kept(chance, now, base, over, second):  # type: ignore[no-untyped-def]
    """Thin a candidate: of the first sheet up to its bound, of the second what is above the first's."""
    if second:
        return chance * over < now - base
    return chance * base < now
