"""Safeguarded projected Newton with an active set for one (source, instrument) problem.

The problem is stated in `melian.kernels.em`. Bertsekas (1982), Projected Newton methods for optimization
problems with simple constraints, SIAM J. Control Optim. 20(2).
"""

from __future__ import annotations

import math

import numpy as np

from melian.kernels.em import em_passes, intensity, pull
from melian.kernels.jit import jit

__all__ = ["cholesky", "hessian", "kkt_residual", "log_posterior", "newton_solve", "slope"]

ROUNDING = 1e-13
"""Relative error of a sum of log-likelihood terms."""
BLOCK = 512
"""Cells of one matrix product: their part of z stays in the second cache."""
LEAST_DAMPING = 1e-10
FIRST_DAMPING = 1e-4
"""Part of its diagonal added to the Hessian: always, and after a step that failed."""
SHRINK = 0.05
"""A variable with pseudo events falls to no less than this part of itself in one step."""


@jit
def log_posterior(lam, y, exposure, pseudo, rate, v):  # type: ignore[no-untyped-def]
    """sum_c y log lambda - sum_p (T + rate) v + sum_p pseudo log v; O(cells + variables)."""
    total = 0.0
    for c in range(y.shape[0]):
        if lam[c] <= 0.0:
            return -np.inf
        total += y[c] * math.log(lam[c])
    for p in range(v.shape[0]):
        total -= (exposure[p] + rate[p]) * v[p]
        if pseudo[p] > 0.0:
            if v[p] <= 0.0:
                return -np.inf
            total += pseudo[p] * math.log(v[p])
    return total


@jit
def slope(z, y, lam, exposure, pseudo, rate, v, ratio, out):  # type: ignore[no-untyped-def]
    """Gradient of the log posterior: out_p = sum_c z y / lambda - T - rate + pseudo / v; ratio is work."""
    for c in range(y.shape[0]):
        ratio[c] = y[c] / lam[c]
    pull(z, ratio, out)
    for p in range(v.shape[0]):
        out[p] -= exposure[p] + rate[p]
        if pseudo[p] > 0.0:
            out[p] += pseudo[p] / v[p]


@jit
def hessian(z, curvature, free, pseudo, v, out):  # type: ignore[no-untyped-def]
    """Negative Hessian over the free variables: sum_c z_p z_q y / lambda^2 (+ pseudo / v^2).

    curvature (cells,) is y / lambda^2; free (n,) indices; out (n, n). One matrix product per block of cells;
    O(cells n^2).
    """
    n, m = free.shape[0], curvature.shape[0]
    out[:] = 0.0
    root = np.sqrt(curvature)
    for first in range(0, m, BLOCK):
        stop = min(first + BLOCK, m)
        part = np.empty((n, stop - first))
        scale = root[first:stop]
        for a in range(n):
            row, line = z[free[a], first:stop], part[a]
            for c in range(scale.shape[0]):
                line[c] = row[c] * scale[c]
        out += np.dot(part, part.T)
    for a in range(n):
        if pseudo[free[a]] > 0.0:
            out[a, a] += pseudo[free[a]] / v[free[a]] ** 2


@jit
def cholesky(a, damping, out):  # type: ignore[no-untyped-def]
    """Factor a + damping diag(a) = U' U, row by row; False where a pivot is lost; O(n^3 / 6), vector loops.

    a (n, n) symmetric; out (n, n) holds U above and on the diagonal, what is below is work.
    """
    n = a.shape[0]
    out[:] = a
    for p in range(n):
        out[p, p] += damping * a[p, p]
    for p in range(n):
        row = out[p]
        if row[p] <= 1e-12 * a[p, p]:
            return False
        scale = 1.0 / math.sqrt(row[p])
        for q in range(p, n):
            row[q] *= scale
        for r in range(p + 1, n):
            w, other, mine = row[r], out[r, r:], row[r:]
            if w != 0.0:
                for q in range(other.shape[0]):
                    other[q] -= w * mine[q]
    return True


@jit
def solve_factored(factor, b):  # type: ignore[no-untyped-def]
    """Solve U' U x = b in place; O(n^2)."""
    n = b.shape[0]
    for p in range(n):
        b[p] /= factor[p, p]
        for q in range(p + 1, n):
            b[q] -= factor[p, q] * b[p]
    for p in range(n - 1, -1, -1):
        for q in range(p + 1, n):
            b[p] -= factor[p, q] * b[q]
        b[p] /= factor[p, p]


@jit
def kkt_residual(gradient, exposure, rate, v):  # type: ignore[no-untyped-def]
    """Largest breach of the Karush-Kuhn-Tucker conditions, in parts of the exposure.

    |gradient| / (T + rate) where v > 0, its positive part where v = 0.
    """
    worst = 0.0
    for p in range(v.shape[0]):
        scaled = gradient[p] / (exposure[p] + rate[p])
        if v[p] == 0.0 and scaled < 0.0:
            continue
        worst = max(worst, abs(scaled))
    return worst


@jit
def free_set(gradient, exposure, v, near, out):  # type: ignore[no-untyped-def]
    """Variables that move by Newton: not those at (or within `near` events of) zero that are pushed there."""
    n = 0
    for p in range(v.shape[0]):
        if v[p] * exposure[p] > near or gradient[p] > 0.0:
            out[n] = p
            n += 1
    return n


@jit
def direction(z, y, lam, gradient, free, pseudo, v, damping, out):  # type: ignore[no-untyped-def]
    """Newton step of the free variables, the others go to zero; returns the Hessian's damping.

    Damping is raised until the factor exists: with fewer cells than free variables the Hessian is singular.
    """
    n = free.shape[0]
    curvature = y / (lam * lam)
    h, factor, step = np.empty((n, n)), np.zeros((n, n)), np.empty(n)
    hessian(z, curvature, free, pseudo, v, h)
    for a in range(n):
        step[a] = gradient[free[a]]
        h[a, a] = max(h[a, a], 1e-300)
    while not cholesky(h, damping, factor):
        damping *= 100.0
    solve_factored(factor, step)
    for p in range(v.shape[0]):
        out[p] = -v[p]
    for a in range(n):
        out[free[a]] = step[a]
    return damping


@jit
def move(v, step, size, pseudo, out):  # type: ignore[no-untyped-def]
    """Give out = v + size step, projected on v >= 0 (or on a part of v where there are pseudo events)."""
    for p in range(v.shape[0]):
        floor = SHRINK * v[p] if pseudo[p] > 0.0 else 0.0
        out[p] = max(v[p] + size * step[p], floor)


@jit
def search(z, y, rest, exposure, pseudo, rate, v, step, gradient, value, lam, trial):  # type: ignore[no-untyped-def]
    """Halve along the projected arc until Armijo's rule holds; fills trial and lam.

    False (and trial = v) where no step helps. ROUNDING is allowed for in the comparison.
    """
    size = 1.0
    for _ in range(25):
        move(v, step, size, pseudo, trial)
        intensity(z, trial, rest, lam)
        new = log_posterior(lam, y, exposure, pseudo, rate, trial)
        promised = 0.0
        for p in range(v.shape[0]):
            promised += gradient[p] * (trial[p] - v[p])
        if promised > 0.0 and new >= value + 1e-4 * promised - ROUNDING * (1.0 + abs(value)):
            return True
        size *= 0.5
    trial[:] = v
    intensity(z, v, rest, lam)
    return False


@jit
def newton_solve(z, y, rest, exposure, pseudo, rate, v, em_start, max_steps, tolerance):  # type: ignore[no-untyped-def]
    """EM passes, then projected Newton, in place on v; returns (steps, KKT residual, largest last move).

    Stops when the KKT residual is within `tolerance` and the last step moved no variable by more than
    sqrt(tolerance) (1 + its expected events), counted in expected events; never on the change of the log
    posterior. Where Armijo's rule finds no step, two EM passes are made instead, which cannot descend, and
    the next Hessian is damped (Levenberg 1944, Marquardt 1963): the step turns towards the scaled gradient,
    along which projection cannot spoil the ascent.
    """
    n_variables, n = z.shape
    lam, ratio = np.empty(n), np.empty(n)
    gradient, step, trial = np.empty(n_variables), np.empty(n_variables), np.empty(n_variables)
    free = np.empty(n_variables, dtype=np.int64)
    em_passes(z, y, rest, exposure, pseudo, rate, v, em_start)
    intensity(z, v, rest, lam)
    moved, residual, damping = np.inf, np.inf, LEAST_DAMPING
    for count in range(max_steps + 1):
        slope(z, y, lam, exposure, pseudo, rate, v, ratio, gradient)
        residual = kkt_residual(gradient, exposure, rate, v)
        if (residual <= tolerance and moved <= math.sqrt(tolerance)) or count == max_steps:
            return count, residual, moved
        n_free = free_set(gradient, exposure, v, min(1e-2, residual), free)
        damping = direction(z, y, lam, gradient, free[:n_free], pseudo, v, damping, step)
        value = log_posterior(lam, y, exposure, pseudo, rate, v)
        found = search(z, y, rest, exposure, pseudo, rate, v, step, gradient, value, lam, trial)
        damping = max(damping * 0.1, LEAST_DAMPING) if found else max(damping * 100.0, FIRST_DAMPING)
        if not found and residual > tolerance:
            em_passes(z, y, rest, exposure, pseudo, rate, trial, 2)
            intensity(z, trial, rest, lam)
        moved = 0.0
        for p in range(n_variables):
            events = exposure[p] * trial[p]
            moved = max(moved, abs(exposure[p] * (trial[p] - v[p])) / (1.0 + events))
            v[p] = trial[p]
    return max_steps, residual, moved
