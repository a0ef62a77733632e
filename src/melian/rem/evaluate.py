"""What a fitted model says of the events that it was fitted to, one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.kernels.rem_evaluate import Evaluated, evaluate_pass
from melian.rem.engine import Runner, strata
from melian.rem.problem import Problem, build_problem
from melian.rem.result import RemFit

__all__ = ["EventEvaluation", "evaluate_events"]

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
LongArray = NDArray[np.int64]

MOST_CELLS: Final = 50_000_000
"""Rows times steps that are looked at; beyond it only every so many-th step is evaluated."""


@dataclass(frozen=True, slots=True)
class EventEvaluation:
    """What a model says of each event of its likelihood; m events, p coefficients.

    Attributes
    ----------
    event : (m,) int64
        Index in `fit.events`; sorted by step.
    statistics, mean, expected, variance : (m, p) float64
        Statistics of what happened; their mean over the pairs at risk; mean and variance under the model.
    log_probability : (m,) float64
        Of what happened, given that one event happens.
    rank : (m,) float64
        Place of what happened among the pairs at risk, 1 the most likely; equal ones share the mean place.
    at_risk : (m,) int64
    deviation : (p,) float64
        Standard deviation of the statistics among the pairs at risk, over all events evaluated.
    pair_expected : (n_actors, n_actors) float64
        Expected events of each ordered pair over the steps evaluated.
    pair_observed : (n_actors, n_actors) int64
        Observed ones.
    hazard : (n_steps,) float64
        Expected events of each step; equal to the observed ones where the model explains the order alone.
    steps : (n_steps,) int64
        Events of each step.
    of_events : int
        Events in the likelihood, of which m were evaluated.
    """

    event: LongArray
    statistics: FloatArray
    mean: FloatArray
    expected: FloatArray
    variance: FloatArray
    log_probability: FloatArray
    rank: FloatArray
    at_risk: LongArray
    deviation: FloatArray
    pair_expected: FloatArray
    pair_observed: LongArray
    hazard: FloatArray
    steps: LongArray
    of_events: int


def evaluate_events(fit: RemFit, *, most_cells: int = MOST_CELLS) -> EventEvaluation:
    """Go through the events once more and ask the fitted model about each.

    The full risk set is looked at, also where the fit sampled from it.

    Parameters
    ----------
    fit : RemFit
    most_cells : int
        Where pairs at risk times steps exceed it, evenly spaced steps are evaluated.

    Raises
    ------
    InputError
        If there are too many actors for the full risk set.

    Examples
    --------
    >>> from melian.effects.formula import parse_formula
    >>> from melian.rem.fit import fit_rem
    >>> from melian.sequence import RelationalEvents
    >>> events = RelationalEvents.from_frame(
    ...     {"time": [*range(1, 13)], "sender": "abcabacbcaab", "receiver": "baaccbbaacbc"})
    >>> bool((evaluate_events(fit_rem(events, parse_formula("inertia"))).rank >= 1).all())
    True
    """
    config = replace(fit.config, controls=None, cases=None, penalty=None, frailty=None)
    problem = build_problem(fit.events, fit.terms, config=config, covariates=fit.covariates)
    if problem.labels != fit.labels:
        raise InputError("the fit's coefficients are not those of its terms; fit it again.")
    wanted = _wanted(problem, most_cells)
    out = _filled(problem, fit.estimate, wanted)
    return _gathered(problem, out, wanted)


def _wanted(problem: Problem, most_cells: int) -> BoolArray:
    """Choose the steps to look at, evenly spaced where there are too many."""
    every = max(1, -(-problem.timeline.n_steps * problem.risk.largest // most_cells))
    return np.asarray(np.arange(problem.timeline.n_steps) % every == 0, np.bool_)


def _filled(problem: Problem, beta: FloatArray, wanted: BoolArray) -> Evaluated:
    m, p = problem.n_events, len(beta)
    out = Evaluated(
        statistics=np.zeros((m, p)),
        mean=np.zeros((m, p)),
        expected=np.zeros((m, p)),
        variance=np.zeros((m, p)),
        log_probability=np.zeros(m),
        rank=np.zeros(m),
        at_risk=np.zeros(m, np.int64),
        between=np.zeros(p),
        row_expected=np.zeros(problem.blocks * problem.events.n_actors**2),
        hazard=np.zeros(problem.timeline.n_steps),
    )
    runner = Runner(problem)
    stratified = problem.side is not None
    flags = (problem.plan.plain, stratified, problem.config.likelihood != "ordinal")
    size = len(out.row_expected)
    for segment in range(len(problem.segments) - 1):
        rows = runner.prepare(segment)
        members = (
            strata(problem, rows)
            if stratified
            else (rows, np.array([0, len(rows)], np.int64), np.zeros(size, np.int64))
        )
        steps = (int(problem.segments[segment]), int(problem.segments[segment + 1]))
        evaluate_pass(
            problem.plan.layout, runner.state, problem.changes, problem.observed, runner.sums,
            *members, np.asarray(beta, np.float64), steps, wanted, flags, np.zeros((2, p)), out,
        )  # fmt: skip
    return out


def _gathered(problem: Problem, out: Evaluated, wanted: BoolArray) -> EventEvaluation:
    timeline, n = problem.timeline, problem.events.n_actors
    counts = np.diff(timeline.first)
    seen = np.repeat(wanted, counts)
    row = problem.observed.row[seen] % (n * n)
    return EventEvaluation(
        event=timeline.event[seen],
        statistics=out.statistics[seen],
        mean=out.mean[seen],
        expected=out.expected[seen],
        variance=np.maximum(out.variance[seen], 0.0),
        log_probability=out.log_probability[seen],
        rank=out.rank[seen],
        at_risk=out.at_risk[seen],
        deviation=np.sqrt(out.between / max(int(seen.sum()), 1)),
        pair_expected=out.row_expected.reshape(problem.blocks, n, n).sum(0),
        pair_observed=np.bincount(row, minlength=n * n).reshape(n, n),
        hazard=out.hazard[wanted],
        steps=counts[wanted].astype(np.int64),
        of_events=problem.n_events,
    )
