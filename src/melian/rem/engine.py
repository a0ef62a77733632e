"""Run the kernels over a problem: log-likelihood, score and information at given coefficients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.kernels.rem_pass import partial_pass, poisson_pass
from melian.kernels.rem_state import State, Sums
from melian.kernels.rem_strata import choice_pass
from melian.rem.attributes import attribute_column, fixed_column
from melian.rem.entries import REACH, epochs
from melian.rem.problem import Problem

__all__ = ["Evaluation", "Runner", "evaluate"]

FloatArray = NDArray[np.float64]
LongArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Value of an objective and its derivatives.

    Attributes
    ----------
    log_likelihood : float
    score : (p,) float64
    information : (p, p) float64
        Negative second derivative.
    magnitude : (p,) float64 or None
        Largest absolute value seen of each statistic: what rounding in the information is measured against.
    """

    log_likelihood: float
    score: FloatArray
    information: FloatArray
    magnitude: FloatArray | None = None


class Runner:
    """Mutable state of one pass over a problem; `prepare` a segment, then let a kernel run over it."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.state = _new_state(problem)
        self.sums = _new_sums(problem)
        self._own = [effect.init(problem.events.actors).astype(np.float64) for effect in problem.own]
        for k, base in enumerate(problem.columns.base):
            self.state.raw[:, k] = -np.inf if base.effect.family == "last" else base.effect.initial
        for k in problem.plan.fixed:
            value = fixed_column(problem.columns.base[k], problem.events.n_actors, problem.blocks)
            self.state.raw[:, k] = value.ravel()
        for k, value in zip(problem.plan.own, self._own, strict=True):
            self._set(k, value)

    def prepare(self, segment: int) -> LongArray:
        """Change what lies outside the counts at the begin of a segment; the rows at risk come back."""
        problem = self.problem
        step = int(problem.segments[segment])
        self._rescale(step)
        for k in problem.plan.given:
            value = attribute_column(
                problem.columns.base[k],
                problem.covariates[k],
                problem.events,
                float(problem.timeline.attributes_at[step]),
            )
            self._set(k, value)
        self._update_own(step)
        rows = problem.risk.at(step)
        self.sums.at_risk[:] = False
        self.sums.at_risk[rows] = True
        return rows

    def _set(self, k: int, value: FloatArray) -> None:
        """Write one value per dyad into a column, for every type."""
        if not np.isfinite(value).all():
            term, n = self.problem.columns.base[k].term, self.problem.events.n_actors
            raise InputError(
                f"{term.label}: {int((~np.isfinite(value)).sum())} of {n * n} values are not finite numbers; "
                "the effect has to give one for every dyad."
            )
        self.state.raw[:, k] = np.tile(value.ravel(), self.problem.blocks)

    def _rescale(self, step: int) -> None:
        """Move the reference time of decaying layers on, before weights overflow."""
        problem = self.problem
        if not step:
            return
        for place, key in enumerate(problem.plan.keys):
            if key.memory.kind != "halflife":
                continue
            number = epochs(key, problem.timeline)
            factor = float(np.exp2(-REACH * (number[step] - number[step - 1])))
            if factor != 1.0:
                for array in (self.state.count, self.state.out, self.state.into, self.state.total):
                    array[place] *= factor
                columns = np.flatnonzero((problem.plan.layout.source == place).any(1))
                self.state.raw[:, columns] *= factor

    def _update_own(self, step: int) -> None:
        """Hand the events that entered before a step to the user's own effects."""
        problem = self.problem
        if not problem.own:
            return
        events, time = problem.events, problem.timeline.time
        since = -np.inf if step == 0 else time[step - 1]
        low, high = np.searchsorted(events.time, [since, time[step]], side="left")
        for e in range(int(low), int(high)):
            ends = [(int(events.sender[e]), int(events.receiver[e]))]
            if events.undirected or events.joint[e]:
                ends.append(ends[0][::-1])
            for effect, value in zip(problem.own, self._own, strict=True):
                for a, b in ends:
                    effect.update(
                        value,
                        sender=a,
                        receiver=b,
                        time=float(events.time[e]),
                        weight=float(events.weight[e]),
                    )
        for k, value in zip(problem.plan.own, self._own, strict=True):
            self._set(k, value)


def evaluate(problem: Problem, beta: FloatArray) -> Evaluation:
    """Evaluate the log-likelihood of a problem with its score and information, in one pass over the steps.

    Parameters
    ----------
    beta : (p,) float64

    Notes
    -----
    The rows x dyads x effects cube is never made: memory is D (2 K + p + 4) numbers for D dyads.
    """
    runner = Runner(problem)
    p = len(beta)
    score, lower = np.zeros(p), np.zeros((p, p))
    total = 0.0
    for segment in range(len(problem.segments) - 1):
        rows = runner.prepare(segment)
        steps = (int(problem.segments[segment]), int(problem.segments[segment + 1]))
        total += _run(runner, rows, np.asarray(beta, np.float64), steps, score, lower)
    magnitude = np.abs(runner.sums.value).max(0)
    information = np.tril(lower) + np.tril(lower, -1).T
    return Evaluation(total, score, information, magnitude)


def _run(
    runner: Runner,
    rows: LongArray,
    beta: FloatArray,
    steps: tuple[int, int],
    score: FloatArray,
    lower: FloatArray,
) -> float:
    """Let the kernel of the model run over one segment."""
    problem, plan = runner.problem, runner.problem.plan
    arrays = (plan.layout, runner.state, problem.changes, problem.observed, runner.sums)
    flags = (plan.plain, plan.everywhere)
    if problem.side is not None:
        members, first, stratum = strata(problem, rows)
        tail = (members, first, stratum, beta, steps, plan.plain, score, lower)
        return float(choice_pass(*arrays, *tail))
    if problem.config.likelihood == "ordinal":
        efron = problem.config.ties == "efron"
        return float(partial_pass(*arrays, rows, beta, steps, flags, efron, score, lower))
    return float(poisson_pass(*arrays, rows, beta, steps, flags, score, lower))


def strata(problem: Problem, rows: LongArray) -> tuple[LongArray, LongArray, LongArray]:
    """Sort rows by their sender (or receiver): members, where each stratum begins, stratum of every row."""
    n = problem.events.n_actors
    every = np.arange(problem.blocks * n * n)
    stratum = every // n % n if problem.side == "sender" else every % n
    order = np.argsort(stratum[rows], kind="stable")
    first = np.searchsorted(stratum[rows][order], np.arange(n + 1))
    return rows[order], first.astype(np.int64), stratum.astype(np.int64)


def _new_state(problem: Problem) -> State:
    n, layers, size = problem.events.n_actors, len(problem.plan.keys), len(problem.columns.base)
    held = layers if problem.plan.layout.presence.any() else 0
    ranks = problem.plan.n_ranks
    return State(
        count=np.zeros((layers, n, n)),
        held=np.zeros((held, n, n)),
        out=np.zeros((layers, n)),
        into=np.zeros((layers, n)),
        total=np.zeros(layers),
        live_out=np.zeros((layers, n), np.int64),
        live_into=np.zeros((layers, n), np.int64),
        live=np.zeros(layers, np.int64),
        previous=np.full((layers, 2), -1, np.int64),
        order=np.zeros((ranks, n, n), np.int64),
        length=np.zeros((ranks, n), np.int64),
        raw=np.empty((problem.blocks * n * n, size)),
        mean=np.zeros(size),
        deviation=np.zeros(size),
    )


def _new_sums(problem: Problem) -> Sums:
    rows = problem.blocks * problem.events.n_actors**2
    p = len(problem.labels)
    return Sums(
        scalar=np.zeros(3),
        first=np.zeros(p),
        second=np.zeros((p, p)),
        weight=np.zeros(rows),
        value=np.zeros((rows, p)),
        at_risk=np.zeros(rows, bool),
        stamp=np.zeros(rows, np.int64),
        touched=np.zeros(rows, np.int64),
        scaled=np.zeros((0 if problem.plan.plain else rows, len(problem.columns.base))),
    )
