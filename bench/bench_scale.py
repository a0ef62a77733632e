"""Fast fit of simulated histories of 1e5, 1e6 and 1e7 events among 50 actors: seconds, memory, per event."""

from __future__ import annotations

import resource
import sys
import time

import numpy as np

from melian.models.course import make_basis
from melian.models.design import share_start
from melian.models.groups import fit_in_groups, source_groups
from melian.models.newton import NewtonConfig
from melian.simulate import Baseline, Branching, Kernel, World, simulate, to_history

HALF_LIVES = (1.0, 5.0, 20.0)
TOOLS = ("coercion", "concession", "contestation", "economy", "force", "protest", "repression",
         "security_cooperation", "soft_power")  # fmt: skip


def world(events: int) -> World:
    """Fifty actors, nine instruments, ten years."""
    return World(
        actors=tuple(f"A{i:02d}" for i in range(50)), instruments=TOOLS, n_steps=3653, seed=5,
        baseline=Baseline(events=events),
        branching=Branching(
            persistence=0.2, spread=0.08, reply=0.14, alarm=0.05, joining=0.05, alignment=0.05,
            kernel=Kernel(half_lives=HALF_LIVES, weights=(0.5, 0.3, 0.2)),
        ),
    )  # fmt: skip


def main(sizes: list[int]) -> None:
    """Print a line per size, smallest first, so that the largest memory is that of the size just fitted."""
    for size in sizes:
        begun = time.perf_counter()
        history = to_history(simulate(world(size)), since=60)
        made = time.perf_counter() - begun
        base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        basis = make_basis(share_start(history, HALF_LIVES), history.n_steps, 60.0)
        groups = source_groups(history, len(HALF_LIVES))
        begun, worked = time.perf_counter(), time.process_time()
        fit = fit_in_groups(history, HALF_LIVES, basis, config=NewtonConfig(jobs=2))
        took, worked = time.perf_counter() - begun, time.process_time() - worked
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(
            f"{history.n_events:>9d} events, {len(history.step):>9d} cells: simulated in {made:.0f} s "
            f"(peak {base:.1f} GiB), {len(groups)} groups, fitted in {took:.1f} s, "
            f"{worked:.1f} s of processor = {worked / history.n_events * 1e6:.1f} us an event, "
            f"peak {peak:.1f} GiB, converged {fit.converged}, rounds {np.mean(fit.rounds):.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main([int(float(a)) for a in sys.argv[1:]] or [100_000, 1_000_000])
