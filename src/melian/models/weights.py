"""Pooled prior of the weights: theta[i, k, (r, k', b)] around A[i, r] C_r[k' -> k] W_r[b] / opens_r.

A is the total of a source in a relation, C the map from the instrument answered to the one done, W the
kernel weights. Maps and kernels of the relations are drawn towards common ones; a relation's mean total
over sources may fall to nothing (its prior is flat in the logarithm down to 1e-30), so that a world
without reaction is fitted as one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from melian.kernels.hyper import shift_sums
from melian.models.design import Columns
from melian.models.moves import RandomWalk, draw_pooled
from melian.options import OWN_RELATIONS

__all__ = ["LOWEST", "WeightPrior"]

Floats = NDArray[np.float64]
LOWEST, HIGHEST = float(np.log(1e-30)), float(np.log(0.5))
FLAT, FLAT_OWN = 0.97, 0.5
"""Prior weight of the flat part of a relation's mean total; the rest is log-normal around 0.08. That nobody
reacts is a finding which must be free to come out; conduct without any momentum is not known of."""


class WeightPrior:
    """State of the hyper-parameters of the weights in one chain.

    Attributes
    ----------
    log_total : (n_actors, n_columns) log A; log_mean, spread : (n_columns,) mean and gamma shape of A over
    sources; log_map : (n_columns, K, K) log C; log_kernel : (n_columns, n_kernels) log W;
    shape : (n_columns,) gamma shape of a weight around its mean.
    """

    def __init__(self, n_actors: int, columns: Columns) -> None:
        c, k, b = len(columns.names), columns.n_instruments, columns.n_kernels
        self.columns = columns
        self.log_total = np.full((n_actors, c), np.log(0.1))
        self.log_mean = np.full(c, np.log(0.1))
        self.spread = np.ones(c)
        self.shape = np.ones(c)
        self.top_map = np.log(np.where(np.eye(k) > 0, 0.5, 0.5 / max(k - 1, 1)))
        self.top_kernel = -np.log(b)
        self.log_map = np.repeat(self.top_map[None], c, axis=0)
        self.log_kernel = np.full((c, b), self.top_kernel)
        self.map_centre, self.map_sd = self.top_map.copy(), 0.5
        self.kernel_centre, self.kernel_sd = self.log_kernel[0].copy(), 0.1
        self.flat = np.array([FLAT_OWN if r in OWN_RELATIONS else FLAT for r in columns.relations])
        self.walks = {
            "total": RandomWalk((n_actors, c), 0.5),
            "map": RandomWalk((c, k, k), 0.7),
            "kernel": RandomWalk((c, b), 0.3),
            "mean": RandomWalk((c,), 0.5),
        }

    def mean_weights(self) -> Floats:
        """Prior mean of every weight, (n_actors, n_instruments, n_features)."""
        opens = np.log(self.columns.opens)
        log = (
            (self.log_total - opens)[:, None, :, None, None]
            + np.moveaxis(self.log_map, 2, 0)[None, :, :, :, None]
            + self.log_kernel[None, None, :, None, :]
        )
        n, k = len(self.log_total), self.columns.n_instruments
        return np.ascontiguousarray(np.exp(log).reshape(n, k, -1))

    def shapes(self) -> Floats:
        """Gamma shape of every feature's weight, (n_features,)."""
        return np.repeat(self.shape, self.columns.width)

    def prior_of_mean(self, log_mean: Floats, column: int | slice = slice(None)) -> Floats:
        """Log prior density of the log of the mean total of one relation, or of all."""
        inside = (log_mean > LOWEST) & (log_mean < HIGHEST)
        flat = np.where(inside, self.flat[column] / (HIGHEST - LOWEST), 1e-300)
        bump = np.exp(-0.5 * ((log_mean - np.log(0.08)) / 0.8) ** 2) / (0.8 * np.sqrt(2 * np.pi))
        return np.asarray(np.log(flat + (1.0 - self.flat[column]) * bump))

    def move(self, count: Floats, exposure: Floats, rng: np.random.Generator, *, adapt: bool) -> None:
        """Move all hyper-parameters with the weights integrated out.

        count (n_actors, n_instruments, n_features), exposure (n_actors, n_features).
        """
        rate = np.repeat(self.shape, self.columns.width) / self.mean_weights()
        n_columns = len(self.columns.names)

        def by(kind: int, delta: Floats) -> Floats:
            flat = delta.reshape(delta.shape[0], -1)
            out = shift_sums(count, exposure, self.shape, rate, flat, kind, n_columns)
            return np.asarray(out.reshape(delta.shape))

        self.log_total, change = self.walks["total"].move(
            self.log_total, rng, adapt=adapt, likelihood=lambda d: by(0, d),
            prior=lambda x: self.spread * x - self.spread * np.exp(x - self.log_mean),
        )  # fmt: skip
        rate *= np.exp(-np.repeat(change, self.columns.width, axis=1))[:, None, :]
        self.log_map, change = self.walks["map"].move(
            self.log_map, rng, adapt=adapt, likelihood=lambda d: by(1, d),
            prior=lambda x: -0.5 * ((x - self.map_centre) / self.map_sd) ** 2,
        )  # fmt: skip
        grown = np.repeat(np.moveaxis(change, 2, 0)[..., None], self.columns.n_kernels, axis=3)
        rate *= np.exp(-grown.reshape(1, len(grown), -1))
        self.log_kernel, change = self.walks["kernel"].move(
            self.log_kernel, rng, adapt=adapt, likelihood=lambda d: by(2, d),
            prior=lambda x: -0.5 * ((x - self.kernel_centre) / self.kernel_sd) ** 2,
        )  # fmt: skip
        self._move_centres(rng, adapt=adapt)
        self._move_shape(count, exposure, rng)

    def _move_centres(self, rng: np.random.Generator, *, adapt: bool) -> None:
        self.map_centre, self.map_sd = draw_pooled(self.log_map, self.top_map, 1.0, self.map_sd, 0.5, rng)
        self.kernel_centre, self.kernel_sd = draw_pooled(
            self.log_kernel, self.top_kernel, 0.7, self.kernel_sd, 0.1, rng
        )
        relative = np.exp(self.log_total - self.log_mean)
        self.log_mean, _ = self.walks["mean"].move(
            self.log_mean, rng, adapt=adapt, prior=self.prior_of_mean,
            likelihood=lambda d: -self.spread * (d + relative * np.expm1(-d)).sum(axis=0),
        )  # fmt: skip
        ratio = self.log_total - self.log_mean

        def log_density(v: Floats) -> Floats:
            inner = (v * np.log(v) - gammaln(v) + v * ratio - v * np.exp(ratio)).sum(axis=0)
            return np.asarray(inner - 0.5 * np.log(v / 3.0) ** 2)

        trial = self.spread * np.exp(0.5 * rng.standard_normal(len(self.spread)))
        better = np.log(rng.random(len(trial))) < log_density(trial) - log_density(self.spread)
        self.spread = np.where(better, trial, self.spread)

    def _move_shape(self, count: Floats, exposure: Floats, rng: np.random.Generator) -> None:
        n_columns = len(self.columns.names)
        mean = self.mean_weights().reshape(*count.shape[:2], n_columns, -1)
        seen = count.reshape(mean.shape)
        exposed = exposure.reshape(len(exposure), 1, n_columns, -1)
        where = np.nonzero(seen)
        events = seen[where]

        def log_density(v: Floats) -> Floats:
            rate = v[:, None] / mean
            out = -(v[:, None] * np.log1p(exposed / rate) + seen * np.log(rate + exposed)).sum(axis=(0, 1, 3))
            extra = gammaln(events + v[where[2]]) - gammaln(v[where[2]])
            return np.asarray(out + np.bincount(where[2], extra, n_columns) - np.log(v) ** 2)

        trial = self.shape * np.exp(0.3 * rng.standard_normal(n_columns))
        better = np.log(rng.random(n_columns)) < log_density(trial) - log_density(self.shape)
        self.shape = np.where(better, trial, self.shape)
