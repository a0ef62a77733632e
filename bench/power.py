"""Power: is a reply share of 0.15 found above the placebo floor where the actor has 5,000 events?

Each world has actors of about 5,000 events each who reply to each other, with own momentum and slow courses.
The answer is that of the check `placebo`: the share of reaction above the 95th percentile of the shifted
calendars.

A pair with ten deeds a day says less of one reply than the same deeds over three times as many days: the
standard error of a weight is about that of the daily counts over the spread of the decayed counts.

    python bench/power.py --worlds 50
    python bench/power.py --worlds 50 --actors 2 --days 3000
    python bench/power.py --worlds 50 --actors 2      # ten deeds a day between two
    python bench/power.py --worlds 50 --reply 0.0     # how often it is found where there is none
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from scipy import stats

from melian.checks.registry import CHECKS
from melian.checks.subject import make_subject
from melian.models.hawkes import HawkesConfig
from melian.simulate import Baseline, Branching, Kernel, World, simulate, to_history, truth_of

BOUND = 0.9
FAST = HawkesConfig(half_lives=(1.0, 5.0), exposure="off")


def world(seed: int, *, reply: float, events: int, actors: int, days: int = 1000) -> World:
    """Give actors of so many events each; nobody but the partner is replied to."""
    return World(
        actors=tuple("ABCDEF"[:actors]),
        instruments=("coercion",),
        n_steps=days,
        seed=seed,
        baseline=Baseline(events=events * actors, amplitude=0.3, spread=0.2, shape=4.0),
        branching=Branching(
            persistence=0.15, spread=0.0, reply=reply, alarm=0.0, joining=0.0, alignment=0.0, variation=0.0,
            provocation=0.0,
            kernel=Kernel(half_lives=(1.5, 6.0), weights=(0.6, 0.4)),
        ),
    )  # fmt: skip


def main() -> None:
    """Print a line per world, then how many were found."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--worlds", type=int, default=50)
    options.add_argument("--reply", type=float, default=0.15)
    options.add_argument("--events", type=int, default=5000)
    options.add_argument("--actors", type=int, default=4)
    options.add_argument("--days", type=int, default=1000)
    options.add_argument("--first", type=int, default=1, help="first seed")
    asked = options.parse_args()
    found, shares = 0, []
    for seed in range(asked.first, asked.first + asked.worlds):
        begun = time.process_time()
        made = world(seed, reply=asked.reply, events=asked.events, actors=asked.actors, days=asked.days)
        path = simulate(made)
        truth = truth_of(path).component.sum(axis=0)
        result = CHECKS["placebo"].run(make_subject(to_history(path, since=0), FAST))
        found += bool(result.passed)
        shares.append(truth[2] / truth.sum())
        print(
            f"seed {seed:3d}  {truth.sum():6d} events  true {shares[-1]:.3f}  found {result.statistic:.3f}  "
            f"p {result.p_value:.3f}  {time.process_time() - begun:.1f} s",
            flush=True,
        )
    rate = found / asked.worlds
    interval = stats.binomtest(found, asked.worlds).proportion_ci(0.9)
    print(
        f"above the floor in {found} of {asked.worlds} worlds = {rate:.2f} ({interval.low:.2f} to "
        f"{interval.high:.2f}); true share of reaction {np.mean(shares):.3f}; "
        f"{'ok' if rate >= BOUND else 'BELOW'} (bound {BOUND})"
    )


if __name__ == "__main__":
    main()
