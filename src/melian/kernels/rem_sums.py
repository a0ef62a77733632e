"""Values of the model columns and their weighted sums over the dyads at risk, kept up to date.

After an event only about 4 N of the N^2 dyads change: their share in sum w, sum w s and sum w s s' is taken out
and put in again. All sums are made anew every REFRESH steps, where cancellation threatens (the sum of weights
falls below LOST of its largest value since), and where a weight outgrows the shift.
"""

from __future__ import annotations

import math

from melian.kernels.jit import jit
from melian.kernels.rem_state import LOG1P, PROP, RAW, RECENCY, STD

__all__ = ["attach", "compose", "detach", "predictor", "refresh", "standardise"]

HIGH = 60.0
"""A linear predictor this far above the shift asks for a new shift."""
OUT_OF_SENDER, INTO_SENDER, TOTAL, TWICE_TOTAL = 0, 1, 2, 3


@jit
def _proportion(layout, state, k, layer, i, x):  # type: ignore[no-untyped-def]
    """Part of all events of the sender, or of all events; the fallback where there are none."""
    kind = layout.divisor[k]
    if kind == OUT_OF_SENDER:
        whole = state.out[layer, i]
    elif kind == INTO_SENDER:
        whole = state.into[layer, i]
    else:
        whole = state.total[layer]
    if kind == TWICE_TOTAL:
        whole *= 2.0
    return x / whole if whole > 0.0 else layout.fallback[k]


@jit
def _scaled(layout, state, k, d, gain, now):  # type: ignore[no-untyped-def]
    """One column of one row after decay and scaling, but for standardising."""
    x, scaling = state.raw[d, k], layout.scaling[k]
    if scaling == RAW or scaling == STD:
        return x * gain
    if scaling == LOG1P:
        return math.log1p(x * gain)
    if scaling == RECENCY:
        return 1.0 / (now - x + 1.0)
    if scaling == PROP:
        n = state.count.shape[1]
        c, i = d // (n * n), (d // n) % n
        return _proportion(layout, state, k, layout.source[k, c], i, x)
    return x


@jit
def compose(layout, state, d, gain, multiplier, now, plain, base, value):  # type: ignore[no-untyped-def]
    """Values of the model columns in one row; value (p,) is filled, base (K,) is work; O(K + p F)."""
    if plain:
        for k in range(value.shape[0]):
            value[k] = state.raw[d, k]
        return
    for k in range(base.shape[0]):
        x = _scaled(layout, state, k, d, gain[k], now)
        if layout.scaling[k] == STD:
            x = (x - state.mean[k]) / state.deviation[k] if state.deviation[k] > 0.0 else 0.0
        base[k] = x
    for q in range(value.shape[0]):
        x = multiplier[q]
        for f in range(layout.factor.shape[1]):
            if layout.factor[q, f] >= 0:
                x *= base[layout.factor[q, f]]
        value[q] = x


@jit
def standardise(layout, state, rows, gain, now):  # type: ignore[no-untyped-def]
    """Mean and standard deviation (n - 1) of the columns to standardise, over rows; O(rows K)."""
    size = rows.shape[0]
    for k in range(layout.scaling.shape[0]):
        if layout.scaling[k] != STD:
            continue
        mean, square = 0.0, 0.0
        for d in rows:
            mean += state.raw[d, k] * gain[k]
        mean /= size
        for d in rows:
            square += (state.raw[d, k] * gain[k] - mean) ** 2
        spread = math.sqrt(square / (size - 1)) if size > 1 else 0.0
        state.mean[k] = mean
        state.deviation[k] = spread if spread > 1e-13 * (abs(mean) + spread) else 0.0


@jit
def predictor(value, beta):  # type: ignore[no-untyped-def]
    """Linear predictor of one row."""
    eta = 0.0
    for q in range(beta.shape[0]):
        eta += value[q] * beta[q]
    return eta


@jit
def _add(sums, d, weight):  # type: ignore[no-untyped-def]
    """Add weight times (1, s, s s') of a row to the sums (lower triangle); O(p^2)."""
    value, first, second = sums.value[d], sums.first, sums.second
    sums.scalar[1] += weight
    for q in range(first.shape[0]):
        part = weight * value[q]
        first[q] += part
        for r in range(q + 1):
            second[q, r] += part * value[r]


@jit
def detach(sums, d):  # type: ignore[no-untyped-def]
    """Take a row out of the sums."""
    _add(sums, d, -sums.weight[d])


@jit
def attach(sums, d, beta):  # type: ignore[no-untyped-def]
    """Put a row with a new value into the sums; False if its weight outgrows the shift."""
    eta = predictor(sums.value[d], beta) - sums.scalar[0]
    if eta > HIGH:
        return False
    sums.weight[d] = math.exp(eta)
    _add(sums, d, sums.weight[d])
    if sums.scalar[1] > sums.scalar[2]:
        sums.scalar[2] = sums.scalar[1]
    return True


@jit
def refresh(sums, rows, beta):  # type: ignore[no-untyped-def]
    """Make all sums anew from the values of the rows at risk; O(rows p^2)."""
    highest = -math.inf
    for d in rows:
        eta = predictor(sums.value[d], beta)
        sums.weight[d] = eta
        highest = max(highest, eta)
    sums.scalar[0] = highest if rows.shape[0] > 0 else 0.0
    sums.scalar[1] = 0.0
    sums.first[:] = 0.0
    sums.second[:] = 0.0
    for d in rows:
        sums.weight[d] = math.exp(sums.weight[d] - highest)
        _add(sums, d, sums.weight[d])
    sums.scalar[2] = sums.scalar[1]
