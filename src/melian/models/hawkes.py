"""The network Hawkes model: one configuration, two estimators, one kind of result."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from melian.errors import check_option
from melian.history import EventHistory
from melian.models.attention import Wave
from melian.models.bootstrap import bootstrap_draws
from melian.models.chain import ChainConfig, make_basis_and_waves
from melian.models.course import CourseBasis
from melian.models.design import Design, make_design
from melian.models.dispersion import pearson_dispersion
from melian.models.draws import Draws, FitSummary
from melian.models.gibbs import GibbsConfig, join_chains, reaction_shares, run_chain
from melian.models.newton import Hyper
from melian.models.parameters import Parameters
from melian.models.refuse import refuse_empty, refuse_history
from melian.models.units import make_units

__all__ = [
    "HawkesConfig",
    "HawkesFit",
    "fit_hawkes",
    "placebo_reaction",
    "run_parallel",
]

Progress = Callable[..., None]
T = TypeVar("T")
BANDWIDTHS = (7.0, 14.0, 28.0)
AUTO_KNOTS = 30.0
PLACEBO_STEP = 7
PLACEBO_LEAST = 63


@dataclass(frozen=True, slots=True)
class HawkesConfig:
    """What the model is told; the defaults are those of `docs/study.md`.

    Attributes
    ----------
    half_lives : tuple of float
        Half-lives of the kernels in days.
    knots, exposure, bandwidth, targets
        "auto", or a value; see `melian.study.schema`.
    bloc : str or None
        Bloc by which relations to third parties are split.
    estimator : {"gibbs", "newton"}
    seed, draws : int
    jobs : int
        Processes at work; 0 for one a core. Results do not depend on it.
    burn_in, chains, thin : int
        Length of the sampler.
    """

    half_lives: tuple[float, ...] = (1.0, 5.0, 20.0)
    knots: str | float = "auto"
    exposure: str | float = "auto"
    bandwidth: str | float = "auto"
    targets: str = "auto"
    bloc: str | None = None
    estimator: str = "gibbs"
    seed: int = 1
    draws: int = 400
    jobs: int = 0
    burn_in: int = 200
    chains: int = 2
    thin: int = 2

    def chain(self) -> ChainConfig:
        """Give the sampler's own settings."""
        kappa = None if self.exposure == "auto" else 0.0 if self.exposure == "off" else float(self.exposure)
        power = {"auto": None, "uniform": 0.0, "level": 1.0}[self.targets]
        bandwidths = BANDWIDTHS if self.bandwidth == "auto" else (float(self.bandwidth),)
        knots = AUTO_KNOTS if self.knots == "auto" else float(self.knots)
        return ChainConfig(knots, bandwidths, kappa, power)


@dataclass(frozen=True, slots=True)
class HawkesFit:
    """A fitted model.

    Attributes
    ----------
    history : EventHistory
    config : HawkesConfig
    design : Design
    basis : CourseBasis
    waves : tuple of Wave
    draws : Draws
        Genealogies from the posterior (or from bootstrap fits, for the fast estimator).
    summary : FitSummary
    mean : Parameters
        One point: the posterior mean, or the maximum.
    """

    history: EventHistory
    config: HawkesConfig
    design: Design
    basis: CourseBasis
    waves: tuple[Wave, ...]
    draws: Draws
    summary: FitSummary
    mean: Parameters

    def hyper(self) -> Hyper:
        """Roughness, attention and targets as found here, for the fast fits beside the main one."""
        return Hyper(0.5, 120.0, self.mean.kappa, self.mean.wave, self.mean.factor)


def run_parallel(jobs: int, tasks: Sequence[tuple[Callable[..., T], tuple[Any, ...]]]) -> list[T]:
    """Run tasks in processes, each on one thread, and give their results in order.

    One thread each: sums then come out the same whatever the number of jobs.
    """
    if not tasks:
        return []
    workers = min(jobs or os.cpu_count() or 1, len(tasks))
    return list(Parallel(n_jobs=workers)(delayed(_on_one_thread)(f, a) for f, a in tasks))


def _on_one_thread(function: Callable[..., T], arguments: tuple[Any, ...]) -> T:
    with threadpool_limits(1):
        return function(*arguments)


def fit_hawkes(
    history: EventHistory, config: HawkesConfig | None = None, *, progress: Progress | None = None
) -> HawkesFit:
    """Fit the network Hawkes model of MODEL.md 2 to a history.

    Parameters
    ----------
    history : EventHistory
    config : HawkesConfig, optional
    progress : callable, optional
        Called as `progress(label, done=None)`.

    Returns
    -------
    HawkesFit

    Raises
    ------
    InputError
        If the history has fewer than two actors, no directed events after burn-in, or an unknown bloc.

    Examples
    --------
    >>> from melian.models.hawkes import HawkesConfig
    >>> HawkesConfig(half_lives=(1.0, 5.0)).chain().knots
    30.0
    """
    config = config or HawkesConfig()
    tell = progress or (lambda label, done=None: None)
    check_option("estimator", config.estimator, ("gibbs", "newton"))
    refuse_history(history, half_lives=config.half_lives, bloc=config.bloc)
    tell("decayed counts of past events")
    design = make_design(history, config.half_lives, bloc=config.bloc)
    refuse_empty(design)
    units = make_units(design)
    chain = config.chain()
    basis, waves = make_basis_and_waves(design, chain)
    if config.estimator == "newton":
        tell("fitting (EM, then Newton)")
        draws, summary, mean = bootstrap_draws(
            design, basis, waves, seed=config.seed, n_draws=config.draws, auto=config.exposure == "auto"
        )
    else:
        tell(f"drawing genealogies in {config.chains} chains")
        length = GibbsConfig(config.chains, config.burn_in, config.draws, config.thin)
        tasks = [(run_chain, (design, chain, length, (config.seed, c))) for c in range(config.chains)]
        chains = run_parallel(config.jobs, tasks)
        fit = join_chains(design, chains, units, seed=config.seed, length=length)
        draws, summary, mean = fit.draws, fit.summary, fit.mean
    spread = pearson_dispersion(design, basis, waves, mean)
    summary = replace(summary, dispersion=spread.source_day)
    return HawkesFit(history, config, design, basis, waves, draws, summary, mean)


def placebo_reaction(fit: HawkesFit, n_shifts: int, *, sweeps: int = 160) -> NDArray[np.float64]:
    """Reaction shares where the others' series is shifted around the circle, (n_shifts, n_actors).

    Shifts are multiples of 7 days, at least 63 and as far apart as the record allows; each is a fit of its
    own with the same settings, so what is left is the noise floor of the whole procedure.
    """
    config, history = fit.config, fit.history
    shifts = placebo_shifts(history.n_steps, n_shifts)
    tasks = [(_placebo, (history, config, s, sweeps)) for s in shifts]
    return np.array(run_parallel(config.jobs, tasks)).reshape(len(shifts), history.n_actors)


def placebo_shifts(n_steps: int, wanted: int) -> tuple[int, ...]:
    """Give up to `wanted` shifts in days, none where the record is too short for one.

    Examples
    --------
    >>> placebo_shifts(304, 3)
    (63, 147, 238)
    >>> placebo_shifts(100, 3)
    ()
    """
    last = (n_steps - PLACEBO_LEAST) // PLACEBO_STEP * PLACEBO_STEP
    if last < PLACEBO_LEAST or wanted < 1:
        return ()
    spaced = np.linspace(PLACEBO_LEAST, last, wanted)
    return tuple(sorted({int(s // PLACEBO_STEP * PLACEBO_STEP) for s in spaced}))


def _placebo(history: EventHistory, config: HawkesConfig, shift: int, sweeps: int) -> NDArray[np.float64]:
    design = make_design(history, config.half_lives, bloc=config.bloc, shift=shift)
    return reaction_shares(design, config.chain(), sweeps, (config.seed, 1000 + shift))
