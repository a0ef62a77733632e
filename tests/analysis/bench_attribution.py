"""Seconds of `attribute` at 42,000 units x 400 draws x 30 actors; run as a program."""

from __future__ import annotations

import datetime as dt
import resource
import time
from dataclasses import replace

import numpy as np
from genealogies import summary_of_fit

from melian.analysis.attribution import attribute
from melian.analysis.evidence import Evidence
from melian.history import EventHistory
from melian.models.design import make_columns
from melian.models.draws import Draws

N, K, STEPS, DRAWS, BURN_IN = 30, 9, 365, 400, 60
HALF_LIVES = (1.0, 5.0, 20.0)


def make_history(rng: np.random.Generator) -> EventHistory:
    key = np.unique(rng.integers(0, STEPS * N * N * K, 42_000))
    step, source, target, instrument = np.unravel_index(key, (STEPS, N, N, K))
    kept = source != target
    columns = [axis[kept].astype(np.int32) for axis in (step, source, target, instrument)]
    m = int(kept.sum())
    count = np.where(rng.random(m) < 0.05, 2, 1).astype(np.int32)
    actors, tools = (tuple(f"{letter}{i:02}" for i in range(size)) for letter, size in (("A", N), ("I", K)))
    origin = dt.date(2018, 1, 1)
    return EventHistory(
        actors, tools, origin, STEPS, (0, STEPS), *columns, count, np.zeros(m, bool), np.arange(m),
        reactive=rng.random(m) < 0.1,
    )  # fmt: skip


def make_draws(history: EventHistory, rng: np.random.Generator) -> Draws:
    columns = make_columns(N, K, len(HALF_LIVES), None)
    cell = np.repeat(np.arange(len(history.step)), history.count).astype(np.int32)
    shape = (DRAWS, len(cell))
    term = np.where(rng.random(shape) < 0.4, -1, rng.integers(0, columns.n_features, shape)).astype(np.int16)
    back = np.arange(len(cell)) - 200 - rng.exponential(60, shape).astype(np.int64)
    parent = np.where(term < 0, -1, cell[np.maximum(back, 0)]).astype(np.int32)
    root = rng.integers(0, N + 1, shape).astype(np.int16)
    return Draws(columns, cell, history.step[cell] >= BURN_IN, term, parent, root)


def main() -> None:
    rng = np.random.default_rng(1)
    history = make_history(rng)
    draws = make_draws(history, rng)
    fit = summary_of_fit(history, draws.columns, share_from=BURN_IN)
    weights = rng.gamma(0.1, 0.01, (3, N, K, draws.columns.n_features))
    fit = replace(fit, half_lives=HALF_LIVES, weights=weights)
    print(f"{len(draws.cell)} units, {int(draws.live.sum())} live, {DRAWS} draws")
    for _ in range(3):
        wall, core = time.perf_counter(), time.process_time()
        attribute(history, draws, fit, Evidence())
        print(f"{time.perf_counter() - wall:.2f} s, {time.process_time() - core:.2f} s of the processor")
    print(f"largest memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
