"""A simulated world: its events with their genealogy, and what the rest of the world reported meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.options import REACTION_RELATIONS, RELATIONS, Component
from melian.simulate.branching import Genealogy, branch
from melian.simulate.expectation import check_stationary
from melian.simulate.parameters import Parameters, draw_parameters
from melian.simulate.specs import World

__all__ = ["COMPONENT_OF_RELATION", "SimulatedWorld", "simulate"]

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

# Indexed by relation; the last place is that of -1, the baseline.
COMPONENT_OF_RELATION: tuple[Component, ...] = (
    "momentum",
    "momentum",
    "reaction",
    "reaction",
    "reaction",
    "reaction",
    "joint",
    "initiative",
)


@dataclass(frozen=True, slots=True)
class SimulatedWorld:
    """The complete path of a world, hidden actors and warm-up included; M unit events, sorted by step.

    Attributes
    ----------
    world : World
    parameters : Parameters
    step : (M,) int64
        Day of the record; below 0 in the warm-up.
    source, target, instrument : (M,) int64
        Indices into `world.actors` and `world.instruments`. Joint events have source < target.
    joint : (M,) bool
    relation : (M,) int64
        Index into `melian.options.RELATIONS` of the relation it was born by, -1 for the baseline.
    parent : (M,) int64
        Row of the parent, -1 for what came of itself.
    root : (M,) int64
        Actor whose own initiative it descends from, -1 where that was a joint event.
    reactive : (M,) bool
        Carries a code that is an answer by its own meaning.
    visible : (M,) bool
        Within the record and between actors that are not hidden: what a source could have seen.
    elsewhere : (n_steps,) int64
        Reports among actors outside the world, by day of the record.
    """

    world: World
    parameters: Parameters
    step: IntArray
    source: IntArray
    target: IntArray
    instrument: IntArray
    joint: BoolArray
    relation: IntArray
    parent: IntArray
    root: IntArray
    reactive: BoolArray
    visible: BoolArray
    elsewhere: IntArray

    def __len__(self) -> int:
        """Give the number of events, seen or not."""
        return len(self.step)

    @property
    def component(self) -> NDArray[np.str_]:
        """Proximate component of each event; "joint" for the offspring of joint events, (M,)."""
        return np.array(COMPONENT_OF_RELATION)[self.relation]


def simulate(world: World, *, parameters: Parameters | None = None) -> SimulatedWorld:
    """Simulate a world from its seed.

    Parameters
    ----------
    world : World
    parameters : Parameters, optional
        Instead of those that `draw_parameters(world)` gives: a world made by hand.

    Returns
    -------
    SimulatedWorld

    Raises
    ------
    InputError
        Where the branching would explode.

    Examples
    --------
    >>> from melian.simulate import Baseline, World
    >>> world = World(actors=("A", "B", "C"), instruments=("coercion", "force"), n_steps=200,
    ...               baseline=Baseline(events=500))
    >>> path = simulate(world)
    >>> bool((path.step[path.parent[path.parent >= 0]] < path.step[path.parent >= 0]).all())
    True
    """
    drawn = draw_parameters(world) if parameters is None else parameters
    check_stationary(drawn)
    events = branch(drawn, np.random.default_rng([world.seed, 2]))
    rng = np.random.default_rng([world.seed, 3])
    hidden = np.isin(world.actors, world.hidden)
    record = slice(world.warmup, None)
    daily = world.elsewhere * drawn.wave[record] * drawn.weekday[0, record]
    return SimulatedWorld(
        world=world,
        parameters=drawn,
        step=events.step - world.warmup,
        source=events.source,
        target=events.target,
        instrument=events.instrument,
        joint=events.joint,
        relation=events.relation,
        parent=events.parent,
        root=events.root,
        reactive=_reactive(events, world, rng),
        visible=(events.step >= world.warmup) & ~hidden[events.source] & ~hidden[events.target],
        elsewhere=rng.poisson(daily),
    )


def _reactive(events: Genealogy, world: World, rng: np.random.Generator) -> BoolArray:
    share = np.array([world.reactive.get(name, 0.0) for name in world.instruments])
    reaction = np.isin(events.relation, [RELATIONS.index(name) for name in REACTION_RELATIONS])
    return reaction & (rng.random(len(events)) < share[events.instrument])
