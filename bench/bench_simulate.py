"""How fast worlds run, and how far their contrasts can be trusted.

    python bench/bench_simulate.py            speed: processor time, ratios within one run
    python bench/bench_simulate.py truth      coverage of contrasts on written and on fitted worlds (minutes)

Speed is given in events per second of processor time, so that other work on the machine does not count; two
cores do twice as much in the same time (the kernel holds no lock). The step-by-step engine and a plain Python
loop are run in the same process as yardsticks.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "simulate"))

from melian.models.hawkes import HawkesConfig, fit_hawkes
from melian.simulate import simulate_aegean
from melian.study.world_file import world_from_tables
from melian.worlds import (
    Change,
    Scenario,
    contrast,
    expected_path,
    history_of,
    simulate_ensemble,
    simulate_steps,
    world_from_fit,
)
from melian.worlds.fitted import redrawn
from melian.worlds.form import WorldForm, cut_days
from melian.worlds.run import Engine, run_seeds
from melian.worlds.scenario import changed_world
from melian.worlds.written import world_from_tables as form_of

INSTRUMENTS = [
    "coercion",
    "concession",
    "contestation",
    "economy",
    "force",
    "security_cooperation",
    "soft_power",
]


def world_of(actors: int, events: int) -> WorldForm:
    """One year of a written world of so many actors and expected directed events."""
    names = [f"A{i:02d}" for i in range(actors)]
    rng = np.random.default_rng(actors)
    answers = {
        "persistence": 0.2, "spread": 0.08, "reply": 0.15, "alarm": 0.05, "joining": 0.05, "alignment": 0.05,
        "joint": 0.1, "same_instrument": 0.7, "same_family": 0.1,
    }  # fmt: skip
    tables = {
        "world": {"since": "2020-01-01", "until": "2020-12-31", "instruments": INSTRUMENTS, "events": events},
        "answers": answers,
        "baseline": {"shape": 0.8, "amplitude": 0.3},
        "meetings": {"ratio": 0.3, "again": 0.3, "instruments": {"soft_power": 1.0}},
        "actors": {name: {"size": float(rng.gamma(1.0) + 0.05)} for name in names},
    }
    return form_of(world_from_tables(tables).tables)


def processor_time(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of processor and of the clock."""
    began, clock = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - began, time.perf_counter() - clock


def speed() -> None:
    # All simulated events count, those of the warm-up too.
    world = replace(world_of(50, 300_000), record=0)
    engine, seeds = Engine(world), run_seeds(1, 11)
    engine.path(seeds[0])
    counts: list[int] = []
    cpu, _ = processor_time(lambda: counts.extend(len(engine.path(s)) for s in seeds[1:]))
    fast = sum(counts) / cpu
    print(f"branching, 50 actors, {np.mean(counts):,.0f} events: {fast / 1e6:.2f} million events/s a core")
    small = world_of(12, 20_000)
    simulate_steps(small)
    cpu, _ = processor_time(lambda: counts.append(len(simulate_steps(small))))
    slow = counts[-1] / cpu
    engine = Engine(small)
    cpu, _ = processor_time(lambda: counts.append(sum(len(engine.path(s)) for s in seeds)))
    ratio = counts[-1] / cpu / slow
    print(f"step by step, 12 actors: {slow / 1e6:.4f} million events/s; branching {ratio:,.0f} times")
    cpu, _ = processor_time(lambda: counts.append(len(simulate_aegean().step)))
    older = counts[-1] / cpu
    ratio = fast / older
    print(f"older simulator (numpy): {older / 1e6:.3f} million events/s; branching {ratio:,.0f} times")
    thirty = world_of(30, 20_000)
    cpu, wall = processor_time(lambda: simulate_ensemble([thirty], runs=1000))
    told = f"{cpu:.1f} s of processor, {wall:.1f} s in all"
    print(f"1,000 runs of a year, 30 actors, 20,000 events each: {told}")
    one = Scenario(changes=(Change(what="baseline", actors=("A01",)),))
    cpu, wall = processor_time(lambda: contrast([thirty], one, runs=200))
    print(f"contrast of 200 runs, the same world: {cpu:.1f} s of processor, {wall:.1f} s in all")


SCENARIOS = {
    "silence A": Change(what="baseline", actors=("A00",)),
    "no replies of B": Change(what="relation", relations=("reply",), actors=("A01",)),
    "C half again": Change(what="baseline", actors=("A02",), factor=1.5),
    "no reaction at all": Change(what="relation", relations=("reaction",)),
}


def held_by(found: object, wanted: np.ndarray) -> tuple[int, int]:
    """How many intervals hold the truth, of how many that have a width."""
    low, high = found.low, found.high  # type: ignore[attr-defined]
    moved = high > low
    return int(((low <= wanted) & (wanted <= high))[moved].sum()), int(moved.sum())


def truth_written(worlds: int = 20, runs: int = 200) -> None:
    """Coverage on written worlds: the counterfactual is the exact expectation."""
    held, asked = 0, 0
    for seed in range(worlds):
        world = replace(world_of(6, 3000 + 100 * seed), record=0)
        base = expected_path(world)[0].sum(axis=(0, 2, 3))
        for change in SCENARIOS.values():
            scenario = Scenario(changes=(change,))
            wanted = expected_path(changed_world(world, scenario))[0].sum(axis=(0, 2, 3)) - base
            found = contrast([world], scenario, runs=runs, seed=seed, jobs=1).total_difference("actors")
            got = held_by(found, wanted)
            held, asked = held + got[0], asked + got[1]
    print(f"written worlds: {held} of {asked} intervals hold the truth ({held / asked:.1%})")


def truth_fitted(worlds: int = 6, draws: int = 120) -> None:
    """Coverage on fitted worlds: simulate a written one, fit it, and contrast the fit."""
    held, asked, error = dict.fromkeys(SCENARIOS, 0), dict.fromkeys(SCENARIOS, 0), []
    for seed in range(worlds):
        world = world_of(6, 9000)
        history = history_of(Engine(world).path(run_seeds(seed, 1)[0]), world)
        fit = fit_hawkes(history, HawkesConfig(draws=draws, jobs=1, seed=seed, exposure="off"))
        base = world_from_fit(fit)
        fitted = [redrawn(base, fit, d) for d in range(0, len(fit.draws.term), 3)]
        true = replace(cut_days(world, base.origin, base.until), past=base.past)
        before = expected_path(true)[0].sum(axis=(0, 2, 3))
        for name, change in SCENARIOS.items():
            scenario = Scenario(changes=(change,))
            wanted = expected_path(changed_world(true, scenario))[0].sum(axis=(0, 2, 3)) - before
            found = contrast(fitted, scenario, runs=4 * len(fitted), jobs=1).total_difference("actors")
            got = held_by(found, wanted)
            held[name], asked[name] = held[name] + got[0], asked[name] + got[1]
            error.append(np.abs(found.mean - wanted).sum() / np.abs(wanted).sum())
        print(f"  fitted world {seed + 1} of {worlds}", file=sys.stderr)
    told = ", ".join(f"{name} {held[name]}/{asked[name]}" for name in SCENARIOS)
    share = sum(held.values()) / sum(asked.values())
    print(f"fitted worlds: {share:.1%} of intervals hold the truth; error {np.mean(error):.0%} of it; {told}")


if __name__ == "__main__":
    if "truth" in sys.argv[1:]:
        truth_written()
        truth_fitted()
    else:
        speed()
