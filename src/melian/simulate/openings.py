"""Which channels one parent event opens, by relation (the table of MODEL.md 2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.options import RELATIONS

__all__ = ["Openings", "list_openings"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
PERSISTENCE, SPREAD, REPLY, ALARM, JOINING, ALIGNMENT, JOINT = range(len(RELATIONS))


@dataclass(frozen=True, slots=True)
class Openings:
    """For a directed parent a -> b, row a * N + b lists the O = 2 + 4 (N - 2) channels that it opens.

    Attributes
    ----------
    relation, responder, target : (N * N, O) int64
        By which relation, whose channel, and towards whom.
    rate : (N * N, O) float64
        Expected offspring in it, all instruments together; 0 on the rows of a -> a.
    joint_rate : (N, N) float64
        Expected directed offspring i -> j of one joint event of {i, j}.
    """

    relation: IntArray
    responder: IntArray
    target: IntArray
    rate: FloatArray
    joint_rate: FloatArray


def list_openings(totals: FloatArray, trigger: FloatArray, target_weight: FloatArray) -> Openings:
    """List the channels opened by one event of each pair.

    Parameters
    ----------
    totals : (R, N) float64
    trigger : (R, N, N) float64
    target_weight : (N, N) float64
        See `melian.simulate.parameters.Parameters`.

    Examples
    --------
    >>> openings = list_openings(np.full((7, 3), 0.1), np.ones((7, 3, 3)), np.ones((3, 3)))
    >>> openings.rate[1].tolist()
    [0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
    """
    n = totals.shape[1]
    relation, responder, target, third = _of_pairs(n)
    far = np.isin(relation, (SPREAD, ALARM, JOINING, ALIGNMENT))
    share = np.where(far, target_weight[responder, target] / max(n - 2, 1), 1.0)
    rate = totals[relation, responder] * trigger[relation, responder, third] * share
    off = ~np.eye(n, dtype=bool)
    joint_rate = totals[JOINT][:, None] * trigger[JOINT] * off
    return Openings(relation, responder, target, rate * off.reshape(-1, 1), joint_rate)


def _of_pairs(n: int) -> IntArray:
    """Relation, responder, target and the actor who set it off, for every parent a -> b, (4, N * N, O)."""
    a, b, other = np.indices((n, n, n))
    # Rows of a -> a have one candidate too many; their rate is 0, so which one goes does not matter.
    bystander = (other != a) & (other != b) & ((a != b) | (other != (a + 1) % n))
    m = other[bystander].reshape(n * n, n - 2)
    a, b = (x[:, :, :1].reshape(n * n, 1) for x in (a, b))
    near = [_rows(PERSISTENCE, a, b, b), _rows(REPLY, b, a, a)]
    far = [_rows(SPREAD, a, m, b), _rows(ALARM, b, m, a), _rows(JOINING, m, b, a), _rows(ALIGNMENT, m, a, b)]
    return np.concatenate([*near, np.stack(far, axis=-1).reshape(4, n * n, -1)], axis=-1)


def _rows(relation: int, responder: IntArray, target: IntArray, third: IntArray) -> IntArray:
    return np.stack(np.broadcast_arrays(np.int64(relation), responder, target, third))
