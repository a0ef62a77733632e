"""What a world's parameters lead one to expect: mean events per channel and the spectral radius."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.options import RELATIONS

if TYPE_CHECKING:
    from melian.simulate.parameters import Parameters

__all__ = ["branching_matrix", "check_stationary", "expected_counts", "spectral_radius"]

FloatArray = NDArray[np.float64]
JOINT = RELATIONS.index("joint")


def branching_matrix(parameters: Parameters) -> FloatArray:
    """Give the expected direct offspring in the row's directed channel of one event in the column's.

    Channels are numbered (source * N + target) * K + instrument. Shape (N * N * K, N * N * K).
    """
    openings = parameters.openings()
    n, _, k = parameters.level.shape
    matrix = np.zeros((n * n, k, n * n, k))
    child = openings.responder * n + openings.target
    parent = np.broadcast_to(np.arange(n * n)[:, None], child.shape)
    blocks = (
        openings.rate[:, :, None, None]
        * parameters.provocation[openings.relation][:, :, :, None]
        * parameters.instrument_map[openings.relation]
    )
    np.add.at(matrix.transpose(0, 2, 3, 1), (child, parent), blocks)
    return matrix.reshape(n * n * k, n * n * k)


def spectral_radius(parameters: Parameters, *, iterations: int = 300) -> float:
    """Give the largest growth factor per generation, in the regime with most of it, joint events included."""
    strongest = parameters.totals * parameters.totals_course.max(axis=1, keepdims=True)
    matrix = branching_matrix(replace(parameters, totals=strongest))
    vector = np.ones(len(matrix))
    radius = 0.0
    # The shift by one keeps the iteration from swinging where the branching is periodic (pure replies).
    for _ in range(iterations):
        after = matrix @ vector + vector
        radius = float(np.linalg.norm(after) / np.linalg.norm(vector)) - 1
        vector = after / np.linalg.norm(after)
    return max(radius, parameters.joint_self)


def check_stationary(parameters: Parameters) -> None:
    """Raise `InputError` where the branching would explode: a spectral radius of 1 or more."""
    radius = spectral_radius(parameters)
    if radius >= 1:
        raise InputError(
            f"the world's branching has a spectral radius of {radius:.3f}; it must be below 1. "
            "Lower the totals, or their variation."
        )


def expected_counts(parameters: Parameters) -> tuple[FloatArray, FloatArray]:
    """Give the events per day to be expected in the long run, directed and joint, both (N, N, K).

    Solves (I - Gamma) n = immigrants (Hawkes 1971). Exact where the weekday factor is flat; else the overlap
    of the week's pattern with the kernels adds a few per cent.
    """
    n, _, k = parameters.level.shape
    immigrants, joint_immigrants = parameters.immigrant_rate()
    joint = joint_immigrants / (1 - parameters.joint_self)
    both = (joint + joint.transpose(1, 0, 2)) * parameters.provocation[JOINT]
    from_joint = parameters.openings().joint_rate[:, :, None] * (both @ parameters.instrument_map[JOINT])
    source = (immigrants + from_joint).reshape(-1)
    directed = np.linalg.solve(np.eye(n * n * k) - branching_matrix(parameters), source)
    return directed.reshape(n, n, k), joint
