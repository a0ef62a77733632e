"""What a world's parameters lead one to expect: mean events per channel and the spectral radius."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.options import RELATIONS

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from melian.simulate.parameters import Parameters

__all__ = ["Descent", "check_stationary", "descent_of", "expected_counts", "spectral_radius"]

FloatArray = NDArray[np.float64]
JOINT = RELATIONS.index("joint")


@dataclass(frozen=True, slots=True)
class Descent:
    """Expected direct offspring as an operator: per relation, pairs to pairs and instruments to instruments.

    Attributes
    ----------
    pairs : (N * N, R * N * N) sparse float64
        Offspring in the row's pair of one event of the column's relation and pair.
    instruments : (R, K, K) float64
        Factor and probability of the offspring's instrument (column) given the parent's (row).
    """

    pairs: csr_array
    instruments: FloatArray

    def __call__(self, events: FloatArray) -> FloatArray:
        """Give the expected offspring of events by pair and instrument, both (N * N, K)."""
        by_relation = (events @ self.instruments).reshape(-1, events.shape[1])
        offspring: FloatArray = self.pairs @ by_relation
        return offspring


def descent_of(parameters: Parameters) -> Descent:
    """Make the operator of directed offspring of directed events."""
    from scipy.sparse import csr_array

    openings = parameters.openings()
    n = parameters.level.shape[0]
    child = openings.responder * n + openings.target
    parent = openings.relation * n * n + np.arange(n * n)[:, None]
    shape = (n * n, len(RELATIONS) * n * n)
    pairs = csr_array((openings.rate.reshape(-1), (child.reshape(-1), parent.reshape(-1))), shape=shape)
    return Descent(pairs, parameters.provocation[:, :, None] * parameters.instrument_map)


def spectral_radius(parameters: Parameters, *, tolerance: float = 1e-10) -> float:
    """Give the largest growth factor per generation, in the regime with most of it, joint events included."""
    strongest = parameters.totals * parameters.totals_course.max(axis=1, keepdims=True)
    descent = descent_of(replace(parameters, totals=strongest))
    n, _, k = parameters.level.shape
    events = np.full((n * n, k), 1 / (n * n * k))
    before, radius = -1.0, 0.0
    # The shift by one keeps the iteration from swinging where the branching is periodic (pure replies).
    while abs(radius - before) > tolerance:
        after = descent(events) + events
        before, radius = radius, float(after.sum()) - 1
        events = after / after.sum()
    return max(radius, parameters.joint_self)


def check_stationary(parameters: Parameters) -> None:
    """Raise `InputError` where the branching would explode: a spectral radius of 1 or more."""
    radius = spectral_radius(parameters)
    if radius >= 1:
        raise InputError(
            f"the world's branching has a spectral radius of {radius:.3f}; it must be below 1. "
            "Lower the totals, or their variation."
        )


def expected_counts(parameters: Parameters, *, tolerance: float = 1e-10) -> tuple[FloatArray, FloatArray]:
    """Give the events per day to be expected in the long run, directed and joint, both (N, N, K).

    Immigrants, their offspring, and theirs: (I - Gamma)^-1 (Hawkes 1971) as a sum over generations, so the
    spectral radius must be below 1. Exact where the weekday factor is flat; else the overlap of the week's
    pattern with the kernels adds a few per cent.
    """
    n, _, k = parameters.level.shape
    immigrants, joint_immigrants = parameters.immigrant_rate()
    joint = joint_immigrants / (1 - parameters.joint_self)
    descent = descent_of(parameters)
    both = joint + joint.transpose(1, 0, 2)
    from_joint = parameters.openings().joint_rate[:, :, None] * (both @ descent.instruments[JOINT])
    generation = (immigrants + from_joint).reshape(n * n, k)
    total = generation.copy()
    while generation.sum() > tolerance * total.sum():
        generation = descent(generation)
        total += generation
    return total.reshape(n, n, k), joint
