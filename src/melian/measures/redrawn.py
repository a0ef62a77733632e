"""Histories drawn from a fit, and fits to them: what the estimator makes of worlds with known answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from melian.history import EventHistory
from melian.measures.refits import Fitted
from melian.measures.responses_model import make_propagator
from melian.models.design import make_design
from melian.models.parameters import Parameters, attention_of, cell_terms
from melian.options import REACTION_RELATIONS

__all__ = ["redrawn", "refits_of_redrawn", "without_reaction"]

Floats = NDArray[np.float64]
MOST = 3.0
"""Most that baseline and momentum are raised by where reaction is taken out."""


def redrawn(fitted: Fitted, rng: np.random.Generator) -> EventHistory:
    """Draw the directed events of the days of the likelihood anew from the fit.

    Earlier events, joint events, attention and blocs stay as they are. Counts are Poisson, day by day: O(days
    x relations x N^2 x K^2 x kernels).
    """
    history, design, p = fitted.history, fitted.design, fitted.parameters
    propagator = make_propagator(design, p)
    seen = _daily(history, joint=False)
    joint = _daily(history, joint=True)
    n, k = history.n_actors, history.n_instruments
    at = design.columns.relations.index("joint")
    from_joint = p.weight.reshape(n, k, len(design.columns.names), -1)[:, :, at].transpose(0, 2, 1)
    exposure, block = _exposure(fitted), np.maximum(fitted.basis.block, 0)
    rho = propagator.rho
    state, met = np.zeros((1, n, n, k, len(rho))), np.zeros((n, n, k, len(rho)))
    cells = []
    for step in range(history.n_steps):
        counts = seen.get(step, 0.0) * np.ones((n, n, k))
        if step >= design.fit_from:
            base = p.level * p.course[:, None, :, block[step]] * exposure[:, :, block[step], None]
            rate = base + propagator.offspring(state)[0] + met.reshape(n, n, -1) @ from_joint
            counts = rng.poisson(np.maximum(rate, 0.0) * design.daily[:, step, None, None]).astype(np.float64)
        state = state * rho + counts[None, ..., None] * (1.0 - rho)
        both = joint.get(step, 0.0) * np.ones((n, n, k))
        met = met * rho + (both + both.transpose(1, 0, 2))[..., None] * (1.0 - rho)
        found = np.argwhere(counts > 0.0)
        cells.append(np.column_stack([np.full(len(found), step), found, counts[tuple(found.T)]]))
    return _with_cells(history, np.concatenate(cells).astype(np.int32))


def _daily(history: EventHistory, *, joint: bool) -> dict[int, Floats]:
    """Give the counts by channel of every day that has any."""
    out: dict[int, Floats] = {}
    shape = (history.n_actors, history.n_actors, history.n_instruments)
    for row in np.flatnonzero(history.joint == joint):
        day = out.setdefault(int(history.step[row]), np.zeros(shape))
        day[history.source[row], history.target[row], history.instrument[row]] += history.count[row]
    return out


def _exposure(fitted: Fitted) -> Floats:
    """e_ij by block of days, (N, N, n_blocks)."""
    p, n = fitted.parameters, fitted.history.n_actors
    out = np.ones((n, n, fitted.basis.n_blocks))
    for i in np.flatnonzero(p.kappa > 0.0):
        out[i] = 1.0 - p.kappa[i] + p.kappa[i] * attention_of(fitted.waves[p.wave[i]], i)
    return out


def _with_cells(history: EventHistory, cells: NDArray[np.int32]) -> EventHistory:
    """Put directed cells (step, source, target, instrument, count) in the place of those of a history."""
    kept = np.flatnonzero(history.joint)
    old = [getattr(history, name)[kept] for name in ("step", "source", "target", "instrument", "count")]
    both = [np.concatenate([new, part]) for new, part in zip(cells.T, old, strict=True)]
    joint = np.concatenate([np.zeros(len(cells), dtype=bool), np.ones(len(kept), dtype=bool)])
    order = np.lexsort((both[3], both[2], both[1], joint, both[0]))
    step, source, target, instrument, count = (part[order].astype(np.int32) for part in both)
    return replace(
        history, step=step, source=source, target=target, instrument=instrument, count=count,
        joint=joint[order], row=np.full(len(order), -1, dtype=np.int64), reactive=None,
    )  # fmt: skip


def without_reaction(fitted: Fitted) -> Fitted:
    """Give the fit with all weights of reaction at 0, baseline and momentum raised in its place.

    Both by one factor for each source and instrument, at most `MOST`, so that as many events are expected and
    they come in clusters as before.
    """
    design, p = fitted.design, fitted.parameters
    relation = np.array(design.columns.relations)
    answers = np.isin(relation, REACTION_RELATIONS)
    live = design.cell_weight > 0.0
    terms = cell_terms(design, fitted.basis, fitted.waves, p)[live]
    other = 1.0 - terms[:, 1:][:, answers].sum(axis=1) / np.maximum(terms.sum(axis=1), 1e-300)
    shape = (design.history.n_actors, design.history.n_instruments)
    place = np.ravel_multi_index((design.cell_source[live], design.cell_instrument[live]), shape)
    count = design.cell_count[live]
    size = shape[0] * shape[1]
    own, whole = (np.bincount(place, part, size) for part in (count * other, count))
    factor = np.minimum(whole / np.maximum(own, 1e-9), MOST).reshape(shape)
    factor = np.where(whole.reshape(shape) > 0.0, factor, 1.0)
    reaction = np.repeat(answers, design.columns.width)
    weight = np.where(reaction, 0.0, p.weight * factor[:, :, None])
    return fitted.at(replace(p, level=p.level * factor[:, None, :], weight=weight))


def refits_of_redrawn(fitted: Fitted, n_draws: int, *, seed: int, stream: int = 0) -> Iterator[Parameters]:
    """Fit histories drawn from a fit, one after the other (the parametric bootstrap).

    Streams of one seed, and of different seeds, share no draws.
    """
    rng = np.random.default_rng((seed, 776, stream))
    for _ in range(n_draws):
        history = redrawn(fitted, rng)
        design = make_design(history, fitted.design.half_lives, bloc=fitted.design.bloc)
        yield fitted.fit(design, afresh=True)
