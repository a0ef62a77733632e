"""Clustered covariance: events of one sender, receiver or dyad need not be independent given the model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melian.kernels.rem_cluster import cluster_pass, extreme_pass
from melian.rem.engine import Runner, strata
from melian.rem.problem import Problem

__all__ = ["cluster_scores", "clustered", "extreme_side"]

FloatArray = NDArray[np.float64]
LongArray = NDArray[np.int64]


def clustered(bread: FloatArray, scores: FloatArray) -> FloatArray:
    """Give the sandwich covariance, bread (sum_c u_c u_c') bread, without small-sample factor.

    Parameters
    ----------
    bread : (p, p) float64
        Inverse information.
    scores : (n_clusters, p) float64
        Sums of score residuals.

    References
    ----------
    Lin, Wei (1989), The robust inference for the Cox proportional hazards model, J. Am. Stat. Assoc. 84.

    Examples
    --------
    >>> clustered(np.eye(1), np.array([[1.0], [-2.0]])).tolist()
    [[5.0]]
    """
    out: FloatArray = bread @ (scores.T @ scores) @ bread
    return out


def cluster_scores(problem: Problem, beta: FloatArray, *, by: str) -> FloatArray:
    """Sum the score residuals of all rows at risk by sender, receiver or dyad, (n_clusters, p)."""
    n = problem.events.n_actors
    every = np.arange(problem.blocks * n * n)
    cell = every % (n * n)
    cluster = {"sender": cell // n, "receiver": cell % n, "dyad": cell}[by].astype(np.int64)
    out = np.zeros((n * n if by == "dyad" else n, len(beta)))
    poisson = problem.config.likelihood != "ordinal"
    for arrays, tail in _segments(problem):
        *members, steps, plain = tail
        cluster_pass(*arrays, *members, np.asarray(beta, np.float64), steps, plain, poisson, cluster, out)
    return out


def extreme_side(problem: Problem, k: int) -> str | None:
    """Say whether what happened always had the 'largest' or the 'smallest' value of a column, if it had."""
    below, above = np.zeros(len(problem.labels), np.int64), np.zeros(len(problem.labels), np.int64)
    for arrays, tail in _segments(problem):
        extreme_pass(*arrays, *tail, below, above)
    if above[k] == 0:
        return "largest"
    return "smallest" if below[k] == 0 else None


def _segments(problem: Problem):  # type: ignore[no-untyped-def]
    """Yield the arrays of the kernels for each segment, with strata of rows."""
    runner = Runner(problem)
    n = problem.blocks * problem.events.n_actors**2
    for segment in range(len(problem.segments) - 1):
        rows = runner.prepare(segment)
        steps = (int(problem.segments[segment]), int(problem.segments[segment + 1]))
        if problem.side is None:
            groups = (rows, np.array([0, len(rows)], np.int64), np.zeros(n, np.int64))
        else:
            groups = strata(problem, rows)
        arrays = (problem.plan.layout, runner.state, problem.changes, problem.observed, runner.sums)
        yield arrays, (*groups, steps, problem.plan.plain)
