"""Slow courses s_ik(t): log cubic B-splines on blocks of days, with a prior over their roughness.

The log course of every (source, instrument) is f = B beta, beta a Gaussian process with Matern-5/2
covariance over the knots, its mean held at zero (the level belongs to m_ijk). Amplitude and length scale
are drawn from a grid whose weights are learned from all courses together, so that a world of flat
courses gets flat ones and a moving world moving ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import BSpline

__all__ = ["CourseBasis", "Roughness", "make_basis", "make_roughness"]

Floats = NDArray[np.float64]
MAX_BLOCKS = 500
AMPLITUDES = (0.05, 0.15, 0.3, 0.5, 0.8, 1.2)
LENGTHS = (45.0, 90.0, 180.0)
ANCHOR = 1e4
"""Precision that holds the mean of beta at zero."""


@dataclass(frozen=True, slots=True)
class CourseBasis:
    """Blocks of days and the cubic B-spline basis on them.

    Attributes
    ----------
    start : int
        First step of block 0.
    days : int
        Days of a block.
    block : (n_steps,) int32
        Block of each step, -1 before `start`.
    basis : (n_blocks, n_basis) float64
        Rows sum to one; four non-zero entries each.
    knots : float
        Days between knots.
    """

    start: int
    days: int
    block: NDArray[np.int32]
    basis: Floats
    knots: float

    @property
    def n_blocks(self) -> int:
        """Number of blocks."""
        return int(self.basis.shape[0])


@dataclass(frozen=True, slots=True)
class Roughness:
    """Grid of Gaussian-process priors: precision (n_grid, n_basis, n_basis), log_det (n_grid,), labels."""

    precision: Floats
    log_det: Floats
    amplitude: Floats
    length: Floats


def make_basis(start: int, n_steps: int, knots: float) -> CourseBasis:
    """Cut steps start .. n_steps - 1 into blocks and put cubic B-splines on them."""
    span = n_steps - start
    days = max(1, int(np.ceil(span / MAX_BLOCKS)))
    n_blocks = int(np.ceil(span / days))
    block = np.full(n_steps, -1, dtype=np.int32)
    block[start:] = np.arange(span) // days
    n_inner = max(1, round(span / knots))
    grid = np.linspace(0.0, span, n_inner + 1)
    step = grid[1] - grid[0]
    t = np.concatenate([grid[0] - step * np.arange(3, 0, -1), grid, grid[-1] + step * np.arange(1, 4)])
    middle = np.minimum((np.arange(n_blocks) + 0.5) * days, span - 0.5)
    basis = BSpline.design_matrix(middle, t, 3).toarray()
    return CourseBasis(start, days, block, np.ascontiguousarray(basis), float(step))


def make_roughness(basis: CourseBasis) -> Roughness:
    """Precisions of the Matern-5/2 processes of the grid over the knots of `basis`."""
    n = basis.basis.shape[1]
    distance = np.abs(np.subtract.outer(np.arange(n), np.arange(n))) * basis.knots
    precision, log_det, amplitude, length = [], [], [], []
    for scale in LENGTHS:
        if scale < 0.7 * basis.knots:
            continue
        z = np.sqrt(5.0) * distance / scale
        correlation = (1.0 + z + z**2 / 3.0) * np.exp(-z) + 1e-6 * np.eye(n)
        inverse = np.linalg.inv(correlation)
        flat = inverse.sum(axis=0)
        intrinsic = inverse - np.outer(flat, flat) / flat.sum()
        for sd in AMPLITUDES:
            q = intrinsic / sd**2 + ANCHOR * np.ones((n, n)) / n
            precision.append((q + q.T) / 2.0)
            log_det.append(np.linalg.slogdet(q)[1])
            amplitude.append(sd)
            length.append(scale)
    return Roughness(np.array(precision), np.array(log_det), np.array(amplitude), np.array(length))
