"""Worlds told badly: the reporting faults of FIELD.md D, each beside the same world told faithfully."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from melian.simulate.reporting import Reporting
from melian.simulate.specs import Baseline, Branching, Kernel, World

__all__ = ["ReportedWorld", "reported_worlds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedWorld:
    """A world and how it is told; `clean` names the faithful telling that its shares are held against."""

    name: str
    clean: str
    world: World
    reporting: Reporting


def reported_worlds() -> tuple[ReportedWorld, ...]:
    """Give worlds without and with reaction, told faithfully and with each fault.

    Mirrors: 35% of the acts of instruments with reciprocal codes are coded in both directions. Re-reports:
    35% of the reports come again after 0-2 days. Wave: a common wave of attention lifts what everybody does
    of its own accord. Meetings-only: joint events that beget joint events beside acts that answer nothing.
    Inertia: most acts that continue another carry its code, no fault but the look of one; in the world
    `brief` such acts follow within days.

    Returns
    -------
    tuple of ReportedWorld
        The same at every call. Levels and courses of the two base worlds are the same under every fault.

    Examples
    --------
    >>> [told.name for told in reported_worlds()][:3]
    ['no-reaction', 'no-reaction+mirrors', 'no-reaction+re-reports']
    """
    quiet = Branching(persistence=0.15, spread=0.05, reply=0.0, alarm=0.0, joining=0.0, alignment=0.0)
    out: list[ReportedWorld] = []
    for name, seed, branching in (("no-reaction", 301, quiet), ("mixed", 302, Branching())):
        base = _base(seed, branching)
        swollen = replace(base, baseline=replace(base.baseline, kappa=0.8, wave=0.5))
        faults = {
            "": (base, Reporting()),
            "+mirrors": (base, Reporting(mirrored=0.35)),
            "+re-reports": (base, Reporting(rereported=0.35)),
            "+wave": (swollen, Reporting()),
            "+all": (swollen, Reporting(mirrored=0.35, rereported=0.35, statements=0.2)),
        }
        out += [
            ReportedWorld(name=name + fault, clean=name, world=world, reporting=reporting)
            for fault, (world, reporting) in faults.items()
        ]
    brief = Branching(persistence=0.4, kernel=Kernel(half_lives=(0.7,), weights=(1.0,)))
    for name, seed, branching, share in (("mixed", 302, Branching(), 0.8), ("brief", 304, brief, 0.9)):
        tellings = {
            "+inertia": Reporting(inertia=share),
            "+inertia, re-reports": Reporting(inertia=share, rereported=0.35),
        }
        world = _base(seed, branching)
        if name == "brief":
            tellings = {"": Reporting(), **tellings}
        out += [
            ReportedWorld(name=name + fault, clean=name, world=world, reporting=reporting)
            for fault, reporting in tellings.items()
        ]
    meetings = replace(
        _base(303, replace(quiet, joint_self=0.6)), joint_instruments=("economy", "soft_power")
    )
    meetings = replace(meetings, baseline=replace(meetings.baseline, joint_ratio=0.6))
    told = ReportedWorld(name="meetings-only", clean="meetings-only", world=meetings, reporting=Reporting())
    return (*out, told)


def _base(seed: int, branching: Branching) -> World:
    return World(
        actors=("A01", "A02", "A03", "A04", "A05", "A06"),
        instruments=("coercion", "contestation", "economy", "soft_power"),
        n_steps=1000,
        origin=dt.date(2015, 1, 5),
        seed=seed,
        baseline=Baseline(events=12_000),
        branching=branching,
    )
