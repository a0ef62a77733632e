"""Pooled prior of the channel levels: m_ijk around U_ij V_ik, log U_ij around a_i + b_j.

The size of a pair is near the product of its ends' sizes, the toolkit of a source near the common one, and a
channel's level is gamma-distributed around their product with a shape that the data choose: many channels of
one world never act of their own accord, in another all do (docs/estimators.md).
The sizes of sources are drawn towards a common share of their own events: without that tie the baseline of a
source with few events can vanish for good, since a size may fall without end on a log scale.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from melian.models.moves import RandomWalk

__all__ = ["LevelPrior"]

Floats = NDArray[np.float64]
SHARE_SD = 1.0
"""Prior scale of the spread of the logs of sizes over events, with four degrees of freedom."""
TOOL_SD, COMMON_TOOL_SD = 0.7, 3.0
"""Prior scale of the spread of toolkits around the common one (ten degrees of freedom), and of the common
one: an instrument used in answers only may lose its baseline in all sources together."""
SHAPE, SHAPE_SCALE = 0.75, 0.1
"""Prior median of the shape, and the scale of its log (Student's t, two degrees of freedom)."""


class LevelPrior:
    """State of the hyper-parameters of the levels in one chain.

    Attributes
    ----------
    log_pair : (N, N) log U; log_tool : (N, K) log V; shape : float;
    size : (N,) a; draw : (N,) b; pair_sd : float, spread of log U around a_i + b_j;
    log_events : (N,) log of the source's events a day; share : float, common log of size over events;
    share_sd : float, spread of the sources around it;
    tool : (K,) common log toolkit; tool_sd : float, spread of the sources' toolkits around it.
    """

    def __init__(self, count: Floats, days: float) -> None:
        n, _, k = count.shape
        self.n, self.k = n, k
        self.off = ~np.eye(n, dtype=bool)
        self.log_pair = np.log((count.sum(axis=2) + 0.3) * 0.5 / days)
        tools = count.sum(axis=1) + 0.5
        self.log_tool = np.log(tools / tools.sum(axis=1, keepdims=True))
        self.shape = SHAPE
        self.size = np.where(self.off, self.log_pair, 0.0).sum(axis=1) / max(n - 1, 1)
        self.draw = np.zeros(n)
        self.log_events = np.log((count.sum(axis=(1, 2)) + 1.0) / days)
        self.share = float((self.size - self.log_events).mean())
        self.share_sd = SHARE_SD
        self.tool = self.log_tool.mean(axis=0)
        self.tool_sd = TOOL_SD
        self.pair_sd = 1.0
        self.shape_step = 0.2
        self.walks = {"pair": RandomWalk((n, n), 0.7), "tool": RandomWalk((n, k), 0.3)}

    def mean_levels(self) -> Floats:
        """Prior mean of every level, (N, N, K)."""
        return np.asarray(np.exp(self.log_pair[:, :, None] + self.log_tool[:, None, :]))

    def scale(self, factor: Floats) -> None:
        """Multiply the levels' means of each source, (N,)."""
        self.log_pair += np.log(factor)[:, None]
        self.size += np.log(factor)

    def move(self, count: Floats, exposure: Floats, rng: np.random.Generator, *, adapt: bool) -> None:
        """Move all hyper-parameters with the levels integrated out; count, exposure (N, N, K)."""
        self._move_pooling(rng)
        centre = self.size[:, None] + self.draw[None, :]

        def shift(delta: Floats) -> Floats:
            rate = self.shape / self.mean_levels()
            grown = np.log((rate * np.exp(-delta) + exposure) / (rate + exposure))
            return np.asarray(
                np.where(self.off[:, :, None], -self.shape * delta - (self.shape + count) * grown, 0.0)
            )

        self.log_pair, _ = self.walks["pair"].move(
            self.log_pair, rng, adapt=adapt, likelihood=lambda d: shift(d[:, :, None]).sum(axis=2),
            prior=lambda x: -0.5 * ((x - centre) / self.pair_sd) ** 2,
        )  # fmt: skip
        self.log_tool, _ = self.walks["tool"].move(
            self.log_tool, rng, adapt=adapt, likelihood=lambda d: shift(d[:, None, :]).sum(axis=1),
            prior=lambda x: -0.5 * ((x - self.tool) / self.tool_sd) ** 2,
        )  # fmt: skip
        self._move_tools(shift, rng)
        self._move_shape(count, exposure, rng, adapt=adapt)

    def _move_pooling(self, rng: np.random.Generator) -> None:
        n, sd, off = self.n, self.pair_sd, self.off
        if n < 3:
            return
        rest = np.where(off, self.log_pair - self.draw[None, :], 0.0)
        precision = (n - 1) / sd**2 + 1.0 / self.share_sd**2
        mean = rest.sum(axis=1) / sd**2 + (self.log_events + self.share) / self.share_sd**2
        self.size = mean / precision + rng.standard_normal(n) / np.sqrt(precision)
        self._move_shares(rng)
        precision = (n - 1) / sd**2 + 1.0
        rest = np.where(off, self.log_pair - self.size[:, None], 0.0)
        self.draw = rest.sum(axis=0) / sd**2 / precision + rng.standard_normal(n) / np.sqrt(precision)
        left = (self.log_pair - self.size[:, None] - self.draw[None, :])[off]
        self.pair_sd = float(np.sqrt((2 * 0.3**2 + (left**2).sum()) / rng.chisquare(2 + left.size)))

    def _move_tools(self, shift: Callable[[Floats], Floats], rng: np.random.Generator) -> None:
        """Draw the common toolkit, then move an instrument in all sources at once: some have no baseline."""
        precision = self.n / self.tool_sd**2 + 1.0 / COMMON_TOOL_SD**2
        top = -np.log(self.k)
        mean = (self.log_tool.sum(axis=0) / self.tool_sd**2 + top / COMMON_TOOL_SD**2) / precision
        self.tool = mean + rng.standard_normal(self.k) / np.sqrt(precision)
        rest = float(((self.log_tool - self.tool) ** 2).sum())
        self.tool_sd = float(np.sqrt((10 * TOOL_SD**2 + rest) / rng.chisquare(10 + self.log_tool.size)))
        for q in range(self.k):
            step = np.zeros((self.n, self.k))
            step[:, q] = 0.8 * rng.standard_normal()
            away = self.tool[q] - top
            further = away + step[0, q]
            gain = shift(step[:, None, :]).sum() - 0.5 * (further**2 - away**2) / COMMON_TOOL_SD**2
            if np.log(rng.random()) < gain:
                self.log_tool += step
                self.tool[q] += step[0, q]

    def _move_shares(self, rng: np.random.Generator) -> None:
        ratio = self.size - self.log_events
        self.share = float(ratio.mean() + self.share_sd / np.sqrt(self.n) * rng.standard_normal())
        rest = float(((ratio - self.share) ** 2).sum())
        self.share_sd = float(np.sqrt((4 * SHARE_SD**2 + rest) / rng.chisquare(4 + self.n)))

    def anchor(self) -> Floats:
        """Distance of each source's size from its prior mean, and the prior standard deviation: (N, 2)."""
        away = self.size - self.log_events - self.share
        return np.stack([away, np.full(self.n, self.share_sd)], axis=1)

    def _move_shape(self, count: Floats, exposure: Floats, rng: np.random.Generator, *, adapt: bool) -> None:
        mean = self.mean_levels()

        def log_density(v: float) -> float:
            rate = v / mean
            out = v * np.log(rate) - (v + count) * np.log(rate + exposure) + gammaln(v + count) - gammaln(v)
            return float(out[self.off].sum() - 1.5 * np.log1p((np.log(v / SHAPE) / SHAPE_SCALE) ** 2 / 2.0))

        trial = self.shape * float(np.exp(self.shape_step * rng.standard_normal()))
        better = np.log(rng.random()) < log_density(trial) - log_density(self.shape)
        if better:
            self.shape = trial
        if adapt:
            self.shape_step *= 1.1 if better else 0.95
