"""Codes that answer by their own meaning: their initiative in a world where they are always replies.

    python bench/reactive_codes.py [--reactive apart|with] [--seed N]

In `answers-own-instrument` of the recovery grid concessions come as answers only, and 40% of the reactions
that are contestation carry codes of refusal: the true initiative of both is 0. Real path: reports, store,
funnel, sampler.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import time

import numpy as np

from melian.analysis.attribution import attribute
from melian.analysis.evidence import Evidence
from melian.data import load_history, store_from_frame
from melian.data.load import REACTIVE_RULES
from melian.models.hawkes import HawkesConfig, fit_hawkes
from melian.options import COMPONENTS
from melian.simulate import recovery_grid, simulate, to_table, truth_of

SINCE = 60


def main() -> None:
    """Print the initiative of flagged and other codes by instrument, and the errors by actor."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--reactive", choices=REACTIVE_RULES, default="apart")
    options.add_argument("--seed", type=int, default=0, help="added to the world's own seed")
    asked = options.parse_args()
    begun = time.perf_counter()
    world = next(spec.world for spec in recovery_grid() if spec.name == "answers-own-instrument")
    world = dataclasses.replace(world, seed=world.seed + asked.seed)
    path = simulate(world)
    since = world.origin + dt.timedelta(days=SINCE)
    with store_from_frame(to_table(path)) as store:
        history = load_history(store, actors=list(world.actors), since=since, reactive=asked.reactive)
    fit = fit_hawkes(history, HawkesConfig(draws=150, burn_in=200, chains=1, jobs=1))
    found = attribute(fit.history, fit.draws, fit.summary, Evidence())
    for row in found.frames["reactive"].iter_rows(named=True):
        by_code = {name or "all": row[f"{name}initiative"] for name in ("", "reactive_", "rest_")}
        told = ", ".join(f"{name} {share:.3f}" for name, share in by_code.items() if share is not None)
        print(f"{row['instrument']:14s} {row['events']:6d} events, initiative of {told}")
    shares = [
        [found.summary["actors"][a]["proximate"][c]["share"] for c in COMPONENTS] for a in history.actors
    ]
    error = np.array(shares) - truth_of(path, since=SINCE).shares()
    print(f"mean absolute error {np.abs(error).mean(axis=0).round(3)}, bias {error.mean(axis=0).round(3)}")
    print(f"{asked.reactive}: {time.perf_counter() - begun:.0f} s, {history.n_instruments} instruments")


if __name__ == "__main__":
    main()
