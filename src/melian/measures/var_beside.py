"""The network Hawkes model's answer to the questions that a vector autoregression is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.history import EventHistory
from melian.measures.conduct_classes import COOPERATIVE
from melian.measures.refits import Fitted, refits
from melian.measures.var_settings import Question
from melian.models.design import Design, make_design
from melian.models.hawkes import placebo_shifts
from melian.models.newton import fit_newton
from melian.models.parameters import Parameters, cell_terms, live_cells
from melian.options import ANSWERS

__all__ = ["Beside", "model_answers"]

Floats = NDArray[np.float64]
PARTS = 4
TAILS = (0.05, 0.95)
WIDENING = 1.75
"""Factor by which intervals reach further than the refits' quantiles: those know neither what the slow course
takes nor what free weights find in noise. Chosen on 40 simulated worlds of two actors, verified on 41 others
(docs/var.md), not derived."""
WITHIN = 6
"""Days after a day that may still fall into its week."""


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """Shares of one directed dyad's events that the model attributes to earlier events of another.

    Attributes
    ----------
    events : float
        Directed events of the answering dyad on the days of the likelihood.
    share, low, high : float
        With its 90% interval.
    like, unlike : float
        Its parts: cooperation after cooperation and conflict after conflict; and the two mixed ones.
    placebo : (n_shifts,) float64
        The share with the others' calendar shifted.
    placebo_like, placebo_unlike : (n_shifts,) float64
    within : float
        Part of the share that comes `WITHIN` days or less after.
    p_value : float
        Rank of the share among the placebos; 1 without placebos.
    """

    events: float
    share: float
    low: float
    high: float
    like: float
    unlike: float
    placebo: Floats
    placebo_like: Floats
    placebo_unlike: Floats
    within: float
    p_value: float


def model_answers(
    fitted: Fitted, questions: Sequence[Question], *, shifts: int, n_refits: int, seed: int
) -> list[Beside | None]:
    """Answer each question by the fast fit of the model; None where the dyad has no events in the likelihood.

    Parameters
    ----------
    fitted : Fitted
        Relations to third parties must point at one third actor where questions name one.
    questions : sequence of Question
    shifts : int
        Placebo fits with the others' calendar shifted by whole weeks.
    n_refits : int
        Weighted refits behind the intervals.
    """
    history = fitted.history
    main = _shares(fitted.design, fitted.parameters, fitted, questions)
    drawn = [
        _drawn(fitted, parameters, questions, np.random.default_rng((seed, 772, at)))
        for at, parameters in enumerate(refits(fitted, n_refits, seed=seed))
    ]
    floor = []
    for shift in placebo_shifts(history.n_steps, shifts):
        design = make_design(history, fitted.design.half_lives, bloc=fitted.design.bloc, shift=shift)
        fit = fit_newton(design, fitted.basis, fitted.waves, hyper=fitted.hyper)
        floor.append(_shares(design, fit.parameters, fitted, questions))
    return [
        _answer(main[q], [one[q] for one in drawn], [one[q] for one in floor]) for q in range(len(questions))
    ]


def _answer(main: Floats, drawn: list[Floats], floor: list[Floats]) -> Beside | None:
    events, like, unlike, within = main
    if events <= 0.0:
        return None
    draws = np.array([one[1] + one[2] for one in drawn])
    # Centred: random weights are fewer events to a fit, which shifts shares but says nothing of their spread.
    share = float(like + unlike)
    low, high = np.clip(share + WIDENING * np.quantile(draws - draws.mean(), TAILS), 0.0, 1.0)
    placebo = np.array([one[1:3] for one in floor]).reshape(len(floor), 2)
    total = placebo.sum(axis=1)
    p_value = float((1 + (total >= share).sum()) / (1 + len(total)))
    return Beside(
        float(events), share, float(low), float(high), float(like), float(unlike), total, placebo[:, 0],
        placebo[:, 1], float(within), p_value,
    )  # fmt: skip


def _shares(
    design: Design, parameters: Parameters, fitted: Fitted, questions: Sequence[Question]
) -> list[Floats]:
    """Give events, share of like and unlike valence, and the part within days, for each question."""
    total = cell_terms(design, fitted.basis, fitted.waves, parameters).sum(axis=1)
    return [_one(design, parameters, total, question) for question in questions]


def _drawn(
    fitted: Fitted, parameters: Parameters, questions: Sequence[Question], rng: np.random.Generator
) -> list[Floats]:
    """Give the same under other parameters, with one draw of which events are attributed."""
    out = []
    for events, *parts in _shares(fitted.design, parameters, fitted, questions):
        shares = np.clip(np.array([*parts[:2], max(0.0, 1.0 - parts[0] - parts[1])]), 0.0, 1.0)
        if events > 0.0:
            shares = rng.multinomial(max(round(events), 1), shares / shares.sum()) / max(round(events), 1)
        out.append(np.array([events, shares[0], shares[1], 0.0]))
    return out


def _one(design: Design, parameters: Parameters, total: Floats, question: Question) -> Floats:
    history = design.history
    source, target = (history.actors.index(name) for name in question.answer)
    cells = np.flatnonzero(
        live_cells(design) & (design.cell_source == source) & (design.cell_target == target) & (total > 0.0)
    )
    if len(cells) == 0:
        return np.zeros(PARTS)
    column = design.columns.names.index(question.relation)
    k, b = design.columns.n_instruments, design.columns.n_kernels
    features = slice(column * k * b, (column + 1) * k * b)
    instrument = design.cell_instrument[cells]
    terms = design.x[design.cell_row[cells], features] * parameters.weight[source, instrument, features]
    terms = (terms * parameters.factor[source, target, column]).reshape(len(cells), k, b)
    part = terms * (design.cell_count[cells] / total[cells])[:, None, None]
    events = float(design.cell_count[cells].sum())
    kind = _cooperative(history)
    alike = kind[instrument][:, None] == kind[None, :]
    near = 1.0 - np.exp2(-WITHIN / np.asarray(design.half_lives))
    whole = part.sum()
    like = part.sum(axis=2)[alike].sum()
    within = float((part.sum(axis=(0, 1)) * near).sum() / whole) if whole > 0.0 else 0.0
    return np.array([events, like / events, (whole - like) / events, within])


def _cooperative(history: EventHistory) -> NDArray[np.bool_]:
    return np.array([name.removesuffix(ANSWERS) in COOPERATIVE for name in history.instruments])
