"""Coverage of the bands of `melian var` on simulated pairs of series, and their width.

    python bench/var_coverage.py [--worlds 200] [--steps 43 150] [--own 0.5 0.75] [--horizon 4] [--bursts]

The second series answers the first (0.2 a step later), both go on with their own conduct, innovations are
independent; with `--bursts` they are three times as large in every tenth step, for both at once. The order is
chosen by AIC among four, as the command does. What is held is the cumulated response at the horizon.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from melian.measures.var_model import fit_system, moving_average, responses


def series(rng: np.random.Generator, steps: int, lags: np.ndarray, *, bursts: bool) -> np.ndarray:
    """Give a first-order system with independent innovations."""
    y = np.zeros((steps + 50, 2))
    for t in range(1, len(y)):
        size = 3.0 if bursts and rng.random() < 0.1 else 1.0
        y[t] = lags @ y[t - 1] + size * rng.normal(size=2)
    return y[50:]


def run(given: argparse.Namespace, steps: int, own: float) -> None:
    """Print the coverage of one length and one persistence."""
    lags = np.array([[own, 0.0], [0.2, own]])
    spread = np.sqrt(1.8) if given.bursts else 1.0
    truth = spread * moving_average(lags[None], given.horizon).sum(axis=0)
    rng = np.random.default_rng((int(100 * own), steps))
    held, width, began = np.zeros((2, 2, 2)), np.zeros((2, 2, 2)), time.process_time()
    for _ in range(given.worlds):
        system = fit_system(series(rng, steps, lags, bursts=given.bursts), lags="aic", most=4)
        found = responses(system, horizon=given.horizon, draws=given.draws, rng=rng)
        low = np.stack([found.first_low[-1], found.last_low[-1]])
        high = np.stack([found.first_high[-1], found.last_high[-1]])
        held += (low <= truth) & (truth <= high)
        width += np.nan_to_num(high - low)
    part, seconds = held / given.worlds, (time.process_time() - began) / given.worlds
    for order, name in enumerate(("irf", "irf-later")):
        print(
            f"{steps:4d} steps, own {own:.2f}, {name:9s}: answer {part[order, 1, 0]:.2f}, none "
            f"{part[order, 0, 1]:.2f}, own {part[order, 0, 0]:.2f} and {part[order, 1, 1]:.2f}; width of the "
            f"answer's {width[order, 1, 0] / given.worlds:.2f} (truth {truth[1, 0]:.2f}); {seconds:.2f} s"
        )


def main() -> None:
    """Run all lengths and persistences."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--worlds", type=int, default=200)
    parser.add_argument("--steps", type=int, nargs="+", default=[43, 150])
    parser.add_argument("--own", type=float, nargs="+", default=[0.5, 0.75])
    parser.add_argument("--horizon", type=int, default=4)
    parser.add_argument("--draws", type=int, default=299)
    parser.add_argument("--bursts", action="store_true")
    given = parser.parse_args()
    for steps in given.steps:
        for own in given.own:
            run(given, steps, own)


if __name__ == "__main__":
    main()
