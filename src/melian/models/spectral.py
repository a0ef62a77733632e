"""The branching operator Gamma and its spectral radius, applied and never built."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melian.models.design import Columns

__all__ = ["apply_branching", "spectral_radius"]

Floats = NDArray[np.float64]


def relation_totals(weight: Floats, columns: Columns) -> Floats:
    """Sum the weights over kernels: (columns, source, instrument of the parent, instrument of the child)."""
    n, k, _ = weight.shape
    by = weight.reshape(n, k, len(columns.names), columns.n_instruments, columns.n_kernels).sum(axis=4)
    return np.ascontiguousarray(by.transpose(2, 0, 3, 1))


def apply_branching(totals: Floats, factor: Floats, columns: Columns, events: Floats) -> Floats:
    """Give the expected direct offspring of `events` (N, N, K) by channel: Gamma v of MODEL.md 4.

    totals from `relation_totals`; factor (N, N, columns). Where relations are split by a bloc, the mean
    of both parts is used: the operator has no date. O(columns x N^2 x K^2).
    """
    sent, received = events.sum(axis=1), events.sum(axis=0)
    back = events.transpose(1, 0, 2)
    parents = {
        "persistence": events,
        "spread": sent[:, None, :] - events,
        "reply": back,
        "alarm": received[:, None, :] - back,
        "joining": received[None, :, :] - events,
        "alignment": sent[None, :, :] - back,
    }
    out = np.zeros_like(events)
    for c, relation in enumerate(columns.relations):
        if relation != "joint":
            share = 1.0 / columns.relations.count(relation)
            out += share * (parents[relation] @ totals[c]) * factor[:, :, c, None]
    n = len(events)
    out[np.arange(n), np.arange(n)] = 0.0
    return out


def spectral_radius(weight: Floats, factor: Floats, columns: Columns, *, steps: int = 60) -> float:
    """Largest eigenvalue of Gamma by power iteration from an even start; Gamma is non-negative.

    weight (N, K, features); factor (N, N, columns).
    """
    n, k, _ = weight.shape
    totals = relation_totals(weight, columns)
    v = np.repeat(~np.eye(n, dtype=bool)[:, :, None], k, axis=2) / (n * max(n - 1, 1) * k)
    radius = 0.0
    for _ in range(steps):
        v = apply_branching(totals, factor, columns, v)
        radius = float(v.sum())
        if radius <= 0.0:
            return 0.0
        v /= radius
    return radius
