"""Worlds for the measures of responses and change: known weights, so that what follows an act is known."""

from __future__ import annotations

import datetime as dt

import numpy as np

from melian.history import EventHistory
from melian.measures.responses_model import Propagator
from melian.worlds.form import Column, WorldForm, no_events
from melian.worlds.observed import history_of
from melian.worlds.run import simulate_paths

INSTRUMENTS = ("coercion", "concession")
RELATIONS = ("persistence", "spread", "reply", "alarm", "joining", "alignment", "joint")
HALF_LIVES = (1.0, 5.0)


def answering_world(
    *, reply: float, persistence: float = 0.2, own: float = 0.35, days: int = 700, actors: int = 3,
    same: float = 0.7, others: float = 0.0,
) -> WorldForm:  # fmt: skip
    """Every actor answers an act with `reply` acts, a share `same` of them with its own instrument."""
    n, k = actors, len(INSTRUMENTS)
    off = ~np.eye(n, dtype=bool)
    totals = dict.fromkeys(RELATIONS, 0.0) | {"persistence": persistence, "reply": reply, "alarm": others}
    mix = np.where(np.eye(k, dtype=bool), same, (1 - same) / (k - 1))
    theta = np.zeros((1, n, k, len(RELATIONS), k, 2))
    for c, relation in enumerate(RELATIONS):
        opens = n - 2 if relation in ("spread", "alarm", "joining", "alignment") else 1
        theta[0, :, :, c] = (totals[relation] / opens * mix)[None, :, :, None] * np.array([0.6, 0.4])
    return WorldForm(
        actors=tuple("ABCDEFGH"[:n]), instruments=INSTRUMENTS, origin=dt.date(2018, 1, 1), n_steps=days,
        columns=tuple(Column(r, r) for r in RELATIONS), rho=np.exp2(-1 / np.array(HALF_LIVES)),
        phase=np.zeros(days, dtype=np.int32), level=np.full((1, n, n, k), own / k) * off[:, :, None],
        channel=np.ones((1, n, n, k)), joint_level=np.zeros((1, n, n, k)),
        joint_channel=np.ones((1, n, n, k)), course=np.ones((n, k, days)), joint_course=np.ones((n, k, days)),
        exposure=np.ones((n, 1, days)), daily=np.ones((n, days)), theta=theta,
        joint_theta=np.zeros((k, k, 2)), spread=np.ones((len(RELATIONS), n, n)) * off,
        trigger=np.ones((1, len(RELATIONS), n, n)), bloc=None, member=np.zeros((n, days), dtype=bool),
        past=no_events(),
    )  # fmt: skip


def true_propagator(world: WorldForm) -> Propagator:
    """The operator of a world's own weights."""
    n, k = world.n_actors, len(world.instruments)
    used = world.theta[0][:, :, :-1]
    return Propagator(
        RELATIONS[:-1], np.ascontiguousarray(used.transpose(2, 0, 3, 4, 1).reshape(used.shape[2], n, -1, k)),
        world.spread[:-1], np.ones((used.shape[2], n)), world.rho, k,
    )  # fmt: skip


def histories(world: WorldForm, runs: int, *, seed: int = 1) -> list[EventHistory]:
    """Simulate and see all of it."""
    return simulate_paths(world, lambda path: history_of(path, world), runs=runs, seed=seed, jobs=1)
