"""Moves of the slow courses: Poisson log-likelihood of the immigrants, Gaussian prior on spline weights."""

from __future__ import annotations

import math

import numpy as np

from melian.kernels.jit import jit

__all__ = ["course_mode", "course_move"]


@jit
def log_posterior(beta, count, exposure, basis, precision):  # type: ignore[no-untyped-def]
    """Give log p(beta | counts) up to a constant: sum n f - A exp(f) - beta' Q beta / 2, f = B beta."""
    f = np.dot(basis, beta)
    out = -0.5 * np.dot(beta, np.dot(precision, beta))
    for b in range(count.shape[0]):
        out += count[b] * f[b] - exposure[b] * math.exp(f[b])
    return out


@jit
def course_mode(count, exposure, basis, precision, beta):  # type: ignore[no-untyped-def]
    """Newton with halving to the mode; returns (mode, Cholesky factor of the negative Hessian there).

    count, exposure (blocks,); basis (blocks, knots); precision (knots, knots). The start must not depend
    on the current state, so that the result can serve as an independence proposal.
    """
    n_blocks, n = basis.shape
    value = log_posterior(beta, count, exposure, basis, precision)
    factor = np.eye(n)
    for _ in range(30):
        f = np.dot(basis, beta)
        gradient = -np.dot(precision, beta)
        hessian = precision.copy()
        for b in range(n_blocks):
            mu = exposure[b] * math.exp(f[b])
            first = 0
            while basis[b, first] == 0.0:
                first += 1
            stop = min(first + 4, n)
            for p in range(first, stop):
                gradient[p] += basis[b, p] * (count[b] - mu)
                for q in range(first, stop):
                    hessian[p, q] += basis[b, p] * basis[b, q] * mu
        factor = np.linalg.cholesky(hessian)
        direction = np.linalg.solve(hessian, gradient)
        gain = np.dot(gradient, direction)
        size = 1.0
        for _halving in range(20):
            trial = beta + size * direction
            trial_value = log_posterior(trial, count, exposure, basis, precision)
            if trial_value >= value:
                beta, value = trial, trial_value
                break
            size *= 0.5
        if gain < 1e-6:
            break
    return beta, factor


@jit
def course_move(beta, count, exposure, basis, precision, rng):  # type: ignore[no-untyped-def]
    """Independence Metropolis step with the Gaussian at the mode; returns (beta, accepted)."""
    mode, factor = course_mode(count, exposure, basis, precision, np.zeros(beta.shape[0]))
    z = np.empty(beta.shape[0])
    for p in range(z.shape[0]):
        z[p] = rng.standard_normal()
    proposal = mode + np.linalg.solve(factor.T, z)
    back = np.dot(factor.T, beta - mode)
    change = log_posterior(proposal, count, exposure, basis, precision)
    change -= log_posterior(beta, count, exposure, basis, precision)
    change += 0.5 * np.dot(z, z) - 0.5 * np.dot(back, back)
    if math.log(rng.random()) < change:
        return proposal, True
    return beta, False
