"""Actor frailty: normal effects of each sender and receiver on the log rate, their variance estimated.

Inner: penalised partial likelihood; outer: variance by the fixed point of Schall; marginal log-likelihood by
Laplace. Ripatti, Palmgren (2000), Estimation of multivariate frailty models using penalized partial
likelihood, Biometrics 56; Schall (1991), Estimation in generalized linear models with random effects,
Biometrika 78.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from melian.effects.term import Product, Term
from melian.kernels.rem_frailty import frailty_pass
from melian.rem.engine import Evaluation, Runner, evaluate
from melian.rem.identify import refuse_unidentified
from melian.rem.newton import maximise
from melian.rem.problem import Problem
from melian.rem.result import Frailty, RemFit

__all__ = ["fit_frailty"]

FloatArray = NDArray[np.float64]
LongArray = NDArray[np.int64]
ROUNDS: Final = 100
SETTLED: Final = 1e-7
"""Relative change of every variance at which the outer iteration ends."""
NOTHING: Final = 1e-4
"""Variance of a log rate that is reported as none: actors would differ by one percent."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Which actor effects a row has.

    Attributes
    ----------
    sides : tuple of str
    of_row : (D, 2) int64
        Effects of a row; `size` stands for none.
    size : int
        Number of effects: actors, times sides.
    """

    sides: tuple[str, ...]
    of_row: LongArray
    size: int


def fit_frailty(
    problem: Problem, terms: Sequence[Term | Product], *, covariates: Sequence[Any] = ()
) -> RemFit:
    """Estimate coefficients, actor effects and their variances on the full risk set."""
    ends = _ends(problem)
    p, n = len(problem.labels), problem.events.n_actors
    null = evaluate(problem, np.zeros(p))
    refuse_unidentified(null, problem.labels, n_events=problem.n_events)
    state = _State(
        np.zeros(p + ends.size),
        _evaluate(problem, ends, np.zeros(p + ends.size)),
        np.full(len(ends.sides), 0.5),
    )
    rounds = 0
    while rounds < ROUNDS and not state.settled:
        rounds += 1
        state = _round(problem, ends, state)
    covariance = state.inverse[:p, :p]
    return RemFit(
        terms=tuple(terms),
        labels=problem.labels,
        estimate=state.theta[:p],
        covariance=covariance,
        score=state.here.score[:p],
        information=np.asarray(np.linalg.inv(covariance), np.float64),
        log_likelihood=_marginal(state, p, n),
        log_likelihood_null=null.log_likelihood,
        n_events=problem.n_events,
        dyads_at_risk=problem.risk.largest,
        iterations=state.steps,
        converged=state.settled,
        notes=_notes(state, ends, rounds),
        config=problem.config,
        events=problem.events,
        covariates=tuple(covariates),
        frailties=_frailties(state, ends, p),
    )


@dataclass(frozen=True, slots=True)
class _State:
    """Where the outer iteration stands.

    Attributes
    ----------
    theta : (p + size,) float64
        Coefficients, then actor effects.
    here : Evaluation
        At theta, without prior.
    variance : (n_sides,) float64
    inverse : (p + size, p + size) float64
        Inverse of the information with the prior.
    """

    theta: FloatArray
    here: Evaluation
    variance: FloatArray
    inverse: FloatArray = field(default_factory=lambda: np.empty((0, 0)))
    settled: bool = False
    steps: int = 0


def _round(problem: Problem, ends: Ends, state: _State) -> _State:
    """Estimate coefficients and effects at the variances, then the variances anew."""
    p, n = len(problem.labels), problem.events.n_actors
    ridge = np.r_[np.zeros(p), np.repeat(1.0 / state.variance, n)]
    optimum = maximise(
        lambda theta: _evaluate(problem, ends, theta),
        state.theta,
        n_events=problem.n_events,
        tolerance=1e-10,
        max_iterations=problem.config.max_iterations,
        ridge=ridge,
        first=state.here,
    )
    inverse = np.asarray(np.linalg.inv(optimum.evaluation.information + np.diag(ridge)), np.float64)
    spread = np.diag(inverse)[p:].reshape(-1, n)
    effects = optimum.estimate[p:].reshape(-1, n)
    free = np.maximum(n - spread.sum(1) / state.variance, 1e-6)
    variance = np.maximum((effects**2).sum(1) / free, NOTHING)
    still = bool((np.abs(variance - state.variance) <= SETTLED * state.variance).all())
    return _State(
        optimum.estimate,
        optimum.evaluation,
        variance,
        inverse,
        still and optimum.converged,
        state.steps + optimum.iterations,
    )


def _frailties(state: _State, ends: Ends, p: int) -> tuple[Frailty, ...]:
    """Give deviation, effects and their variances by side."""
    effects = state.theta[p:].reshape(len(ends.sides), -1)
    spread = np.diag(state.inverse)[p:].reshape(len(ends.sides), -1)
    return tuple(
        Frailty(side, float(np.sqrt(state.variance[k])), effects[k], spread[k])
        for k, side in enumerate(ends.sides)
    )


def _ends(problem: Problem) -> Ends:
    """Give every row the numbers of its actor effects."""
    n = problem.events.n_actors
    cell = np.arange(problem.blocks * n * n) % (n * n)
    wanted = problem.config.frailty
    sides = ("sender", "receiver") if wanted == "both" else (str(wanted),)
    size = n * len(sides)
    of_row = np.full((len(cell), 2), size, np.int64)
    for k, side in enumerate(sides):
        of_row[:, k] = k * n + (cell // n if side == "sender" else cell % n)
    return Ends(sides, of_row, size)


def _evaluate(problem: Problem, ends: Ends, theta: FloatArray) -> Evaluation:
    """Partial log-likelihood in coefficients and actor effects together."""
    p = len(problem.labels)
    full = p + ends.size + 1
    score, lower, part = np.zeros(full), np.zeros((full, full)), np.zeros((full, p + 1))
    effect = np.r_[theta[p:], 0.0]
    runner = Runner(problem)
    total = 0.0
    for segment in range(len(problem.segments) - 1):
        rows = runner.prepare(segment)
        steps = (int(problem.segments[segment]), int(problem.segments[segment + 1]))
        arrays = (problem.plan.layout, runner.state, problem.changes, problem.observed, runner.sums, rows)
        tail = (ends.of_row, theta[:p], effect, steps, problem.plan.plain, part, score, lower)
        total += frailty_pass(*arrays, *tail)
    information = (np.tril(lower) + np.tril(lower, -1).T)[:-1, :-1]
    return Evaluation(total, score[:-1], information)


def _marginal(state: _State, p: int, n: int) -> float:
    """Laplace approximation of the log-likelihood with the actor effects integrated out."""
    effects, variance = state.theta[p:].reshape(-1, n), state.variance
    prior = np.repeat(1.0 / variance, n)
    _, log_determinant = np.linalg.slogdet(state.here.information[p:, p:] + np.diag(prior))
    penalty = float(((effects**2).sum(1) / variance).sum()) + n * float(np.log(variance).sum())
    return state.here.log_likelihood - 0.5 * (penalty + float(log_determinant))


def _notes(state: _State, ends: Ends, rounds: int) -> tuple[str, ...]:
    """Say what the log-likelihood is, and where a variance is none or did not settle."""
    notes = ["The log-likelihood has the actor effects integrated out (Laplace); ties by Breslow."]
    notes += [
        f"The {side} effects have no variance that the data show."
        for side, value in zip(ends.sides, state.variance, strict=True)
        if value <= NOTHING
    ]
    if not state.settled:
        notes.append(f"The variances of actor effects did not settle in {rounds} rounds.")
    return tuple(notes)
