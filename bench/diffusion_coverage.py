"""Error of the shares of `melian diffusion`, and how often their 90% intervals hold the truth.

    python bench/diffusion_coverage.py --worlds 10 --first 301 --spread 0.2 --outside 0.4 [--days 600]

On the worlds of tests/measures/uprising_worlds.py: six countries with slow courses, a quarter of protest
after protest at home, half-lives off those of the fit, which are the defaults of `melian diffusion`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "measures"))

from uprising_worlds import uprising

from melian.measures.diffusion_fit import drawn_parts, fit_part, main_parts, placebo_parts
from melian.measures.diffusion_history import home_history
from melian.measures.diffusion_settings import DiffusionSettings
from melian.measures.diffusion_shares import home_shares
from melian.models.hawkes import HawkesConfig

NAMES = ("own.protest", "spread.protest", "outside.force.protest")
Row = tuple[float, float, float, float]


def world_rows(seed: int, spread: float, outside: float, days: int) -> dict[str, list[Row]]:
    """Give value, low, high and truth of each share, of all countries and of each."""
    world, settings = uprising(seed, spread=spread, outside=outside, days=days), DiffusionSettings()
    countries = world.foreign.actors[:-1]
    history = home_history(world.foreign, world.domestic, countries)
    fit = fit_part(history, range(len(countries)), HawkesConfig(), home_acted_on=True)
    drawn = drawn_parts(fit, settings.refits, seed=settings.seed)
    shares = home_shares(
        fit, main_parts(fit), drawn, placebo_parts(fit, settings.shifts), least=settings.least
    )
    found = {share.name: share.estimate for share in shares}
    out: dict[str, list[Row]] = {}
    for at, name in enumerate(NAMES):
        truths = {name: (world.own, world.spread, world.outside)[at]}
        truths |= {f"{name}.{c}": world.by_country[at, i] for i, c in enumerate(countries)}
        for full, truth in truths.items():
            one = found[full]
            if one.value is not None and one.low is not None and one.high is not None:
                key = name if full == name else f"{name}, by country"
                out.setdefault(key, []).append((one.value, one.low, one.high, float(truth)))
    return out


def main() -> None:
    """Run the worlds and print a line per share."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--worlds", type=int, default=10)
    parser.add_argument("--first", type=int, default=301, help="first seed")
    parser.add_argument("--spread", type=float, default=0.2)
    parser.add_argument("--outside", type=float, default=0.0)
    parser.add_argument("--days", type=int, default=600)
    asked = parser.parse_args()
    rows: dict[str, list[Row]] = {}
    for seed in range(asked.first, asked.first + asked.worlds):
        for name, found in world_rows(seed, asked.spread, asked.outside, asked.days).items():
            rows.setdefault(name, []).extend(found)
    for name, found in rows.items():
        value, low, high, truth = np.array(found).T
        held = int(((low <= truth) & (truth <= high)).sum())
        print(
            f"{name:34s} truth {truth.mean():.3f}  found {value.mean():.3f}  "
            f"mean error {np.abs(value - truth).mean():.3f}  width {(high - low).mean():.3f}  "
            f"held {held} of {len(found)}"
        )


if __name__ == "__main__":
    main()
