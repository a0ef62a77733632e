"""Coverage of the measure `shares` on simulated worlds, beside that of the reference estimator.

    python bench/shares_coverage.py [--worlds 8] [--reference 4] [--shift 3000]

Worlds have the recovery grid's four kinds of branching, and are as long and as large as ICEWS 2018 among its
ten busiest actors. Coverage is of the 90% intervals of truths from .02 to .98.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from numpy.typing import NDArray

from melian.analysis.attribution import attribute
from melian.analysis.evidence import Evidence
from melian.measures.shares import shares
from melian.models.hawkes import HawkesConfig, fit_hawkes
from melian.simulate import World, simulate, to_history, truth_of
from melian.simulate.grid import MIXED, QUIET, STRONG, WEAK
from melian.simulate.specs import Baseline

PARTS = ("initiative", "momentum", "reaction", "root.self")
KINDS = {"quiet": QUIET, "weak": WEAK, "mixed": MIXED, "strong": STRONG}
TOOLS = ("coercion", "concession", "contestation", "economy", "force", "soft_power")
Floats = NDArray[np.float64]


def world_of(number: int, shift: int) -> World:
    """World number 0, 1, ... of 362 days and about 11,500 events, of each kind in turn."""
    kind = list(KINDS.values())[number % len(KINDS)]
    return World(
        actors=tuple(f"A{i:02d}" for i in range(10)),
        instruments=TOOLS,
        n_steps=362,
        seed=shift + number,
        baseline=Baseline(events=11_500),
        branching=kind,
    )


def row(what: str, found: list[Floats], truths: list[Floats], seconds: float) -> str:
    """One line of figures: error, bias, coverage and width by part."""
    estimate, truth = np.concatenate(found), np.concatenate(truths)
    cells = []
    for at, part in enumerate(PARTS):
        value, low, high = estimate[:, at].T
        true = truth[:, at]
        away = (true > 0.02) & (true < 0.98)
        held = ((low <= true) & (true <= high))[away]
        error = value - true
        size, bias, width = np.abs(error).mean(), error.mean(), (high - low).mean()
        cells.append(f"{part} {size:.3f} {bias:+.3f} {held.mean():.2f} {width:.3f}")
    return f"{what} ({len(found)} worlds, {len(truth)} actors, {seconds:.0f} s): " + "; ".join(cells)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--worlds", type=int, default=8)
    parser.add_argument("--reference", type=int, default=4)
    parser.add_argument("--shift", type=int, default=3000)
    given = parser.parse_args()
    quick: list[Floats] = []
    full: list[Floats] = []
    truths: list[Floats] = []
    spent = [0.0, 0.0]
    print("by part: mean absolute error, bias, coverage, width")
    for number in range(given.worlds):
        path = simulate(world_of(number, given.shift))
        history, truth = to_history(path, since=60), truth_of(path, since=60)
        truths.append(np.concatenate([truth.shares()[:, :3], truth.root_self()[:, None]], axis=1))
        began = time.process_time()
        answer = shares(history)
        spent[0] += time.process_time() - began
        named = [[answer.estimates[f"{part}.{actor}"] for part in PARTS] for actor in history.actors]
        quick.append(np.array([[(e.value, e.low, e.high) for e in line] for line in named], dtype=float))
        if number < given.reference:
            began = time.process_time()
            fit = fit_hawkes(history, HawkesConfig(jobs=1))
            spent[1] += time.process_time() - began
            actors = attribute(history, fit.draws, fit.summary, Evidence()).summary["actors"]
            lines = [
                [actors[a]["proximate"][p] for p in PARTS[:3]] + [actors[a]["root"]["self"]] for a in actors
            ]
            full.append(np.array([[(s["share"], s["low"], s["high"]) for s in line] for line in lines]))
        print(row("shares so far", quick, truths, spent[0]), flush=True)
    if full:
        print(row("shares, the same worlds", quick[: len(full)], truths[: len(full)], spent[0]))
        print(row("reference", full, truths[: len(full)], spent[1]))


if __name__ == "__main__":
    main()
