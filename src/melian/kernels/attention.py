"""The part of a dyad's attention that only the two of them made."""

from __future__ import annotations

from melian.kernels.jit import jit

__all__ = ["pair_sums"]


@jit
def pair_sums(low, high, block, raw, spread, out):  # type: ignore[no-untyped-def]
    """Add raw reports of pairs, weighted by each end's smoothed course, to out (actors, actors, instruments).

    low, high, block, raw (pairs,) sparse reports of pairs by block; spread (actors, instruments, blocks).
    O(pairs x instruments).
    """
    for e in range(low.shape[0]):
        i, j, b, y = low[e], high[e], block[e], raw[e]
        for k in range(out.shape[2]):
            out[i, j, k] += spread[i, k, b] * y
            out[j, i, k] += spread[j, k, b] * y
