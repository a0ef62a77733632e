"""One pass of the partial likelihood with an effect of each actor as sender and as receiver.

Actor effects are not carried as columns: their derivatives are row and column sums of the weights.
"""

from __future__ import annotations

import math

from melian.kernels.jit import jit
from melian.kernels.rem_advance import advance
from melian.kernels.rem_sums import compose_rows, standardise

__all__ = ["frailty_pass"]


@jit
def _weights(sums, rows, ends, beta, effect):  # type: ignore[no-untyped-def]
    """Weights of rows with the effects of their actors; shift and sum are left in sums.scalar."""
    value, weight = sums.value, sums.weight
    highest = -math.inf
    for d in rows:
        eta = effect[ends[d, 0]] + effect[ends[d, 1]]
        for q in range(beta.shape[0]):
            eta += value[d, q] * beta[q]
        weight[d] = eta
        highest = max(highest, eta)
    total = 0.0
    for d in rows:
        weight[d] = math.exp(weight[d] - highest)
        total += weight[d]
    sums.scalar[0] = highest
    sums.scalar[1] = total


@jit
def _expect(sums, rows, ends, events, part, score, information):  # type: ignore[no-untyped-def]
    """Take the expected score, add the information; part (p + E, p + 1) is work; O(rows p^2 + E^2).

    Coefficients come first, then actor effects; information is filled in its lower triangle.
    """
    p, size = sums.first.shape[0], part.shape[0]
    part[:] = 0.0
    for d in rows:
        w = sums.weight[d] / sums.scalar[1]
        a, b = p + ends[d, 0], p + ends[d, 1]
        for q in range(p):
            x = w * sums.value[d, q]
            part[q, p] += x
            part[a, q] += x
            part[b, q] += x
            for r in range(q + 1):
                part[q, r] += x * sums.value[d, r]
        part[a, p] += w
        part[b, p] += w
        information[max(a, b), min(a, b)] += events * w
    for u in range(size):
        mean = part[u, p]
        score[u] -= events * mean
        for r in range(min(u + 1, p)):
            information[u, r] += events * part[u, r]
        for r in range(u + 1):
            information[u, r] -= events * mean * part[r, p]
        if u >= p:
            information[u, u] += events * mean


@jit
def frailty_pass(  # type: ignore[no-untyped-def]
    layout, state, changes, observed, sums, rows, ends, beta, effect, steps, plain, part, score, information
):
    """Partial likelihood with actor effects; score (p + E + 1,) and information are added to.

    ends (D, 2) int64 index effect (E + 1,); the last of them stands for no effect and is 0.
    """
    total = 0.0
    p = beta.shape[0]
    for step in range(steps[0], steps[1]):
        advance(layout, state, changes, step)
        events = observed.first[step + 1] - observed.first[step]
        if events == 0:
            continue
        gain, multiplier, now = observed.gain[step], observed.multiplier[step], observed.now[step]
        if not plain:
            standardise(layout, state, rows, gain)
        compose_rows(layout, state, rows, rows.shape[0], gain, multiplier, now, plain, sums)
        _weights(sums, rows, ends, beta, effect)
        total -= events * (sums.scalar[0] + math.log(sums.scalar[1]))
        for e in range(observed.first[step], observed.first[step + 1]):
            d = observed.row[e]
            total += effect[ends[d, 0]] + effect[ends[d, 1]]
            score[p + ends[d, 0]] += 1.0
            score[p + ends[d, 1]] += 1.0
            for q in range(p):
                total += beta[q] * sums.value[d, q]
                score[q] += sums.value[d, q]
        _expect(sums, rows, ends, events, part, score, information)
    return total
