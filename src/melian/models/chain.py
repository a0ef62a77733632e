"""One chain of the genealogy sampler: which moves, in which order."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from melian.kernels.gibbs import collapsed_sweep, count_terms, draw_terms, draw_weights, term_sums
from melian.kernels.hyper import common_gain, common_scale, scale_moves
from melian.models.attention import Wave, make_wave
from melian.models.baseline import HOLD, Baseline
from melian.models.course import CourseBasis, make_basis
from melian.models.design import Design, lead_days
from melian.models.levels import LevelPrior
from melian.models.targets import TargetWeights
from melian.models.units import Units, make_units
from melian.models.weights import HIGHEST, LOWEST, WeightPrior

__all__ = ["Chain", "ChainConfig", "make_basis_and_waves", "make_course_basis"]

Floats = NDArray[np.float64]
EXPOSURE_EVERY = 4
"""Exposure is drawn with every so many moves of the courses: it is slow to compute and quick to mix."""


@dataclass(frozen=True, slots=True)
class ChainConfig:
    """What the sampler leaves to the user.

    Attributes
    ----------
    knots : float
        Days between spline knots; roughness is learned, so dense knots do no harm.
    bandwidths : tuple of float
        Smoothings of attention in days to draw from.
    kappa : float or None
        Fixed exposure, or None to draw it.
    power : float or None
        Fixed power of the pair's events in w_r,ij, or None to draw it.
    """

    knots: float = 30.0
    bandwidths: tuple[float, ...] = (7.0, 14.0, 28.0)
    kappa: float | None = None
    power: float | None = None


def make_course_basis(design: Design, knots: float) -> CourseBasis:
    """Blocks and splines from the days whose events can be parents of the likelihood's first ones."""
    start = max(0, design.fit_from - lead_days(design.half_lives))
    step_days = design.history.step_days
    basis = make_basis(start, design.history.n_steps, knots / step_days)
    # Roughness has length scales in days.
    return replace(basis, knots=basis.knots * step_days)


def make_basis_and_waves(design: Design, config: ChainConfig) -> tuple[CourseBasis, tuple[Wave, ...]]:
    """Blocks, splines and smoothed attention as the sampler sees them, and the fits beside it."""
    basis = make_course_basis(design, config.knots)
    if config.kappa == 0.0:
        return basis, ()
    waves = (make_wave(design.history, basis, design.daily, width) for width in config.bandwidths)
    return basis, tuple(w for w in waves if w is not None)


class Chain:
    """State of one chain; `sweep` moves all of it once.

    A sweep is: terms with levels and weights integrated out; hyper-parameters given the counts of terms;
    levels and weights; then in turn either courses, roughness, exposure and target weights, or totals of
    relations with terms integrated out and terms again. O(events x features + weights + courses x knots^3).
    """

    def __init__(self, design: Design, config: ChainConfig, rng: np.random.Generator) -> None:
        self.design, self.rng = design, rng
        n, k = design.history.n_actors, design.history.n_instruments
        self.units: Units = make_units(design)
        u = self.units
        basis, waves = make_basis_and_waves(design, config)
        self.baseline = Baseline(design, u, basis, list(waves), config.kappa)
        events = u.counts(u.live, (n, n, k))
        self.levels = LevelPrior(events, max(float(design.daily.sum(axis=1).mean()), 1.0))
        self.targets = TargetWeights(design.columns, design.exposure, events.sum(axis=2), config.power)
        self.weights = WeightPrior(n, design.columns)
        self.term = np.full(len(u), -1, dtype=np.int32)
        self.level_count = np.zeros((n, n, k))
        self.weight_count = np.zeros((n, k, design.columns.n_features))
        columns = len(design.columns.names)
        self.steps = np.full((n, columns), 0.2)
        self.accepted = np.full((n, columns), 0.3)
        self.common_steps = np.full(columns, 0.3)
        self.sweeps = 0
        self._start()

    def _start(self) -> None:
        """Fit the courses as if all events were immigrants, then draw first terms from the prior means."""
        self.level = 2.0 * self.levels.mean_levels() * self.levels.off[:, :, None]
        self.baseline.move_courses(self.units.live, self.level, self.rng)
        self.baseline.refresh()
        self.level = self.levels.mean_levels() * self.levels.off[:, :, None]
        self.weight = self.weights.mean_weights()
        self.draw(self.units.live)
        self._count()

    def sweep(self, *, adapt: bool) -> None:
        """Move everything once; step sizes adapt only while `adapt` is true."""
        self._collapsed_terms()
        self.weights.move(self.weight_count, self.targets.exposure, self.rng, adapt=adapt)
        self.levels.move(self.level_count, self.baseline.exposure, self.rng, adapt=adapt)
        self._draw_parameters()
        if self.sweeps % 2 == 0:
            self._move_baseline()
        else:
            self._scale(adapt=adapt)
            self.draw(self.units.live)
            self._count()
        self.sweeps += 1

    def _rates(self) -> tuple[Floats, Floats, Floats]:
        shapes = self.weights.shapes()
        weight_rate = shapes / self.weights.mean_weights() + self.targets.exposure[:, None, :]
        level_rate = self.levels.shape / self.levels.mean_levels() + self.baseline.exposure
        return shapes, weight_rate, level_rate

    def _collapsed_terms(self) -> None:
        u = self.units
        shapes, weight_rate, level_rate = self._rates()
        collapsed_sweep(
            u.row, u.source, u.target, u.instrument, u.live, self.baseline.unit, self.design.x,
            self.targets.factor, self.design.columns.width, self.term, self.level_count, self.levels.shape,
            level_rate, self.weight_count, shapes, weight_rate, self.rng,
        )  # fmt: skip

    def draw(self, wanted: NDArray[np.bool_]) -> None:
        """Redraw the terms of the wanted units given levels and weights."""
        u = self.units
        draw_terms(
            u.row, u.source, u.target, u.instrument, wanted, self.baseline.unit, self.design.x,
            self.targets.factor, self.design.columns.width, self.term, self.level, self.weight, self.rng,
        )  # fmt: skip

    def _count(self) -> None:
        u = self.units
        count_terms(u.source, u.target, u.instrument, u.live, self.term, self.level_count, self.weight_count)

    def _draw_parameters(self) -> None:
        shapes, weight_rate, level_rate = self._rates()
        n_features = len(shapes)
        self.weight = np.empty_like(self.weight_count)
        draw_weights(
            self.weight_count.reshape(-1, n_features), shapes, weight_rate.reshape(-1, n_features),
            self.weight.reshape(-1, n_features), self.rng,
        )  # fmt: skip
        drawn = self.rng.standard_gamma(self.levels.shape + self.level_count) / level_rate
        self.level = drawn * self.levels.off[:, :, None]

    def _scale(self, *, adapt: bool) -> None:
        """Move totals of relations against the baseline, all sources at once and source by source."""
        u, columns = self.units, self.design.columns
        sums = np.zeros((len(u), 1 + len(columns.names)))
        term_sums(
            u.row, u.source, u.target, u.instrument, u.live, self.baseline.unit, self.design.x,
            self.targets.factor, self.level, self.weight, columns.width, sums,
        )  # fmt: skip
        base = (self.level * self.baseline.exposure).sum(axis=(1, 2))
        offspring = (self.weight * self.targets.exposure[:, None, :]).sum(axis=1)
        offspring = offspring.reshape(len(base), len(columns.names), -1).sum(axis=2)
        expected = np.concatenate([base[:, None], offspring], axis=1)
        sums, source = sums[u.live], u.source[u.live]
        bounds = np.searchsorted(source, np.arange(len(base) + 1))
        self._scale_together(sums, expected, source, adapt=adapt)
        anchor, grown = self.levels.anchor(), np.ones(len(base))
        for i in range(len(base)):
            scale = np.ones(sums.shape[1])
            mine = sums[bounds[i] : bounds[i + 1]]
            for _ in range(2):
                scale_moves(
                    mine, expected[i], self.weights.log_total[i], self.weights.log_mean, self.weights.spread,
                    anchor[i], self.steps[i], scale, self.accepted[i], self.rng,
                )  # fmt: skip
            self.level[i] *= scale[0]
            grown[i] = scale[0]
            self.weight[i] *= np.repeat(scale[1:], columns.width)
        self.levels.scale(grown)
        if adapt:
            grow = np.where(self.accepted > 0.4, 1.05, np.where(self.accepted < 0.25, 0.95, 1.0))
            self.steps = np.clip(self.steps * grow, 0.01, 2.0)

    def _scale_together(
        self, sums: Floats, expected: Floats, source: NDArray[np.int32], *, adapt: bool
    ) -> None:
        """Scale a relation in all sources: a small step, then a leap to anywhere in the prior's range."""
        prior, totals = self.weights, sums.sum(axis=1)
        for c in range(len(self.common_steps)):
            for leap in (False, True):
                step = self.common_steps[c] * self.rng.standard_normal()
                if leap:
                    step = self.rng.uniform(LOWEST, HIGHEST) - prior.log_mean[c]
                grow = float(np.exp(step))
                factor = 1.0 - (grow - 1.0) * expected[:, 1 + c] / expected[:, 0]
                gain = -np.inf
                if (factor > 0).all():
                    gain = common_gain(sums, totals, source, c, grow, factor) - np.log(factor).sum()
                    away, sd = self.levels.anchor().T
                    gain -= 0.5 * (((away + np.log(factor)) / sd) ** 2 - (away / sd) ** 2).sum()
                    gain += float(
                        prior.prior_of_mean(prior.log_mean[c] + step, c)
                        - prior.prior_of_mean(prior.log_mean[c], c)
                    )
                accepted = bool(np.log(self.rng.random()) < gain)
                if accepted:
                    common_scale(sums, totals, source, c, grow, factor)
                    self._accept_scale(c, step, factor, expected)
                if adapt and not leap:
                    self.common_steps[c] = np.clip(
                        self.common_steps[c] * (1.1 if accepted else 0.95), 0.02, 3.0
                    )

    def _accept_scale(self, column: int, step: float, factor: Floats, expected: Floats) -> None:
        grow, width = np.exp(step), self.design.columns.width
        self.weights.log_mean[column] += step
        self.weights.log_total[:, column] += step
        self.weight[:, :, column * width : (column + 1) * width] *= grow
        self.level *= factor[:, None, None]
        self.levels.scale(factor)
        expected[:, 1 + column] *= grow
        expected[:, 0] *= factor

    def _move_baseline(self) -> None:
        u, columns = self.units, self.design.columns
        immigrant = u.live & (self.term < 0)
        self.baseline.move_courses(immigrant, self.level, self.rng)
        if self.sweeps >= HOLD:
            self.baseline.move_roughness(self.rng)
            if self.sweeps % (2 * EXPOSURE_EVERY) == 0:
                self.baseline.move_exposure(immigrant, self.level, self.rng)
        self.baseline.refresh()
        child = u.live & (self.term >= 0)
        n, c = len(self.levels.off), len(columns.names)
        key = (u.source[child].astype(np.int64) * n + u.target[child]) * c + self.term[child] // columns.width
        count = np.bincount(key, minlength=n * n * c).reshape(n, n, c).astype(np.float64)
        self.targets.move(count, self.weight, self.rng)
