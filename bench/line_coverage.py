"""Coverage of the interval of a line ("red line"), and of the jump at it, on histories with known lines.

    python bench/line_coverage.py [kind ...] [--worlds 60] [--shift 1]

A presses B at a rate that moves slowly; B acts more often where what it still feels passes the line, which
lies at a random place between the quarters of the days. Every history goes through `find_lines`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import time
from dataclasses import dataclass

import numpy as np

from melian.history import EventHistory
from melian.measures.change_thresholds import find_lines
from melian.measures.day_counts import decayed
from melian.measures.thresholds import LEVEL

HALF_LIFE = 30.0
LEAD_IN = 28


@dataclass(frozen=True)
class Kind:
    """Days; B's acts a day below the line and what is added above it or with pressure; B's own momentum (of
    half-life 2 days); A's acts for one act of B; variance of the daily gamma factors on both rates."""

    days: int
    jump: float
    base: float = 0.3
    slope: float = 0.0
    momentum: float = 0.0
    answer: float = 0.0
    uneven: float = 0.0


KINDS = {
    "short": Kind(300, 0.8),
    "middle": Kind(900, 0.8),
    "weak": Kind(900, 0.4),
    "long": Kind(1500, 0.8),
    "long-weak": Kind(1500, 0.3),
    "momentum": Kind(900, 0.6, momentum=0.4),
    "uneven": Kind(900, 0.8, momentum=0.3, uneven=0.7),
    "mutual": Kind(900, 0.8, momentum=0.2, answer=0.2, slope=0.01),
    "none": Kind(900, 0.0, slope=0.03, momentum=0.3),
    "none-short": Kind(300, 0.0, slope=0.03, momentum=0.3),
}


def history_of(kind: Kind, seed: int) -> tuple[EventHistory, float]:
    """One history and its line, in acts still felt."""
    rng = np.random.default_rng((seed, 5))
    days, rho, quick = kind.days, 2.0 ** (-1.0 / HALF_LIFE), 2.0 ** (-1.0 / 2.0)
    wave = 1.0 + 0.9 * np.sin(2 * np.pi * (np.arange(days) / rng.uniform(150, 500) + rng.uniform()))
    factor = rng.gamma(1 / kind.uneven, kind.uneven, (2, days)) if kind.uneven else np.ones((2, days))
    # Where B's acts do not come back to it, its line lies among the pressure's own quantiles.
    draw = rng.poisson(0.5 * wave * factor[0] / (1 - kind.answer))
    typical = decayed(draw[:, None].astype(float), HALF_LIFE)[LEAD_IN:, 0] / (1 - rho)
    line = float(np.quantile(typical, rng.uniform(0.25, 0.75)))
    acts = np.zeros((2, days), dtype=np.int64)
    felt, own, seen = 0.0, 0.0, 0.0
    for day in range(days):
        pressed = 0.5 * wave[day] * factor[0, day] + kind.answer * seen
        rate = (kind.base + kind.slope * felt + kind.jump * (felt > line)) * factor[1, day]
        acts[:, day] = rng.poisson([pressed, rate + kind.momentum * own])
        felt = felt * rho + acts[0, day]
        own, seen = (part * quick + (1 - quick) * acts[1, day] for part in (own, seen))
    rows = [(t, i, 1 - i, acts[i, t]) for t in range(days) for i in range(2) if acts[i, t]]
    step, source, target, count = np.array(rows, dtype=np.int32).T
    none = np.zeros(len(rows), dtype=np.int32)
    history = EventHistory(
        ("A", "B"), ("coercion",), dt.date(2018, 1, 1), days, (0, days), step, source, target, none, count,
        none.astype(bool), np.full(len(rows), -1, dtype=np.int64),
    )  # fmt: skip
    return history, line


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kinds", nargs="*", default=list(KINDS), help=f"of {', '.join(KINDS)}")
    parser.add_argument("--worlds", type=int, default=60)
    parser.add_argument("--shift", type=int, default=1)
    given = parser.parse_args()
    print("kind: line found; where found: interval holds the line, median width in acts still felt (part of")
    print("their range), jump's interval holds the jump, median error of the line")
    for name in given.kinds:
        kind, rows, began = KINDS[name], [], time.process_time()
        for number in range(given.worlds):
            history, line = history_of(kind, given.shift + number)
            got = find_lines(
                history, pairs=("A:B",), top=0, half_life=HALF_LIFE, pressure=("coercion",),
                response=("coercion",), draws=199, seed=number,
            )[1, 0]  # fmt: skip
            found = got.threshold
            if found is None:
                continue
            span = float(np.ptp(got.pressure))
            rows.append((found.p <= LEVEL, found.low <= line <= found.high, found.high - found.low,
                         (found.high - found.low) / span, found.jump_low <= kind.jump <= found.jump_high,
                         abs(found.at - line)))  # fmt: skip
        table = np.array(rows, dtype=float)
        seen = table[table[:, 0] > 0]
        text = f"{name:10s} {len(table)} worlds, found {table[:, 0].mean():.2f}"
        if len(seen):
            text += (
                f"; line held {seen[:, 1].mean():.3f}, width {np.median(seen[:, 2]):.1f} "
                f"({np.median(seen[:, 3]):.2f}), jump held {seen[:, 4].mean():.2f}, "
                f"error {np.median(seen[:, 5]):.2f}"
            )
        print(f"{text} [{time.process_time() - began:.0f} s]", flush=True)


if __name__ == "__main__":
    main()
