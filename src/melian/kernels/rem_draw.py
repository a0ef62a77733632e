"""Draw a sequence of events from a relational event model, one step after the other."""

from __future__ import annotations

import math

from melian.kernels.jit import jit
from melian.kernels.rem_advance import apply_change
from melian.kernels.rem_sums import compose_rows, refresh, standardise

__all__ = ["draw_pass"]


@jit
def _catch_up(layout, state, changes, ends, kinds, counted, ordered, step):  # type: ignore[no-untyped-def]
    """Apply what enters or leaves before a step; the ends of an entry are looked up, as they may be drawn."""
    for e in range(changes.first[step], changes.first[step + 1]):
        layer, place = changes.layer[e], changes.sender[e]
        silent = changes.silent[e]
        if not counted[layer, kinds[place // 2]]:
            if not ordered[layer]:
                continue
            silent = True
        a, b = ends[place], ends[changes.receiver[e]]
        apply_change(layout, state, layer, a, b, changes.amount[e], changes.time[e], silent)


@jit
def _pick(sums, rows, uniform):  # type: ignore[no-untyped-def]
    """Row at which the running sum of weights passes the uniform's part of the whole; O(rows)."""
    left = uniform * sums.scalar[1]
    for d in rows:
        left -= sums.weight[d]
        if left < 0.0:
            return d
    return rows[rows.shape[0] - 1]


@jit
def draw_pass(  # type: ignore[no-untyped-def]
    layout,
    state,
    changes,
    observed,
    sums,
    rows,
    beta,
    steps,
    plain,
    ends,
    kinds,
    counted,
    ordered,
    first,
    uniform,
    rate,
):
    """Draw the events of the steps steps[0] <= step < steps[1]; those of one step share its statistics.

    ends (2 m,) int64 and kinds (m,) int64 are filled: event e goes from ends[2 e] to ends[2 e + 1], with type
    kinds[e]; first (n_steps + 1,) int64 says where the events of a step begin. changes name ends by their
    place. counted (layers, types) bool: events of a type enter a layer; ordered (layers,): else they end its
    turn. uniform (m,) float64 decides; rate (n_steps,) float64 is filled with the sum of the rates. Cost
    O(rows p^2) a step.
    """
    n = state.count.shape[1]
    for step in range(steps[0], steps[1]):
        _catch_up(layout, state, changes, ends, kinds, counted, ordered, step)
        if not plain:
            standardise(layout, state, rows, observed.gain[step])
        compose_rows(
            layout,
            state,
            rows,
            rows.shape[0],
            observed.gain[step],
            observed.multiplier[step],
            observed.now[step],
            plain,
            sums,
        )
        refresh(sums, rows, beta)
        rate[step] = math.exp(sums.scalar[0]) * sums.scalar[1]
        for e in range(first[step], first[step + 1]):
            d = _pick(sums, rows, uniform[e])
            kinds[e], ends[2 * e], ends[2 * e + 1] = d // (n * n), d // n % n, d % n
