"""What one event changes in counts, degrees and shared partners: only the cells that differ.

Butts (2008), A relational event framework for social action, Sociological Methodology 38.
"""

from __future__ import annotations

from melian.kernels.jit import jit

__all__ = ["update_degree", "update_degree_pair", "update_dyad", "update_four_cycle", "update_triad"]

OTP, ITP, OSP, ISP = 0, 1, 2, 3
MINIMUM, MAXIMUM, DIFFERENCE = 0, 1, 2


@jit
def update_dyad(raw, k, base, n, variant, a, b, delta):  # type: ignore[no-untyped-def]
    """Count of the dyad (variant 0) or of its reverse (1); O(1)."""
    cell = a * n + b if variant == 0 else b * n + a
    raw[base + cell, k] += delta


@jit
def update_degree(raw, k, base, n, variant, a, b, delta):  # type: ignore[no-untyped-def]
    """Degrees; bits: 1 out of sender, 2 in of sender, 4 out of receiver, 8 in of receiver; O(N)."""
    for j in range(n):
        if variant & 1:
            raw[base + a * n + j, k] += delta
        if variant & 2:
            raw[base + b * n + j, k] += delta
        if variant & 4:
            raw[base + j * n + a, k] += delta
        if variant & 8:
            raw[base + j * n + b, k] += delta


@jit
def update_degree_pair(raw, k, base, out, variant, a, delta):  # type: ignore[no-untyped-def]
    """Minimum, maximum or difference of two degrees, before out[a] rises by delta; O(N)."""
    n = out.shape[0]
    mine = out[a] + delta
    for j in range(n):
        if variant == MINIMUM:
            value = min(mine, out[j])
        elif variant == MAXIMUM:
            value = max(mine, out[j])
        else:
            value = abs(mine - out[j])
        raw[base + a * n + j, k] = value
        raw[base + j * n + a, k] = value


@jit
def update_triad(raw, k, base, count, variant, a, b, delta):  # type: ignore[no-untyped-def]
    """Change sums of minima over two-paths and shared partners, before count[a, b] rises by delta; O(N).

    otp_ij = sum_h min(n_ih, n_hj), itp_ij = sum_h min(n_jh, n_hi), osp_ij = sum_h min(n_ih, n_jh),
    isp_ij = sum_h min(n_hi, n_hj).
    """
    n = count.shape[0]
    old = count[a, b]
    new = old + delta
    for j in range(n):
        if j in (a, b):
            continue
        if variant == OTP:
            y, z, one, two = count[b, j], count[j, a], a * n + j, j * n + b
        elif variant == ITP:
            y, z, one, two = count[b, j], count[j, a], j * n + a, b * n + j
        elif variant == OSP:
            y, z, one, two = count[j, b], count[j, b], a * n + j, j * n + a
        else:
            y, z, one, two = count[a, j], count[a, j], b * n + j, j * n + b
        if y > 0.0:
            raw[base + one, k] += min(new, y) - min(old, y)
        if z > 0.0:
            raw[base + two, k] += min(new, z) - min(old, z)


@jit
def update_four_cycle(raw, k, base, count, a, b, delta):  # type: ignore[no-untyped-def]
    """Four-cycles, sum over h, l of min(n_il, n_hl, n_hj), before count[a, b] rises by delta; O(N^2).

    Lerner, Lomi (2020), Reliability of relational event model estimates under sampling, Network Science 8.
    """
    n = count.shape[0]
    old = count[a, b]
    new = old + delta
    for i in range(n):
        if i in (a, b):
            continue
        for j in range(n):
            if j in (a, b, i):
                continue
            y = min(count[i, b], count[a, j])
            raw[base + i * n + j, k] += min(new, y) - min(old, y)
            y = min(count[i, b], count[i, j])
            raw[base + a * n + j, k] += min(new, y) - min(old, y)
            y = min(count[i, j], count[a, j])
            raw[base + i * n + b, k] += min(new, y) - min(old, y)
