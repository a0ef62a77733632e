"""Relational event models on the full risk set: seconds and memory of statistics and estimation together.

Six effects (inertia, reciprocity, outdegree_sender, indegree_receiver, otp, itp; raw, full memory), beside
what other tools took for the same sizes (`rem_full_peers.csv`, with the machine). Each size runs in a process
of its own, so that the memory is its own; the kernels are compiled beforehand.
"""

from __future__ import annotations

import csv
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from melian.effects.term import Term
from melian.rem.fit import fit_rem
from melian.sequence import RelationalEvents

SIX = ("inertia", "reciprocity", "outdegree_sender", "indegree_receiver", "otp", "itp")
SIZES = ((100, 10_000), (200, 20_000))
BOUNDS = {100: (3.0, 300.0), 200: (12.0, 500.0)}
PEERS = Path(__file__).with_name("rem_full_peers.csv")


def sequence(actors: int, events: int) -> RelationalEvents:
    """Make a sequence in which partners are kept and answered, and actors differ in activity."""
    rng = np.random.default_rng(1)
    ends = np.stack([rng.choice(actors, events, p=rng.dirichlet(np.full(actors, 2.0))) for _ in range(2)])
    for e in range(1, events):
        luck = rng.random()
        if luck < 0.5:
            before = ends[:, rng.integers(max(0, e - 500), e)]
            ends[:, e] = before if luck < 0.3 else before[::-1]
        while ends[0, e] == ends[1, e]:
            ends[1, e] = rng.integers(actors)
    frame = {"time": np.cumsum(rng.exponential(1.0, events)), "sender": ends[0], "receiver": ends[1]}
    return RelationalEvents.from_frame(frame, actors=[str(k) for k in range(actors)])


def measure(actors: int, events: int) -> None:
    """Fit one size and print processor seconds, seconds and peak memory in MB."""
    terms = tuple(Term(name) for name in SIX)
    fit_rem(sequence(10, 200), terms)
    history = sequence(actors, events)
    began, clock = time.process_time(), time.perf_counter()
    fit = fit_rem(history, terms)
    worked, took = time.process_time() - began, time.perf_counter() - clock
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{worked:.2f},{took:.2f},{peak:.0f},{fit.iterations},{int(fit.converged)}")


def main() -> None:
    """Print a line per size: ours, the bound, and the ratio to every peer."""
    with PEERS.open(newline="") as lines:
        peers = list(csv.DictReader(lines))
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for actors, events in SIZES:
        command = [sys.executable, __file__, str(actors), str(events)]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        worked, took, peak, steps, converged = (float(x) for x in run.stdout.split(","))
        seconds, memory = BOUNDS[actors]
        print(
            f"N={actors}, M={events:,}: {worked:.2f} s of processor ({took:.2f} s), {peak:.0f} MB, "
            f"{steps:.0f} Newton steps, converged {bool(converged)}; bound {seconds:g} s, {memory:g} MB"
        )
        for peer in peers:
            if int(peer["actors"]) == actors:
                ratio = f"{float(peer['cpu_s']) / worked:.0f} times ours" if peer["cpu_s"] else "no result"
                print(f"  {peer['tool']}: {peer['cpu_s'] or '-'} s, {ratio}; {peer['note']}")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        measure(int(sys.argv[1]), int(sys.argv[2]))
    else:
        main()
