"""The worlds of the self-test: the pitfalls of event data, each as a world with known truth."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from melian.options import COMPONENTS, REACTION_RELATIONS, RELATIONS
from melian.simulate import (
    Baseline,
    Branching,
    Kernel,
    Parameters,
    Reporting,
    SimulatedWorld,
    World,
    draw_parameters,
    simulate,
    truth_of,
)
from melian.simulate.parameters import scale_to

__all__ = ["SINCE", "BiasWorld", "Told", "bias_worlds", "tell"]

Floats = NDArray[np.float64]
SINCE = 60
"""Days of the record that are history only."""
QUIET = Branching(persistence=0.15, spread=0.05, reply=0.0, alarm=0.0, joining=0.0, alignment=0.0)
MIXED = Branching(persistence=0.15, spread=0.05, reply=0.18, alarm=0.04, joining=0.04, alignment=0.04)
# Totals of the driven do not vary: drawn high, they would explode before they are cut to one actor.
DRIVEN = Branching(
    persistence=0.15,
    spread=0.05,
    reply=0.0,
    alarm=0.3,
    joining=0.3,
    alignment=0.0,
    variation=0.0,
    provocation=0.0,
)
DRIVER = "E"
DRIVER_SIZE = 2.0
DRIVER_PERSISTENCE = 0.6
WITHIN_DAY = Kernel(same_step=0.3)
PLAIN = Baseline(events=3000)
FAITHFUL = Reporting()


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasWorld:
    """A world, how it is told, and whether a pipeline can be asked to see through it.

    Attributes
    ----------
    name, what : str
        Short name; what is done to it, for a table.
    branching, baseline, reporting
        Of `melian.simulate`.
    observed : float
        Share of the acts that any source records.
    driver : bool
        A hidden actor acts on the others, who take alarm and join in; they answer nobody else.
    repairable : bool
        False: what is missing is not in the data, so that no analysis of them can put it back.
    """

    name: str
    what: str
    branching: Branching = QUIET
    baseline: Baseline = PLAIN
    reporting: Reporting = FAITHFUL
    observed: float = 1.0
    driver: bool = False
    repairable: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """A world of one seed: its path as sources could have seen it, and the true shares by actor.

    Attributes
    ----------
    world : BiasWorld
    path : SimulatedWorld
    truth : (n_actors, 4) float64
        Shares by `melian.options.COMPONENTS` of the recorded events, by what truly brought them about. What
        follows an act of a hidden actor counts as initiative: no deed of a listed actor goes before it.
    """

    world: BiasWorld
    path: SimulatedWorld
    truth: Floats

    @property
    def actors(self) -> tuple[str, ...]:
        """Actors that the sources name."""
        return tuple(name for name in self.path.world.actors if name not in self.path.world.hidden)


def bias_worlds() -> tuple[BiasWorld, ...]:
    """Give the worlds in the order of the page.

    Examples
    --------
    >>> [world.name for world in bias_worlds() if not world.repairable]
    ['half unobserved', 'hidden actor']
    """
    swollen = Baseline(events=3000, kappa=0.8, wave=0.5)
    return (
        BiasWorld(name="clean", what="nobody answers anybody; told faithfully"),
        BiasWorld(
            name="mirrored",
            what="the same, 35% of the acts coded in both directions on their day",
            reporting=Reporting(mirrored=0.35),
        ),
        BiasWorld(
            name="re-reported",
            what="the same, 35% of the reports told again 0 to 2 days later",
            reporting=Reporting(rereported=0.35),
        ),
        BiasWorld(
            name="attention wave",
            what="the same, and a common wave of attention lifts what everybody does",
            baseline=swollen,
        ),
        BiasWorld(
            name="mixed", what="initiative, momentum and reaction of about .50, .20, .30", branching=MIXED
        ),
        BiasWorld(
            name="day stamps",
            what="mixed, 30% of what follows an act comes on the same day; only the day is told",
            branching=replace(MIXED, kernel=WITHIN_DAY),
        ),
        BiasWorld(
            name="half unobserved",
            what="mixed, half of all acts are recorded by nobody",
            branching=MIXED,
            baseline=Baseline(events=6000),
            observed=0.5,
            repairable=False,
        ),
        BiasWorld(
            name="hidden actor",
            what="nobody answers anybody but one actor who is not in the data",
            branching=DRIVEN,
            driver=True,
            repairable=False,
        ),
    )


def tell(world: BiasWorld, seed: int, *, n_steps: int = 800, size: float = 1.0) -> Told:
    """Simulate a world of one seed and count its truth.

    Parameters
    ----------
    world : BiasWorld
    seed : int
    n_steps : int
        Days of the record.
    size : float
        Factor on the expected events.

    Examples
    --------
    >>> told = tell(bias_worlds()[0], 1, n_steps=200, size=0.1)
    >>> bool(told.truth[:, 2].max() == 0.0)
    True
    """
    events = max(1, round(world.baseline.events * size))
    made = World(
        actors=("A", "B", "C", "D", DRIVER) if world.driver else ("A", "B", "C", "D"),
        instruments=("economy", "soft_power"),
        n_steps=n_steps,
        hidden=(DRIVER,) if world.driver else (),
        seed=seed,
        baseline=replace(world.baseline, events=events),
        branching=world.branching,
    )
    path = simulate(made, parameters=_driven(made) if world.driver else None)
    if world.observed < 1.0:
        kept = np.random.default_rng([seed, 5]).random(len(path)) < world.observed
        path = replace(path, visible=path.visible & kept)
    return Told(world, path, _truth(path))


def _driven(world: World) -> Parameters:
    """Let the others answer the hidden actor only, who is busy and carries on what it began."""
    drawn = draw_parameters(world)
    driver = world.actors.index(DRIVER)
    trigger, totals, level = drawn.trigger.copy(), drawn.totals.copy(), drawn.level.copy()
    reaction = [RELATIONS.index(name) for name in REACTION_RELATIONS]
    trigger[reaction] = 0.0
    trigger[reaction, :, driver] = 1.0
    totals[reaction, driver] = 0.0
    totals[RELATIONS.index("persistence"), driver] = DRIVER_PERSISTENCE
    level[driver] *= DRIVER_SIZE
    return scale_to(replace(drawn, trigger=trigger, totals=totals, level=level), world)


def _truth(path: SimulatedWorld) -> Floats:
    hidden = np.isin(path.world.actors, path.world.hidden)
    apart = hidden[path.source] | hidden[path.target]
    unknown = apart[path.parent] & (path.parent >= 0)
    seen = replace(path, relation=np.where(unknown, -1, path.relation))
    shares = truth_of(seen, since=SINCE).shares()
    assert shares.shape[1] == len(COMPONENTS)
    return shares
