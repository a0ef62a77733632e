"""The numbers behind a world, drawn from its configuration: levels, courses, totals, maps."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from melian.options import REACTION_RELATIONS, RELATIONS
from melian.simulate.courses import attention_wave, kernel_mass, slow_courses, weekday_factor
from melian.simulate.expectation import check_stationary, expected_counts
from melian.simulate.openings import Openings, list_openings
from melian.simulate.specs import World

__all__ = ["Parameters", "draw_parameters", "scale_to"]

FloatArray = NDArray[np.float64]
JOINT = RELATIONS.index("joint")


@dataclass(frozen=True, slots=True)
class Parameters:
    """Everything the branching needs, as arrays. N actors, K instruments, R relations, T simulated days.

    Attributes
    ----------
    level : (N, N, K) float64
        Events of the channel (source, target, instrument) per day that come of themselves.
    joint_level : (N, N, K) float64
        The same for joint events; only low < high is not 0.
    course : (N, K, T) float64
        Slow course of source and instrument, mean one.
    exposure : (N, T) float64
        1 - kappa + kappa * wave, by source.
    wave : (T,) float64
        The wave itself, mean one.
    weekday : (N, T) float64
        Factor on everything that the source does on that day, mean one.
    totals : (R, N) float64
        Total offspring of one parent event in the channels of responding actor i (see `Branching`).
    totals_course : (R, T) float64
        Factor on the totals by day of the offspring; one where there is no break.
    trigger : (R, N, N) float64
        Factor by responding actor and by the actor who set it off: the other side of a reply, the third
        party of alarm, joining and alignment.
    target_weight : (N, N) float64
        How third-party offspring of a source fall on targets; each row has mean one off the diagonal.
    provocation : (R, K) float64
        Factor by relation and instrument of the parent.
    instrument_map : (R, K, K) float64
        Probability of the offspring's instrument given the parent's; rows sum to one.
    joint_self : float
        Total joint offspring of a joint event; they carry its instrument.
    kernel : (R, T + 1) float64
        Probability of each lag from 0 by relation.
    """

    level: FloatArray
    joint_level: FloatArray
    course: FloatArray
    exposure: FloatArray
    wave: FloatArray
    weekday: FloatArray
    totals: FloatArray
    totals_course: FloatArray
    trigger: FloatArray
    target_weight: FloatArray
    provocation: FloatArray
    instrument_map: FloatArray
    joint_self: float
    kernel: FloatArray

    def openings(self) -> Openings:
        """List the channels that an event of each pair opens."""
        return list_openings(self.totals, self.trigger, self.target_weight)

    def immigrant_rate(self) -> tuple[FloatArray, FloatArray]:
        """Give mean immigrants per day, directed and joint, both (N, N, K)."""
        profile = (self.course * self.exposure[:, None, :] * self.weekday[:, None, :]).mean(axis=2)
        return self.level * profile[:, None, :], self.joint_level * (profile[:, None, :] + profile[None]) / 2


def draw_parameters(world: World) -> Parameters:
    """Draw the parameters of a world from its seed.

    Raises
    ------
    InputError
        Where the drawn branching would explode (spectral radius of 1 or more).

    Examples
    --------
    >>> world = World(actors=("A", "B", "C"), instruments=("coercion", "force"), n_steps=365)
    >>> draw_parameters(world).level.shape
    (3, 3, 2)
    """
    rng = np.random.default_rng([world.seed, 1])
    n, k, days = world.n_actors, world.n_instruments, world.n_days
    level, joint_level = _draw_levels(world, rng)
    wave = attention_wave(world.baseline, days, rng)
    kappa = world.baseline.kappa
    weekday = weekday_factor(world.weekend, world.origin, first_step=-world.warmup, n_days=days)
    mass = kernel_mass(world.branching.kernel, days)
    drawn = Parameters(
        level=level,
        joint_level=joint_level,
        course=slow_courses(
            world.baseline, world.regime, shape=(n, k, days), first_step=-world.warmup, rng=rng
        ),
        exposure=np.tile(1 - kappa + kappa * wave, (n, 1)),
        wave=wave,
        weekday=np.tile(weekday, (n, 1)),
        totals=np.array(world.branching.totals())[:, None]
        * _mean_one(world.branching.variation, (len(RELATIONS), n), rng),
        totals_course=_totals_course(world),
        trigger=np.ones((len(RELATIONS), n, n)),
        target_weight=_target_weight(world, level),
        provocation=_mean_one(world.branching.provocation, (len(RELATIONS), k), rng),
        instrument_map=_instrument_map(world, rng),
        joint_self=world.branching.joint_self,
        kernel=np.tile(mass, (len(RELATIONS), 1)),
    )
    return scale_to(drawn, world)


def scale_to(parameters: Parameters, world: World) -> Parameters:
    """Scale the levels so that `world.baseline.events` directed events of the visible actors are expected.

    Raises
    ------
    InputError
        Where the spectral radius of the branching is 1 or more.
    """
    check_stationary(parameters)
    visible = np.array([actor not in world.hidden for actor in world.actors])
    directed, _ = expected_counts(parameters)
    per_day = directed[np.ix_(visible, visible)].sum()
    factor = world.baseline.events / world.n_steps / per_day
    return replace(parameters, level=parameters.level * factor, joint_level=parameters.joint_level * factor)


def _mean_one(variation: float, shape: tuple[int, ...], rng: np.random.Generator) -> FloatArray:
    if variation == 0:
        return np.ones(shape)
    return rng.gamma(1 / variation**2, variation**2, size=shape)


def _draw_levels(world: World, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    n, k, spec = world.n_actors, world.n_instruments, world.baseline
    sends = np.exp(rng.normal(0, spec.spread, n))
    receives = np.exp(rng.normal(0, spec.spread / 2, n))
    mix = rng.dirichlet(np.full(k, 2.0), size=n)
    level = sends[:, None, None] * receives[None, :, None] * mix[:, None, :]
    level = level * rng.gamma(spec.shape, 1 / spec.shape, size=(n, n, k))
    level *= rng.random((n, n, k)) >= spec.silent
    level *= ~np.eye(n, dtype=bool)[:, :, None]
    level[:, :, [world.instruments.index(name) for name in world.answers_only]] = 0
    joint = (level + level.transpose(1, 0, 2)) * rng.gamma(1.0, 1.0, size=(n, n, k))
    joint *= np.triu(np.ones((n, n)), 1)[:, :, None]
    if world.joint_instruments:
        joint[:, :, [name not in world.joint_instruments for name in world.instruments]] = 0
    return level, joint * (spec.joint_ratio * level.sum() / joint.sum())


def _totals_course(world: World) -> FloatArray:
    course = np.ones((len(RELATIONS), world.n_days))
    if world.regime is not None:
        after = np.arange(-world.warmup, world.n_steps) >= world.regime.step
        rows = [RELATIONS.index(name) for name in REACTION_RELATIONS]
        for row in rows:
            course[row, after] = world.regime.reaction
    return course


def _target_weight(world: World, level: FloatArray) -> FloatArray:
    n = world.n_actors
    off = ~np.eye(n, dtype=bool)
    weight = off.astype(float) if world.branching.targets == "uniform" else level.sum(axis=2)
    scaled: FloatArray = weight * (n - 1) / weight.sum(axis=1, keepdims=True)
    return scaled


def _instrument_map(world: World, rng: np.random.Generator) -> FloatArray:
    k, same = world.n_instruments, world.branching.same_instrument
    cast = rng.dirichlet(np.ones(k), size=(len(RELATIONS), k))
    table = same * np.eye(k) + (1 - same) * cast
    answers = np.array([name in world.answers_only for name in world.instruments])
    for index, relation in enumerate(RELATIONS):
        if answers.any() and relation not in REACTION_RELATIONS:
            table[index][:, answers] = 0
            table[index][table[index].sum(axis=1) == 0] = ~answers
    table /= table.sum(axis=2, keepdims=True)
    return table
