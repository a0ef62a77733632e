"""One pass for choices: each event among the dyads of its own sender, or of its own receiver."""

from __future__ import annotations

import math

from melian.kernels.jit import jit
from melian.kernels.rem_advance import advance
from melian.kernels.rem_sums import renew

__all__ = ["choice_pass"]


@jit
def choice_pass(  # type: ignore[no-untyped-def]
    layout, state, changes, observed, sums, members, first, stratum, beta, steps, plain, score, information
):
    """Conditional logit of events within strata of rows; score and information (lower triangle) are added to.

    members (n,) int64 are rows sorted by stratum, first (n_strata + 1,) int64 where each begins, stratum (D,)
    int64 the stratum of a row. O(N p^2) an event.
    """
    total = 0.0
    p = beta.shape[0]
    for step in range(steps[0], steps[1]):
        advance(layout, state, changes, step)
        for e in range(observed.first[step], observed.first[step + 1]):
            d = observed.row[e]
            rows = members[first[stratum[d]] : first[stratum[d] + 1]]
            renew(layout, state, observed, sums, rows, beta, step, plain)
            z = sums.scalar[1]
            total -= sums.scalar[0] + math.log(z)
            for q in range(p):
                total += beta[q] * sums.value[d, q]
                mean = sums.first[q] / z
                score[q] += sums.value[d, q] - mean
                for r in range(q + 1):
                    information[q, r] += sums.second[q, r] / z - mean * sums.first[r] / z
    return total
