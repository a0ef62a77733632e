"""Relational event models against the other tools' figures: seconds, memory and ratios, case by case.

    python bench/bench_rem.py [case ...]      cases as in rem_peers.toml; `large:1e7` for one size of the last

Every case runs in a process of its own, for its peak memory; a first small fit there loads the compiled
kernels and is not counted. Seconds are processor time. Cold compilation is timed by `cold`.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from typing import Any

import numpy as np

from melian.effects.term import Memory, Term
from melian.rem.config import RemConfig
from melian.rem.fit import fit_rem
from melian.sequence import RelationalEvents

HERE = Path(__file__).parent
SIX = ("inertia", "reciprocity", "outdegree_sender", "indegree_receiver", "otp", "itp")
LARGE = ("large:1e5", "large:1e6", "large:1e7")
MIB = 1024.0


def simulated(n: int, m: int, *, seed: int = 1) -> RelationalEvents:
    """Make a sequence of unequally busy actors, half of whose new pairs lie within groups of ten.

    Half of the events repeat (or, one in three of those, answer) an earlier one.
    """
    rng = np.random.default_rng(seed)
    cumulative = np.cumsum(rng.lognormal(0.0, 1.0, n))
    sender, receiver = (
        np.searchsorted(cumulative, rng.random(m) * cumulative[-1]).astype(np.int32) for _ in range(2)
    )
    near = (sender - sender % 10 + rng.integers(0, 10, m)) % n
    receiver = np.where(rng.random(m) < 0.5, near, receiver)
    receiver = np.where(sender == receiver, (receiver + 1) % n, receiver).astype(np.int32)
    parent = np.arange(m, dtype=np.int32)
    copies = rng.random(m) < 0.5
    copies[0] = False
    parent[copies] = (rng.random(int(copies.sum())) * parent[copies]).astype(np.int32)
    turned = copies & (rng.random(m) < 1.0 / 3.0)
    while (parent[parent] != parent).any():
        turned = turned ^ np.where(parent[parent] != parent, turned[parent], False)
        parent = parent[parent]
    one, two = sender[parent], receiver[parent]
    sender, receiver = np.where(turned, two, one), np.where(turned, one, two)
    return RelationalEvents(
        actors=tuple(f"a{k:06d}" for k in range(n)),
        time=np.cumsum(rng.exponential(1.0, m)),
        sender=sender,
        receiver=receiver,
        type=np.zeros(m, np.int32),
        weight=np.ones(m),
        joint=np.zeros(m, bool),
        row=np.full(m, -1),
    )


def enron() -> RelationalEvents:
    """Read the emails; the people are those that the file adds as actors."""
    import csv

    folder = Path(os.environ.get("MELIAN_SHARED", HERE.parents[1] / "shared"))
    with (folder / "data" / "rem" / "enron_events.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    mail = [row for row in rows if row["type"] == "email"]
    frame = {
        "time": [float(row["time"]) / 86_400.0 for row in mail],
        "sender": [row["sender.id"] for row in mail],
        "receiver": [row["receiver.id"] for row in mail],
    }
    people = sorted({row["sender.id"] for row in rows if row["type"] == "add.actor"})
    return RelationalEvents.from_frame(frame, actors=people)


def six(memory: Memory) -> tuple[Term, ...]:
    """Give the six effects that every tool has."""
    return tuple(Term(name, memory=memory) for name in SIX)


def events_of(case: str) -> RelationalEvents:
    """Make the events of a case."""
    name, _, size = case.partition(":")
    if name == "enron":
        return enron()
    if name == "large":
        return simulated(100_000, int(float(size)))
    n = int(name.split("-")[1])
    return simulated(n, 100 * n)


def config_of(case: str) -> RemConfig:
    """Full risk set, or sampled non-events."""
    if case.startswith("full"):
        return RemConfig()
    if case.startswith("large"):
        # Of 1e10 dyads so few have a past that sampled non-events have none: without penalty, separation.
        return RemConfig(controls=5, penalty=("ridge", 1.0))
    return RemConfig(controls=10)


def watched() -> list[float]:
    """Time the pass over the events of a sampled fit apart from the estimation."""
    import melian.rem.sampled as home

    took: list[float] = []
    whole = home.sampled_statistics

    def timed(*given: Any, **settings: Any) -> Any:
        begun = time.process_time()
        out = whole(*given, **settings)
        took.append(time.process_time() - begun)
        return out

    home.sampled_statistics = timed
    return took


def run(case: str) -> None:
    """Fit one case and print its figures; runs in a process of its own."""
    memory = Memory.halflife(7.0) if case == "enron" else Memory()
    small = simulated(30, 300)
    fit_rem(small, six(memory), config=config_of(case))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
    events = events_of(case)
    given = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
    passes = watched()
    begun = time.process_time()
    fit = fit_rem(events, six(memory), config=config_of(case))
    took = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
    figures = (took, sum(passes), peak, before, given, fit.n_events, fit.iterations, int(fit.converged))
    print(*(f"{figure:.3f}" for figure in figures))


def cold() -> float:
    """Processor seconds of the first sampled fit with an empty cache of compiled kernels."""
    with tempfile.TemporaryDirectory() as folder:
        return float(in_process("--cold", NUMBA_CACHE_DIR=folder).split()[0])


def in_process(*words: str, **settings: str) -> str:
    """Run this script in a process of its own."""
    command = [sys.executable, __file__, *words]
    done = subprocess.run(command, env={**os.environ, **settings}, capture_output=True, text=True, check=True)
    return done.stdout


def report(case: str, peers: dict[str, dict]) -> None:
    """Run a case and print its figures beside its bound and the peers'."""
    about = peers[case.partition(":")[0]]
    figures = map(float, in_process("--run", case).split())
    took, stream, peak, before, given, n_events, iterations, converged = figures
    bound = about.get("bound_seconds")
    print(f"\n{case}: {about['what']}")
    print(f"  melian {took:.3f} s" + (f" (bound {bound} s)" if bound else ""), end="; ")
    print(f"peak {peak:.0f} MiB, of which {before:.0f} before the case, events made at {given:.0f}", end="")
    print(f" (bound {about['bound_mib']} MiB)" if "bound_mib" in about else "")
    print(f"  {n_events:.0f} events, {n_events / took:,.0f} events/s; {iterations:.0f} Newton steps", end="")
    print("" if converged else "; NOT converged", end="")
    print(f"; drawing and statistics {stream:.3f} s, {n_events / stream:,.0f} events/s" if stream else "")
    for peer in about["peers"]:
        if "seconds" in peer:
            print(f"  {peer['tool']}: {peer['seconds']} s, {peer['seconds'] / took:.0f} times as long")
        else:
            print(f"  {peer['tool']}: {peer['failed']}")


def main(cases: list[str]) -> None:
    """Print all cases asked for, all by default but the largest."""
    with (HERE / "rem_peers.toml").open("rb") as file:
        known = tomllib.load(file)
    peers = {case["name"]: case for case in known["case"]}
    print(f"peers: {known['hardware']['peers']}")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    for case in cases or [*(name for name in peers if name != "large"), *LARGE[:2]]:
        if case == "cold":
            print(f"\ncold: first sampled fit with nothing compiled {cold():.1f} s")
        else:
            report(case, peers)


def first_fit() -> None:
    """Print the processor seconds of the first sampled fit."""
    events = simulated(30, 300)
    begun = time.process_time()
    fit_rem(events, six(Memory()), config=RemConfig(controls=5))
    print(f"{time.process_time() - begun:.2f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run(sys.argv[2])
    elif sys.argv[1:2] == ["--cold"]:
        first_fit()
    else:
        main(sys.argv[1:])
