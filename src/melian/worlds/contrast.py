"""Contrasts: the same futures in two worlds, run by run and event by event, and what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from melian.errors import InputError
from melian.worlds.form import WorldForm
from melian.worlds.growth import growth_radius
from melian.worlds.run import Engine, run_seeds
from melian.worlds.scenario import Scenario, Setting, changed_world
from melian.worlds.tally import Calendar, Spread, by_group, calendar_of, draws_of, mean_with_interval, tally

__all__ = ["Contrast", "Ensemble", "contrast", "simulate_ensemble"]

Floats = NDArray[np.float64]
Counts = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Many runs of one world, counted.

    Attributes
    ----------
    world : WorldForm
        The first of the worlds that the runs are drawn from.
    calendar : Calendar
    counts : mapping of str to (runs, ..., n_months) float64
        "actors" (runs, N, months), "instruments" (runs, K, months), "cells" (runs, N, K), "all" and "joint"
        (runs, months).
    draw : (runs,) int64
        Which of the worlds each run is of.
    radius : float
        Mean spectral radius of the worlds.
    seed : int
    """

    world: WorldForm
    calendar: Calendar
    counts: Mapping[str, Floats]
    draw: NDArray[np.int64]
    radius: float
    seed: int

    @property
    def n_runs(self) -> int:
        """Number of runs."""
        return len(self.draw)

    def spread(self, group: str) -> Spread:
        """Summarise the runs of one group of counts."""
        return mean_with_interval(self.counts[group], self.draw)

    def totals(self, group: str) -> Spread:
        """Summarise the runs' sums over the months."""
        return mean_with_interval(self.counts[group].sum(axis=-1), self.draw)


@dataclass(frozen=True, slots=True)
class Contrast:
    """A scenario's world against the factual one, on common random numbers.

    Attributes
    ----------
    scenario : Scenario
    factual, changed : Ensemble
        Run r of both has the same random numbers: what the scenario leaves alone is the same event.
    """

    scenario: Scenario
    factual: Ensemble
    changed: Ensemble

    def difference(self, group: str) -> Spread:
        """Summarise changed less factual, month by month ("cells": over all months)."""
        return mean_with_interval(self.changed.counts[group] - self.factual.counts[group], self.factual.draw)

    def total_difference(self, group: str) -> Spread:
        """Summarise changed less factual, summed over the months."""
        gap = self.changed.counts[group] - self.factual.counts[group]
        return mean_with_interval(gap.sum(axis=-1), self.factual.draw)


def simulate_ensemble(
    worlds: Sequence[WorldForm], *, runs: int = 1000, seed: int = 1, jobs: int = 0
) -> Ensemble:
    """Run worlds forward and count.

    Parameters
    ----------
    worlds : sequence of WorldForm
        One world, or one for each posterior draw of the rates; runs are spread evenly over them.

    Raises
    ------
    InputError
        If a world's branching has a spectral radius of 1 or more, or there are fewer runs than worlds.
    """
    done = _run([(world, None) for world in worlds], runs, seed, jobs)
    return _ensemble(worlds, done, 0, seed)


def contrast(
    worlds: Sequence[WorldForm],
    scenario: Scenario,
    *,
    setting: Setting | None = None,
    runs: int = 1000,
    seed: int = 1,
    jobs: int = 0,
) -> Contrast:
    """Set a scenario against the factual worlds.

    Parameters
    ----------
    worlds : sequence of WorldForm
        One world, or one for each posterior draw of the rates.
    setting : Setting, optional
        What the scenario may look at beside the world.
    runs : int
        Runs of either world; with the same seed the factual runs are those of `simulate_ensemble`.

    Returns
    -------
    Contrast
        A scenario that changes nothing gives differences of exactly zero.

    Raises
    ------
    InputError
        If the scenario does not fit the world, or a world's branching has a spectral radius of 1 or more.
    """
    changed = [changed_world(world, scenario, setting) for world in worlds]
    _check_scenario(changed[0], scenario)
    done = _run(list(zip(worlds, changed, strict=True)), runs, seed, jobs)
    return Contrast(scenario, _ensemble(worlds, done, 0, seed), _ensemble(changed, done, 1, seed))


def _check_scenario(world: WorldForm, scenario: Scenario) -> None:
    radius = growth_radius(world)
    if not radius < 1.0:
        raise InputError(
            f"scenario {scenario.name!r} has a spectral radius of {radius:.3f}: each event would bring about "
            f"{radius:.2f} others in the long run and counts would grow without end, so there is no contrast "
            "to give. Lower the factors of its changes."
        )


@dataclass(frozen=True, slots=True)
class _Part:
    """Tallies of some runs, factual and (where there is one) changed, and both worlds' spectral radius."""

    counts: tuple[list[Counts], list[Counts]]
    radius: tuple[float, float]


def _run(pairs: Sequence[tuple[WorldForm, WorldForm | None]], runs: int, seed: int, jobs: int) -> list[_Part]:
    """Tally every run of the factual world and of the changed one, if any; both from the run's numbers."""
    if runs < len(pairs):
        raise InputError(f"runs={runs} is less than the {len(pairs)} draws of the rates; take more runs.")
    seeds, draw = run_seeds(seed, runs), draws_of(runs, len(pairs))
    calendar = _calendar(pairs[0][0])

    def some(engines: Sequence[Engine], part: NDArray[np.uint64]) -> _Part:
        counted = [[tally(e.path(own), e.world, calendar) for own in part] for e in engines]
        return _Part((counted[0], counted[-1]), (engines[0].radius, engines[-1].radius))

    def alone(which: int) -> _Part:
        return some(_engines(*pairs[which]), seeds[draw == which])

    work = Parallel(n_jobs=jobs or -1, prefer="threads")
    if len(pairs) > 1:
        return list(work(delayed(alone)(which) for which in range(len(pairs))))
    engines = _engines(*pairs[0])
    return list(work(delayed(some)(engines, part) for part in np.array_split(seeds, min(runs, 16))))


def _engines(world: WorldForm, other: WorldForm | None) -> list[Engine]:
    return [Engine(world)] if other is None else [Engine(world), Engine(other, world)]


def _ensemble(worlds: Sequence[WorldForm], parts: Sequence[_Part], side: int, seed: int) -> Ensemble:
    counts = [tally for part in parts for tally in part.counts[side]]
    calendar = _calendar(worlds[0])
    radius = float(np.mean([part.radius[side] for part in parts]))
    return Ensemble(worlds[0], calendar, by_group(counts), draws_of(len(counts), len(worlds)), radius, seed)


def _calendar(world: WorldForm) -> Calendar:
    return calendar_of(world.origin, world.n_steps, world.record)
