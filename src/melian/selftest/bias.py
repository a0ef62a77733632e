"""The self-test: worlds with known truth, told badly, through the default pipeline and naive ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
from joblib import Parallel, delayed
from scipy import stats
from threadpoolctl import threadpool_limits

from melian.errors import InputError
from melian.models.hawkes import HawkesConfig
from melian.options import COMPONENTS
from melian.selftest.frames import TRUTH, Ran, interval_frame, share_frame
from melian.selftest.pipelines import DEFAULT, NAIVE, TEXTBOOK, Pipeline, run_pipelines
from melian.selftest.worlds import BiasWorld, bias_worlds, tell

__all__ = ["Coverage", "Selftest", "Size", "run_bias"]

Progress = Callable[..., None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is simulated and fitted.

    Attributes
    ----------
    seeds : int
        Worlds of each kind.
    n_steps : int
        Days of each record.
    events : float
        Factor on the events of each world.
    config : HawkesConfig
        Of the default fit.
    """

    seeds: int
    n_steps: int = 800
    events: float = 1.0
    config: HawkesConfig = HawkesConfig()  # noqa: RUF009


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the default's intervals held the truth.

    Attributes
    ----------
    held, of : int
        Intervals of initiative, momentum and reaction, one for each actor and world.
    low, high : float
        90% interval of the rate (Clopper and Pearson 1934), as if intervals were independent.
    """

    held: int
    of: int
    low: float
    high: float

    @property
    def rate(self) -> float:
        """Share of the intervals that held the truth."""
        return self.held / self.of


@dataclass(frozen=True, slots=True)
class Selftest:
    """What was found in all worlds.

    Attributes
    ----------
    worlds : tuple of BiasWorld
    pipelines : tuple of str
    shares : polars.DataFrame
        world, repairable, pipeline (truth first), component; mean, least and most over seeds of the mean over
        actors; seeds; events (mean over seeds).
    intervals : polars.DataFrame
        A row for every interval of the default: world, seed, actor, component, truth, share, low, high, held.
    settings : dict
    """

    worlds: tuple[BiasWorld, ...]
    pipelines: tuple[str, ...]
    shares: pl.DataFrame
    intervals: pl.DataFrame
    settings: dict[str, Any]

    def coverage(self, *, repairable: bool) -> Coverage | None:
        """Count the intervals that held the truth, over the worlds of one kind; None where there are none."""
        held = self.intervals.filter(pl.col("repairable") == repairable)["held"]
        if len(held) == 0:
            return None
        rate = stats.binomtest(int(held.sum()), len(held)).proportion_ci(0.9)
        return Coverage(int(held.sum()), len(held), float(rate.low), float(rate.high))

    def mean(self, world: str, pipeline: str, component: str) -> float:
        """Mean share over seeds."""
        at = (
            (pl.col("world") == world) & (pl.col("pipeline") == pipeline) & (pl.col("component") == component)
        )
        return float(self.shares.filter(at)["mean"].item())

    def error(self, world: str, pipeline: str) -> float:
        """Largest distance of a mean share (initiative, momentum, reaction) from the truth."""
        return max(
            abs(self.mean(world, pipeline, part) - self.mean(world, TRUTH, part)) for part in COMPONENTS[:3]
        )


def run_bias(
    size: Size,
    *,
    seed: int = 1,
    worlds: Sequence[BiasWorld] | None = None,
    pipelines: Sequence[Pipeline] = (DEFAULT, NAIVE, TEXTBOOK),
    jobs: int = 0,
    progress: Progress | None = None,
) -> Selftest:
    """Simulate the worlds, run the pipelines on their reports, and set what they find beside the truth.

    Parameters
    ----------
    size : Size
    seed : int
        World number s has the seed `1000 * seed + s`; the result depends on nothing else.
    worlds : sequence of BiasWorld, optional
        Those of `bias_worlds` if not given.
    pipelines : sequence of Pipeline
        Those with intervals have them counted.
    jobs : int
        Processes; 0 for one a core. The result does not depend on it.
    progress : callable, optional
        Called as `progress(label, done)`.

    Raises
    ------
    InputError
        If there is no seed.
    """
    if size.seeds < 1:
        raise InputError(f"seeds={size.seeds} must be 1 at least.")
    chosen = tuple(bias_worlds() if worlds is None else worlds)
    tasks = [(world, 1000 * seed + s) for world in chosen for s in range(1, size.seeds + 1)]
    ran = []
    for number, done in enumerate(_run(tasks, size, tuple(pipelines), jobs), start=1):
        ran.append(done)
        if progress:
            progress(f"world {number} of {len(tasks)} ({done[0].world.name})", number / len(tasks))
    settings = {
        "seeds": size.seeds, "seed": seed, "estimator": size.config.estimator, "days": size.n_steps,
        "worlds": len(tasks),
    }  # fmt: skip
    names = tuple(pipeline.name for pipeline in pipelines)
    return Selftest(chosen, names, share_frame(ran, names), interval_frame(ran), settings)


def _run(
    tasks: Sequence[tuple[BiasWorld, int]], size: Size, pipelines: tuple[Pipeline, ...], jobs: int
) -> Iterator[Ran]:
    """Run all pipelines on every world, in order."""
    workers = jobs or -1
    if workers == 1:
        yield from (_one(world, seed, size, pipelines) for world, seed in tasks)
        return
    yield from Parallel(n_jobs=workers, return_as="generator")(
        delayed(_one)(world, seed, size, pipelines) for world, seed in tasks
    )


def _one(world: BiasWorld, seed: int, size: Size, pipelines: tuple[Pipeline, ...]) -> Ran:
    with threadpool_limits(1):
        told = tell(world, seed, n_steps=size.n_steps, size=size.events)
        config = replace(size.config, seed=seed, jobs=1)
        return told, run_pipelines(pipelines, told, config)
