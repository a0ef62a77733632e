"""Gibbs over genealogies: every event draws the term of the intensity that it came from.

Terms of an event of source i, instrument k, in feature row x: -1 is the baseline, p >= 0 the feature p.
Given the terms, weights and levels have Gamma posteriors, so the sweep integrates them out ("collapsed"):
the rate of a term is (prior shape + events it has) / (prior rate + exposure).
"""

from __future__ import annotations

import numpy as np

from melian.kernels.jit import jit

__all__ = ["collapsed_sweep", "count_terms", "draw_terms", "draw_weights", "term_sums"]


@jit
def _draw_term(base, rates, x, factor, width, cumulative, rng):  # type: ignore[no-untyped-def]
    """Draw a term in proportion to base and rates * x * factor of its column; O(terms)."""
    total = base
    n_terms = x.shape[0]
    for c in range(factor.shape[0]):
        w = factor[c]
        for p in range(c * width, (c + 1) * width):
            total += w * rates[p] * x[p]
            cumulative[p] = total
    u = rng.random() * total
    if u < base:
        return -1
    low, high = 0, n_terms - 1
    while low < high:
        mid = (low + high) // 2
        if cumulative[mid] > u:
            high = mid
        else:
            low = mid + 1
    return low


@jit
def count_terms(unit_source, unit_target, unit_instrument, live, term, level_count, weight_count):  # type: ignore[no-untyped-def]
    """Count the events of each baseline channel and of each weight; O(events)."""
    level_count[:] = 0.0
    weight_count[:] = 0.0
    for e in range(term.shape[0]):
        if live[e]:
            i, k = unit_source[e], unit_instrument[e]
            if term[e] < 0:
                level_count[i, unit_target[e], k] += 1.0
            else:
                weight_count[i, k, term[e]] += 1.0


@jit
def collapsed_sweep(  # type: ignore[no-untyped-def]
    unit_row, unit_source, unit_target, unit_instrument, live, base, x, factor, width, term,
    level_count, level_shape, level_rate, weight_count, weight_shape, weight_rate, rng,
):  # fmt: skip
    """Redraw the term of every live event with levels and weights integrated out; O(events x features).

    base (events,) is s_ik(t) e_ij(t); x (rows, features) float32; term (events,) int32 in place, counts in
    place; level_shape float, level_rate (actors, actors, instruments) = prior rate + exposure;
    weight_shape (features,), weight_rate (actors, instruments, features) = prior rate + exposure.
    """
    n_terms = x.shape[1]
    cumulative = np.zeros(n_terms)
    rates = np.zeros(n_terms)
    current_i, current_k = -1, -1
    for e in range(term.shape[0]):
        if not live[e]:
            continue
        i, j, k = unit_source[e], unit_target[e], unit_instrument[e]
        if i != current_i or k != current_k:
            current_i, current_k = i, k
            for p in range(n_terms):
                rates[p] = (weight_shape[p] + weight_count[i, k, p]) / weight_rate[i, k, p]
        old = term[e]
        if old < 0:
            level_count[i, j, k] -= 1.0
        else:
            weight_count[i, k, old] -= 1.0
            rates[old] = (weight_shape[old] + weight_count[i, k, old]) / weight_rate[i, k, old]
        start = base[e] * (level_shape + level_count[i, j, k]) / level_rate[i, j, k]
        new = _draw_term(start, rates, x[unit_row[e]], factor[i, j], width, cumulative, rng)
        term[e] = new
        if new < 0:
            level_count[i, j, k] += 1.0
        else:
            weight_count[i, k, new] += 1.0
            rates[new] = (weight_shape[new] + weight_count[i, k, new]) / weight_rate[i, k, new]


@jit
def draw_terms(  # type: ignore[no-untyped-def]
    unit_row,
    unit_source,
    unit_target,
    unit_instrument,
    wanted,
    base,
    x,
    factor,
    width,
    term,
    level,
    weight,
    rng,
):
    """Draw the term of every wanted event given levels (actors, actors, instruments) and weights."""
    n_terms = x.shape[1]
    cumulative = np.zeros(n_terms)
    for e in range(term.shape[0]):
        if wanted[e]:
            i, j, k = unit_source[e], unit_target[e], unit_instrument[e]
            start = base[e] * level[i, j, k]
            term[e] = _draw_term(start, weight[i, k], x[unit_row[e]], factor[i, j], width, cumulative, rng)


@jit
def draw_weights(count, shape, rate, out, rng):  # type: ignore[no-untyped-def]
    """Draw Gamma(shape + count, rate) by element; count, rate, out (n, features), shape (features,)."""
    for a in range(count.shape[0]):
        for p in range(count.shape[1]):
            out[a, p] = rng.standard_gamma(shape[p] + count[a, p]) / rate[a, p]


@jit
def term_sums(  # type: ignore[no-untyped-def]
    unit_row, unit_source, unit_target, unit_instrument, live, base, x, factor, level, weight, width, out
):
    """Intensity of every live event by relation column: out (events, 1 + columns), baseline first.

    width is the number of features of a column (instruments x kernels). O(events x features).
    """
    n_columns = out.shape[1] - 1
    for e in range(unit_row.shape[0]):
        if not live[e]:
            continue
        i, k = unit_source[e], unit_instrument[e]
        out[e, 0] = base[e] * level[i, unit_target[e], k]
        row = unit_row[e]
        for c in range(n_columns):
            total = 0.0
            for p in range(c * width, (c + 1) * width):
                total += weight[i, k, p] * x[row, p]
            out[e, 1 + c] = total * factor[i, unit_target[e], c]
