"""Four-cycles i→l, h→l, h→j of asked dyads (Lerner and Lomi 2020, Network Science 8(1))."""

from __future__ import annotations

from melian.kernels.jit import jit
from melian.kernels.sampled_values import scaled

__all__ = ["four_cycles"]


@jit
def _smallest(value, live, layer, one, two, middle, unique):  # type: ignore[no-untyped-def]
    """Smallest of three states, or 1, where all hold events; `middle` does."""
    if live[layer, one] == 0 or live[layer, two] == 0:
        return 0.0
    return 1.0 if unique else min(middle, value[layer, one], value[layer, two])


@jit
def _of_matrix(n, value, live, layer, i, j, unique):  # type: ignore[no-untyped-def]
    """Four-cycles with few actors: all h for each receiver of i; O(n d_i)."""
    total = 0.0
    for to in range(n):
        if to == j or live[layer, i * n + to] == 0:
            continue
        for h in range(n):
            if h != i and h != j:
                one, two = h * n + to, h * n + j
                total += _smallest(value, live, layer, one, two, value[layer, i * n + to], unique)
    return total


@jit
def _through(pairs, value, live, layer, i, j, to, middle, unique):  # type: ignore[no-untyped-def]
    """Four-cycles through one receiver of i: the common senders of it and of j; O(d_to + d_j)."""
    a, b = pairs.in_first[to], pairs.in_first[j]
    stop_a, stop_b = a + pairs.in_length[to], b + pairs.in_length[j]
    total = 0.0
    while a < stop_a and b < stop_b:
        x, y = pairs.in_from[a], pairs.in_from[b]
        if x == y and x != i:
            total += _smallest(value, live, layer, pairs.in_slot[a], pairs.in_slot[b], middle, unique)
        a += x <= y
        b += y <= x
    return total


@jit
def _of_lists(pairs, value, live, layer, i, j, unique):  # type: ignore[no-untyped-def]
    """Four-cycles from neighbour lists; O(sum over receivers of i of d_to + d_j)."""
    total = 0.0
    for p in range(pairs.out_first[i], pairs.out_first[i] + pairs.out_length[i]):
        to, slot = pairs.out_to[p], pairs.out_slot[p]
        if to != j and live[layer, slot] > 0:
            total += _through(pairs, value, live, layer, i, j, to, value[layer, slot], unique)
    return total


@jit
def four_cycles(pairs, value, live, row_i, row_j, layer_of, kind, decay, unique, scaling, rows, c, out):  # type: ignore[no-untyped-def]
    """Sum over distinct h, l other than i, j of min(n_il, n_hl, n_hj), or their number."""
    for row in range(rows[0], rows[1]):
        layer, i, j = layer_of[c, kind[row]], row_i[row], row_j[row]
        if pairs.dense:
            x = _of_matrix(pairs.n, value, live, layer, i, j, unique)
        else:
            x = _of_lists(pairs, value, live, layer, i, j, unique)
        out[row, c] = scaled(x, 1.0 if unique else decay[layer], scaling, 0.0, 0.0)
