"""Small worlds with everything in them: phases, a bloc, watched parties, meetings, a past, weekdays."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np

from melian.worlds.form import Column, Events, WorldForm
from melian.worlds.growth import growth_radius

TOTALS = {
    "persistence": 0.2,
    "spread": 0.1,
    "reply": 0.2,
    "alarm": 0.08,
    "joining": 0.08,
    "alignment": 0.06,
    "joint": 0.15,
}
THIRD = ("spread", "alarm", "joining", "alignment")


def split_columns(bloc: str | None) -> tuple[Column, ...]:
    out: list[Column] = []
    for name in TOTALS:
        sides = ((f"[{bloc}]", 0), ("[rest]", 1)) if bloc and name in THIRD else (("", -1),)
        out += [Column(name + end, name, side) for end, side in sides]
    return tuple(out)


def full_world(*, days: int = 120, seed: int = 5, radius: float = 0.6, bloc: str | None = "X") -> WorldForm:
    """A world of four actors that uses every part of the form."""
    rng = np.random.default_rng(seed)
    n, k, b, phases = 4, 2, 2, 2
    columns = split_columns(bloc)
    off = ~np.eye(n, dtype=bool)
    theta = np.zeros((phases, n, k, len(columns), k, b))
    for c, column in enumerate(columns):
        opens = n - 2 if column.relation in THIRD else 1
        theta[:, :, :, c] = TOTALS[column.relation] / opens / k / b * rng.gamma(2, 0.5, (phases, n, k, k, b))
    member = np.zeros((n, days), dtype=bool)
    if bloc:
        member[0] = True
        member[1, days // 2 :] = True
    t = np.arange(days)
    ints = np.int32
    past = Events(
        np.array([-3, -2, -1], ints),
        np.array([1, 0, 0], ints),
        np.array([2, 3, 1], ints),
        np.array([1, 0, 0], ints),
        np.array([4, 5, 6], ints),
        np.array([False, True, False]),
        np.array([False, True, True]),
        np.array([True, False, False]),
    )
    world = WorldForm(
        actors=("A", "B", "C", "D"),
        instruments=("economy", "force"),
        origin=dt.date(2020, 1, 1),
        n_steps=days,
        columns=columns,
        rho=np.exp2(-1 / np.array([1.0, 8.0])),
        phase=(t > 0.6 * days).astype(ints),
        level=rng.gamma(0.7, 0.3, (phases, n, n, k)) * off[:, :, None],
        channel=rng.uniform(0.5, 1, (phases, n, n, k)),
        joint_level=np.triu(np.ones((n, n)), 1)[:, :, None] * rng.gamma(1, 0.1, (phases, n, n, k)),
        joint_channel=rng.uniform(0.5, 1, (phases, n, n, k)),
        course=np.exp(0.4 * np.sin(t / 15 + 6 * rng.random((n, k, 1)))),
        joint_course=np.exp(0.3 * np.sin(t / 25 + 6 * rng.random((n, k, 1)))),
        exposure=rng.uniform(0.7, 1.3, (n, n, days)),
        daily=np.where(t % 7 < 5, 1.2, 0.5) * np.ones((n, 1)),
        theta=theta,
        joint_theta=rng.uniform(0, 0.1, (k, k, b)),
        spread=rng.gamma(3, 1 / 3, (len(columns), n, n)) * off,
        trigger=rng.uniform(0.5, 1.5, (phases, len(columns), n, n)),
        bloc=bloc,
        member=member,
        past=past,
    )
    return replace(world, theta=world.theta * (radius / growth_radius(world)))
