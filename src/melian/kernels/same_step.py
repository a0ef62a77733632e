"""Counts of the same day's events of others in the reaction relations to a channel."""

from __future__ import annotations

from melian.kernels.jit import jit

__all__ = ["same_day_counts"]


@jit
def add_column_sums(i, j, k, y, gs, gt, day, n_split, sums):  # type: ignore[no-untyped-def]
    """Add one event i -> j to sums[a, b]: the channels (a, b) that it opens on its own day; O(actors)."""
    n = day.shape[0]
    sums[j, i, 0, k] += y * day[j]
    for h in range(n):
        if h != i and h != j:
            sums[j, h, 1 + gs, k] += y * day[j]
            sums[h, j, 1 + n_split + gs, k] += y * day[h]
            sums[h, i, 1 + 2 * n_split + gt, k] += y * day[h]


@jit
def add_to_row(i, j, a, b, k, y, gs, gt, n_split, row):  # type: ignore[no-untyped-def]
    """Add an event a -> b of the day to the row of channel (i, j)."""
    if a == j and b == i:
        row[0, k] += y
    elif a != i and b == i:
        row[1 + gs, k] += y
    elif a != i and b == j:
        row[1 + n_split + gs, k] += y
    elif a == j and b != i:
        row[1 + 2 * n_split + gt, k] += y


@jit
def same_day_counts(  # type: ignore[no-untyped-def]
    step, source, target, instrument, count, joint, source_in, target_in,
    row_step, row_source, row_target, row_place, daily, n_split, out, sums,
):  # fmt: skip
    """n[r, k'](i, j, t) of the day t itself, directed events of others; O(rows x events of the day).

    Columns: reply, alarm x S, joining x S, alignment x S. Rows sorted by step; out (rows, columns,
    instruments) float32 filled at row_place; sums (actors, actors, columns, instruments) are the column sums
    of d_i(t) n over all channels and days.
    """
    first, r = 0, 0
    n_events, n_rows = step.shape[0], row_step.shape[0]
    while first < n_events:
        t = step[first]
        stop = first
        while stop < n_events and step[stop] == t:
            if not joint[stop]:
                add_column_sums(
                    source[stop], target[stop], instrument[stop], count[stop], source_in[stop],
                    target_in[stop], daily[:, t], n_split, sums,
                )  # fmt: skip
            stop += 1
        while r < n_rows and row_step[r] < t:
            r += 1
        while r < n_rows and row_step[r] == t:
            for e in range(first, stop):
                if not joint[e]:
                    add_to_row(
                        row_source[r], row_target[r], source[e], target[e], instrument[e], count[e],
                        source_in[e], target_in[e], n_split, out[row_place[r]],
                    )  # fmt: skip
            r += 1
        first = stop
