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
    width = 2 + 4 * (n - 2)
    table = np.zeros((3, n * n, width), dtype=np.int64)
    rate = np.zeros((n * n, width))
    for a in range(n):
        for b in range(n):
            if a != b:
                rows = _of_pair(a, b, n)
                relation, responder, target, third = rows.T
                table[:, a * n + b] = rows.T[:3]
                far = np.isin(relation, (SPREAD, ALARM, JOINING, ALIGNMENT))
                share = np.where(far, target_weight[responder, target] / max(n - 2, 1), 1.0)
                rate[a * n + b] = totals[relation, responder] * trigger[relation, responder, third] * share
    joint_rate = totals[JOINT][:, None] * trigger[JOINT] * ~np.eye(n, dtype=bool)
    return Openings(table[0], table[1], table[2], rate, joint_rate)


def _of_pair(a: int, b: int, n: int) -> IntArray:
    """Rows (relation, responder, target, actor who set it off) for a parent a -> b."""
    rows = [(PERSISTENCE, a, b, b), (REPLY, b, a, a)]
    for other in range(n):
        if other not in (a, b):
            rows += [
                (SPREAD, a, other, b),
                (ALARM, b, other, a),
                (JOINING, other, b, a),
                (ALIGNMENT, other, a, b),
            ]
    return np.array(rows, dtype=np.int64)
