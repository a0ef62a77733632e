"""A small world that remembers: each day's counts lean on those of the days before."""

from __future__ import annotations

import datetime as dt

import numpy as np

from melian.forecast.fit import ForecastConfig
from melian.history import EventHistory

ACTORS = ("ARG", "ATH", "COR", "SPA")
TOOLS = ("coercion", "force")
CONFIG = ForecastConfig(horizons=(1, 7), min_events=40, held_out=56, half_lives=(1.0, 5.0))


def counts(n_steps: int, *, seed: int = 3) -> np.ndarray:
    """Counts (n_steps, N, N, K): a third of a deed is kept up, a fifth is answered; levels differ."""
    rng = np.random.default_rng(seed)
    n, kk = len(ACTORS), len(TOOLS)
    level = rng.gamma(1.0, 0.25, (n, n, kk)) * ~np.eye(n, dtype=bool)[:, :, None]
    out = np.zeros((n_steps, n, n, kk), dtype=np.int64)
    state = np.zeros((n, n, kk))
    for t in range(n_steps):
        out[t] = rng.poisson(level + 0.5 * state + 0.2 * state.swapaxes(0, 1))
        state = 0.6 * state + 0.4 * out[t]
    return out


def history_of(found: np.ndarray, *, first: int = 0) -> EventHistory:
    """A history from counts; a few pairs meet on Sundays."""
    step, source, target, tool = np.nonzero(found)
    joint = np.zeros(len(step), dtype=bool)
    count = found[step, source, target, tool]
    met = np.arange(0, len(found), 7)
    columns = [
        np.concatenate([part, extra])
        for part, extra in (
            (step, met), (joint, np.ones(len(met), bool)), (source, np.zeros(len(met), int)),
            (target, np.ones(len(met), int)), (tool, np.zeros(len(met), int)),
            (count, np.ones(len(met), int)),
        )
    ]  # fmt: skip
    order = np.lexsort(columns[4::-1])
    step, joint, source, target, tool, count = (part[order].astype(np.int32) for part in columns)
    return EventHistory(
        ACTORS, TOOLS, dt.date(2020, 1, 1), len(found), (first, len(found)), step, source, target, tool,
        count, joint.astype(bool), np.full(len(step), -1, dtype=np.int64),
    )  # fmt: skip
