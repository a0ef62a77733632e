"""False positives of the checks: every hypothesis test of the registry on simulated null worlds.

Each test is run where its own null hypothesis is true:

- `model`: the model itself with reaction, half-lives as fitted, for the tests of the fit;
- `two`: the same with two instruments;
- `quiet`: everybody goes on with its own conduct and nobody answers anybody, for the tests that look for
  reaction;
- `marked`: reaction, and codes that "answer" put on events at random;
- `meeting`: nobody answers anybody, with an instrument of meetings and another, each act told once;
- `wide` (by --family): more actors and instruments, half-lives off those of the fit, hyper-parameters chosen.

Results are appended to FOLDER/FAMILY.csv, and what stands there is not run again: cut the study in slices.

    python bench/null_worlds.py --folder null --worlds 400 --slice 100
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy import stats

from melian.checks.registry import CHECKS
from melian.checks.subject import Subject, make_subject
from melian.history import EventHistory
from melian.models.hawkes import HawkesConfig
from melian.simulate import Baseline, Branching, Kernel, World, simulate, to_history

LEVEL = 0.05
LOW, HIGH = 0.025, 0.08
"""Rates between which a test at 5% must lie."""
TESTS = {
    "model": ("pit", "autocorrelation", "dispersion", "rescaling"),
    "two": ("pit", "autocorrelation", "dispersion", "rescaling"),
    "quiet": ("placebo", "lead", "reversal"),
    "marked": ("reactive",),
    "meeting": ("visits",),
    "wide": ("pit", "rescaling", "autocorrelation", "dispersion"),
}
FAST = HawkesConfig(half_lives=(1.0, 5.0), exposure="off")
ON = Kernel(half_lives=(1.0, 5.0), weights=(0.6, 0.4))
QUIET = Branching(persistence=0.15, spread=0.05, reply=0.0, alarm=0.0, joining=0.0, alignment=0.0, kernel=ON)
ANSWERING = replace(QUIET, reply=0.2, alarm=0.03, joining=0.03, alignment=0.03)
BRANCHING = {"quiet": QUIET, "meeting": QUIET, "wide": replace(ANSWERING, kernel=Kernel())}
PAIR = ("coercion", "economy")
INSTRUMENTS = {"two": PAIR, "meeting": PAIR, "wide": ("coercion", "economy", "force")}


def null_history(family: str, seed: int) -> EventHistory:
    """Simulate the null world of a family and seed: 3,000 events in 500 days, 4,000 in 800 if wide."""
    wide = family == "wide"
    world = World(
        actors=("A", "B", "C", "D", "E", "F")[: 6 if wide else 4],
        instruments=INSTRUMENTS.get(family, ("coercion",)),
        n_steps=800 if wide else 500,
        seed=seed,
        baseline=Baseline(events=4000 if wide else 3000, amplitude=0.3),
        branching=BRANCHING.get(family, ANSWERING),
    )
    history = to_history(simulate(world), since=0)
    if family == "marked":
        flag = np.random.default_rng((seed, 9)).random(len(history.step)) < 0.2
        history = replace(history, reactive=flag)
    return history


def p_values(subject: Subject, tests: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    """Run the tests; one that could not run has no p-value and is left out."""
    for test in tests:
        p_value = CHECKS[test].run(subject).p_value
        if p_value is not None:
            yield test, p_value


def read(path: Path) -> dict[str, dict[int, float]]:
    """Read p-values by test and seed."""
    found: dict[str, dict[int, float]] = defaultdict(dict)
    if path.exists():
        with path.open(newline="") as file:
            for seed, test, p_value in csv.reader(file):
                found[test][int(seed)] = float(p_value)
    return found


def study(family: str, path: Path, seeds: range, *, until: float) -> None:
    """Run what is missing, world by world, until the process has used so much time."""
    done = read(path)
    config = HawkesConfig() if family == "wide" else FAST
    for seed in seeds:
        missing = tuple(test for test in TESTS[family] if seed not in done[test])
        if time.process_time() > until:
            return
        if missing:
            rows = list(p_values(make_subject(null_history(family, seed), config), missing))
            with path.open("a", newline="") as file:
                csv.writer(file).writerows([seed, test, p_value] for test, p_value in rows)


def tell(family: str, path: Path, seeds: range) -> None:
    """Print the rate of each test with its 90% interval."""
    for test, by_seed in sorted(read(path).items()):
        p = np.array([value for seed, value in by_seed.items() if seed in seeds])
        if len(p) == 0:
            continue
        hits = int((p <= LEVEL).sum())
        interval = stats.binomtest(hits, len(p)).proportion_ci(0.9)
        verdict = "ok" if LOW <= hits / len(p) <= HIGH else "OUTSIDE"
        print(
            f"{family:8s} {test:16s} {hits:3d} of {len(p):3d} = {hits / len(p):.3f} "
            f"({interval.low:.3f} to {interval.high:.3f})  median p {np.median(p):.2f}  {verdict}",
            flush=True,
        )


def main() -> None:
    """Run a slice of the study and print the rates so far."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--folder", type=Path, default=Path("null-worlds"))
    options.add_argument("--family", choices=TESTS, action="append", help="else all but wide")
    options.add_argument("--worlds", type=int, default=400)
    options.add_argument("--first", type=int, default=1, help="first seed")
    options.add_argument("--slice", type=float, default=1e9, help="CPU seconds after which to stop")
    asked = options.parse_args()
    covered = {test for tests in TESTS.values() for test in tests}
    if forgotten := [name for name, check in CHECKS.items() if check.null and name not in covered]:
        raise SystemExit(f"TESTS names no null worlds for {', '.join(forgotten)}.")
    asked.folder.mkdir(parents=True, exist_ok=True)
    seeds = range(asked.first, asked.first + asked.worlds)
    for family in asked.family or [family for family in TESTS if family != "wide"]:
        path = asked.folder / f"{family}.csv"
        study(family, path, seeds, until=asked.slice)
        tell(family, path, seeds)


if __name__ == "__main__":
    main()
