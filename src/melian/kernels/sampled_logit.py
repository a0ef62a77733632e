"""Conditional logit over sampled risk sets: log-likelihood, score, information, residuals by cluster.

With s_0 the event's statistics and s_r those of the rows of its stratum, the event adds beta s_0 - log
sum_r exp(beta s_r). With simple random samples of non-events no weight is needed: the sampling chances
cancel (Borgan, Goldstein and Langholz 1995, Annals of Statistics 23(5); Vu, Pattison and Robins 2015).
"""

from __future__ import annotations

import math

import numpy as np

from melian.kernels.jit import jit

__all__ = ["cluster_sums", "extremes", "logit_sums"]


@jit
def _weights(x, first, stop, beta, weight):  # type: ignore[no-untyped-def]
    """Fill weight with the rows' chances exp(beta s_r) / sum; returns log sum_r exp(beta (s_r - s_0))."""
    top, own = -np.inf, 0.0
    for row in range(first, stop):
        eta = 0.0
        for p in range(beta.shape[0]):
            eta += beta[p] * x[row, p]
        weight[row - first] = eta
        top = max(top, eta)
    own = weight[0]
    total = 0.0
    for r in range(stop - first):
        weight[r] = math.exp(weight[r] - top)
        total += weight[r]
    for r in range(stop - first):
        weight[r] /= total
    return math.log(total) + top - own


@jit
def _mean(x, first, stop, weight, mean):  # type: ignore[no-untyped-def]
    """Fill mean (p,) with sum_r w_r (s_r - s_0)."""
    mean[:] = 0.0
    for row in range(first + 1, stop):
        w = weight[row - first]
        for p in range(mean.shape[0]):
            mean[p] += w * (x[row, p] - x[first, p])


@jit
def logit_sums(x, first, beta, score, information):  # type: ignore[no-untyped-def]
    """Fill score (p,) and information (p, p), return the log-likelihood; O(rows p^2).

    x (rows, p) float64 or float32; the rows of stratum s are first[s] .. first[s + 1] - 1, the event's
    first. Sums are float64 whatever x is; differences to the event's own row are summed, so large
    statistics lose nothing.
    """
    n, p = first.shape[0] - 1, beta.shape[0]
    longest = 0
    for s in range(n):
        longest = max(longest, first[s + 1] - first[s])
    weight, mean, apart = np.empty(longest), np.empty(p), np.empty(p)
    score[:] = 0.0
    information[:] = 0.0
    total = 0.0
    for s in range(n):
        total -= _weights(x, first[s], first[s + 1], beta, weight)
        _mean(x, first[s], first[s + 1], weight, mean)
        for a in range(p):
            score[a] -= mean[a]
        for row in range(first[s], first[s + 1]):
            w = weight[row - first[s]]
            for a in range(p):
                apart[a] = x[row, a] - x[first[s], a] - mean[a]
            for a in range(p):
                scaled = w * apart[a]
                for b in range(a + 1):
                    information[a, b] += scaled * apart[b]
    for a in range(p):
        for b in range(a):
            information[b, a] = information[a, b]
    return total


@jit
def cluster_sums(x, first, beta, cluster, out):  # type: ignore[no-untyped-def]
    """Add each row's score residual (1 if the event, minus w_r) (s_r - mean) to that of its cluster.

    cluster (rows,) int64; out (clusters, p). O(rows p). Lin and Wei (1989), J. Am. Stat. Assoc. 84.
    """
    p, longest = beta.shape[0], 0
    for s in range(first.shape[0] - 1):
        longest = max(longest, first[s + 1] - first[s])
    weight, mean = np.empty(longest), np.empty(p)
    for s in range(first.shape[0] - 1):
        _weights(x, first[s], first[s + 1], beta, weight)
        _mean(x, first[s], first[s + 1], weight, mean)
        for row in range(first[s], first[s + 1]):
            share = (row == first[s]) - weight[row - first[s]]
            for a in range(p):
                out[cluster[row], a] += share * (x[row, a] - x[first[s], a] - mean[a])


@jit
def extremes(x, first, below, above):  # type: ignore[no-untyped-def]
    """Count for each column the rows below and above their event's value; below, above (p,) are added to."""
    for s in range(first.shape[0] - 1):
        for row in range(first[s] + 1, first[s + 1]):
            for a in range(below.shape[0]):
                below[a] += x[row, a] < x[first[s], a]
                above[a] += x[row, a] > x[first[s], a]
