"""The reference estimator: Gibbs over genealogies (MODEL.md 8), several chains, drawn parents and roots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.models.chain import Chain, ChainConfig
from melian.models.design import Columns, Design
from melian.models.draws import Draws, FitSummary
from melian.models.genealogy import draw_genealogy, make_lists
from melian.models.parameters import Parameters
from melian.models.spectral import spectral_radius
from melian.models.units import Units
from melian.options import OWN_RELATIONS

__all__ = [
    "ChainDraws",
    "GibbsConfig",
    "GibbsFit",
    "component_shares",
    "join_chains",
    "reaction_shares",
    "run_chain",
]

Floats = NDArray[np.float64]
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class GibbsConfig:
    """How long the sampler runs.

    Attributes
    ----------
    chains : int
        Independent chains; their disagreement is the R-hat that the result carries.
    burn_in : int
        Sweeps thrown away, in which step sizes adapt.
    draws : int
        Draws kept from all chains together.
    thin : int
        Sweeps between kept draws.
    """

    chains: int = 2
    burn_in: int = 200
    draws: int = 200
    thin: int = 3

    @property
    def kept(self) -> int:
        """Draws kept of each chain."""
        return -(-self.draws // self.chains)


@dataclass(frozen=True, slots=True)
class ChainDraws:
    """What one chain kept; first axis is draws. See `Draws` and `FitSummary` for the meanings."""

    term: NDArray[np.int16]
    parent: NDArray[np.int32]
    root: NDArray[np.int16]
    shares: Floats
    total: Floats
    kappa: Floats
    radius: Floats
    weight_sum: Floats
    weight_draws: NDArray[np.float32]
    level_sum: Floats
    course_sum: Floats
    factor_sum: Floats
    wave: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class GibbsFit:
    """The chains joined: genealogies, summary, and the posterior mean as one point of the parameter space."""

    design: Design
    draws: Draws
    summary: FitSummary
    mean: Parameters


def component_shares(
    columns: Columns, source: NDArray[np.int32], term: NDArray[np.int32], n_actors: int
) -> Floats:
    """Shares of the four components by source, (n_actors, 4); zeros where there is no event."""
    of_column = np.array([1 if r in OWN_RELATIONS else 3 if r == "joint" else 2 for r in columns.relations])
    component = np.where(term < 0, 0, of_column[np.maximum(term, 0) // columns.width])
    count = np.bincount(source.astype(np.int64) * 4 + component, minlength=4 * n_actors).reshape(n_actors, 4)
    return np.asarray(count / np.maximum(count.sum(axis=1, keepdims=True), 1))


def run_chain(
    design: Design,
    config: ChainConfig,
    length: GibbsConfig,
    seed: tuple[int, ...],
    progress: Progress | None = None,
) -> ChainDraws:
    """Run one chain and keep its draws.

    `seed` seeds the chain's own generator, so that results do not depend on how chains share the cores.
    """
    rng = np.random.default_rng(seed)
    chain = Chain(design, config, rng)
    u, n = chain.units, design.history.n_actors
    lists = make_lists(design, u)
    past = ~u.live & (chain.baseline.basis.block[u.step] >= 0)
    kept = length.kept
    out = _empty(chain, kept)
    total_sweeps = length.burn_in + kept * length.thin
    for sweep in range(total_sweeps):
        chain.sweep(adapt=sweep < length.burn_in)
        if progress is not None and sweep % 10 == 0:
            progress(sweep / total_sweeps)
        done = sweep - length.burn_in + 1
        if done > 0 and done % length.thin == 0:
            at = done // length.thin - 1
            chain.draw(past)
            out.term[at] = chain.term
            out.parent[at], out.root[at] = draw_genealogy(design, u, lists, chain.term, rng)
            out.shares[at] = component_shares(design.columns, u.source[u.shared], chain.term[u.shared], n)
            _keep_parameters(out, at, chain)
    return out


def _empty(chain: Chain, kept: int) -> ChainDraws:
    n, k, p = chain.weight.shape
    units = len(chain.units)
    columns = len(chain.design.columns.names)
    return ChainDraws(
        term=np.empty((kept, units), dtype=np.int16),
        parent=np.empty((kept, units), dtype=np.int32),
        root=np.empty((kept, units), dtype=np.int16),
        shares=np.empty((kept, n, 4)),
        total=np.empty((kept, n, columns)),
        kappa=np.empty((kept, n)),
        radius=np.empty(kept),
        weight_sum=np.zeros((n, k, p)),
        weight_draws=np.empty((min(kept, 60), n, k, p), dtype=np.float32),
        level_sum=np.zeros((n, n, k)),
        course_sum=np.zeros_like(chain.baseline.course),
        factor_sum=np.zeros_like(chain.targets.factor),
        wave=np.zeros(n, dtype=np.int64),
    )


def _keep_parameters(out: ChainDraws, at: int, chain: Chain) -> None:
    columns = chain.design.columns
    opened = np.repeat(columns.opens, columns.width)
    totals = chain.weight * opened
    n, k, _ = totals.shape
    out.total[at] = (
        totals.reshape(n, k, len(columns.names), -1).sum(axis=(1, 3)) / columns.width * columns.n_kernels
    )
    out.kappa[at] = chain.baseline.kappa
    out.radius[at] = spectral_radius(chain.weight, chain.targets.factor, columns)
    out.weight_sum[:] += chain.weight
    if at < len(out.weight_draws):
        out.weight_draws[at] = totals
    out.level_sum[:] += chain.level
    out.course_sum[:] += chain.baseline.course
    out.factor_sum[:] += chain.targets.factor
    out.wave[:] = chain.baseline.wave


def split_r_hat(shares: Floats) -> float:
    """Largest split R-hat over (draws, ...) traces stacked by chain: shares (chains, draws, n, 4).

    Gelman et al., Bayesian Data Analysis (3rd ed.), section 11.4.
    """
    half = shares.shape[1] // 2
    if half < 2:
        return float("nan")
    parts = np.concatenate([shares[:, :half], shares[:, half : 2 * half]], axis=0)
    within = parts.var(axis=1, ddof=1).mean(axis=0)
    between = parts.mean(axis=1).var(axis=0, ddof=1)
    moving = within > 1e-10
    if not moving.any():
        return 1.0
    return float(np.sqrt((half - 1) / half + between[moving] / within[moving]).max())


def join_chains(
    design: Design, chains: list[ChainDraws], units: Units, *, seed: int, length: GibbsConfig,
) -> GibbsFit:  # fmt: skip
    """Join the chains' draws, in the order of the chains."""
    n_kept = sum(len(c.radius) for c in chains)
    draws = Draws(
        design.columns,
        units.cell,
        units.shared,
        np.concatenate([c.term for c in chains]),
        np.concatenate([c.parent for c in chains]),
        np.concatenate([c.root for c in chains]),
    )
    kappa = np.concatenate([c.kappa for c in chains])
    weights = np.concatenate([c.weight_draws for c in chains])
    low, high = np.quantile(weights, [0.05, 0.95], axis=0)
    mean = Parameters(
        level=np.sum([c.level_sum for c in chains], axis=0) / n_kept,
        weight=np.sum([c.weight_sum for c in chains], axis=0) / n_kept,
        course=np.sum([c.course_sum for c in chains], axis=0) / n_kept,
        kappa=kappa.mean(axis=0),
        wave=chains[0].wave,
        factor=np.sum([c.factor_sum for c in chains], axis=0) / n_kept,
    )
    summary = FitSummary(
        half_lives=design.half_lives,
        share_from=design.share_from,
        total=np.concatenate([c.total for c in chains]),
        weights=np.stack([weights.mean(axis=0), low, high]),
        kappa=kappa,
        spectral_radius=np.concatenate([c.radius for c in chains]),
        dispersion=float("nan"),
        r_hat=split_r_hat(np.stack([c.shares for c in chains])),
        seed=seed,
        sweeps=length.burn_in + length.kept * length.thin,
        chains=len(chains),
    )
    return GibbsFit(design, draws, summary, mean)


def reaction_shares(design: Design, config: ChainConfig, sweeps: int, seed: tuple[int, ...]) -> Floats:
    """Mean reaction share of every actor over the second half of a short chain, (n_actors,); for placebos."""
    chain = Chain(design, config, np.random.default_rng(seed))
    u, n = chain.units, design.history.n_actors
    kept: list[Floats] = []
    for sweep in range(sweeps):
        chain.sweep(adapt=sweep < sweeps // 2)
        if sweep >= sweeps // 2:
            kept.append(component_shares(design.columns, u.source[u.shared], chain.term[u.shared], n)[:, 2])
    return np.asarray(np.mean(kept, axis=0))
