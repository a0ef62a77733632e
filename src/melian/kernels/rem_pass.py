"""One pass over the steps of a relational event model on its full risk set.

Ordinal: partial likelihood (Butts 2008; Perry, Wolfe 2013, J. R. Stat. Soc. B 75), with ties by Breslow or Efron.
Interval and daily: Poisson likelihood of counts with exposure (Butts 2008, eq. 2; Vieira, Leenders, Mulder 2024).
"""

from __future__ import annotations

import math

from melian.kernels.jit import jit
from melian.kernels.rem_advance import advance, touch_rows
from melian.kernels.rem_sums import attach, compose, detach, refresh, standardise

__all__ = ["partial_pass", "poisson_pass"]

REFRESH = 256
"""Steps after which the sums are made anew: keeps the drift at rounding level."""
LOST = 1e-4
"""Part of its largest value below which the sum of weights has lost digits to cancellation."""


@jit
def _renew(layout, state, observed, sums, rows, beta, step, plain, compose_all):  # type: ignore[no-untyped-def]
    """Make the sums anew, and the values of all rows where they may have changed."""
    if compose_all:
        gain, now = observed.gain[step], observed.now[step]
        multiplier = observed.multiplier[step]
        if not plain:
            standardise(layout, state, rows, gain, now)
        for d in rows:
            compose(layout, state, d, gain, multiplier, now, plain, sums.base, sums.value[d])
    refresh(sums, rows, beta)


@jit
def _follow(layout, state, changes, observed, sums, rows, beta, step, plain):  # type: ignore[no-untyped-def]
    """Apply the changes before a step and bring the sums along; O(N) a change."""
    n_touched = touch_rows(layout, state, changes, sums, step)
    advance(layout, state, changes, step)
    gain, multiplier, now = observed.gain[step], observed.multiplier[step], observed.now[step]
    if 3 * n_touched > rows.shape[0]:
        _renew(layout, state, observed, sums, rows, beta, step, plain, True)
        return
    fine = True
    for t in range(n_touched):
        d = sums.touched[t]
        detach(sums, d)
        compose(layout, state, d, gain, multiplier, now, plain, sums.base, sums.value[d])
        fine = attach(sums, d, beta) and fine
        if not fine:
            break
    if not fine:
        _renew(layout, state, observed, sums, rows, beta, step, plain, True)
    elif sums.scalar[1] < LOST * sums.scalar[2]:
        refresh(sums, rows, beta)


@jit
def _move(layout, state, changes, observed, sums, rows, beta, step, flags):  # type: ignore[no-untyped-def]
    """Bring state and sums to a step; flags: plain columns, columns that change everywhere, begin of a segment."""
    plain, dense, begin = flags
    if dense or begin or step % REFRESH == 0:
        advance(layout, state, changes, step)
        _renew(layout, state, observed, sums, rows, beta, step, plain, True)
    elif changes.first[step] < changes.first[step + 1]:
        _follow(layout, state, changes, observed, sums, rows, beta, step, plain)


@jit
def _expect(sums, events, score, information):  # type: ignore[no-untyped-def]
    """Take the expected score and add the variance of the statistics under the weights, times events."""
    total, first, second = sums.scalar[1], sums.first, sums.second
    for q in range(first.shape[0]):
        mean = first[q] / total
        score[q] -= events * mean
        for r in range(q + 1):
            information[q, r] += events * (second[q, r] / total - mean * first[r] / total)


@jit
def _efron(sums, observed, step, score, information):  # type: ignore[no-untyped-def]
    """Take the tied rows out by and by: sum over r < m of log(Z - r / m Z_tied) and its derivatives."""
    p = sums.first.shape[0]
    low, high = observed.first[step], observed.first[step + 1]
    first, second, tied = sums.first.copy(), sums.second.copy(), sums.scalar.copy()
    first[:] = 0.0
    second[:] = 0.0
    tied[1] = 0.0
    for e in range(low, high):
        d = observed.row[e]
        tied[1] += sums.weight[d]
        for q in range(p):
            part = sums.weight[d] * sums.value[d, q]
            first[q] += part
            for r in range(q + 1):
                second[q, r] += part * sums.value[d, r]
    gone = 0.0
    for e in range(high - low):
        part = e / (high - low)
        total = sums.scalar[1] - part * tied[1]
        gone += math.log(total)
        for q in range(p):
            mean = (sums.first[q] - part * first[q]) / total
            score[q] -= mean
            for r in range(q + 1):
                square = (sums.second[q, r] - part * second[q, r]) / total
                information[q, r] += square - mean * (sums.first[r] - part * first[r]) / total
    return gone


@jit
def _add_observed(sums, observed, step, beta, score):  # type: ignore[no-untyped-def]
    """Add the statistics of the events of a step to the score; the sum of their linear predictors comes back."""
    eta = 0.0
    for e in range(observed.first[step], observed.first[step + 1]):
        value = sums.value[observed.row[e]]
        for q in range(beta.shape[0]):
            eta += beta[q] * value[q]
            score[q] += value[q]
    return eta


@jit
def partial_pass(layout, state, changes, observed, sums, rows, beta, steps, flags, efron, score, information):  # type: ignore[no-untyped-def]
    """Partial likelihood, score and information (lower triangle) over steps[0] <= step < steps[1].

    rows (n,) int64 are those at risk; score (p,) and information (p, p) are added to. Cost O(4 N p^2) a step where
    an event changes the dyads of its two actors only, O(rows p^2) where it changes all (flags[1]).
    """
    total = 0.0
    for step in range(steps[0], steps[1]):
        _move(
            layout, state, changes, observed, sums, rows, beta, step, (flags[0], flags[1], step == steps[0])
        )
        events = observed.first[step + 1] - observed.first[step]
        if events == 0:
            continue
        total += _add_observed(sums, observed, step, beta, score) - events * sums.scalar[0]
        if efron and events > 1:
            total -= _efron(sums, observed, step, score, information)
        else:
            total -= events * math.log(sums.scalar[1])
            _expect(sums, events, score, information)
    return total


@jit
def poisson_pass(layout, state, changes, observed, sums, rows, beta, steps, flags, score, information):  # type: ignore[no-untyped-def]
    """Log-likelihood of counts with exposure, score and information (lower triangle); cost as `partial_pass`."""
    total = 0.0
    for step in range(steps[0], steps[1]):
        _move(
            layout, state, changes, observed, sums, rows, beta, step, (flags[0], flags[1], step == steps[0])
        )
        total += _add_observed(sums, observed, step, beta, score)
        rate = observed.exposure[step] * math.exp(sums.scalar[0])
        total -= rate * sums.scalar[1]
        for q in range(beta.shape[0]):
            score[q] -= rate * sums.first[q]
            for r in range(q + 1):
                information[q, r] += rate * sums.second[q, r]
    return total
