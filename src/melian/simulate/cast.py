"""From a cast to the arrays that the branching reads."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.options import RELATIONS
from melian.simulate.expectation import check_stationary
from melian.simulate.parameters import Parameters, draw_parameters, scale_to
from melian.simulate.polities import Cast
from melian.simulate.specs import World

__all__ = ["cast_parameters"]

FloatArray = NDArray[np.float64]
RAMP: Final = 30  # days over which an episode comes and goes


def cast_parameters(world: World, cast: Cast) -> Parameters:
    """Draw courses and noise from the world's seed, and set the rest by the characters of the cast.

    Parameters
    ----------
    world : World
        With the polities as actors.
    cast : Cast
    """
    drawn = draw_parameters(world)
    rng = np.random.default_rng([world.seed, 5])
    weight, fits = _pair_weights(cast), _postures(world, cast)
    level, joint = _levels(world, cast, weight, fits, rng), _joint_levels(world, cast, weight, fits)
    course = drawn.course * _season(world, cast) * _episodes(world, cast)[:, None, :]
    made = replace(
        drawn,
        level=level,
        joint_level=joint * (world.baseline.joint_ratio * level.sum() / max(joint.sum(), 1e-300)),
        course=course / course.mean(axis=2, keepdims=True),
        totals=np.array([[getattr(polity, name) for polity in cast.polities] for name in RELATIONS]),
        trigger=_triggers(cast),
        target_weight=weight * (len(weight) - 1) / weight.sum(axis=1, keepdims=True),
        instrument_map=np.tile(_family_map(world, cast), (len(RELATIONS), 1, 1)),
    )
    if cast.scaled:
        if level.sum() <= 0.0:
            raise InputError(
                "no actor does anything of its own accord, so that no number of events can be expected."
            )
        return scale_to(made, world)
    check_stationary(made)
    return made


def _pair_weights(cast: Cast) -> FloatArray:
    names = [polity.name for polity in cast.polities]
    weight = np.full((len(names), len(names)), cast.other[0])
    for (a, b), (value, _) in cast.pairs.items():
        weight[names.index(a), names.index(b)] = weight[names.index(b), names.index(a)] = value
    np.fill_diagonal(weight, 0.0)
    return weight


def _postures(world: World, cast: Cast) -> FloatArray:
    """How much of each instrument fits each pair, (N, N, K)."""
    names = [polity.name for polity in cast.polities]

    def row(posture: str) -> list[float]:
        return [cast.postures[posture].get(name, 0.0) for name in world.instruments]

    fits = np.empty((len(names), len(names), world.n_instruments))
    fits[:] = row(cast.other[1])
    for (a, b), (_, posture) in cast.pairs.items():
        fits[names.index(a), names.index(b)] = fits[names.index(b), names.index(a)] = row(posture)
    return fits


def _levels(
    world: World, cast: Cast, weight: FloatArray, fits: FloatArray, rng: np.random.Generator
) -> FloatArray:
    size = np.array([polity.size for polity in cast.polities])
    taste = np.array(
        [[polity.taste.get(name, 1.0) for name in world.instruments] for polity in cast.polities]
    )
    level: FloatArray = size[:, None, None] * weight[:, :, None] * fits * taste[:, None, :]
    if cast.shape == 0.0:
        return level
    drawn: FloatArray = level * rng.gamma(cast.shape, 1 / cast.shape, size=level.shape)
    return drawn


def _joint_levels(world: World, cast: Cast, weight: FloatArray, fits: FloatArray) -> FloatArray:
    share = np.array([cast.meetings.get(name, 0.0) for name in world.instruments])
    size = np.sqrt([polity.size for polity in cast.polities])
    joint: FloatArray = np.triu(np.outer(size, size) * weight, 1)[:, :, None] * share * fits
    return joint


def _season(world: World, cast: Cast) -> FloatArray:
    """Season of the instruments: they swell around midsummer, (1, K, T)."""
    day = np.arange(-world.warmup, world.n_steps)
    swing = np.cos(2 * np.pi * (day - 180) / 365.25)
    depth = np.array([cast.season.get(name, 0.0) for name in world.instruments])
    season: FloatArray = np.exp(depth[None, :, None] * swing)
    return season


def _episodes(world: World, cast: Cast) -> FloatArray:
    """Factors on the own initiative of a polity while an episode lasts, (N, T)."""
    names = [polity.name for polity in cast.polities]
    day = np.arange(-world.warmup, world.n_steps)
    log = np.zeros((len(names), len(day)))
    for episode in cast.episodes:
        first, last = (
            (dt.date.fromisoformat(text) - world.origin).days for text in (episode.since, episode.until)
        )
        inside = np.clip((day - first) / RAMP + 0.5, 0, 1) * np.clip((last - day) / RAMP + 0.5, 0, 1)
        log[names.index(episode.polity)] += np.log(max(episode.factor, 1e-12)) * inside
    factors: FloatArray = np.exp(log)
    return factors


def _triggers(cast: Cast) -> FloatArray:
    """Weigh third parties more where a polity watches them, (R, N, N)."""
    names = [polity.name for polity in cast.polities]
    trigger = np.ones((len(RELATIONS), len(names), len(names)))
    for name in ("alarm", "joining", "alignment"):
        for i, polity in enumerate(cast.polities):
            if polity.watches:
                row = [cast.watched if other in polity.watches else cast.unwatched for other in names]
                trigger[RELATIONS.index(name), i] = row
    return trigger


def _family_map(world: World, cast: Cast) -> FloatArray:
    """Offspring by the parent's instrument, within its family, and across; what has none stays, (K, K)."""
    family = np.array(
        [
            next((f for f, names in enumerate(cast.families) if name in names), -1)
            for name in world.instruments
        ]
    )
    same = family[:, None] == family[None, :]
    own = np.eye(world.n_instruments)
    inside, across = (same & (own == 0)).astype(float), (~same).astype(float)
    for table in (inside, across):
        lonely = table.sum(axis=1) == 0
        table[lonely] = own[lonely]
        table /= table.sum(axis=1, keepdims=True)
    rest = round(1.0 - cast.same_instrument - cast.same_family, 12)
    table = cast.same_instrument * own + cast.same_family * inside + rest * across
    return np.asarray(table)
