"""What a fitted relational event model says of every event: its probability, its rank, what was expected."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from melian.kernels.jit import jit
from melian.kernels.rem_advance import advance
from melian.kernels.rem_sums import compose_rows, refresh, standardise

__all__ = ["Evaluated", "evaluate_pass"]


class Evaluated(NamedTuple):
    """Filled by `evaluate_pass`; m events of the likelihood in the order of the steps, p coefficients.

    statistics, mean, expected, variance : (m, p) float64
        Of what happened; over the rows at risk, each counted once; under the model, and its variance.
    log_probability, rank : (m,) float64
        Of the row that happened among those at risk; ties of rank share the mean rank, 1 is the most likely.
    at_risk : (m,) int64
    between : (p,) float64
        Variance of the statistics among the rows at risk, each counted once, summed over the events.
    row_expected : (D,) float64
        Expected events of each row, summed over the steps.
    hazard : (n_steps,) float64
        Expected events of a step.
    """

    statistics: Any
    mean: Any
    expected: Any
    variance: Any
    log_probability: Any
    rank: Any
    at_risk: Any
    between: Any
    row_expected: Any
    hazard: Any


@jit
def _weigh(layout, state, observed, sums, rows, beta, step, plain, mean, square):  # type: ignore[no-untyped-def]
    """Values and weights of rows, and mean and mean square of the values; O(rows p^2)."""
    gain, multiplier, now = observed.gain[step], observed.multiplier[step], observed.now[step]
    if not plain:
        standardise(layout, state, rows, gain)
    compose_rows(layout, state, rows, rows.shape[0], gain, multiplier, now, plain, sums)
    mean[:] = 0.0
    square[:] = 0.0
    for d in rows:
        for q in range(mean.shape[0]):
            mean[q] += sums.value[d, q] / rows.shape[0]
            square[q] += sums.value[d, q] ** 2 / rows.shape[0]
    refresh(sums, rows, beta)


@jit
def _note(sums, rows, d, beta, mean, square, out, e):  # type: ignore[no-untyped-def]
    """Note one event: where its row stands among those at risk."""
    total, own = sums.scalar[1], sums.weight[d]
    above, same = 0, 0
    for r in rows:
        if sums.weight[r] > own:
            above += 1
        elif sums.weight[r] == own:
            same += 1
    out.rank[e] = above + 0.5 * (same + 1)
    out.at_risk[e] = rows.shape[0]
    out.log_probability[e] = -sums.scalar[0] - math.log(total)
    for q in range(beta.shape[0]):
        out.log_probability[e] += beta[q] * sums.value[d, q]
        out.statistics[e, q] = sums.value[d, q]
        out.mean[e, q] = mean[q]
        out.between[q] += max(square[q] - mean[q] ** 2, 0.0)
        out.expected[e, q] = sums.first[q] / total
        out.variance[e, q] = sums.second[q, q] / total - (sums.first[q] / total) ** 2


@jit
def _spread(sums, rows, amount, out):  # type: ignore[no-untyped-def]
    """Share expected events out over rows by their weights."""
    for d in rows:
        out.row_expected[d] += amount * sums.weight[d] / sums.scalar[1]


@jit
def evaluate_pass(  # type: ignore[no-untyped-def]
    layout, state, changes, observed, sums, members, first, stratum, beta, steps, wanted, flags, work, out
):
    """Evaluate the events of the steps steps[0] <= step < steps[1] that are wanted (n_steps,) bool.

    members (n,) int64 are the rows at risk sorted by stratum, first (n_strata + 1,) int64 where each begins,
    stratum (D,) int64 the stratum of a row; one stratum unless the sender or the receiver is given. flags:
    plain columns, stratified, exposure counts. work (2, p). O(rows p^2) a step, or an event by strata.
    """
    plain, stratified, timed = flags
    mean, square = work[0], work[1]
    for step in range(steps[0], steps[1]):
        advance(layout, state, changes, step)
        low, high = observed.first[step], observed.first[step + 1]
        if not wanted[step] or (low == high and not timed):
            continue
        if not stratified:
            _weigh(layout, state, observed, sums, members, beta, step, plain, mean, square)
            amount = float(high - low)
            if timed:
                amount = observed.exposure[step] * math.exp(sums.scalar[0]) * sums.scalar[1]
            out.hazard[step] = amount
            _spread(sums, members, amount, out)
        for e in range(low, high):
            rows = members
            if stratified:
                s = stratum[observed.row[e]]
                rows = members[first[s] : first[s + 1]]
                _weigh(layout, state, observed, sums, rows, beta, step, plain, mean, square)
                _spread(sums, rows, 1.0, out)
            _note(sums, rows, observed.row[e], beta, mean, square, out, e)
