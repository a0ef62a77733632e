"""Local projections with bands from a score bootstrap over blocks of days, summable over dyads.

What follows an act is regressed, day by day, on the acts of the day and on controls (Jorda 2005). With the
recent past among the controls the scores are close to uncorrelated (Montiel Olea and Plagborg-Moller 2021),
so blocks of days, weighted exponentially, give the bands (Kline and Santos 2012 for the score bootstrap).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Draws", "Pieces", "block_weights", "combine", "make_pieces", "orthonormal", "unshrunk"]

Floats = NDArray[np.float64]
TINY = 1e-9
LEAST = 0.05


@dataclass(frozen=True, slots=True)
class Pieces:
    """Sums over blocks of days from which estimates and draws are made; those of dyads may be added up.

    Attributes
    ----------
    gram : (P, P) float64
        Products of the regressors of interest, controls taken out.
    cross : (P, M) float64
        Their products with the outcomes.
    block_gram : (n_blocks, P, P) float64
    block_cross : (n_blocks, P, M) float64
        The same by block, residuals as if the block had been left out (Bell and McCaffrey 2002: CR3).
    overlap : (n_lags,) float64
        Sum over the days of the controls' hat matrix, 0, 1, 2, .. days off its diagonal.
    rows : int
        Days behind them.
    """

    gram: Floats
    cross: Floats
    block_gram: Floats
    block_cross: Floats
    overlap: Floats
    rows: int


@dataclass(frozen=True, slots=True)
class Draws:
    """Estimates (P, M) and their draws (R, P, M), P regressors of interest, M outcomes."""

    value: Floats
    draws: Floats


def orthonormal(controls: Floats) -> Floats:
    """Give an orthonormal basis of the columns of (T, p), collinear ones left out."""
    scale = np.sqrt((controls**2).sum(axis=0))
    used = controls[:, scale > 0.0] / scale[scale > 0.0]
    u, s, _ = np.linalg.svd(used, full_matrices=False)
    return np.asarray(u[:, s > 1e-7 * s[0]])


def block_weights(n_steps: int, *, days: int, draws: int, seed: int) -> tuple[NDArray[np.int64], Floats]:
    """Give the block of every day (n_steps,) and exponential weights of mean one (draws, n_blocks)."""
    block = np.arange(n_steps) // days
    rng = np.random.default_rng((seed, 772))
    return block, rng.standard_exponential((draws, int(block[-1]) + 1))


def make_pieces(
    basis: Floats, x: Floats, y: Floats, block: NDArray[np.int64], n_blocks: int, *, lags: int = 0
) -> Pieces:
    """Take the controls out and sum products over blocks.

    Parameters
    ----------
    basis : (T, p) float64
        Orthonormal basis of the controls.
    x : (T, P) float64
        Regressors of interest.
    y : (T, M) float64
        Outcomes.
    block : (T,) int64
        Block of each day, in rising order.
    n_blocks : int
    lags : int
        Lags of `overlap` that are kept.
    """
    free = x - basis @ (basis.T @ x)
    left = y - basis @ (basis.T @ y)
    whole = np.hstack([basis, orthonormal(free)]) if free.any() else basis
    p, m = x.shape[1], y.shape[1]
    gram, cross = np.zeros((n_blocks, p, p)), np.zeros((n_blocks, p, m))
    edges = np.flatnonzero(np.diff(block, prepend=-1))
    for first, last in zip(edges, [*edges[1:], len(block)], strict=True):
        back = _given_back(whole[first:last], free[first:last]).T
        gram[block[first]] = back @ free[first:last]
        cross[block[first]] = back @ left[first:last]
    rows = len(x)
    overlap = [float((basis[: rows - lag] * basis[lag:]).sum()) for lag in range(min(lags, rows))]
    return Pieces(free.T @ free, free.T @ left, gram, cross, np.array(overlap), rows)


def _given_back(basis: Floats, values: Floats) -> Floats:
    """Multiply by (I - H)^(-1), H a block of the hat matrix: what leaving the block out would give."""
    own, vectors = np.linalg.eigh(basis @ basis.T)
    return np.asarray(vectors @ ((vectors.T @ values) / np.maximum(1.0 - own, LEAST)[:, None]))


def combine(parts: Sequence[Pieces], weights: Floats) -> Draws:
    """Estimate from the sums of several dyads, with common weights of the blocks.

    The draws move by the scores, so that no draw needs a regression of its own. A regressor that the controls
    leave nothing of has NaN.
    """
    gram = np.sum([part.gram for part in parts], axis=0)
    cross = np.sum([part.cross for part in parts], axis=0)
    p, m = cross.shape
    size = np.diagonal(gram)
    used = np.flatnonzero(size > TINY * max(float(size.max(initial=0.0)), 1.0))
    value, draws = np.full((p, m), np.nan), np.full((len(weights), p, m), np.nan)
    if not len(used):
        return Draws(value, draws)
    estimate = np.linalg.solve(gram[used][:, used], cross[used])
    by_gram = np.sum([part.block_gram for part in parts], axis=0)[:, used][:, :, used]
    score = np.sum([part.block_cross for part in parts], axis=0)[:, used] - by_gram @ estimate
    moved = ((weights - 1.0) @ score.reshape(len(score), -1)).reshape(len(weights), -1, m)
    value[used] = estimate
    draws[:, used] = estimate + np.linalg.solve(gram[used][:, used], moved)
    return Draws(value, draws)


def unshrunk(draws: Draws, parts: Sequence[Pieces], days: int) -> Draws:
    """Undo what controls take away from responses that last.

    Controls are fitted to the whole series, so that part of what follows an act is taken for what would have
    been anyway: the slope for day d is biased by -sum_l beta_l r(d - l) / T, r the overlap of the hat matrix
    (the bias of Herbst and Johannsen 2024, for any controls). Linear, so it is solved for all days at once.

    Parameters
    ----------
    draws : Draws
        M outcomes are (days * kinds), kinds fastest.
    """
    rows = sum(part.rows for part in parts)
    overlap = np.sum([part.overlap for part in parts], axis=0)
    lag = np.abs(np.subtract.outer(np.arange(days), np.arange(days)))
    matrix = rows * np.eye(days) - overlap[lag]
    inverse = np.linalg.inv(matrix) * (rows - overlap[0])

    def undo(values: Floats) -> Floats:
        shape = values.shape
        return np.asarray(
            np.einsum("de,...ek->...dk", inverse, values.reshape(*shape[:-1], days, -1)).reshape(shape)
        )

    return Draws(undo(draws.value), undo(draws.draws))
