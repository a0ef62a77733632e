"""What one event changes in participation shifts, recency and ranks of partners.

Gibson (2003), Participation shifts, Social Forces 81; Butts (2008), Sociological Methodology 38.
"""

from __future__ import annotations

from melian.kernels.jit import jit

__all__ = ["turn", "update_last", "update_pshift", "update_rank"]

AB, BA, BY, XA, XB, XY, AY = 0, 1, 2, 3, 4, 5, 6
A, B, X, EITHER = 7, 8, 9, 10
"""Who follows A acting on B: dyads (AB to AY), the sender alone (A, B, X), one of the two undirected."""
CONTINUE = 16


@jit
def turn(variant, i, j, a, b):  # type: ignore[no-untyped-def]
    """Whether the dyad (i, j) after the event (a, b) is the participation shift; O(1)."""
    if variant == AB:
        return i == a and j == b
    if variant == BA:
        return i == b and j == a
    if variant in (BY, AY):
        return i == (b if variant == BY else a) and j != a and j != b
    if variant in (XA, XB):
        return j == (a if variant == XA else b) and i != a and i != b
    if variant in (A, B):
        return i == (a if variant == A else b)
    if variant == X:
        return i != a and i != b
    if variant == EITHER:
        return (i in (a, b)) != (j in (a, b))
    return i != a and i != b and j != a and j != b


@jit
def _rewrite(raw, k, base, n, variant, one, a, b):  # type: ignore[no-untyped-def]
    """Set the cells of one actor's row and column as they are after the event (a, b); O(N)."""
    for j in range(n):
        if a < 0:
            raw[base + one * n + j, k] = 0.0
            raw[base + j * n + one, k] = 0.0
        else:
            raw[base + one * n + j, k] = 1.0 if turn(variant, one, j, a, b) else 0.0
            raw[base + j * n + one, k] = 1.0 if turn(variant, j, one, a, b) else 0.0


@jit
def update_pshift(raw, k, base, n, variant, before, a, b):  # type: ignore[no-untyped-def]
    """Participation shift after (a, b), where before (2,) was the event ahead of it.

    O(N), or O(N^2) at turns that begin or end without an event beside them.
    """
    outside = variant in (XY, X)
    if outside and (before[0] < 0 or a < 0):
        for one in range(n):
            _rewrite(raw, k, base, n, variant, one, a, b)
        return
    if before[0] >= 0:
        _rewrite(raw, k, base, n, variant, before[0], a, b)
        _rewrite(raw, k, base, n, variant, before[1], a, b)
    if a >= 0:
        _rewrite(raw, k, base, n, variant, a, a, b)
        _rewrite(raw, k, base, n, variant, b, a, b)


@jit
def update_last(raw, k, base, n, variant, a, b, time):  # type: ignore[no-untyped-def]
    """Time of the latest event of the dyad (16) or of an actor in a role (bits as for degrees); O(N)."""
    if variant == CONTINUE:
        raw[base + a * n + b, k] = time
        return
    for j in range(n):
        if variant & 1:
            raw[base + a * n + j, k] = time
        if variant & 2:
            raw[base + b * n + j, k] = time
        if variant & 4:
            raw[base + j * n + a, k] = time
        if variant & 8:
            raw[base + j * n + b, k] = time


@jit
def update_rank(raw, k, base, order, length, variant, a, b):  # type: ignore[no-untyped-def]
    """Inverse rank of partners by recency: whom the actor sent to (0) or received from (1); O(N).

    order (N, N) and length (N,) hold each actor's partners, the latest first.
    """
    n = order.shape[0]
    one, partner = (a, b) if variant == 0 else (b, a)
    place = 0
    while place < length[one] and order[one, place] != partner:
        place += 1
    if place == length[one]:
        length[one] += 1
    for q in range(place, 0, -1):
        order[one, q] = order[one, q - 1]
    order[one, 0] = partner
    for q in range(place + 1):
        raw[base + one * n + order[one, q], k] = 1.0 / (q + 1.0)
