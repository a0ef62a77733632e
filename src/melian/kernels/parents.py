"""From the term that an event came from to the parent event itself, and on to the root."""

from __future__ import annotations

from melian.kernels.jit import jit

__all__ = ["draw_parents", "trace_roots"]

ROUNDING = 1e-4
"""Features are float32: a walk may end so much short of their value and still have met its parent."""


@jit
def _walk(order, first, last, step, instrument, count, actor, not_actor, group, in_group,  # type: ignore[no-untyped-def]
          t, k, rho, wanted):  # fmt: skip
    """Walk back from step t through a list of events until their decayed counts pass `wanted`.

    -1 where they never do: then the parent was there before the record began (x also holds that past).
    Events count if of instrument k, if actor[e] is not `not_actor`, and if in_group < 0 or group[e] is it.
    """
    found = -1
    passed = 0.0
    for at in range(last - 1, first - 1, -1):
        e = order[at]
        if step[e] >= t or instrument[e] != k or actor[e] == not_actor:
            continue
        if in_group >= 0 and group[e] != in_group:
            continue
        passed += count[e] * (1.0 - rho) * rho ** (t - step[e] - 1)
        found = e
        if passed >= wanted:
            break
    return found if passed >= wanted * (1.0 - ROUNDING) else -1


@jit
def draw_parents(  # type: ignore[no-untyped-def]
    unit_row, unit_source, unit_target, unit_step, term, x, n_instruments, n_split, rho,
    step, source, target, instrument, count, source_in, target_in,
    by_dyad, dyad_at, by_source, source_at, by_target, target_at, by_pair, pair_at, n_actors, parent, rng,
):  # fmt: skip
    """Draw the parent event of every unit from its term; parent (units,) int32, -1 for immigrants.

    A term (relation, instrument answered, kernel) names a list of past events; within it the parent is
    drawn in proportion to its decayed count (stochastic declustering; Zhuang, Ogata and Vere-Jones 2002).
    by_* are event rows sorted by (key, step) and *_at (keys + 1) their bounds: dyads i n + j, sources,
    targets, and pairs low n + high for joint events. x (rows, features) gives the total that the walk must
    pass; expected O(events within one half-life) per unit.
    """
    n_b = rho.shape[0]
    kb = n_instruments * n_b
    for e in range(term.shape[0]):
        if term[e] < 0:
            parent[e] = -1
            continue
        p = term[e]
        c, k, b = p // kb, (p % kb) // n_b, p % n_b
        i, j, t = unit_source[e], unit_target[e], unit_step[e]
        wanted = rng.random() * x[unit_row[e], p]
        group = -1
        if c == 0 or c == 1 + n_split:
            key = i * n_actors + j if c == 0 else j * n_actors + i
            rows, first, last, other, bar, groups = (
                by_dyad,
                dyad_at[key],
                dyad_at[key + 1],
                source,
                -1,
                source_in,
            )
        elif c == 2 + 4 * n_split:
            key = min(i, j) * n_actors + max(i, j)
            rows, first, last, other, bar, groups = (
                by_pair,
                pair_at[key],
                pair_at[key + 1],
                source,
                -1,
                source_in,
            )
        elif c <= n_split:
            rows, first, last, other, bar, groups = (
                by_source,
                source_at[i],
                source_at[i + 1],
                target,
                j,
                target_in,
            )
            group = c - 1
        elif c < 2 + 2 * n_split:
            rows, first, last, other, bar, groups = (
                by_target,
                target_at[i],
                target_at[i + 1],
                source,
                j,
                source_in,
            )
            group = c - 2 - n_split
        elif c < 2 + 3 * n_split:
            rows, first, last, other, bar, groups = (
                by_target,
                target_at[j],
                target_at[j + 1],
                source,
                i,
                source_in,
            )
            group = c - 2 - 2 * n_split
        else:
            rows, first, last, other, bar, groups = (
                by_source,
                source_at[j],
                source_at[j + 1],
                target,
                i,
                target_in,
            )
            group = c - 2 - 3 * n_split
        if n_split == 1:
            group = -1
        found = _walk(
            rows, first, last, step, instrument, count, other, bar, groups, group, t, k, rho[b], wanted
        )  # fmt: skip
        parent[e] = found


@jit
def trace_roots(order, unit_source, parent, cell_first, cell_count, n_actors, root, rng):  # type: ignore[no-untyped-def]
    """Follow parents to the immigrant: root (units,) is its source, or n_actors for a joint event.

    order sorts units by step; cell_first (events,) is the first unit of each history row, -1 for joint
    events. A parent row of several units passes on the root of one of them, drawn evenly. O(units).
    """
    for at in range(order.shape[0]):
        e = order[at]
        p = parent[e]
        if p < 0:
            root[e] = unit_source[e]
        elif cell_first[p] < 0:
            root[e] = n_actors
        else:
            root[e] = root[cell_first[p] + int(rng.random() * cell_count[p])]
