"""EM (MM) passes of one (source, instrument) problem, and the pieces that Newton shares with them.

The problem: y_c ~ Poisson(lambda_c) at the cells with events, lambda_c = sum_p z[p, c] v_p, v >= 0. The rows
of z are the features and, per target, the baseline base_c where the cell has that target. With the exposures
T_p (column sums over all channels and days) and a Gamma prior of `pseudo` events (shape - 1) and rate `rate`,
the log posterior is sum_c y_c log lambda_c + sum_p (pseudo_p log v_p - (T_p + rate_p) v_p): concave.
"""

from __future__ import annotations

import numpy as np

from melian.kernels.jit import jit

TILE = 64
"""Cells gathered together: a few lines of the cache on each of the variables' pages."""
BLOCK = 1024
"""Cells whose intensity stays in the first cache while the variables pass."""
LANES = 128
"""Partial sums of a gradient entry."""
__all__ = ["column_terms", "em_passes", "fill_problem", "intensity", "pull"]


@jit
def fill_problem(x, cell_row, target, base, factor, width, feature, place, out):  # type: ignore[no-untyped-def]
    """Gather z of one problem: out (features + levels, cells) float32, variables first; O(cells x features).

    x (rows, all features); cell_row, target (cells,); base (cells,) is s e; factor (actors, columns) of the
    source; feature (features,) the used ones; place (actors,) row of a target's level, -1 where fixed.
    """
    out[:] = np.float32(0.0)
    n = cell_row.shape[0]
    for first in range(0, n, TILE):
        stop = min(first + TILE, n)
        for a in range(feature.shape[0]):
            p = feature[a]
            column = p // width
            for c in range(first, stop):
                out[a, c] = x[cell_row[c], p] * factor[target[c], column]
    for c in range(n):
        if place[target[c]] >= 0:
            out[place[target[c]], c] = base[c]


@jit
def intensity(z, v, rest, out):  # type: ignore[no-untyped-def]
    """lambda_c = rest_c + sum_p v_p z[p, c]; zero weights are skipped; O(cells x non-zero variables)."""
    n = out.shape[0]
    for first in range(0, n, BLOCK):
        stop = min(first + BLOCK, n)
        lam = out[first:stop]
        lam[:] = rest[first:stop]
        for p in range(v.shape[0]):
            w = v[p]
            if w != 0.0:
                row = z[p, first:stop]
                for c in range(row.shape[0]):
                    lam[c] += w * row[c]


@jit
def pull(z, ratio, out):  # type: ignore[no-untyped-def]
    """Gradient of sum_c y_c log lambda_c: out_p = sum_c z[p, c] y_c / lambda_c; O(cells x variables).

    LANES partial sums in a fixed order let the loop use vector registers without reordering by the compiler.
    """
    n = ratio.shape[0]
    lanes = min(LANES, n)
    partial = np.empty(lanes)
    for p in range(z.shape[0]):
        partial[:] = 0.0
        for first in range(0, n, lanes):
            row, part = z[p, first : first + lanes], ratio[first : first + lanes]
            for c in range(row.shape[0]):
                partial[c] += row[c] * part[c]
        total = 0.0
        for c in range(lanes):
            total += partial[c]
        out[p] = total


@jit
def em_passes(z, y, rest, exposure, pseudo, rate, v, n_passes):  # type: ignore[no-untyped-def]
    """v_p <- (v_p sum_c z y / lambda + pseudo_p) / (T_p + rate_p), n_passes times, in place; monotone.

    Dempster, Laird & Rubin (1977); the E-step is stochastic declustering (Zhuang, Ogata & Vere-Jones 2002).
    """
    n = y.shape[0]
    lam, ratio, gradient = np.empty(n), np.empty(n), np.empty(v.shape[0])
    for _ in range(n_passes):
        intensity(z, v, rest, lam)
        for c in range(n):
            ratio[c] = y[c] / lam[c]
        pull(z, ratio, gradient)
        for p in range(v.shape[0]):
            v[p] = (v[p] * gradient[p] + pseudo[p]) / (exposure[p] + rate[p])


@jit
def column_terms(  # type: ignore[no-untyped-def]
    cell_row, source, target, instrument, live, base, x, factor, level, weight, width, out
):
    """Intensity of every live cell by relation column: out (cells, 1 + columns), baseline first.

    width is the number of features of a column (instruments x kernels). O(cells x features).
    """
    n_columns = out.shape[1] - 1
    for c in range(cell_row.shape[0]):
        if not live[c]:
            continue
        i, j, k, row = source[c], target[c], instrument[c], cell_row[c]
        out[c, 0] = base[c] * level[i, j, k]
        for r in range(n_columns):
            total = 0.0
            for p in range(r * width, (r + 1) * width):
                total += weight[i, k, p] * x[row, p]
            out[c, 1 + r] = total * factor[i, j, r]
