"""Column sums of the features over all channels and days: what a parent event can beget inside the window."""

from __future__ import annotations

import numpy as np

from melian.kernels.jit import jit

__all__ = ["column_sums", "tail_sums"]


@jit
def tail_sums(daily, decay):  # type: ignore[no-untyped-def]
    """G[i, b, u] = sum_{t > u} daily[i, t] g_b(t - u), by backward recursion; O(actors x kernels x steps).

    daily (actors, steps) is the weekday factor, zero outside the window and on left-out days.
    """
    n, steps = daily.shape
    n_b = decay.shape[0]
    out = np.zeros((n, n_b, steps))
    for i in range(n):
        for b in range(n_b):
            rho = decay[b, 1]
            for u in range(steps - 2, -1, -1):
                out[i, b, u] = (1.0 - rho) * daily[i, u + 1] + rho * out[i, b, u + 1]
    return out


@jit
def column_sums(  # type: ignore[no-untyped-def]
    step, source, target, instrument, count, joint, source_in, target_in, tails, n_instruments, n_split
):
    """Sum over days of d_i(t) x[r, k', b](i, j, t), for every source i and target j.

    tails (actors, kernels, steps) from `tail_sums`. Returns (actors, actors, (3 + 4 S) x instruments x
    kernels), zero on the diagonal. Cost O(events x actors x kernels), once per fit.
    """
    n, n_b = tails.shape[0], tails.shape[1]
    kb = n_instruments * n_b
    out = np.zeros((n, n, (3 + 4 * n_split) * kb))
    for e in range(step.shape[0]):
        u, i, j, y = step[e], source[e], target[e], count[e]
        gs, gt = source_in[e], target_in[e]
        for b in range(n_b):
            at = instrument[e] * n_b + b
            if joint[e]:
                at += (2 + 4 * n_split) * kb
                out[i, j, at] += y * tails[i, b, u]
                out[j, i, at] += y * tails[j, b, u]
                continue
            out[i, j, at] += y * tails[i, b, u]
            out[j, i, (1 + n_split) * kb + at] += y * tails[j, b, u]
            for h in range(n):
                if h != i and h != j:
                    out[i, h, (1 + gt) * kb + at] += y * tails[i, b, u]
                    out[j, h, (2 + n_split + gs) * kb + at] += y * tails[j, b, u]
                    out[h, j, (2 + 2 * n_split + gs) * kb + at] += y * tails[h, b, u]
                    out[h, i, (2 + 3 * n_split + gt) * kb + at] += y * tails[h, b, u]
    return out
