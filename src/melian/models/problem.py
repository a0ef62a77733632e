"""One source's part of the fast fit: instrument by instrument, courses and (weights, levels) in turn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from melian.kernels.course import course_mode
from melian.kernels.em import fill_problem, intensity
from melian.kernels.newton import newton_solve

__all__ = ["Problem", "SourceFit", "Steps", "fit_source"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
COURSE_PASSES = 3
"""Alternations of courses, levels and declustering between two Newton solves; each costs O(cells)."""
FIRST_SHARE = 0.5
"""Share of the events that momentum, reaction and joint start with."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Limits and tolerances of `fit_source`, as in `NewtonConfig`."""

    em_passes: int
    max_steps: int
    tolerance: float
    rounds: int
    course_tolerance: float


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything one source's fit reads.

    Attributes
    ----------
    source : int
    cell_row, target, block : (n_cells,) int32
        Live cells of the source, sorted by instrument; `bound` (n_instruments + 1,) cuts them.
    events : (n_cells,) float64
        Count times weight of the day.
    attention : (n_cells,) float64
        e_ij(t) of the cell.
    x : (n_rows, n_features) float32
    factor : (n_actors, n_columns) float64
    width : int
        Features of one relation column.
    feature : (n_used,) int64
        Features that take part: allowed, and with a positive column sum.
    exposure : (n_features,) float64
        Column sums of the features.
    days : (n_actors, n_blocks) float64
        d_i e_ij summed over the days of each block.
    level_pseudo, weight_pseudo : float
    level_mean : (n_actors, n_instruments) float64
    weight_mean : (n_instruments, n_features) float64
        Gamma priors as in `Ridge`.
    start : Start or None
    """

    source: int
    cell_row: Ints
    target: Ints
    block: Ints
    bound: NDArray[np.int64]
    events: Floats
    attention: Floats
    x: NDArray[np.float32]
    factor: Floats
    width: int
    feature: NDArray[np.int64]
    exposure: Floats
    days: Floats
    level_pseudo: float
    level_mean: Floats
    weight_pseudo: float
    weight_mean: Floats
    start: Start | None


@dataclass(frozen=True, slots=True)
class Start:
    """Where a source's fit starts: level (actors, instruments), weight, course as in `Parameters`."""

    level: Floats
    weight: Floats
    course: Floats


@dataclass(frozen=True, slots=True)
class SourceFit:
    """Levels (actors, instruments), weights, courses and swells of one source, and how its solves ended."""

    level: Floats
    weight: Floats
    course: Floats
    swell: Floats
    steps: NDArray[np.int64]
    residual: Floats
    rounds: NDArray[np.int64]


def fit_source(problem: Problem, basis: Floats, precision: Floats, steps: Steps) -> SourceFit:
    """Fit all instruments of one source; they share nothing but their data."""
    n, kk = problem.level_mean.shape
    fit = SourceFit(
        np.zeros((n, kk)), np.zeros((kk, len(problem.exposure))), np.ones((kk, len(basis))),
        np.ones((kk, len(basis))), np.zeros(kk, dtype=np.int64), np.zeros(kk), np.zeros(kk, dtype=np.int64),
    )  # fmt: skip
    for k in range(kk):
        task = Instrument(problem, k, basis, precision, steps)
        if len(task.y):
            task.run()
        task.write(fit)
    return fit


class Instrument:
    """The state of one (source, instrument) problem while it is solved.

    Variables are the used features, then the levels of the targets with events; other levels have a closed
    form (zero, or their prior's).
    """

    def __init__(self, problem: Problem, k: int, basis: Floats, precision: Floats, steps: Steps) -> None:
        at = slice(problem.bound[k], problem.bound[k + 1])
        self.problem, self.k, self.basis, self.precision, self.steps = problem, k, basis, precision, steps
        self.y, self.block, self.attention = problem.events[at], problem.block[at], problem.attention[at]
        self.cell_row, self.target = problem.cell_row[at], problem.target[at]
        self.seen, self.slot = np.unique(self.target, return_inverse=True)
        self.features = problem.feature
        self.beta: Floats = np.zeros(basis.shape[1])
        self.course: Floats = np.ones(len(basis))
        self.swell: Floats = np.ones(len(basis))
        self.v: Floats = np.zeros(0)
        self.taken, self.residual, self.rounds = 0, 0.0, 0

    def run(self) -> None:
        """Solve: start, then courses and Newton in turn until the courses rest."""
        self._prepare()
        self._begin()
        passes = self.steps.em_passes
        for _ in range(self.steps.rounds):
            self._solve(passes)
            self.rounds += 1
            if self.rounds == self.steps.rounds:
                break
            before, variables, swell = self.course, self.v.copy(), self.swell
            self._courses()
            weight = np.bincount(self.block, self.y, len(self.course))
            moved = np.sqrt((weight * np.log(self.course / before) ** 2).sum() / weight.sum())
            if moved < self.steps.course_tolerance:
                self.course, self.v, self.swell = before, variables, swell
                break
            passes = 2

    def _prepare(self) -> None:
        n_features, n_levels = len(self.features), len(self.seen)
        problem, n = self.problem, len(self.y)
        self.z = np.empty((n_features + n_levels, n), dtype=np.float32)
        place = np.full(problem.days.shape[0], -1, dtype=np.int64)
        place[self.seen] = n_features + np.arange(n_levels)
        fill_problem(
            problem.x, self.cell_row, self.target, self.attention, problem.factor, problem.width,
            self.features, place, self.z,
        )  # fmt: skip
        pseudo = np.repeat([problem.weight_pseudo, problem.level_pseudo], [n_features, n_levels])
        mean = [problem.weight_mean[self.k, self.features], problem.level_mean[self.seen, self.k]]
        self.pseudo, self.rate = pseudo, pseudo / np.concatenate(mean)
        self.exposure = np.concatenate([problem.exposure[self.features], np.ones(n_levels)])
        self.rest = np.zeros(n)

    def _begin(self) -> None:
        """Take a given start, or make courses with all events as baseline and share half of them out."""
        start, n_features = self.problem.start, len(self.features)
        self.v = np.empty(len(self.exposure))
        if start is not None:
            self.course = start.course[self.k]
            self.beta = np.asarray(
                np.linalg.lstsq(self.basis, np.log(self.course), rcond=None)[0], np.float64
            )
            self.v[:n_features] = start.weight[self.k, self.features]
            self.v[n_features:] = np.maximum(start.level[self.seen, self.k], 1e-9)
            return
        events = np.bincount(self.slot, self.y, len(self.seen))
        self.v[:n_features] = 0.0
        self.v[n_features:] = events / (self.problem.days[self.seen] @ self.course)
        self._courses()
        if n_features:
            self.v[n_features:] *= 1.0 - FIRST_SHARE
            self.v[:n_features] = FIRST_SHARE * events.sum() / self.exposure[:n_features].sum()

    def _set_base(self) -> None:
        n_features = len(self.features)
        self.base = self.course[self.block] * self.attention
        self.z[n_features + self.slot, np.arange(len(self.y))] = self.base
        self.exposure[n_features:] = self.problem.days[self.seen] @ (self.course * self.swell)

    def _solve(self, em_passes: int) -> None:
        self._set_base()
        self.taken, self.residual, _ = newton_solve(
            self.z, self.y, self.rest, self.exposure, self.pseudo, self.rate, self.v,
            em_passes, self.steps.max_steps, self.steps.tolerance,
        )  # fmt: skip

    def _courses(self) -> None:
        """Decluster with weights fixed, then course, then levels: variational EM, a Gaussian over courses.

        Events see the course's geometric mean exp(f), exposures its mean exp(f + v / 2), v the posterior
        variance ("swell"). With exp(f) in both the baseline over-fits and initiative comes out high.
        """
        n_features = len(self.features)
        others = np.empty(len(self.y))
        intensity(self.z[:n_features], self.v[:n_features], self.rest, others)
        days = np.ascontiguousarray(self.problem.days[self.seen])
        for left in reversed(range(COURSE_PASSES)):
            own = self.v[n_features:][self.slot] * self.course[self.block] * self.attention
            immigrants = self.y * own / (own + others)
            count = np.bincount(self.block, immigrants, len(self.course))
            level = np.bincount(self.slot, immigrants, len(self.seen)) + self.pseudo[n_features:]
            exposure = self.swell * (self.v[n_features:] @ days)
            self.beta, root = course_mode(count, exposure, self.basis, self.precision, self.beta)
            self.course = np.exp(self.basis @ self.beta)
            if left == 0:
                spread = solve_triangular(root, self.basis.T, lower=True, check_finite=False)
                self.swell = np.exp(0.5 * (spread**2).sum(axis=0))
            self.v[n_features:] = level / (days @ (self.course * self.swell) + self.rate[n_features:])

    def write(self, fit: SourceFit) -> None:
        """Put the result into the source's arrays; variables that no event informs stay at their prior."""
        problem, k = self.problem, self.k
        fit.course[k], fit.swell[k] = self.course, self.swell
        if problem.level_pseudo > 0.0:
            rate = problem.level_pseudo / problem.level_mean[:, k]
            fit.level[:, k] = problem.level_pseudo / (problem.days @ (self.course * self.swell) + rate)
            fit.level[problem.source, k] = 0.0
        if problem.weight_pseudo > 0.0:
            rate = problem.weight_pseudo / problem.weight_mean[k, self.features]
            fit.weight[k, self.features] = problem.weight_pseudo / (problem.exposure[self.features] + rate)
        if len(self.y):
            fit.weight[k, self.features] = self.v[: len(self.features)]
            fit.level[self.seen, k] = self.v[len(self.features) :]
        fit.steps[k], fit.residual[k], fit.rounds[k] = self.taken, self.residual, self.rounds
