"""Fit a relational event model: the one door to all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from melian.effects.term import Product, Term
from melian.rem.begin import begin_near
from melian.rem.config import RemConfig
from melian.rem.engine import Evaluation, evaluate
from melian.rem.estimate import Estimated, estimate
from melian.rem.frailty import fit_frailty
from melian.rem.problem import Problem, build_problem
from melian.rem.result import RemFit
from melian.rem.robust import cluster_scores, clustered, extreme_side
from melian.sequence import RelationalEvents

__all__ = ["RemFit", "fit_problem", "fit_rem"]

FloatArray = NDArray[np.float64]
DEFAULT: Final = RemConfig()


def fit_rem(
    events: RelationalEvents,
    terms: Sequence[Term | Product],
    *,
    config: RemConfig = DEFAULT,
    covariates: Sequence[Any] = (),
) -> RemFit:
    """Estimate a relational event model by maximum likelihood.

    Parameters
    ----------
    events : RelationalEvents
    terms : sequence of Term or Product
        The effects; `melian.effects.formula.parse_formula` makes them from text.
    config : RemConfig
        The likelihood, risk set, ties, penalty and errors.
    covariates : sequence
        `ActorCovariate`, `DyadCovariate`, `StepCovariate` that terms name, and the user's own effects
        (`melian.effects.own.OwnEffect`).

    Returns
    -------
    RemFit

    Raises
    ------
    InputError
        If something cannot be fitted as asked: unknown effects (the nearest names are offered), missing
        values of covariates, events outside the risk set, collinear effects, separation.

    References
    ----------
    Butts (2008), A relational event framework for social action, Sociological Methodology 38; Perry, Wolfe
    (2013), Point process modelling for directed interaction networks, J. R. Stat. Soc. B 75; Stadtfeld, Block
    (2017), Interactions, actors, and time, Sociological Science 4.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> ends = np.array([rng.choice(5, 2, replace=False) for _ in range(80)])
    >>> frame = {"time": range(80), "sender": ends[:, 0], "receiver": ends[:, 1]}
    >>> events = RelationalEvents.from_frame(frame)
    >>> fit = fit_rem(events, (Term("inertia"), Term("reciprocity")))
    >>> fit.labels, fit.n_events, fit.converged
    (('inertia', 'reciprocity'), 79, True)
    """
    if config.controls is not None or config.cases is not None:
        from melian.rem.sampled import fit_sampled

        return fit_sampled(events, terms, config=config, covariates=covariates)
    problem = build_problem(events, terms, config=config, covariates=covariates)
    if config.frailty:
        return fit_frailty(problem, terms, covariates=covariates)
    return fit_problem(problem, terms, covariates=covariates)


def fit_problem(
    problem: Problem, terms: Sequence[Term | Product], *, covariates: Sequence[Any] = ()
) -> RemFit:
    """Estimate a model that is laid out on the full risk set."""
    config = problem.config
    found = estimate(
        lambda beta: evaluate(problem, beta),
        _start(problem),
        labels=problem.labels,
        config=config,
        n_events=problem.n_events,
        baseline=config.likelihood != "ordinal",
        extreme=lambda k: extreme_side(problem, k),
        begin=begin_near(problem),
    )
    here: Evaluation = found.optimum.evaluation
    return RemFit(
        terms=tuple(terms),
        labels=problem.labels,
        estimate=found.optimum.estimate,
        covariance=_covariance(problem, found),
        score=here.score,
        information=here.information,
        log_likelihood=here.log_likelihood,
        log_likelihood_null=found.start.log_likelihood,
        n_events=problem.n_events,
        dyads_at_risk=problem.risk.largest,
        iterations=found.optimum.iterations,
        converged=found.optimum.converged,
        notes=(*_notes(problem), *found.notes),
        config=config,
        events=problem.events,
        covariates=tuple(covariates),
    )


def _start(problem: Problem) -> FloatArray:
    """All coefficients at 0, and the baseline at the log rate per dyad."""
    start = np.zeros(len(problem.labels))
    if problem.config.likelihood != "ordinal":
        ends = np.r_[problem.risk.begin[1:], problem.timeline.n_steps]
        at_risk = sum(
            float(problem.timeline.exposure[begin:end].sum()) * len(rows)
            for begin, end, rows in zip(problem.risk.begin, ends, problem.risk.rows, strict=True)
        )
        start[0] = np.log(problem.n_events / at_risk)
    return start


def _covariance(problem: Problem, found: Estimated) -> FloatArray:
    """Model-based covariance, or the clustered one."""
    by = problem.config.errors
    if by == "information" or not np.isfinite(found.covariance).all():
        return found.covariance
    return clustered(found.covariance, cluster_scores(problem, found.optimum.estimate, by=by))


def _notes(problem: Problem) -> tuple[str, ...]:
    """Say what a reader has to know about the choices that were made."""
    notes = []
    events, config = problem.events, problem.config
    joint = int(events.joint[events.first :].sum())
    if joint and not events.undirected:
        notes.append(f"{joint} joint events enter the statistics of both directions, not the likelihood.")
    if config.likelihood == "ordinal" and np.diff(problem.timeline.first).max(initial=0) > 1:
        how = {"breslow": "Breslow", "efron": "Efron"}[config.ties]
        notes.append(f"Events share steps: statistics are those at the begin of the step, ties by {how}.")
    if config.likelihood != "ordinal":
        notes.append("The log-likelihood is given without terms that hold no coefficient.")
    if config.likelihood == "interval" and any(k.memory.kind == "halflife" for k in problem.plan.keys):
        notes.append("Between events decaying statistics are held at their value at the end of the wait.")
    if config.errors != "information":
        notes.append(f"Standard errors are clustered by {config.errors}.")
    return tuple(notes)
