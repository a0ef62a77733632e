"""What is not offspring: slow courses and exposure to attention, and their moves in the sampler."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melian.kernels.course import course_move
from melian.models.attention import Wave
from melian.models.course import CourseBasis, Roughness, make_roughness
from melian.models.design import Design
from melian.models.units import Units

__all__ = ["KAPPAS", "Baseline"]

Floats = NDArray[np.float64]
KAPPAS = np.arange(0.0, 1.01, 0.1)
HOLD = 40
"""Sweeps for which roughness and exposure stay as they start: a course that starts flat, or is let go flat
before the weights have settled, leaves the season to momentum for good."""
START_AMPLITUDE, START_LENGTH = 0.3, 90.0


class Baseline:
    """State of courses s_ik and exposures e_ij in one chain.

    Attributes
    ----------
    beta : (N, 1 + K, n_basis) spline weights of the log courses: the source's common course first, then
        what each instrument adds to it
    grid : (N, 1 + K) which Gaussian process of the roughness grid each of them follows
    kappa : (N,) exposure; wave : (N,) index of the smoothing that the source follows
    unit : (n_units,) s_ik e_ij of every unit; exposure : (N, N, K) its sum over the likelihood's days
    """

    def __init__(
        self, design: Design, units: Units, basis: CourseBasis, waves: list[Wave], kappa: float | None
    ) -> None:
        n, k = design.history.n_actors, design.history.n_instruments
        self.units, self.basis, self.waves = units, basis, waves
        self.roughness: Roughness = make_roughness(basis)
        self.fixed_kappa = kappa
        start = (
            np.abs(self.roughness.amplitude - START_AMPLITUDE)
            + np.abs(self.roughness.length - START_LENGTH) / 100
        )
        self.grid = np.full((n, 1 + k), int(np.argmin(start)))
        self.grid_weight = np.full((2, len(start)), 1.0 / len(start))
        self.beta = np.zeros((n, 1 + k, basis.basis.shape[1]))
        self.kappa = np.full(n, kappa or 0.0) if waves else np.zeros(n)
        self.wave = np.zeros(n, dtype=np.int64)
        self.share_on = 0.05
        self.block = np.maximum(basis.block[units.step], 0)
        inside = basis.block >= 0
        self.days = np.stack(
            [np.bincount(basis.block[inside], design.daily[i, inside], basis.n_blocks) for i in range(n)]
        )
        self.seen = np.stack([w.at(units.source, units.target, self.block) for w in waves]) if waves else None
        self.refresh()

    def refresh(self) -> None:
        """Bring the courses and what follows from them up to date with the state."""
        u, n = self.units, len(self.kappa)
        log = self.beta @ self.basis.basis.T
        self.course = np.exp(log[:, :1] + log[:, 1:])
        weighted = self.course * self.days[:, None, :]
        out = np.repeat(weighted.sum(axis=2)[:, None, :], n, axis=1)
        exposed = np.ones(len(u))
        on = self.kappa > 0
        if self.seen is not None and on.any():
            kappa = self.kappa[u.source]
            exposed = 1.0 - kappa + kappa * self.seen[self.wave[u.source], np.arange(len(u))]
            for index in np.unique(self.wave[on]):
                sums = self.waves[index].column_sums(weighted)
                mine = np.flatnonzero(on & (self.wave == index))
                share = self.kappa[mine, None, None]
                out[mine] = (1.0 - share) * out[mine] + share * sums[mine]
        self.unit = self.course[u.source, u.instrument, self.block] * exposed
        self.exposure = np.maximum(out, 1e-9)

    def move_courses(self, immigrant: NDArray[np.bool_], level: Floats, rng: np.random.Generator) -> float:
        """Move every course given its immigrants and levels; returns the share accepted."""
        u, n, k = self.units, len(self.grid), self.grid.shape[1] - 1
        key = (u.source[immigrant].astype(np.int64) * k + u.instrument[immigrant]) * self.basis.n_blocks
        counts = np.bincount(key + self.block[immigrant], minlength=n * k * self.basis.n_blocks)
        counts = counts.reshape(n, k, -1).astype(np.float64)
        expected = self._expected(level)
        log = self.beta @ self.basis.basis.T
        accepted = 0
        for i in range(n):
            accepted += self._move_course(
                i, 0, counts[i].sum(axis=0), (expected[i] * np.exp(log[i, 1:])).sum(axis=0), rng
            )
            common = np.exp(self.basis.basis @ self.beta[i, 0])
            for q in range(k):
                accepted += self._move_course(i, 1 + q, counts[i, q], expected[i, q] * common, rng)
        return accepted / (n * (1 + k))

    def _move_course(
        self, i: int, part: int, count: Floats, exposure: Floats, rng: np.random.Generator
    ) -> bool:
        precision = self.roughness.precision[self.grid[i, part]]
        self.beta[i, part], ok = course_move(
            self.beta[i, part], count, exposure, self.basis.basis, precision, rng
        )
        return bool(ok)

    def _expected(self, level: Floats) -> Floats:
        """Give the expected immigrants per block at a flat course, (N, K, n_blocks)."""
        out = level.sum(axis=1)[:, :, None] * self.days[:, None, :] * (1.0 - self.kappa)[:, None, None]
        for i in np.flatnonzero(self.kappa > 0):
            wave = self.waves[self.wave[i]]
            by_target = level[i] / wave.norm[i][:, None]
            own = by_target.sum(axis=0)[:, None] * (wave.total - wave.by_actor[i])[None]
            out[i] += self.kappa[i] * np.maximum(own - by_target.T @ wave.by_actor, 0.0) * self.days[i]
        return np.asarray(out)

    def move_roughness(self, rng: np.random.Generator) -> None:
        """Draw each course's place on the roughness grid, then the grid's weights (Dirichlet, 1/2 each).

        Common courses and instruments' own have weights of their own.
        """
        q = self.roughness.precision
        half = 0.5 * np.einsum("ikp,gpq,ikq->ikg", self.beta, q, self.beta, optimize=True)
        weight = self.grid_weight[[0] + [1] * (self.grid.shape[1] - 1)]
        log = np.log(weight) + 0.5 * self.roughness.log_det - half
        self.grid = np.argmax(log + rng.gumbel(size=log.shape), axis=-1)
        for part, chosen in enumerate((self.grid[:, :1], self.grid[:, 1:])):
            tally = np.bincount(chosen.ravel(), minlength=len(self.grid_weight[part]))
            self.grid_weight[part] = rng.dirichlet(0.5 + tally) + 1e-12

    def move_exposure(self, immigrant: NDArray[np.bool_], level: Floats, rng: np.random.Generator) -> None:
        """Draw kappa_i and its smoothing given the immigrants, from a grid with a spike at 0.

        The spike's weight is drawn too, Beta(1/2, 10): exposure must be asked for by the data.
        """
        if self.seen is None or self.fixed_kappa is not None:
            return
        u, n = self.units, len(self.kappa)
        log_course: Floats = self.beta @ self.basis.basis.T
        weighted: Floats = np.exp(log_course[:, :1] + log_course[:, 1:]) * self.days[:, None, :]
        flat = (level.sum(axis=1) * weighted.sum(axis=2)).sum(axis=1)
        source = u.source[immigrant]
        log = np.full((n, len(self.waves), len(KAPPAS)), np.log((1.0 - self.share_on) / len(self.waves)))
        prior = np.log(self.share_on / (len(KAPPAS) - 1) / len(self.waves))
        for w, wave in enumerate(self.waves):
            waved = (level * wave.column_sums(weighted)).sum(axis=(1, 2))
            seen = self.seen[w, immigrant]
            for a, kappa in enumerate(KAPPAS[1:], start=1):
                gain = np.bincount(source, np.log(1.0 - kappa + kappa * seen), n)
                log[:, w, a] = gain - kappa * (waved - flat) + prior
        drawn = np.argmax(log.reshape(n, -1) + rng.gumbel(size=(n, log[0].size)), axis=1)
        self.wave, self.kappa = drawn // len(KAPPAS), KAPPAS[drawn % len(KAPPAS)]
        on = int((self.kappa > 0).sum())
        self.share_on = float(rng.beta(0.5 + on, 10 + n - on))
