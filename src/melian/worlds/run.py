"""Running a world: many paths by branching, over the cores, each from a stream of its own."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from melian.errors import InputError
from melian.kernels.branching import grow
from melian.kernels.world_tables import Pool, Rates, Sheet
from melian.worlds.form import WorldForm
from melian.worlds.growth import check_growth, expected_totals, growth_radius
from melian.worlds.tables import cap_tables, extra_sheet, rates_of, sheet_of, units_of

__all__ = ["Path", "Runs", "gathered", "run_seeds", "simulate_paths", "simulate_runs"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Path:
    """One simulated path: unit events sorted by day.

    Attributes
    ----------
    step : (n_events,) int32
    source, target, instrument : (n_events,) int16
    joint : (n_events,) bool
    origin : (n_events,) int16
        Column of the world that the event came through; -1 the baseline, -2 given.
    identity : (n_events,) uint64
        The same event has the same number in every world that it is in, for one seed.
    """

    step: NDArray[np.int32]
    source: NDArray[np.int16]
    target: NDArray[np.int16]
    instrument: NDArray[np.int16]
    joint: NDArray[np.bool_]
    origin: NDArray[np.int16]
    identity: NDArray[np.uint64]

    def __len__(self) -> int:
        """Give the number of events."""
        return len(self.step)


@dataclass(frozen=True, slots=True)
class Runs:
    """Many paths under one another.

    Attributes
    ----------
    run : (n_events,) int32
        Which run each event belongs to; rows are sorted by run, then day.
    step, source, target, instrument, joint
        As in `Path`; step counts days from the world's first.
    n_runs : int
    seed : int
    """

    run: NDArray[np.int32]
    step: NDArray[np.int32]
    source: NDArray[np.int16]
    target: NDArray[np.int16]
    instrument: NDArray[np.int16]
    joint: NDArray[np.bool_]
    n_runs: int
    seed: int

    def __len__(self) -> int:
        """Give the number of events in all runs."""
        return len(self.step)


def run_seeds(seed: int, n_runs: int) -> NDArray[np.uint64]:
    """Give each run an independent 64-bit seed (`SeedSequence.spawn`), the same whatever `n_runs`."""
    return np.array(
        [s.generate_state(1, np.uint64)[0] for s in np.random.SeedSequence(seed).spawn(n_runs)], np.uint64
    )


class Engine:
    """The tables of one world, ready to run; with a factual world, coupled to it event by event."""

    def __init__(
        self, world: WorldForm, factual: WorldForm | None = None, *, may_explode: bool = False
    ) -> None:
        self.radius = growth_radius(world) if may_explode else check_growth(world)
        base = factual or world
        self.world = world
        self.rates: Rates = rates_of(world)
        self.base: Sheet = sheet_of(base)
        extra = extra_sheet(base, world) if factual is not None else None
        self.extra: Sheet = extra or self.base
        self.sheets = 1 if extra is None else 2
        self.past, self.past_in = units_of(world.past, world.n_steps, past=True)
        self.given, _ = units_of(world.given, world.n_steps, past=False)
        shape = (world.n_actors, world.n_actors, len(world.instruments))
        self.caps = cap_tables(world.caps, shape, world.n_steps)
        # Of an explosive world nothing can be expected; it gets room as it grows.
        self.room = int(1.3 * expected_totals(world)) + 2000 if self.radius < 1.0 else 20_000
        self.own = threading.local()

    def path(self, seed: np.uint64) -> Path:
        """Simulate one path."""
        room = self.room
        while True:
            pool = self._pool(room)
            caps, masks, spent = self.caps
            made, done = grow(
                self.rates, self.base, self.extra, self.sheets, seed, self.past, self.past_in, self.given,
                caps, masks, spent.copy(), pool,
            )  # fmt: skip
            if made >= 0:
                break
            room = _more(room)
            self.room = max(self.room, room)
        at = pool.order[len(self.past) : done]
        at = at[pool.cells[at, 0] >= self.world.record]
        step, source, target, instrument, joint, origin = pool.cells[at, :6].T
        return Path(
            step.copy(), source.astype(np.int16), target.astype(np.int16), instrument.astype(np.int16),
            joint.astype(bool), origin.astype(np.int16), pool.identity[at],
        )  # fmt: skip

    def _pool(self, room: int) -> Pool:
        """Give room for one path: the thread's own, used again, so that the system need not clear it anew."""
        pool: Pool | None = getattr(self.own, "pool", None)
        if pool is None or len(pool.cells) < room:
            pool = Pool(
                np.empty((room, 8), np.int32), np.empty(room, np.uint64),
                np.empty(self.world.n_steps, np.int32), np.empty(room, np.int32),
            )  # fmt: skip
            self.own.pool = pool
        return pool


MOST_EVENTS = 400_000_000


def _more(room: int) -> int:
    if room >= MOST_EVENTS:
        raise InputError(
            f"one run of the world has more than {MOST_EVENTS:,} events; lower the levels or take fewer days."
        )
    return min(2 * room, MOST_EVENTS)


def simulate_paths(
    world: WorldForm,
    reduce: Callable[[Path], T],
    *,
    runs: int,
    seed: int = 1,
    jobs: int = 0,
    factual: WorldForm | None = None,
    may_explode: bool = False,
) -> list[T]:
    """Simulate many paths and keep of each what `reduce` makes of it.

    Parameters
    ----------
    reduce : callable
        Is given each `Path`; its results come back in the order of the runs.
    jobs : int
        Threads at work, 0 for one a core (the kernel holds no lock). The result does not depend on it.
    factual : WorldForm, optional
        Couple the paths to those of this world at the same seed, event by event.
    may_explode : bool
        Run a world with a spectral radius of 1 or more, too: for a few days ahead there is no harm in it.

    Raises
    ------
    InputError
        If the world's branching has a spectral radius of 1 or more, unless it may.
    """
    if runs < 1:
        raise InputError(f"runs={runs} must be at least 1.")
    engine = Engine(world, factual, may_explode=may_explode)
    seeds = run_seeds(seed, runs)

    def some(part: Sequence[np.uint64]) -> list[T]:
        return [reduce(engine.path(s)) for s in part]

    parts = np.array_split(seeds, min(runs, 8 * (jobs or os.cpu_count() or 1)))
    done = Parallel(n_jobs=jobs or -1, prefer="threads")(delayed(some)(part) for part in parts)
    return [item for part in done for item in part]


def simulate_runs(
    world: WorldForm,
    *,
    runs: int,
    seed: int = 1,
    jobs: int = 0,
    factual: WorldForm | None = None,
    may_explode: bool = False,
) -> Runs:
    """Simulate many paths and keep all their events.

    Parameters, errors
        As in `simulate_paths`.
    """
    paths = simulate_paths(
        world, lambda path: path, runs=runs, seed=seed, jobs=jobs, factual=factual, may_explode=may_explode
    )
    return gathered(paths, np.arange(runs), seed=seed)


def gathered(paths: Sequence[Path | Runs], first: NDArray[np.int64], *, seed: int) -> Runs:
    """Put paths, or runs, under one another; the first run of each has the number `first` gives it."""
    run = [
        np.full(len(p), f, dtype=np.int32) if isinstance(p, Path) else p.run + np.int32(f)
        for p, f in zip(paths, first, strict=True)
    ]
    n_runs = sum(1 if isinstance(p, Path) else p.n_runs for p in paths)

    def column(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(p, name) for p in paths])

    return Runs(
        np.concatenate(run), column("step"), column("source"), column("target"), column("instrument"),
        column("joint"), n_runs, seed,
    )  # fmt: skip
