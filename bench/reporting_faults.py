"""Worlds told badly, through the real path: what reporting faults do to the shares.

Each world of `melian.simulate.reported_worlds` is told as a table, read into a store, led through the funnel
and fitted; its mean shares over actors stand beside those of the same world told faithfully. `--naive` leaves
duplicates and mirrors in and the attention out; `--days` gives the reach of the re-report step.
"""

from __future__ import annotations

import argparse
import datetime as dt
import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from melian.data import load_history, store_from_frame
from melian.history import EventHistory
from melian.models.gibbs import component_shares
from melian.models.hawkes import HawkesConfig, HawkesFit, fit_hawkes
from melian.options import COMPONENTS, RELATIONS
from melian.simulate import ReportedWorld, SimulatedWorld, reported_worlds, simulate, to_table, truth_of
from melian.simulate.telling import mirrored_acts

SINCE = 60
BOUND = 0.05
NAIVE = ("re-reports", "co-reports", "mirrors")
WITHIN_PAIR = [RELATIONS.index(name) for name in ("persistence", "reply", "joint")]
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


def history_of(told: ReportedWorld, path: SimulatedWorld, *, days: int | str, naive: bool) -> EventHistory:
    """Tell the world, read it as a table, run the funnel."""
    since = told.world.origin + dt.timedelta(days=SINCE)
    without = NAIVE if naive else ()
    with store_from_frame(to_table(path, told.reporting)) as store:
        return load_history(
            store, actors=list(told.world.actors), since=since, without=without, re_report_days=days
        )


def true_shares(told: ReportedWorld, path: SimulatedWorld) -> tuple[Floats, Floats]:
    """Count the true shares; and those where acts told from both sides are joint events, without initiator.

    What follows a joint event within its pair is `joint`; what followed it elsewhere has no parent then.
    """
    rng = np.random.default_rng([told.world.seed, 4])
    mirrored = mirrored_acts(path, told.reporting.mirrored, rng)
    born = mirrored[path.parent] & (path.parent >= 0)
    within = np.isin(path.relation, WITHIN_PAIR)
    relation = np.where(born, np.where(within, RELATIONS.index("joint"), -1), path.relation)
    both = replace(path, joint=path.joint | mirrored, relation=relation)
    plain, joint = (truth_of(world, since=SINCE).shares().mean(axis=0) for world in (path, both))
    return plain, joint


def main() -> None:
    """Print one line per world and pipeline."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--days", default="auto", help="reach of the step re-reports: auto or a number")
    options.add_argument("--naive", action="store_true")
    options.add_argument("--only", default="", help="worlds whose name holds this")
    options.add_argument("--chains", type=int, default=1)
    options.add_argument("--seed", type=int, default=0, help="added to the seed of each world")
    asked = options.parse_args()
    days = asked.days if asked.days == "auto" else int(asked.days)
    exposure = "off" if asked.naive else "auto"
    config = HawkesConfig(draws=150, burn_in=200, chains=asked.chains, jobs=1, exposure=exposure)
    clean: dict[str, Floats] = {}
    print(f"re-report days {days}, naive {asked.naive}; shares: {', '.join(COMPONENTS)}", flush=True)
    for told in reported_worlds():
        if asked.only not in told.name:
            continue
        begun = time.perf_counter()
        world = replace(told.world, seed=told.world.seed + asked.seed)
        path = simulate(world)
        history = history_of(replace(told, world=world), path, days=days, naive=asked.naive)
        true, joint = true_shares(replace(told, world=world), path)
        shares = mean_shares(fit_hawkes(history, config))
        clean.setdefault(told.clean, shares)
        off = shares - clean[told.clean]
        reach = ", ".join(str(found.reach) for found in history.provenance.re_reports)
        print(
            f"{told.name:26s} {history.n_events:6d} events  reach {reach or days}  shares {_text(shares)}  "
            f"true {_text(true)}  off clean {_text(off)}  "
            f"{'ok ' if np.abs(off).max() <= BOUND else 'OVER'} {time.perf_counter() - begun:5.1f} s",
            flush=True,
        )
        if told.reporting.mirrored:
            print(
                f"{'':26s} mirrored as joint: true {_text(joint)}  off it {_text(shares - joint)}", flush=True
            )


def _text(shares: Floats) -> str:
    return " ".join(f"{share:+.3f}" for share in shares)


if __name__ == "__main__":
    main()
