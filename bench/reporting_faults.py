"""Worlds told badly, through the real path: what reporting faults do to the shares.

Each world of `melian.simulate.reported_worlds` is told as a table, read into a store, led through the funnel
and fitted; its mean shares over actors stand beside those of the same world told faithfully. `--naive` leaves
duplicates and mirrors in and the attention out; `--days` gives the reach of the re-report step.
"""

from __future__ import annotations

import argparse
import datetime as dt
import time

import numpy as np
from numpy.typing import NDArray

from melian.data import load_history, store_from_frame
from melian.history import EventHistory
from melian.models.gibbs import component_shares
from melian.models.hawkes import HawkesConfig, HawkesFit, fit_hawkes
from melian.options import COMPONENTS
from melian.simulate import ReportedWorld, reported_worlds, simulate, to_table, truth_of

SINCE = 60
BOUND = 0.05
NAIVE = ("re-reports", "co-reports", "mirrors")
Floats = NDArray[np.float64]


def mean_shares(fit: HawkesFit) -> Floats:
    """Mean over draws and actors of initiative, momentum, reaction, joint."""
    live, cell = fit.draws.live, fit.draws.cell
    source = fit.history.source[cell[live]]
    drawn = [
        component_shares(fit.design.columns, source, term, fit.history.n_actors)
        for term in fit.draws.term[:, live]
    ]
    return np.asarray(np.mean(drawn, axis=(0, 1)))


def history_of(told: ReportedWorld, *, days: int, naive: bool) -> tuple[EventHistory, Floats]:
    """Tell the world, read it as a table, run the funnel; give the true mean shares beside."""
    path = simulate(told.world)
    since = told.world.origin + dt.timedelta(days=SINCE)
    without = NAIVE if naive else ()
    with store_from_frame(to_table(path, told.reporting)) as store:
        history = load_history(
            store, actors=list(told.world.actors), since=since, without=without, re_report_days=days
        )
    return history, truth_of(path, since=SINCE).shares().mean(axis=0)


def main() -> None:
    """Print one line per world and pipeline."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--days", type=int, default=0)
    options.add_argument("--naive", action="store_true")
    options.add_argument("--only", default="", help="worlds whose name holds this")
    asked = options.parse_args()
    config = HawkesConfig(draws=150, burn_in=200, chains=1, jobs=1, exposure="off" if asked.naive else "auto")
    clean: dict[str, Floats] = {}
    print(f"re-report days {asked.days}, naive {asked.naive}; shares: {', '.join(COMPONENTS)}", flush=True)
    for told in reported_worlds():
        if asked.only not in told.name:
            continue
        begun = time.perf_counter()
        history, true = history_of(told, days=asked.days, naive=asked.naive)
        shares = mean_shares(fit_hawkes(history, config))
        clean.setdefault(told.clean, shares)
        off = shares - clean[told.clean]
        worst = np.abs(off[:3]).max()
        print(
            f"{told.name:24s} {history.n_events:6d} events  shares {_text(shares)}  true {_text(true)}  "
            f"off clean {_text(off)}  {'ok ' if worst <= BOUND else 'OVER'} "
            f"{time.perf_counter() - begun:5.1f} s",
            flush=True,
        )


def _text(shares: Floats) -> str:
    return " ".join(f"{share:+.3f}" for share in shares)


if __name__ == "__main__":
    main()
