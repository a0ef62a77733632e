"""How often `melian change` finds change points where nothing changes, and its intervals hold the truth.

    python bench/change_coverage.py --worlds 20 --first 13000 [--amplitude 0.0]

Four actors, 700 days, 4,000 events; baselines are flat unless `--amplitude` lets them move, half-lives those
of the fit. Shares of the whole window stand for those of windows and periods, which have the same widening.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace

import numpy as np

from melian.measures.change import ChangeSettings, find_changes
from melian.measures.refits import fit_quickly
from melian.models.hawkes import HawkesConfig
from melian.simulate import Baseline, World, simulate, to_history, truth_of
from melian.simulate.grid import MIXED

ACTORS = ("A", "B", "C", "D")
SINCE = 60
COMPONENTS = ("initiative", "momentum", "reaction")


def main() -> None:
    """Run the worlds and print a line for the tests and one for each share."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--worlds", type=int, default=20)
    parser.add_argument("--first", type=int, default=13_000, help="first seed")
    parser.add_argument("--amplitude", type=float, default=0.0, help="of the slow baseline")
    asked = parser.parse_args()
    settings = ChangeSettings(refit=False, top=0)
    world = World(
        actors=ACTORS, instruments=("coercion", "economy"), n_steps=700, branching=MIXED,
        baseline=Baseline(events=4000, amplitude=asked.amplitude),
    )  # fmt: skip
    held: dict[str, list[bool]] = {name: [] for name in COMPONENTS}
    p_values, placed, began = [], [], time.process_time()
    for seed in range(asked.first, asked.first + asked.worlds):
        path = simulate(replace(world, seed=seed))
        fitted = fit_quickly(to_history(path, since=SINCE), HawkesConfig(exposure="off"))
        found = find_changes(fitted, settings)
        p_values += [p for name, p in found.tests.items() if name.startswith("change-point")]
        placed += [len(weekly.breaks.at) > 0 for weekly in found.weekly.values()]
        truth = truth_of(path, since=SINCE).shares()
        for at, actor in enumerate(ACTORS):
            for part, name in enumerate(COMPONENTS):
                one = found.estimates[f"{name}.{actor}"]
                if one.low is not None and one.high is not None:
                    held[name].append(bool(one.low <= truth[at, part] <= one.high))
    rejected = np.array(p_values) <= 0.05
    print(
        f"change points  {rejected.mean():.1%} of {len(rejected)} series rejected, "
        f"{np.mean(placed):.1%} have one"
    )
    for name, values in held.items():
        print(f"{name:<14} {np.mean(values):.1%} of {len(values)} intervals hold the truth")
    print(f"processor      {(time.process_time() - began) / asked.worlds:.1f} s a world")


if __name__ == "__main__":
    main()
