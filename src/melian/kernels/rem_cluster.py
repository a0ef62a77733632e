"""What happened less what was expected, in sums over clusters of rows; and whether it always was the extreme.

Lin, Wei (1989), The robust inference for the Cox proportional hazards model, J. Am. Stat. Assoc. 84.
"""

from __future__ import annotations

import math

from melian.kernels.jit import jit
from melian.kernels.rem_advance import advance
from melian.kernels.rem_sums import compose_rows, refresh, standardise

__all__ = ["cluster_pass", "extreme_pass"]


@jit
def _values(layout, state, observed, sums, rows, step, plain):  # type: ignore[no-untyped-def]
    """Values of rows in a step."""
    gain, multiplier, now = observed.gain[step], observed.multiplier[step], observed.now[step]
    if not plain:
        standardise(layout, state, rows, gain)
    compose_rows(layout, state, rows, rows.shape[0], gain, multiplier, now, plain, sums)


@jit
def _less_expected(sums, rows, rate, centred, cluster, out):  # type: ignore[no-untyped-def]
    """Take the expected part of every row from its cluster: rate w (s - mean), mean 0 unless centred."""
    p, total = sums.first.shape[0], sums.scalar[1]
    value, weight, first = sums.value, sums.weight, sums.first
    for t in range(rows.shape[0]):
        d = rows[t]
        part = rate * weight[d]
        c = cluster[d]
        for q in range(p):
            mean = first[q] / total if centred else 0.0
            out[c, q] -= part * (value[d, q] - mean)


@jit
def _plus_observed(sums, d, centred, cluster, out):  # type: ignore[no-untyped-def]
    """Add what happened to its cluster."""
    c = cluster[d]
    for q in range(sums.first.shape[0]):
        mean = sums.first[q] / sums.scalar[1] if centred else 0.0
        out[c, q] += sums.value[d, q] - mean


@jit
def cluster_pass(  # type: ignore[no-untyped-def]
    layout, state, changes, observed, sums, members, first, stratum, beta, steps, plain, poisson, cluster, out
):
    """Score residuals summed by cluster, out (n_clusters, p); O(rows p) a step.

    members, first, stratum as in `choice_pass`; one stratum of all rows where events are not stratified.
    """
    for step in range(steps[0], steps[1]):
        advance(layout, state, changes, step)
        if first.shape[0] == 2:
            _values(layout, state, observed, sums, members, step, plain)
            refresh(sums, members, beta)
            events = observed.first[step + 1] - observed.first[step]
            rate = events / sums.scalar[1]
            if poisson:
                rate = observed.exposure[step] * math.exp(sums.scalar[0])
            _less_expected(sums, members, rate, not poisson, cluster, out)
            for e in range(observed.first[step], observed.first[step + 1]):
                _plus_observed(sums, observed.row[e], not poisson, cluster, out)
            continue
        for e in range(observed.first[step], observed.first[step + 1]):
            d = observed.row[e]
            rows = members[first[stratum[d]] : first[stratum[d] + 1]]
            _values(layout, state, observed, sums, rows, step, plain)
            refresh(sums, rows, beta)
            _less_expected(sums, rows, 1.0 / sums.scalar[1], True, cluster, out)
            _plus_observed(sums, d, True, cluster, out)


@jit
def extreme_pass(layout, state, changes, observed, sums, members, first, stratum, steps, plain, below, above):  # type: ignore[no-untyped-def]
    """Count for each column the events that have a row at risk below, and above; O(rows p) an event."""
    for step in range(steps[0], steps[1]):
        advance(layout, state, changes, step)
        for e in range(observed.first[step], observed.first[step + 1]):
            d = observed.row[e]
            rows = members[first[stratum[d]] : first[stratum[d] + 1]]
            _values(layout, state, observed, sums, rows, step, plain)
            for q in range(sums.first.shape[0]):
                low, high = False, False
                for r in rows:
                    low |= sums.value[r, q] < sums.value[d, q]
                    high |= sums.value[r, q] > sums.value[d, q]
                below[q] += low
                above[q] += high
