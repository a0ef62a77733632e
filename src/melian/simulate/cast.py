"""From the cast of the Aegean world to the arrays that the branching reads."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from melian.options import RELATIONS
from melian.simulate.parameters import Parameters, draw_parameters, scale_to
from melian.simulate.polities import EPISODES, PAIRS, POLITIES, POSTURES
from melian.simulate.specs import World

__all__ = ["cast_parameters"]

FloatArray = NDArray[np.float64]
HOSTILE: Final = ("coercion", "contestation", "force")
SEASON: Final = {"force": 0.8, "coercion": 0.4}
MEETINGS: Final = {"soft_power": 0.6, "economy": 0.25, "security_cooperation": 0.15}
WATCHED, UNWATCHED = 2.0, 0.4
RAMP = 30  # days over which an episode comes and goes
NAMES: Final = tuple(polity.name for polity in POLITIES)


def cast_parameters(world: World) -> Parameters:
    """Draw courses and noise from the world's seed, and set the rest by the characters of the cast.

    Parameters
    ----------
    world : World
        With the polities as actors.
    """
    drawn = draw_parameters(world)
    rng = np.random.default_rng([world.seed, 5])
    weight, fits = _pair_weights(), _postures(world)
    level, joint = _levels(world, weight, fits, rng), _joint_levels(world, weight, fits)
    course = drawn.course * _season(world) * _episodes(world)[:, None, :]
    made = replace(
        drawn,
        level=level,
        joint_level=joint * (world.baseline.joint_ratio * level.sum() / joint.sum()),
        course=course / course.mean(axis=2, keepdims=True),
        totals=np.array([[getattr(polity, name) for polity in POLITIES] for name in RELATIONS]),
        trigger=_triggers(),
        target_weight=weight * (len(weight) - 1) / weight.sum(axis=1, keepdims=True),
        instrument_map=np.tile(_family_map(world), (len(RELATIONS), 1, 1)),
    )
    return scale_to(made, world)


def _pair_weights() -> FloatArray:
    weight = np.full((len(NAMES), len(NAMES)), 0.25)
    for (a, b), (value, _) in PAIRS.items():
        weight[NAMES.index(a), NAMES.index(b)] = weight[NAMES.index(b), NAMES.index(a)] = value
    np.fill_diagonal(weight, 0.0)
    return weight


def _postures(world: World) -> FloatArray:
    """How much of each instrument fits each pair, (N, N, K)."""
    fits = np.empty((len(NAMES), len(NAMES), world.n_instruments))
    fits[:] = [POSTURES["neutral"][name] for name in world.instruments]
    for (a, b), (_, posture) in PAIRS.items():
        row = [POSTURES[posture][name] for name in world.instruments]
        fits[NAMES.index(a), NAMES.index(b)] = fits[NAMES.index(b), NAMES.index(a)] = row
    return fits


def _levels(world: World, weight: FloatArray, fits: FloatArray, rng: np.random.Generator) -> FloatArray:
    size = np.array([polity.size for polity in POLITIES])
    taste = np.array([[polity.taste.get(name, 1.0) for name in world.instruments] for polity in POLITIES])
    level = size[:, None, None] * weight[:, :, None] * fits * taste[:, None, :]
    shape = world.baseline.shape
    drawn: FloatArray = level * rng.gamma(shape, 1 / shape, size=level.shape)
    return drawn


def _joint_levels(world: World, weight: FloatArray, fits: FloatArray) -> FloatArray:
    share = np.array([MEETINGS.get(name, 0.0) for name in world.instruments])
    size = np.sqrt([polity.size for polity in POLITIES])
    joint: FloatArray = np.triu(np.outer(size, size) * weight, 1)[:, :, None] * share * fits
    return joint


def _season(world: World) -> FloatArray:
    """Campaigning season: force and coercion of all swell around midsummer, (1, K, T)."""
    day = np.arange(-world.warmup, world.n_steps)
    swing = np.cos(2 * np.pi * (day - 180) / 365.25)
    depth = np.array([SEASON.get(name, 0.0) for name in world.instruments])
    season: FloatArray = np.exp(depth[None, :, None] * swing)
    return season


def _episodes(world: World) -> FloatArray:
    """Factors on the own initiative of a polity while an episode lasts, (N, T)."""
    day = np.arange(-world.warmup, world.n_steps)
    log = np.zeros((len(NAMES), len(day)))
    for episode in EPISODES:
        first, last = (
            (dt.date.fromisoformat(text) - world.origin).days for text in (episode.since, episode.until)
        )
        inside = np.clip((day - first) / RAMP + 0.5, 0, 1) * np.clip((last - day) / RAMP + 0.5, 0, 1)
        log[NAMES.index(episode.polity)] += np.log(episode.factor) * inside
    factors: FloatArray = np.exp(log)
    return factors


def _triggers() -> FloatArray:
    """Weigh third parties more where a polity watches them, (R, N, N)."""
    trigger = np.ones((len(RELATIONS), len(NAMES), len(NAMES)))
    for name in ("alarm", "joining", "alignment"):
        for i, polity in enumerate(POLITIES):
            if polity.watches:
                row = [WATCHED if other in polity.watches else UNWATCHED for other in NAMES]
                trigger[RELATIONS.index(name), i] = row
    return trigger


def _family_map(world: World) -> FloatArray:
    """Half of the offspring by the parent's instrument, 35% within its family, the rest across, (K, K)."""
    hostile = np.array([name in HOSTILE for name in world.instruments])
    same = hostile[:, None] == hostile[None, :]
    own = np.eye(world.n_instruments)
    inside, across = (same & (own == 0)).astype(float), (~same).astype(float)
    inside /= inside.sum(axis=1, keepdims=True)
    across /= across.sum(axis=1, keepdims=True)
    table: FloatArray = 0.5 * own + 0.35 * inside + 0.15 * across
    return table
