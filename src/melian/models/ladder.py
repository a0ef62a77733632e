"""The ladder of models: held-out log score per event from constant rates up to the full model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from melian.models.attention import Wave
from melian.models.choose import held_out_ridge, trial_ridge
from melian.models.course import CourseBasis
from melian.models.design import Design, reweight
from melian.models.heldout import held_out_days
from melian.models.newton import Hyper, NewtonConfig, default_hyper, fit_newton
from melian.models.parameters import Parameters, cell_terms, score_of_terms

__all__ = ["Ladder", "score_ladder"]

Floats = NDArray[np.float64]
CONSTANT_PSEUDO = 0.5
"""Pseudo events of a channel in the constant model, at the rate expected from its pair and instrument."""
RUNGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("baseline", ()),
    ("+ persistence", ("persistence", "spread", "joint")),
    ("+ reply", ("persistence", "spread", "joint", "reply")),
    ("full", ("persistence", "spread", "joint", "reply", "alarm", "joining", "alignment")),
)


@dataclass(frozen=True, slots=True)
class Ladder:
    """Held-out log score of each rung.

    Attributes
    ----------
    models : tuple of str
        "poisson" (a constant rate per channel), "baseline" (levels, courses, exposure), "+ persistence"
        (with spread and joint), "+ reply", "full".
    scores : (n_models,) float64
        Nats per held-out event, weekday factor and -sum of lambda included.
    by_source : (n_models, n_actors) float64
        Nats of each source's held-out events, in sum.
    events : (n_actors,) float64
        Held-out events by source.
    """

    models: tuple[str, ...]
    scores: Floats
    by_source: Floats
    events: Floats


def score_ladder(
    design: Design,
    basis: CourseBasis,
    waves: Sequence[Wave] = (),
    *,
    hyper: Hyper | None = None,
    config: NewtonConfig | None = None,
    seed: int = 1,
) -> Ladder:
    """Fit every rung on the training days and score it on the held-out blocks of days.

    All rungs share courses' roughness, attention and targets as given in `hyper`, not its relations. Weights
    are pooled and levels have a weak prior (`trial_ridge`): free ones over-fit and would rank the richer
    model lower for that alone.

    Parameters
    ----------
    seed : int
        Seed of the held-out blocks; another than that of `choose_hyper` keeps choice and score apart.
    """
    hyper = replace(hyper or default_hyper(design), columns=None)
    config = config or NewtonConfig()
    out = held_out_days(design.history.n_steps, design.share_from, seed=seed)
    train = reweight(design, (~out).astype(np.float64))
    test = reweight(design, out.astype(np.float64))
    rows = [_score(test, basis, waves, constant_parameters(train, basis))]
    for _, relations in RUNGS:
        columns = np.isin(design.columns.relations, relations)
        ridge = trial_ridge(train, basis, waves, hyper, config, columns)
        fit = fit_newton(train, basis, waves, hyper=hyper, config=config, columns=columns, ridge=ridge)
        rows.append(_score(test, basis, waves, fit.predictive()))
    weight = test.cell_count * test.cell_weight
    events = np.bincount(test.cell_source, weight, design.history.n_actors).astype(np.float64)
    names = ("poisson", *(name for name, _ in RUNGS))
    by_source = np.array(rows)
    return Ladder(names, by_source.sum(axis=1) / events.sum(), by_source, events)


def constant_parameters(train: Design, basis: CourseBasis) -> Parameters:
    """Give the constant Poisson rates: (events + pseudo) / (days + pseudo / expected rate), no offspring."""
    n, kk = train.history.n_actors, train.history.n_instruments
    events = np.zeros((n, n, kk))
    cell = (train.cell_source, train.cell_target, train.cell_instrument)
    np.add.at(events, cell, train.cell_count * train.cell_weight)
    mean = 2.0 * held_out_ridge(train, CONSTANT_PSEUDO).level_mean
    days = train.daily.sum(axis=1)[:, None, None]
    level = (events + CONSTANT_PSEUDO) / (days + CONSTANT_PSEUDO / mean)
    level[np.arange(n), np.arange(n)] = 0.0
    return Parameters(
        level, np.zeros((n, kk, train.columns.n_features)), np.ones((n, kk, basis.n_blocks)),
        np.zeros(n), np.zeros(n, dtype=np.int64), np.ones((n, n, len(train.columns.names))),
    )  # fmt: skip


def _score(test: Design, basis: CourseBasis, waves: Sequence[Wave], parameters: Parameters) -> Floats:
    total = cell_terms(test, basis, waves, parameters).sum(axis=1)
    return score_of_terms(test, basis, waves, parameters, total)
