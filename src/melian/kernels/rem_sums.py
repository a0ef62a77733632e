"""Values of the model columns and their weighted sums over the dyads at risk.

sum w, sum w s and sum w s s' with w = exp(beta's - shift) are what the partial likelihood, its score and its
information are made of (Butts 2008; Perry, Wolfe 2013).
"""

from __future__ import annotations

import math

from melian.kernels.jit import jit
from melian.kernels.rem_state import LOG1P, PROP, RECENCY, STD

__all__ = ["add_rows", "compose_rows", "keep_changed", "refresh", "renew", "standardise", "weigh_rows"]

OUT_OF_SENDER, INTO_SENDER, TOTAL, TWICE_TOTAL = 0, 1, 2, 3


@jit
def _proportions(raw, k, rows, n_rows, kind, source, whole, n, fallback, scaled):  # type: ignore[no-untyped-def]
    """Part of the events of the sender, whole (L, N), or of all, whole (L, 1); the fallback without any."""
    factor = 2.0 if kind == TWICE_TOTAL else 1.0
    for t in range(n_rows):
        d = rows[t]
        i = (d // n) % n if kind <= INTO_SENDER else 0
        total = factor * whole[source[k, d // (n * n)], i]
        scaled[t, k] = raw[d, k] / total if total > 0.0 else fallback


@jit
def _scale_column(raw, k, rows, n_rows, scaling, gain, now, mean, deviation, scaled):  # type: ignore[no-untyped-def]
    """One column after decay and scaling, but for proportions; scaled (rows, K) is filled."""
    if scaling == LOG1P:
        for t in range(n_rows):
            scaled[t, k] = math.log1p(raw[rows[t], k] * gain)
    elif scaling == RECENCY:
        for t in range(n_rows):
            scaled[t, k] = 1.0 / (now - raw[rows[t], k] + 1.0)
    elif scaling == STD:
        factor = gain / deviation if deviation > 0.0 else 0.0
        shift = mean / deviation if deviation > 0.0 else 0.0
        for t in range(n_rows):
            scaled[t, k] = raw[rows[t], k] * factor - shift
    else:
        for t in range(n_rows):
            scaled[t, k] = raw[rows[t], k] * gain


@jit
def _multiply(factor, multiplier, rows, n_rows, scaled, value):  # type: ignore[no-untyped-def]
    """Model columns as products of base columns and of a factor of the step."""
    for t in range(n_rows):
        d = rows[t]
        for q in range(factor.shape[0]):
            x = multiplier[q] * scaled[t, factor[q, 0]]
            for f in range(1, factor.shape[1]):
                if factor[q, f] >= 0:
                    x *= scaled[t, factor[q, f]]
            value[d, q] = x


@jit
def _copy(raw, rows, n_rows, gain, value):  # type: ignore[no-untyped-def]
    """Model columns that are the raw columns themselves, but for decay."""
    for t in range(n_rows):
        d = rows[t]
        for q in range(value.shape[1]):
            value[d, q] = gain[q] * raw[d, q]


@jit
def compose_rows(layout, state, rows, n_rows, gain, multiplier, now, plain, sums):  # type: ignore[no-untyped-def]
    """Values of the model columns in the first n_rows of rows; O(n_rows (K + p F))."""
    if plain:
        _copy(state.raw, rows, n_rows, gain, sums.value)
        return
    for k in range(layout.scaling.shape[0]):
        scaling = layout.scaling[k]
        if scaling == PROP:
            kind, n = layout.divisor[k], state.count.shape[1]
            whole = state.total.reshape(-1, 1)
            if kind == OUT_OF_SENDER:
                whole = state.out
            elif kind == INTO_SENDER:
                whole = state.into
            fallback = layout.fallback[k]
            _proportions(state.raw, k, rows, n_rows, kind, layout.source, whole, n, fallback, sums.scaled)
            continue
        mean, deviation = state.mean[k], state.deviation[k]
        _scale_column(state.raw, k, rows, n_rows, scaling, gain[k], now, mean, deviation, sums.scaled)
    _multiply(layout.factor, multiplier, rows, n_rows, sums.scaled, sums.value)


@jit
def keep_changed(raw, value, rows, n_rows):  # type: ignore[no-untyped-def]
    """Move the rows whose raw columns differ from their values to the front; their number comes back."""
    kept = 0
    for t in range(n_rows):
        d = rows[t]
        differs = False
        for q in range(value.shape[1]):
            differs |= raw[d, q] != value[d, q]
        rows[kept] = d
        kept += differs
    return kept


@jit
def standardise(layout, state, rows, gain):  # type: ignore[no-untyped-def]
    """Mean and standard deviation (n - 1) of the columns to standardise, over rows; O(rows K)."""
    size, raw = rows.shape[0], state.raw
    for k in range(layout.scaling.shape[0]):
        if layout.scaling[k] != STD:
            continue
        mean, square = 0.0, 0.0
        for d in rows:
            mean += raw[d, k]
        mean /= size
        for d in rows:
            square += (raw[d, k] - mean) ** 2
        spread = math.sqrt(square / (size - 1)) if size > 1 else 0.0
        state.mean[k] = mean * gain[k]
        state.deviation[k] = spread * gain[k] if spread > 1e-13 * (abs(mean) + spread) else 0.0


@jit
def weigh_rows(value, rows, n_rows, beta, shift, weight):  # type: ignore[no-untyped-def]
    """Weights exp(beta's - shift) of rows; the largest exponent comes back."""
    highest = -math.inf
    for t in range(n_rows):
        d = rows[t]
        eta = -shift
        for q in range(beta.shape[0]):
            eta += value[d, q] * beta[q]
        highest = max(highest, eta)
        weight[d] = eta
    for t in range(n_rows):
        weight[rows[t]] = math.exp(weight[rows[t]])
    return highest


@jit
def _add_four(value, weight, rows, t, sign, first, second):  # type: ignore[no-untyped-def]
    """Add four rows at once: one load and store of each sum for all four."""
    d0, d1, d2, d3 = rows[t], rows[t + 1], rows[t + 2], rows[t + 3]
    w0, w1, w2, w3 = sign * weight[d0], sign * weight[d1], sign * weight[d2], sign * weight[d3]
    for q in range(first.shape[0]):
        x0, x1, x2, x3 = w0 * value[d0, q], w1 * value[d1, q], w2 * value[d2, q], w3 * value[d3, q]
        first[q] += (x0 + x1) + (x2 + x3)
        for r in range(q + 1):
            pair = (x0 * value[d0, r] + x1 * value[d1, r]) + (x2 * value[d2, r] + x3 * value[d3, r])
            second[q, r] += pair
    return (w0 + w1) + (w2 + w3)


@jit
def add_rows(value, weight, rows, n_rows, sign, first, second):  # type: ignore[no-untyped-def]
    """Add sign w (1, s, s s') of rows to the sums (lower triangle); sum w comes back; O(n_rows p^2)."""
    total = 0.0
    whole = n_rows - n_rows % 4
    for t in range(0, whole, 4):
        total += _add_four(value, weight, rows, t, sign, first, second)
    for t in range(whole, n_rows):
        d = rows[t]
        w = sign * weight[d]
        total += w
        for q in range(first.shape[0]):
            part = w * value[d, q]
            first[q] += part
            for r in range(q + 1):
                second[q, r] += part * value[d, r]
    return total


@jit
def refresh(sums, rows, beta):  # type: ignore[no-untyped-def]
    """Make all sums anew from the values of the rows at risk, shifted to the largest; O(rows p^2)."""
    n_rows = rows.shape[0]
    value, weight = sums.value, sums.weight
    highest = -math.inf
    for t in range(n_rows):
        d = rows[t]
        eta = 0.0
        for q in range(beta.shape[0]):
            eta += value[d, q] * beta[q]
        weight[d] = eta
        highest = max(highest, eta)
    for t in range(n_rows):
        weight[rows[t]] = math.exp(weight[rows[t]] - highest)
    sums.first[:] = 0.0
    sums.second[:] = 0.0
    sums.scalar[0] = highest
    sums.scalar[1] = add_rows(value, weight, rows, n_rows, 1.0, sums.first, sums.second)
    sums.scalar[2] = sums.scalar[1]


@jit
def renew(layout, state, observed, sums, rows, beta, step, plain):  # type: ignore[no-untyped-def]
    """Make the values of all rows asked for anew, and all sums."""
    gain, multiplier, now = observed.gain[step], observed.multiplier[step], observed.now[step]
    if not plain:
        standardise(layout, state, rows, gain)
    compose_rows(layout, state, rows, rows.shape[0], gain, multiplier, now, plain, sums)
    refresh(sums, rows, beta)
