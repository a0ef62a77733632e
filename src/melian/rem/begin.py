"""Where Newton begins on a long sequence: at the optimum of a few of its steps.

Raw counts have heavy tails, so that Newton from 0 needs many passes. Over a few steps, taken evenly from the
whole sequence, a pass costs little more than carrying the counts along.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from melian.kernels.rem_state import Changes, Observed
from melian.rem.engine import evaluate
from melian.rem.newton import maximise
from melian.rem.problem import Problem
from melian.rem.timeline import Timeline

__all__ = ["begin_near", "thinned"]

FloatArray = NDArray[np.float64]
LONG: Final = 2e7
"""Rows at risk times steps from which it pays."""
STEPS: Final = 60
"""Steps that are kept."""
PULL: Final = 1.0
"""Ridge of the short sequence, per standard deviation of a statistic, for effects that it hardly shows."""


def begin_near(problem: Problem) -> FloatArray | None:
    """Estimate from a few steps, or give None where it would not pay or the model is not of counts alone."""
    plan, steps = problem.plan, problem.timeline.n_steps
    counts = problem.config.likelihood == "ordinal" and not problem.stratified and not plan.everywhere
    if not counts or len(problem.segments) > 2 or steps * problem.risk.largest < LONG:
        return None
    kept = np.unique(np.linspace(0, steps - 1, STEPS).astype(np.int64))
    short = thinned(problem, kept)
    p = len(problem.labels)
    first = evaluate(short, np.zeros(p))
    ridge = PULL * np.maximum(np.diag(first.information), 1e-12) / max(short.n_events, 1)
    found = maximise(
        lambda beta: evaluate(short, beta),
        np.zeros(p),
        n_events=short.n_events,
        tolerance=1e-4,
        max_iterations=20,
        ridge=ridge,
        first=first,
    )
    return found.estimate if np.isfinite(found.estimate).all() else None


def thinned(problem: Problem, kept: NDArray[np.int64]) -> Problem:
    """Keep some steps of the likelihood; their history is still the whole history.

    Parameters
    ----------
    kept : (n_kept,) int64
        Steps to keep, rising; for a problem of one segment.
    """
    timeline, observed, changes = problem.timeline, problem.observed, problem.changes
    size = np.diff(timeline.first)[kept]
    first = np.r_[0, np.cumsum(size)].astype(np.int64)
    places = np.concatenate([np.arange(timeline.first[m], timeline.first[m + 1]) for m in kept])
    history = Changes(np.r_[0, changes.first[kept + 1]].astype(np.int64), *changes[1:])
    return replace(
        problem,
        timeline=Timeline(
            timeline.time[kept],
            timeline.previous[kept],
            timeline.exposure[kept],
            first,
            timeline.event[places],
            timeline.attributes_at[kept],
        ),
        changes=history,
        observed=Observed(
            first,
            observed.row[places],
            observed.exposure[kept],
            observed.now[kept],
            observed.gain[kept],
            observed.multiplier[kept],
        ),
        plan=replace(problem.plan, everywhere=True),
        segments=np.array([0, len(kept)], np.int64),
    )
