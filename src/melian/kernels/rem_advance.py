"""Carry the counts and statistics of a relational event model from one step to the next."""

from __future__ import annotations

from melian.kernels.jit import jit
from melian.kernels.rem_counts import (
    update_degree,
    update_degree_pair,
    update_dyad,
    update_four_cycle,
    update_triad,
)
from melian.kernels.rem_sequence import update_last, update_pshift, update_rank
from melian.kernels.rem_state import (
    DEGREE,
    DEGREE_PAIR,
    DYAD,
    FOUR_CYCLE,
    LAST,
    PSHIFT,
    RANK,
    TRIAD,
)

__all__ = ["advance", "apply_change", "touch_rows"]


@jit
def _update_counts(layout, state, layer, k, base, a, b, delta):  # type: ignore[no-untyped-def]
    """Change the columns that are made of counts."""
    n = state.count.shape[1]
    family, variant = layout.family[k], layout.variant[k]
    if family == DYAD:
        update_dyad(state.raw, k, base, n, variant, a, b, delta)
    elif family == DEGREE:
        update_degree(state.raw, k, base, n, variant, a, b, delta)
    elif family == TRIAD:
        update_triad(state.raw, k, base, state.count[layer], variant, a, b, delta)
    elif family == FOUR_CYCLE:
        update_four_cycle(state.raw, k, base, state.count[layer], a, b, delta)
    elif family == DEGREE_PAIR:
        update_degree_pair(state.raw, k, base, state.out[layer], variant, a, delta)


@jit
def _update_sequence(layout, state, layer, k, base, a, b, time, silent):  # type: ignore[no-untyped-def]
    """Change the columns that are made of the order of events."""
    n = state.count.shape[1]
    family, variant = layout.family[k], layout.variant[k]
    if family == PSHIFT:
        one, two = (-1, -1) if silent else (a, b)
        update_pshift(state.raw, k, base, n, variant, state.previous[layer], one, two)
    elif family == LAST:
        update_last(state.raw, k, base, n, variant, a, b, time)
    elif family == RANK:
        place = layout.slot[k]
        update_rank(state.raw, k, base, state.order[place], state.length[place], variant, a, b)


@jit
def _amount(layout, state, layer, a, b, amount):  # type: ignore[no-untyped-def]
    """Give the change of the dyad's count: in layers of presence only at the first and last event."""
    if not layout.presence[layer]:
        return amount
    before = state.held[layer, a, b]
    state.held[layer, a, b] += amount
    after = state.held[layer, a, b]
    if (before > 0.5) == (after > 0.5):
        return 0.0
    return 1.0 if after > 0.5 else -1.0


@jit
def _add_whole(whole, live, place, delta):  # type: ignore[no-untyped-def]
    """Add to a sum of weights; it is exactly 0 once all its events have left, whatever rounding has left."""
    if delta == 0.0:
        return
    live[place] += 1 if delta > 0.0 else -1
    whole[place] = whole[place] + delta if live[place] > 0 else 0.0


@jit
def apply_change(layout, state, layer, a, b, amount, time, silent):  # type: ignore[no-untyped-def]
    """Add one entry to a layer of counts and to every column that is made of it; O(N) for most columns."""
    n = state.count.shape[1]
    delta = _amount(layout, state, layer, a, b, amount)
    for u in range(layout.user_first[layer], layout.user_first[layer + 1]):
        k, base = layout.user_column[u], layout.user_block[u] * n * n
        if delta != 0.0:
            _update_counts(layout, state, layer, k, base, a, b, delta)
        _update_sequence(layout, state, layer, k, base, a, b, time, silent)
    state.count[layer, a, b] += delta
    _add_whole(state.out[layer], state.live_out[layer], a, delta)
    _add_whole(state.into[layer], state.live_into[layer], b, delta)
    _add_whole(state.total, state.live, layer, delta)
    state.previous[layer, 0] = -1 if silent else a
    state.previous[layer, 1] = -1 if silent else b


@jit
def advance(layout, state, changes, step):  # type: ignore[no-untyped-def]
    """Apply all that enters or leaves before a step."""
    for e in range(changes.first[step], changes.first[step + 1]):
        apply_change(
            layout,
            state,
            changes.layer[e],
            changes.sender[e],
            changes.receiver[e],
            changes.amount[e],
            changes.time[e],
            changes.silent[e],
        )


@jit
def _touch(sums, cells, blocks, i, j, n, mark, count):  # type: ignore[no-untyped-def]
    """Note the rows of a dyad in every block, once a step."""
    for c in range(blocks):
        d = c * cells + i * n + j
        if sums.at_risk[d] and sums.stamp[d] != mark:
            sums.stamp[d] = mark
            sums.touched[count] = d
            count += 1
    return count


@jit
def _touch_actor(sums, cells, blocks, one, n, bits, mark, count):  # type: ignore[no-untyped-def]
    """Note the row (bit 1) and the column (bit 2) of an actor."""
    for j in range(n):
        if bits & 1:
            count = _touch(sums, cells, blocks, one, j, n, mark, count)
        if bits & 2:
            count = _touch(sums, cells, blocks, j, one, n, mark, count)
    return count


@jit
def touch_rows(layout, state, changes, sums, step):  # type: ignore[no-untyped-def]
    """Find the rows that the changes before a step can touch; O(N) a change. Returns their number."""
    n = state.count.shape[1]
    cells = n * n
    blocks = sums.stamp.shape[0] // cells
    mark, count = step + 1, 0
    for e in range(changes.first[step], changes.first[step + 1]):
        layer, a, b = changes.layer[e], changes.sender[e], changes.receiver[e]
        region = layout.region[layer]
        count = _touch_actor(sums, cells, blocks, a, n, region, mark, count)
        count = _touch_actor(sums, cells, blocks, b, n, region >> 2, mark, count)
        if region & 16:
            count = _touch(sums, cells, blocks, a, b, n, mark, count)
            count = _touch(sums, cells, blocks, b, a, n, mark, count)
        if region & 32 and state.previous[layer, 0] >= 0:
            count = _touch_actor(sums, cells, blocks, state.previous[layer, 0], n, 3, mark, count)
            count = _touch_actor(sums, cells, blocks, state.previous[layer, 1], n, 3, mark, count)
    return count
