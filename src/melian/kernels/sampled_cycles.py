"""Four-cycles i→l, h→l, h→j of asked dyads (Lerner and Lomi 2020, Network Science 8(1))."""

from __future__ import annotations

from melian.kernels.jit import jit
from melian.kernels.sampled_values import scaled

__all__ = ["cycles_dense", "cycles_listed"]


@jit
def _smallest(value, live, layer, one, two, middle, unique):  # type: ignore[no-untyped-def]
    """Smallest of three states (0 where one holds no event), or 1 where all hold some; `middle` does."""
    both = (live[layer, one] > 0) & (live[layer, two] > 0)
    smallest = min(middle, min(value[layer, one], value[layer, two]))
    return 1.0 * both if unique else smallest


@jit
def _of_matrix(n, value, live, layer, i, j, unique):  # type: ignore[no-untyped-def]
    """Four-cycles with few actors: all h for each receiver of i; O(n d_i)."""
    total = 0.0
    for to in range(n):
        if to == j or live[layer, i * n + to] == 0:
            continue
        middle = value[layer, i * n + to]
        for h in range(n):
            if h != i and h != j:
                total += _smallest(value, live, layer, h * n + to, h * n + j, middle, unique)
    return total


@jit
def _through(in_first, in_length, in_from, in_slot, value, live, layer, i, j, to, middle, unique):  # type: ignore[no-untyped-def]
    """Four-cycles through one receiver of i: the common senders of it and of j; O(d_to + d_j)."""
    a, b = in_first[to], in_first[j]
    stop_a, stop_b = a + in_length[to], b + in_length[j]
    total = 0.0
    while a < stop_a and b < stop_b:
        x, y = in_from[a], in_from[b]
        if x == y and x != i:
            total += _smallest(value, live, layer, in_slot[a], in_slot[b], middle, unique)
        a += x <= y
        b += y <= x
    return total


@jit
def cycles_dense(  # type: ignore[no-untyped-def]
    layer_of, scaling, unique, span, n, value, live, decay, row_i, row_j, kind, rows, out
):
    """Fill the columns of four-cycles with few actors; O(n d_i) a row."""
    for c in range(span[0], span[1]):
        for row in range(rows[0], rows[1]):
            layer = layer_of[c, kind[row]]
            x = _of_matrix(n, value, live, layer, row_i[row], row_j[row], unique[c])
            out[row, c] = scaled(x, 1.0 if unique[c] else decay[layer], scaling[c], 0.0, 0.0)


@jit
def cycles_listed(  # type: ignore[no-untyped-def]
    layer_of, scaling, unique, span, value, live, decay, row_i, row_j, kind, rows, out,
    out_first, out_length, out_to, out_slot, in_first, in_length, in_from, in_slot,
):  # fmt: skip
    """Fill the columns of four-cycles with many actors; O(sum over receivers of i of d_to + d_j) a row."""
    for c in range(span[0], span[1]):
        for row in range(rows[0], rows[1]):
            layer, i, j = layer_of[c, kind[row]], row_i[row], row_j[row]
            x = 0.0
            for p in range(out_first[i], out_first[i] + out_length[i]):
                to, slot = out_to[p], out_slot[p]
                if to != j and live[layer, slot] > 0:
                    middle = value[layer, slot]
                    x += _through(
                        in_first, in_length, in_from, in_slot, value, live, layer, i, j, to, middle, unique[c]
                    )
            out[row, c] = scaled(x, 1.0 if unique[c] else decay[layer], scaling[c], 0.0, 0.0)
