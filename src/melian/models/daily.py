"""Expected events of every source on every day, by origin: the aggregate that residual tests live on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from melian.models.attention import Wave
from melian.models.course import CourseBasis
from melian.models.design import Design, Stream, design_stream
from melian.models.lead import relation_flow
from melian.models.parameters import Parameters, attention_of

__all__ = ["source_day_intensity"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def source_day_intensity(
    design: Design, basis: CourseBasis, waves: Sequence[Wave], parameters: Parameters
) -> Floats:
    """Sum lambda over targets and instruments, weekday factor and day weights included.

    Returns
    -------
    (n_actors, n_steps, 1 + n_columns) float64
        Baseline first; zero outside the likelihood. The sum over days equals the column sums that the fit
        uses. Cost O(actors x columns x events), never O(dyads x days).
    """
    n, n_steps = design.history.n_actors, design.history.n_steps
    stream = design_stream(design)
    out = np.zeros((n, n_steps, 1 + len(design.columns.names)))
    unseen = relation_flow(design.history, design.columns)
    fade = np.exp2(-np.arange(design.share_from)[:, None] / np.asarray(design.half_lives))
    block = np.maximum(basis.block, 0)
    for i in range(n):
        own = parameters.course[i].T * parameters.level[i].sum(axis=0)
        if parameters.kappa[i] > 0.0:
            kappa, attention = parameters.kappa[i], attention_of(waves[parameters.wave[i]], i)
            own = (1.0 - kappa) * own + kappa * parameters.course[i].T * (attention.T @ parameters.level[i])
        out[i, :, 0] = own.sum(axis=1)[block]
        weight = parameters.weight[i].sum(axis=0).reshape(len(design.columns.names), -1)
        for c in range(len(design.columns.names)):
            factor = parameters.factor[i, :, c]
            counts = _decayed(design, stream, _opened(design, stream, i, c, factor))
            past = (factor @ unseen[i, :, c])[None, :, None] * fade[:, None, :]
            counts[: design.share_from] += past.reshape(design.share_from, -1)
            out[i, :, 1 + c] = counts @ weight[c]
    return np.asarray(out * design.daily[:, :, None])


def _opened(design: Design, stream: Stream, i: int, c: int, factor: Floats) -> Floats:
    """Sum of w_ij over the channels of source i that each event opens in relation column c, (n_events,)."""
    name, relation = design.columns.names[c], design.columns.relations[c]
    source, target, directed = stream.source, stream.target, ~stream.joint
    others = np.delete(factor, i).sum()
    if relation == "joint":
        return np.where(stream.joint & ((source == i) | (target == i)), 1.0, 0.0)
    if relation == "persistence":
        return np.where(directed & (source == i), 1.0, 0.0)
    if relation == "reply":
        return np.where(directed & (target == i), 1.0, 0.0)
    group = stream.target_in if relation in ("spread", "alignment") else stream.source_in
    member = directed & (group == (1 if name.endswith("[rest]") else 0))
    apart = member & (source != i) & (target != i)
    if relation == "spread":
        return np.where(member & (source == i), others - factor[target], 0.0)
    if relation == "alarm":
        return np.where(member & (target == i), others - factor[source], 0.0)
    return np.where(apart, factor[target] if relation == "joining" else factor[source], 0.0)


def _decayed(design: Design, stream: Stream, opened: Floats) -> Floats:
    """Kernel-weighted sums of earlier events by day, (n_steps, n_instruments x n_kernels)."""
    n_steps, kk, n_b = design.history.n_steps, design.columns.n_instruments, design.columns.n_kernels
    use = np.flatnonzero(opened)
    key = stream.step[use].astype(np.int64) * kk + stream.instrument[use]
    daily = np.bincount(key, (stream.count * opened)[use], n_steps * kk).reshape(n_steps, kk)
    out = np.empty((n_steps, kk, n_b))
    for b, half_life in enumerate(design.half_lives):
        rho = 2.0 ** (-1.0 / half_life)
        out[:, :, b] = lfilter([0.0, 1.0 - rho], [1.0, -rho], daily, axis=0)
    return out.reshape(n_steps, kk * n_b)
