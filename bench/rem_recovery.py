"""Recovery of relational event models: simulate from known coefficients, refit, count what intervals hold.

`python bench/rem_recovery.py [REFITS]` prints the table of docs/relational-event-models.md.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from melian.effects.covariates import ActorCovariate, DyadCovariate
from melian.effects.formula import parse_formula
from melian.rem.config import RemConfig
from melian.rem.fit import fit_rem
from melian.rem.simulate import simulate_events
from melian.sequence import RelationalEvents


@dataclass(frozen=True, slots=True)
class Case:
    """One world: formula, true coefficients, actors, events, events a step, settings."""

    name: str
    formula: str
    truth: tuple[float, ...]
    n_actors: int = 15
    n_events: int = 1000
    ties: int = 1
    settings: dict[str, Any] = field(default_factory=dict)


CASES = (
    Case(
        "counts",
        "inertia(scaling='log1p') + reciprocity(scaling='log1p') + otp(kind='unique')",
        (0.4, 0.3, 0.1),
    ),
    Case(
        "memory",
        "inertia(halflife=50, scaling='log1p') + reciprocity(window=40, scaling='log1p')"
        " + indegree_receiver(scaling='prop')",
        (0.6, 0.4, 1.5),
    ),
    Case("order", "psABBA + psABAY + rrank_send + recency_continue", (1.0, 0.5, 0.8, 0.5)),
    Case(
        "deterrence",
        "inertia(scaling='log1p') + reciprocity(halflife=30) + isp(kind='unique')",
        (0.5, -0.5, -0.15),
    ),
    Case(
        "attributes",
        "ego('x') + alter('x') + difference('x') + tie('y') * inertia(scaling='log1p')",
        (0.5, -0.3, -0.4, 0.6, 0.3, -0.2),
    ),
    Case(
        "twenty events a step",
        "inertia(halflife=5, scaling='log1p') + reciprocity(scaling='log1p')",
        (0.5, 0.3),
        ties=20,
    ),
    Case(
        "typed",
        "inertia(types='same', scaling='log1p') + reciprocity(types='same', scaling='log1p') + fixed_type",
        (0.4, 0.3, -0.5),
        settings={"typed": True},
    ),
    Case(
        "exact times",
        "inertia(scaling='log1p') + reciprocity(scaling='log1p')",
        (-5.0, 0.4, 0.3),
        settings={"likelihood": "interval"},
    ),
    Case(
        "ten controls",
        "inertia(scaling='log1p') + reciprocity(scaling='log1p') + otp(kind='unique')",
        (0.4, 0.3, 0.1),
        settings={"controls": 10},
    ),
)


def blank(case: Case) -> RelationalEvents:
    """Make a sequence at random, for its actors, times and types only."""
    rng = np.random.default_rng(0)
    sender = rng.integers(0, case.n_actors, case.n_events)
    names = np.array([f"a{k:02d}" for k in range(case.n_actors)])
    receiver = (sender + rng.integers(1, case.n_actors, case.n_events)) % case.n_actors
    frame = {
        "time": np.arange(case.n_events) // case.ties + 1.0,
        "sender": names[sender],
        "receiver": names[receiver],
        "kind": np.where(rng.random(case.n_events) < 0.5, "x", "y"),
    }
    return RelationalEvents.from_frame(frame, type="kind")


def attributes(n: int) -> tuple[ActorCovariate, DyadCovariate]:
    """Make an attribute of actors and one of pairs that changes half way."""
    rng = np.random.default_rng(1)
    start = np.full(n, -np.inf)
    x = ActorCovariate("x", n, start, np.arange(n), rng.normal(size=n))
    cells = np.arange(n * n)
    time = np.r_[np.full(n * n, -np.inf), np.full(n * n, 500.0)]
    y = DyadCovariate("y", n, time, np.r_[cells, cells], (rng.random(2 * n * n) < 0.2).astype(float))
    return x, y


def run(case: Case, refits: int) -> None:
    """Simulate and refit; print one row a coefficient."""
    config = RemConfig(first_event="include", **case.settings)
    covariates = attributes(case.n_actors) if case.name == "attributes" else ()
    terms, truth = parse_formula(case.formula), np.array(case.truth)
    fit = fit_rem(blank(case), terms, config=config, covariates=covariates)
    estimates, errors = np.empty((refits, len(truth))), np.empty((refits, len(truth)))
    begun = time.process_time()
    for k in range(refits):
        events = simulate_events(fit, past="none", estimate=truth, seed=k + 1)
        again = fit_rem(events, terms, config=config, covariates=covariates)
        estimates[k], errors[k] = again.estimate, np.sqrt(np.diag(again.covariance))
    seconds = (time.process_time() - begun) / refits
    held = (np.abs(estimates - truth) < 1.959964 * errors).mean(0)
    for q, label in enumerate(fit.labels):
        bias = estimates[:, q].mean() - truth[q]
        print(f"| {case.name if q == 0 else ''} | `{label}` | {truth[q]:g} | {bias:+.3f} | "
              f"{estimates[:, q].std():.3f} | {errors[:, q].mean():.3f} | {held[q]:.1%} |")  # fmt: skip
    print(f"{case.name}: {seconds:.3f} CPU s a simulation and refit", file=sys.stderr)
    sys.stdout.flush()


def main() -> None:
    """Run all cases."""
    refits = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    print("| world | coefficient | truth | bias | deviation | mean std. error | 95% intervals hold it |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for case in CASES:
        run(case, refits)


if __name__ == "__main__":
    main()
