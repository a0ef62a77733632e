"""Decayed counts of a pair's past joint events, at every cell of joint events."""

from __future__ import annotations

import numpy as np

from melian.kernels.jit import jit

__all__ = ["past_meetings"]


@jit
def past_meetings(pair, step, instrument, count, n_instruments, rho, same, others):  # type: ignore[no-untyped-def]
    """Fill same, others (cells, kernels): decayed joint events of the pair, own instrument and the rest.

    Cells sorted by (pair, step); cells of one step are not each other's past. O(cells x instruments x
    kernels).
    """
    n_b = rho.shape[0]
    state = np.zeros((n_instruments, n_b))
    at, n = 0, pair.shape[0]
    while at < n:
        last = at
        while last < n and pair[last] == pair[at] and step[last] == step[at]:
            last += 1
        fresh = at == 0 or pair[at] != pair[at - 1]
        gap = 0 if fresh else step[at] - step[at - 1]
        for b in range(n_b):
            for k in range(n_instruments):
                state[k, b] = 0.0 if fresh else state[k, b] * rho[b] ** gap
            whole = state[:, b].sum()
            for e in range(at, last):
                mine = state[instrument[e], b]
                same[e, b] = (1.0 - rho[b]) / rho[b] * mine
                others[e, b] = (1.0 - rho[b]) / rho[b] * (whole - mine)
        for e in range(at, last):
            for b in range(n_b):
                state[instrument[e], b] += count[e]
        at = last
