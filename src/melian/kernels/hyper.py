"""Moves on the hyper-parameters of the genealogy sampler.

Counts given a Gamma(a, a / mean) prior on their rate are negative binomial, so means are moved with the
rates integrated out. `scale_moves` goes the other way: it integrates the genealogy out and moves the
total of a whole relation against the baseline, which the genealogy alone would do very slowly.
"""

from __future__ import annotations

import math

import numpy as np

from melian.kernels.jit import jit

__all__ = ["common_gain", "common_scale", "scale_moves", "shift_sums"]


@jit
def shift_sums(count, exposure, shape, rate, delta, by, n_columns):  # type: ignore[no-untyped-def]
    """Change of the negative-binomial log-likelihood when log means move by delta; O(weights).

    count, rate (actors, instruments, features) with rate = shape / mean; exposure (actors, features);
    shape (columns,). `by` says what delta is of, and what is summed for it: 0 the mean total of a source
    in a column (actors, columns); 1 the map (columns, answered, instrument) flattened; 2 the kernel
    weights (columns, kernels). Returns an array of delta's shape.
    """
    n, n_k, n_p = count.shape
    width = n_p // n_columns
    n_b = width // n_k
    out = np.zeros(delta.shape)
    for i in range(n):
        for k in range(n_k):
            for p in range(n_p):
                if exposure[i, p] <= 0.0:
                    continue
                c = p // width
                if by == 0:
                    first, second = i, c
                elif by == 1:
                    first, second = c, (p % width) // n_b * n_k + k
                else:
                    first, second = c, p % n_b
                d, a, b = delta[first, second], shape[c], rate[i, k, p]
                grown = (b * math.exp(-d) + exposure[i, p]) / (b + exposure[i, p])
                out[first, second] -= a * d + (a + count[i, k, p]) * math.log(grown)
    return out


@jit
def scale_moves(  # type: ignore[no-untyped-def]
    sums, expected, log_mean, log_hyper, hyper_shape, anchor, step_size, scale, accepted, rng
):
    """Metropolis moves of one source: scale a relation's weights, the baseline paying for it.

    sums (events, 1 + columns) intensities of the source's events by column, baseline first, and expected
    (1 + columns,) their column sums over all days, both updated in place; log_mean (columns,) log of the
    source's mean total per relation, moved along (prior Gamma(hyper_shape, mean exp(log_hyper)));
    anchor (2,) distance of the log of the baseline's size from its prior mean, moved along, and its prior
    standard deviation; scale (1 + columns,) receives the accepted factors, accepted (columns,) a running
    acceptance rate.
    The map (x, y) -> (x + delta, y + log f) has Jacobian 1 / f, f the factor of the baseline.
    O(events x columns).
    """
    n_columns = sums.shape[1] - 1
    totals = sums.sum(axis=1)
    for c in range(n_columns):
        if expected[1 + c] <= 0.0:
            continue
        delta = step_size[c] * rng.standard_normal()
        draw = math.log(rng.random())
        grow = math.exp(delta)
        factor = 1.0 - (grow - 1.0) * expected[1 + c] / expected[0]
        accepted[c] *= 0.98
        if factor <= 0.0:
            continue
        further = anchor[0] + math.log(factor)
        change = hyper_shape[c] * delta - math.log(factor)
        change -= 0.5 * (further * further - anchor[0] * anchor[0]) / (anchor[1] * anchor[1])
        change -= hyper_shape[c] / math.exp(log_hyper[c]) * math.exp(log_mean[c]) * (grow - 1.0)
        for e in range(sums.shape[0]):
            moved = totals[e] + (grow - 1.0) * sums[e, 1 + c] + (factor - 1.0) * sums[e, 0]
            change += math.log(moved / totals[e])
        if draw < change:
            accepted[c] += 0.02
            log_mean[c] += delta
            scale[1 + c] *= grow
            scale[0] *= factor
            anchor[0] = further
            expected[1 + c] *= grow
            expected[0] *= factor
            for e in range(sums.shape[0]):
                totals[e] += (grow - 1.0) * sums[e, 1 + c] + (factor - 1.0) * sums[e, 0]
                sums[e, 1 + c] *= grow
                sums[e, 0] *= factor


@jit
def common_gain(sums, totals, source, column, grow, factor):  # type: ignore[no-untyped-def]
    """Change of sum log(intensity) when a column grows everywhere, baselines times factor (actors,)."""
    out = 0.0
    for e in range(totals.shape[0]):
        more = (grow - 1.0) * sums[e, 1 + column] + (factor[source[e]] - 1.0) * sums[e, 0]
        out += math.log1p(more / totals[e])
    return out


@jit
def common_scale(sums, totals, source, column, grow, factor):  # type: ignore[no-untyped-def]
    """Carry the accepted move of `common_gain` out in place."""
    for e in range(totals.shape[0]):
        f = factor[source[e]]
        totals[e] += (grow - 1.0) * sums[e, 1 + column] + (f - 1.0) * sums[e, 0]
        sums[e, 1 + column] *= grow
        sums[e, 0] *= f
