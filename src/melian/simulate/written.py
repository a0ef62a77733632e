"""From the tables of a world file to the configuration of the branching simulator and of its reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from melian.simulate.reporting import Reporting
from melian.simulate.specs import Baseline, Branching, Kernel, World

__all__ = ["WARM_UP", "reporting_of", "world_of"]

WARM_UP = 120


def world_of(tables: Mapping[str, Any]) -> World:
    """Make the configuration of a world from the tables of its file, defaults filled in.

    Examples
    --------
    >>> from melian.simulate.polities import aegean_tables
    >>> world_of(aegean_tables()).n_steps
    3652
    """
    world, baseline, attention = tables["world"], tables["baseline"], tables["attention"]
    answers, meetings = tables["answers"], tables["meetings"]
    since, until = (_day(world[name]) for name in ("since", "until"))
    return World(
        actors=tuple(sorted(tables["actors"])),
        instruments=tuple(sorted(world["instruments"])),
        n_steps=(until - since).days + 1,
        warmup=WARM_UP,
        origin=since,
        seed=world["seed"],
        weekend=world["weekend"],
        elsewhere=attention["elsewhere"],
        baseline=Baseline(
            events=world.get("events") or 1,
            shape=baseline["shape"] or 1.0,
            amplitude=baseline["amplitude"],
            periods=tuple(baseline["periods"]),
            kappa=attention["follow"],
            wave=attention["wave"],
            joint_ratio=meetings["ratio"],
        ),
        branching=Branching(
            joint_self=meetings["again"],
            variation=0.0,
            provocation=answers["provocation"],
            kernel=Kernel(half_lives=tuple(answers["half_lives"]), weights=tuple(answers["weights"])),
        ),
        reactive=tables["reporting"]["reactive"],
        joint_instruments=tuple(sorted(meetings["instruments"])),
    )


def reporting_of(tables: Mapping[str, Any]) -> Reporting:
    """Make the rules by which the acts of a world are told."""
    told = tables["reporting"]
    return Reporting(
        one_sided=told["one_sided"], rereported=told["again"], delays=tuple(told["delays"]),
        statements=told["statements"], outsiders=tuple(told["elsewhere"]),
    )  # fmt: skip


def _day(value: Any) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
