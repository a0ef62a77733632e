"""Column sums of the features over all channels and days: what a parent event can beget inside the window."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melian.kernels.jit import jit

__all__ = ["column_sums", "dyad_sums", "tail_sums"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
ROUNDING = 1e-12
"""Relative error of a difference of two sums over the same events."""


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
def dyad_sums(  # type: ignore[no-untyped-def]
    step,
    source,
    target,
    instrument,
    count,
    joint,
    source_in,
    target_in,
    tails,
    own,
    back,
    met,
    sent,
    received,
):
    """Sum y tails over the events of every dyad, and count events by actor and day; O(events x kernels).

    own (actors, actors, 2, S, instruments, kernels): events i -> j with the tails of i at [i, j], third index
    0 by the group of the source, 1 by that of the target; back: with the tails of j, at [j, i]; met (actors,
    actors, instruments, kernels): joint events, both ways; sent, received (actors, S, instruments, steps).
    """
    for e in range(step.shape[0]):
        u, i, j, k, y = step[e], source[e], target[e], instrument[e], count[e]
        gs, gt = source_in[e], target_in[e]
        if not joint[e]:
            sent[i, gt, k, u] += y
            received[j, gs, k, u] += y
        for b in range(tails.shape[1]):
            mine, theirs = y * tails[i, b, u], y * tails[j, b, u]
            if joint[e]:
                met[i, j, k, b] += mine
                met[j, i, k, b] += theirs
            else:
                own[i, j, 0, gs, k, b] += mine
                own[i, j, 1, gt, k, b] += mine
                back[j, i, 0, gs, k, b] += theirs
                back[j, i, 1, gt, k, b] += theirs


def column_sums(
    step: Ints, source: Ints, target: Ints, instrument: Ints, count: Ints, joint: NDArray[np.bool_],
    source_in: Ints, target_in: Ints, tails: Floats, n_instruments: int, n_split: int,
) -> Floats:  # fmt: skip
    """Sum over days of d_i(t) x[r, k', b](i, j, t), for every source i and target j.

    tails (actors, kernels, steps) from `tail_sums`. Returns (actors, actors, (3 + 4 S) x instruments x
    kernels), zero on the diagonal. Sums over third parties are sums over all others less the dyad's own part,
    so the cost is O(events x kernels + actors^2 x S x instruments x kernels x steps), the second by one
    matrix product; an event is never spread over the actors.
    """
    n, n_b, n_steps = tails.shape
    kb = n_instruments * n_b
    own, back = (np.zeros((n, n, 2, n_split, n_instruments, n_b)) for _ in range(2))
    met = np.zeros((n, n, n_instruments, n_b))
    sent, received = (np.zeros((n, n_split, n_instruments, n_steps)) for _ in range(2))
    dyad_sums(
        step, source, target, instrument, count, joint, source_in, target_in, tails,
        own, back, met, sent, received,
    )  # fmt: skip
    third = [
        _less(own[:, :, 1].sum(axis=1)[:, None], own[:, :, 1]),
        _less(back[:, :, 0].sum(axis=1)[:, None], back[:, :, 0]),
        _less(_by_source(received, tails), own[:, :, 0]),
        _less(_by_source(sent, tails), back[:, :, 1]),
    ]
    out = np.empty((n, n, 3 + 4 * n_split, kb))
    out[:, :, 0] = own[:, :, 0].sum(axis=2).reshape(n, n, kb)
    out[:, :, 1 + n_split] = back[:, :, 0].sum(axis=2).reshape(n, n, kb)
    out[:, :, 2 + 4 * n_split] = met.reshape(n, n, kb)
    for first, sums in zip((1, 2 + n_split, 2 + 2 * n_split, 2 + 3 * n_split), third, strict=True):
        out[:, :, first : first + n_split] = sums.reshape(n, n, n_split, kb)
    out[np.arange(n), np.arange(n)] = 0.0
    return out.reshape(n, n, -1)


def _by_source(counts: Floats, tails: Floats) -> Floats:
    """Sum of counts (actors, S, instruments, steps) times the tails of every source: (source, actor, ...)."""
    n, n_split, kk, n_steps = counts.shape
    product = counts.reshape(-1, n_steps) @ tails.reshape(-1, n_steps).T
    return product.reshape(n, n_split, kk, tails.shape[0], tails.shape[1]).transpose(3, 0, 1, 2, 4)


def _less(total: Floats, part: Floats) -> Floats:
    """Subtract, with zero for what is left of rounding."""
    rest = total - part
    return np.asarray(np.where(rest > ROUNDING * np.abs(total), rest, 0.0))
