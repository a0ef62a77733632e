"""One pass over the steps of a relational event model on its full risk set.

Ordinal: partial likelihood (Butts 2008; Perry, Wolfe 2013, J. R. Stat. Soc. B 75), ties by Breslow or Efron.
Interval and daily: Poisson likelihood of counts with exposure (Butts 2008, eq. 2).
"""

from __future__ import annotations

import math

import numpy as np

from melian.kernels.jit import jit
from melian.kernels.rem_advance import advance, touch_rows
from melian.kernels.rem_sums import add_rows, compose_rows, keep_changed, refresh, renew, weigh_rows

__all__ = ["partial_pass", "poisson_pass"]

HIGH = 60.0
"""A linear predictor this far above the shift asks for a new shift."""
REFRESH = 1024
"""Steps after which the sums are made anew: keeps the drift at rounding level."""
LOST = 1e-4
"""Part of its largest value below which the sum of weights has lost digits to cancellation."""


@jit
def _follow(layout, state, changes, observed, sums, rows, beta, step, plain):  # type: ignore[no-untyped-def]
    """Apply the changes before a step and bring the sums along; O(N) a change.

    Only the rows of the two actors of a change can differ: their share is taken out of the sums and put back.
    """
    n_touched = touch_rows(layout, state, changes, sums, step)
    if 3 * n_touched > rows.shape[0]:
        advance(layout, state, changes, step)
        renew(layout, state, observed, sums, rows, beta, step, plain)
        return
    advance(layout, state, changes, step)
    value, weight, touched, scalar = sums.value, sums.weight, sums.touched, sums.scalar
    if plain:
        n_touched = keep_changed(state.raw, value, touched, n_touched)
    scalar[1] += add_rows(value, weight, touched, n_touched, -1.0, sums.first, sums.second)
    gain, multiplier, now = observed.gain[step], observed.multiplier[step], observed.now[step]
    compose_rows(layout, state, touched, n_touched, gain, multiplier, now, plain, sums)
    highest = weigh_rows(value, touched, n_touched, beta, scalar[0], weight)
    if highest > HIGH:
        refresh(sums, rows, beta)
        return
    scalar[1] += add_rows(value, weight, touched, n_touched, 1.0, sums.first, sums.second)
    scalar[2] = max(scalar[2], scalar[1])
    if scalar[1] < LOST * scalar[2]:
        refresh(sums, rows, beta)


@jit
def _move(layout, state, changes, observed, sums, rows, beta, step, flags):  # type: ignore[no-untyped-def]
    """Bring state and sums to a step; flags: plain columns, changes everywhere, begin of a segment."""
    plain, dense, begin = flags
    if dense or begin or step % REFRESH == 0:
        advance(layout, state, changes, step)
        renew(layout, state, observed, sums, rows, beta, step, plain)
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
    first, second = np.zeros(p), np.zeros((p, p))
    tied = add_rows(sums.value, sums.weight, observed.row[low:high], high - low, 1.0, first, second)
    gone = 0.0
    for e in range(high - low):
        part = e / (high - low)
        total = sums.scalar[1] - part * tied
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
    """Add the statistics of a step's events to the score; the sum of their linear predictors comes back."""
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

    rows (n,) int64 are those at risk; score (p,) and information (p, p) are added to. O(4 N p^2) a step where
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
    """Log-likelihood of counts with exposure, score and information (lower triangle), as `partial_pass`."""
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
