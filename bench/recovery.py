"""Recovery study: estimates beside the truth on the fixed grid of simulated worlds.

    python bench/recovery.py [--estimator gibbs|newton] [--worlds a,b] [--shift 1000] [--markdown FILE]

`--shift` adds to the worlds' seeds, for a second set of the same design. Errors are means over actors;
coverage is of the 90% intervals of truths above .02 (and below .98), after widening. Worlds with a hidden
actor are listed and left out of the last row.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from melian.analysis.attribution import attribute
from melian.analysis.evidence import Evidence
from melian.models.hawkes import HawkesConfig, fit_hawkes
from melian.simulate import WorldSpec, recovery_grid, simulate, to_history, truth_of

Floats = NDArray[np.float64]
PARTS = ("initiative", "momentum", "reaction", "root")
HEADER = (
    "| world | events | true I / M / R | error I | error M | error R | error root | bias I | bias R "
    "| cover I | cover R | cover root | width I | width R | s |"
)


@dataclass(frozen=True, slots=True)
class Recovery:
    """Estimates (share, low, high) and truths of one world: (n_actors, 4 parts, 3) and (n_actors, 4)."""

    spec: WorldSpec
    events: int
    found: Floats
    truth: Floats
    seconds: float

    @property
    def error(self) -> Floats:
        """Estimate less truth, (n_actors, 4)."""
        return self.found[:, :, 0] - self.truth

    @property
    def covered(self) -> NDArray[np.bool_]:
        """Whether the interval holds the truth, (n_actors, 4)."""
        return (self.found[:, :, 1] <= self.truth) & (self.truth <= self.found[:, :, 2])

    @property
    def away(self) -> NDArray[np.bool_]:
        """Whether the truth is away from 0 and 1, (n_actors, 4)."""
        return (self.truth > 0.02) & (self.truth < 0.98)


def recover(spec: WorldSpec, config: HawkesConfig, shift: int) -> Recovery:
    path = simulate(replace(spec.world, seed=spec.world.seed + shift))
    history, truth = to_history(path, since=60), truth_of(path, since=60)
    began = time.perf_counter()
    fit = fit_hawkes(history, config)
    found = attribute(history, fit.draws, fit.summary, Evidence()).summary["actors"]
    seconds = time.perf_counter() - began
    rows = []
    for name in history.actors:
        shares = [found[name]["proximate"][p] for p in PARTS[:3]] + [found[name]["root"]["self"]]
        rows.append([[s["share"], s["low"], s["high"]] for s in shares])
    true = np.concatenate([truth.shares()[:, :3], truth.root_self()[:, None]], axis=1)
    return Recovery(spec, int(truth.events.sum()), np.array(rows), true, seconds)


def _coverage(results: list[Recovery], part: int) -> str:
    away = np.concatenate([r.away[:, part] for r in results])
    covered = np.concatenate([r.covered[:, part] for r in results])
    return f"{covered[away].mean():.2f}" if away.any() else "-"


def table_row(name: str, results: list[Recovery]) -> str:
    error = np.concatenate([r.error for r in results])
    truth = np.concatenate([r.truth for r in results])
    width = np.concatenate([r.found[:, :, 2] - r.found[:, :, 1] for r in results]).mean(axis=0)
    size, bias, mean = np.abs(error).mean(axis=0), error.mean(axis=0), truth.mean(axis=0)
    cells = [
        name, f"{sum(r.events for r in results):,}", " / ".join(f"{m:.2f}" for m in mean[:3]),
        *(f"{s:.3f}" for s in size), f"{bias[0]:+.3f}", f"{bias[2]:+.3f}",
        *(_coverage(results, p) for p in (0, 2, 3)), f"{width[0]:.3f}", f"{width[2]:.3f}",
        f"{sum(r.seconds for r in results):.0f}",
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--estimator", choices=("gibbs", "newton"), default="gibbs")
    parser.add_argument("--worlds", default="")
    parser.add_argument("--shift", type=int, default=0)
    parser.add_argument("--draws", type=int, default=400)
    parser.add_argument("--markdown", type=Path)
    given = parser.parse_args()
    wanted = set(filter(None, given.worlds.split(",")))
    config = HawkesConfig(estimator=given.estimator, draws=given.draws, jobs=1)
    lines = [HEADER, "|" + " --- |" * (HEADER.count("|") - 1)]
    results = []
    for spec in recovery_grid():
        if not wanted or spec.name in wanted:
            results.append(recover(spec, config, given.shift))
            lines.append(table_row(spec.name + (" (apart)" if spec.apart else ""), results[-1:]))
            print(lines[-1], flush=True)
    counted = [result for result in results if not result.spec.apart]
    if counted:
        lines.append(table_row("**all but apart**", counted))
        print(lines[-1])
    if given.markdown:
        given.markdown.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
