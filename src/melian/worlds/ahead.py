"""Forward from a fit: many futures of a history, for forecasts."""

from __future__ import annotations

import datetime as dt

import numpy as np
from joblib import Parallel, delayed

from melian.errors import InputError
from melian.history import EventHistory
from melian.models.hawkes import HawkesFit
from melian.worlds.fitted import redrawn, world_from_fit
from melian.worlds.run import Runs, gathered, run_seeds, simulate_runs

__all__ = ["simulate_ahead"]


def simulate_ahead(
    fit: HawkesFit,
    as_of: dt.date,
    days: int,
    *,
    runs: int = 1000,
    history: EventHistory | None = None,
    draws: int | None = 50,
    seed: int = 1,
    jobs: int = 0,
) -> Runs:
    """Simulate what may happen in the `days` days after `as_of`, given the history up to and with that day.

    Parameters
    ----------
    fit : HawkesFit
    as_of : datetime.date
        Last day whose events are known; step 0 of the result is the day after.
    days : int
    runs : int
        Futures, spread evenly over the draws.
    history : EventHistory, optional
        Events up to `as_of`, with the fit's actors and instruments; the fit's own history if not given. Later
        events in it are not looked at.
    draws : int, optional
        Number of posterior draws of the rates behind the runs, evenly spaced over the fit's; None takes the
        point estimate for all runs, which leaves the uncertainty of the rates out.
    seed : int
    jobs : int
        Threads, 0 for one a core; the result does not depend on it.

    Returns
    -------
    Runs
        Every simulated event by run, step, source, target, instrument, joint.

    Raises
    ------
    InputError
        If the days, the draws or the history cannot be used.
    """
    if days < 1 or runs < 1:
        raise InputError(f"days={days} and runs={runs} must be at least 1.")
    since, until = as_of + dt.timedelta(days=1), as_of + dt.timedelta(days=days)
    world = world_from_fit(fit, since, until, history=history)
    if draws is None:
        return simulate_runs(world, runs=runs, seed=seed, jobs=jobs, may_explode=True)
    taken = np.unique(np.linspace(0, len(fit.draws.term) - 1, min(draws, runs)).astype(int))
    parts = np.array_split(np.arange(runs), len(taken))
    seeds = run_seeds(seed, len(taken))

    def one(draw: int, n_runs: int, own: int) -> Runs:
        drawn = redrawn(world, fit, draw, seed=seed)
        return simulate_runs(drawn, runs=n_runs, seed=own, jobs=1, may_explode=True)

    tasks = [(int(d), len(p), int(s)) for d, p, s in zip(taken, parts, seeds, strict=True)]
    done = Parallel(n_jobs=jobs or -1, prefer="threads")(delayed(one)(*task) for task in tasks)
    return gathered(done, np.array([int(p[0]) for p in parts]), seed=seed)
