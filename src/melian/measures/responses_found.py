"""Responses of the directions asked for, by the model and without it, as arrays with their draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from melian.history import EventHistory
from melian.measures.day_counts import DayCounts
from melian.measures.redrawn import refits_of_redrawn, without_reaction
from melian.measures.refits import Fitted
from melian.measures.responses_model import Propagator, make_propagator
from melian.measures.responses_settings import Kinds
from melian.measures.responses_study import Around, Followed, Frame, follow, study_pieces

__all__ = ["POOLED", "Direction", "Modelled", "model_responses", "pooled_responses", "study_responses"]

Floats = NDArray[np.float64]
Direction = tuple[int, int]
"""Responder and actor; `ALL` in either place stands for all other actors."""
ALL = -1
POOLED = ("all", "pressure")


@dataclass(frozen=True, slots=True)
class Modelled:
    """Responses in the model, cumulated; M kinds of acts, H days, K kinds of response.

    Attributes
    ----------
    total, direct : (1 + 2 R, M, H, K) float64
        Towards the actor who acted: the fit, fits to R worlds drawn from it, to R worlds without reaction.
    outward : (1 + 2 R, M, K) float64
        Towards anybody, with all descendants, within all the days.
    """

    total: Floats
    direct: Floats
    outward: Floats


def model_responses(
    fitted: Fitted, directions: Sequence[Direction], *, acts: Kinds, kinds: Kinds, days: int, n_refits: int,
    tell: Callable[[str, float], None],
) -> dict[Direction, Modelled]:  # fmt: skip
    """Propagate one act of each kind, for the fit and for fits to worlds drawn from it.

    A kind that holds several instruments is the mixture that the actor used towards the responder.
    """
    counts = DayCounts(fitted.history)
    start = {ends: _starts(fitted.history, counts, ends, acts) for ends in directions}
    found: dict[Direction, list[tuple[Floats, Floats, Floats]]] = {ends: [] for ends in directions}
    points = chain(
        [fitted.parameters],
        refits_of_redrawn(fitted, n_refits, seed=fitted.seed),
        refits_of_redrawn(without_reaction(fitted), n_refits, seed=fitted.seed, stream=1),
    )
    for number, parameters in enumerate(points):
        propagator = make_propagator(fitted.design, parameters)
        for ends in directions:
            found[ends].append(_respond(propagator, start[ends], ends, kinds, days))
        tell("what follows an act in the model", (number + 1) / (1 + 2 * n_refits))
    return {ends: Modelled(*map(np.stack, zip(*rows, strict=True))) for ends, rows in found.items()}


def _starts(history: EventHistory, counts: DayCounts, ends: Direction, acts: Kinds) -> Floats:
    """One act of each kind in the channels from actor to responder, (M, N, N, K)."""
    responder, actor = ends
    seen = counts.pair(actor, responder)[history.window[0] :].sum(axis=0)
    mix = acts.matrix.T * (seen + 1e-9)
    out = np.zeros((len(mix), history.n_actors, history.n_actors, history.n_instruments))
    out[:, actor, responder] = mix / np.maximum(mix.sum(axis=1, keepdims=True), 1e-300)
    return out


def _respond(
    propagator: Propagator, start: Floats, ends: Direction, kinds: Kinds, days: int
) -> tuple[Floats, Floats, Floats]:
    responder, actor = ends
    impulse = propagator.impulse(start, responder, days=days)
    towards = [part[:, :, actor] @ kinds.matrix for part in (impulse.total, impulse.direct)]
    outward = impulse.total.sum(axis=(1, 2)) @ kinds.matrix
    return towards[0].cumsum(axis=1), towards[1].cumsum(axis=1), outward


def study_responses(
    frame: Frame, directions: Sequence[Direction], *, acts: Kinds, kinds: Kinds
) -> dict[Direction, tuple[Followed, ...]]:
    """Give what follows each kind of act in each direction, without a model."""
    out = {}
    for responder, actor in directions:
        around = study_pieces(frame, actor, responder, acts=acts.matrix, kinds=kinds.matrix)
        out[responder, actor] = tuple(follow(frame, [part]) for part in around)
    return out


def pooled_responses(
    frame: Frame, actors: Sequence[int], *, acts: Kinds, kinds: Kinds, tell: Callable[[str, float], None]
) -> Mapping[Direction, tuple[Followed, ...]]:
    """Pool each actor's responses to all others, and all others' responses to it; kinds of acts `POOLED`."""
    n = frame.history.n_actors
    matrix = acts.matrix[:, [acts.place(name) for name in POOLED]]
    kept: dict[Direction, list[Around]] = {}

    def pieces(responder: int, actor: int) -> list[Around]:
        if (responder, actor) not in kept:
            kept[responder, actor] = study_pieces(frame, actor, responder, acts=matrix, kinds=kinds.matrix)
        return kept[responder, actor]

    out = {}
    for number, one in enumerate(actors):
        others = [other for other in range(n) if other != one]
        for ends, dyads in (
            ((one, ALL), [(one, other) for other in others]),
            ((ALL, one), [(other, one) for other in others]),
        ):
            parts = [pieces(*dyad) for dyad in dyads]
            out[ends] = tuple(follow(frame, [part[a] for part in parts]) for a in range(len(POOLED)))
        tell("all others together", (number + 1) / len(actors))
    return out
