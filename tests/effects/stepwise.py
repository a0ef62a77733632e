"""Statistics of a model at each step, as the kernels carry them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from melian.effects.term import Product, Term
from melian.kernels.rem_pass import partial_pass
from melian.rem.config import RemConfig
from melian.rem.engine import Runner
from melian.rem.problem import build_problem
from melian.sequence import RelationalEvents

__all__ = ["every_step"]


def every_step(
    events: RelationalEvents,
    terms: tuple[Term | Product, ...],
    *,
    config: RemConfig = RemConfig(first_event="include"),  # noqa: B008 - frozen
    covariates: tuple = (),
) -> Iterator[tuple[float, np.ndarray, np.ndarray]]:
    """Yield time, rows at risk, and the values (D, p) of all rows; carried on without renewal in between."""
    problem = build_problem(events, terms, config=config, covariates=covariates)
    runner, p = Runner(problem), len(problem.labels)
    plan = problem.plan
    segment, rows = -1, np.empty(0)
    for step in range(problem.timeline.n_steps):
        if step == problem.segments[segment + 1]:
            segment += 1
            rows = runner.prepare(segment)
        arrays = (
            plan.layout,
            runner.state,
            problem.changes,
            problem.observed,
            runner.sums,
            rows,
            np.zeros(p),
        )
        steps, flags = (step, step + 1), (plan.plain, plan.everywhere)
        partial_pass(*arrays, steps, flags, False, np.zeros(p), np.zeros((p, p)))
        yield float(problem.timeline.time[step]), rows, runner.sums.value
