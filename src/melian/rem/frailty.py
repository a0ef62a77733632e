"""Actor frailty: normal effects of each sender and receiver on the log rate, their variance estimated.

Inner: penalised partial likelihood; outer: variance by the fixed point of Schall; marginal log-likelihood by
Laplace. Ripatti, Palmgren (2000), Estimation of multivariate frailty models using penalized partial
likelihood, Biometrics 56; Schall (1991), Estimation in generalized linear models with random effects,
Biometrika 78.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
    variance = np.full(len(ends.sides), 0.5)
    theta = np.zeros(p + ends.size)
    here = _evaluate(problem, ends, theta)
    rounds, settled, steps = 0, False, 0
    while rounds < ROUNDS and not settled:
        rounds += 1
        ridge = np.r_[np.zeros(p), np.repeat(1.0 / variance, n)]
        optimum = maximise(
            lambda t: _evaluate(problem, ends, t),
            theta,
            n_events=problem.n_events,
            tolerance=1e-10,
            max_iterations=problem.config.max_iterations,
            ridge=ridge,
            first=here,
        )
        theta, here, steps = optimum.estimate, optimum.evaluation, steps + optimum.iterations
        inverse = np.linalg.inv(here.information + np.diag(ridge))
        spread = np.diag(inverse)[p:].reshape(-1, n)
        effects = theta[p:].reshape(-1, n)
        free = np.maximum(n - spread.sum(1) / variance, 1e-6)
        new = np.maximum((effects**2).sum(1) / free, NOTHING)
        settled = bool((np.abs(new - variance) <= SETTLED * variance).all())
        variance = new
    return RemFit(
        terms=tuple(terms),
        labels=problem.labels,
        estimate=theta[:p],
        covariance=inverse[:p, :p],
        score=here.score[:p],
        information=np.linalg.inv(inverse[:p, :p]),
        log_likelihood=_marginal(here, theta, variance, p, n),
        log_likelihood_null=null.log_likelihood,
        n_events=problem.n_events,
        dyads_at_risk=problem.risk.largest,
        iterations=steps,
        converged=settled and optimum.converged,
        notes=_notes(settled, variance, ends, rounds),
        config=problem.config,
        events=problem.events,
        covariates=tuple(covariates),
        frailties=tuple(
            Frailty(side, float(np.sqrt(variance[k])), effects[k], spread[k])
            for k, side in enumerate(ends.sides)
        ),
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


def _marginal(here: Evaluation, theta: FloatArray, variance: FloatArray, p: int, n: int) -> float:
    """Laplace approximation of the log-likelihood with the actor effects integrated out."""
    effects = theta[p:].reshape(-1, n)
    prior = np.repeat(1.0 / variance, n)
    _, log_determinant = np.linalg.slogdet(here.information[p:, p:] + np.diag(prior))
    quadratic = float(((effects**2).sum(1) / variance).sum())
    return here.log_likelihood - 0.5 * (
        quadratic + n * float(np.log(variance).sum()) + float(log_determinant)
    )


def _notes(settled: bool, variance: FloatArray, ends: Ends, rounds: int) -> tuple[str, ...]:
    """Say what the log-likelihood is, and where a variance is none or did not settle."""
    notes = ["The log-likelihood has the actor effects integrated out (Laplace); ties by Breslow."]
    notes += [
        f"The {side} effects have no variance that the data show."
        for side, value in zip(ends.sides, variance, strict=True)
        if value <= NOTHING
    ]
    if not settled:
        notes.append(f"The variances of actor effects did not settle in {rounds} rounds.")
    return tuple(notes)
