"""Fit a relational event model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from melian.effects.term import Product, Term
from melian.rem.config import RemConfig
from melian.rem.engine import evaluate
from melian.rem.newton import maximise
from melian.rem.problem import build_problem
from melian.rem.result import RemFit
from melian.sequence import RelationalEvents

__all__ = ["RemFit", "fit_rem"]


def fit_rem(
    events: RelationalEvents,
    terms: Sequence[Term | Product],
    *,
    config: RemConfig = RemConfig(),  # noqa: B008 - frozen
    covariates: Sequence[Any] = (),
) -> RemFit:
    """Estimate the coefficients of the terms by maximum likelihood."""
    problem = build_problem(events, terms, config=config, covariates=covariates)
    p = len(problem.labels)
    start = np.zeros(p)
    if config.likelihood != "ordinal":
        time = problem.timeline.exposure @ np.array(
            [len(problem.risk.at(m)) for m in range(problem.timeline.n_steps)]
        )
        start[0] = np.log(problem.n_events / time)
    null = evaluate(problem, start)
    optimum = maximise(
        lambda beta: evaluate(problem, beta),
        start,
        n_events=problem.n_events,
        tolerance=config.tolerance,
        max_iterations=config.max_iterations,
        first=null,
    )
    here = optimum.evaluation
    return RemFit(
        terms=tuple(terms),
        labels=problem.labels,
        estimate=optimum.estimate,
        covariance=np.linalg.inv(here.information),
        score=here.score,
        information=here.information,
        log_likelihood=here.log_likelihood,
        log_likelihood_null=null.log_likelihood,
        n_events=problem.n_events,
        dyads_at_risk=problem.risk.largest,
        iterations=optimum.iterations,
        converged=optimum.converged,
        notes=(),
        config=config,
        events=events,
        covariates=tuple(covariates),
    )
