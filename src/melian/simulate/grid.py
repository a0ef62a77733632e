"""The fixed grid of worlds on which recovery is judged. Seeds and settings never follow the fit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from melian.simulate.specs import Baseline, Branching, Kernel, Regime, World, WorldSpec

__all__ = ["recovery_grid"]

NAMES = tuple(f"A{number:02d}" for number in range(1, 14))
TOOLS = ("contestation", "soft_power", "coercion", "economy", "concession", "force")
ON = Kernel(half_lives=(1.0, 5.0, 20.0), weights=(0.5, 0.3, 0.2))
OFF = Kernel(half_lives=(1.5, 12.0), weights=(0.6, 0.4))
QUIET = Branching(persistence=0.2, spread=0.08, reply=0.0, alarm=0.0, joining=0.0, alignment=0.0, kernel=OFF)
WEAK = Branching(
    persistence=0.18, spread=0.07, reply=0.06, alarm=0.02, joining=0.02, alignment=0.02, kernel=OFF
)
MIXED = Branching(
    persistence=0.2, spread=0.08, reply=0.14, alarm=0.05, joining=0.05, alignment=0.05, kernel=OFF
)
STRONG = Branching(
    persistence=0.15, spread=0.06, reply=0.24, alarm=0.08, joining=0.07, alignment=0.07, kernel=OFF
)


def _world(
    seed: int,
    actors: int,
    years: float,
    events: int,
    branching: Branching,
    *,
    tools: int = 4,
    baseline: dict[str, Any] | None = None,
    **rest: Any,
) -> World:
    return World(
        actors=NAMES[:actors],
        instruments=tuple(sorted(TOOLS[:tools])),
        n_steps=round(365.25 * years),
        seed=seed,
        baseline=Baseline(events=events, **(baseline or {})),
        branching=branching,
        **rest,
    )


def recovery_grid() -> tuple[WorldSpec, ...]:
    """Give the worlds of the recovery study: the same at every call.

    Returns
    -------
    tuple of WorldSpec
        Of 4-12 actors, 5,000-60,000 expected events and 1-4 years each.

    Examples
    --------
    >>> [spec.name for spec in recovery_grid() if spec.apart]
    ['hidden-actor', 'hidden-driver']
    """
    return (*_without_reaction(), *_mixed(), *_strong(), *_joint(), *_apart())


def _spec(name: str, purpose: str, world: World, tags: str, *, apart: bool = False) -> WorldSpec:
    return WorldSpec(name=name, purpose=purpose, world=world, tags=tuple(tags.split(", ")), apart=apart)


def _without_reaction() -> tuple[WorldSpec, ...]:
    return (
        _spec(
            "no-reaction",
            "own initiative and momentum under seasonal courses; nobody answers anybody",
            _world(101, 10, 3, 17_000, QUIET),
            "no reaction, off",
        ),
        _spec(
            "no-reaction-weekday",
            "the same with weekends that carry half of a weekday",
            _world(102, 8, 3, 20_000, QUIET, weekend=0.5),
            "no reaction, weekday, off",
        ),
        _spec(
            "no-reaction-wave",
            "no reaction, and a wave of attention that lifts everybody at once",
            _world(103, 10, 3, 20_000, QUIET, baseline={"kappa": 0.8, "wave": 0.5}),
            "no reaction, wave, off",
        ),
        _spec(
            "mostly-initiative",
            "strong seasonal courses and next to no offspring",
            _world(
                104, 6, 2, 18_000, replace(QUIET, persistence=0.05, spread=0.02), baseline={"amplitude": 0.6}
            ),
            "no reaction",
        ),
    )


def _mixed() -> tuple[WorldSpec, ...]:
    uneven = replace(MIXED, targets="level", kernel=ON)
    return (
        _spec("weak", "weak reaction", _world(111, 10, 3, 25_000, WEAK), "weak, off"),
        _spec(
            "mixed-off",
            "all relations, kernels off the fitted half-lives",
            _world(112, 10, 4, 30_000, MIXED),
            "mixed, off",
        ),
        _spec(
            "mixed-on",
            "all relations, kernels on the fitted half-lives",
            _world(113, 8, 3, 25_000, replace(MIXED, kernel=ON)),
            "mixed, on",
        ),
        _spec(
            "mixed-wave",
            "all relations and a wave of attention, on weekdays mostly",
            _world(114, 10, 4, 40_000, MIXED, weekend=0.6, baseline={"kappa": 0.7, "wave": 0.5}),
            "mixed, wave, weekday, off",
        ),
        _spec(
            "mixed-no-wave",
            "the rest of the world is in a wave that does not touch these actors",
            _world(115, 8, 3, 20_000, MIXED, baseline={"wave": 0.5}),
            "mixed, no wave, off",
        ),
        _spec(
            "uneven-targets",
            "third-party offspring fall where the pair is busy",
            _world(116, 12, 3, 30_000, uneven, baseline={"shape": 0.8}),
            "mixed, uneven, on",
        ),
        _spec(
            "sparse",
            "few events, many of the channels silent",
            _world(117, 10, 4, 6_000, MIXED, baseline={"silent": 0.5, "shape": 0.3}),
            "mixed, sparse, off",
        ),
        _spec("small", "four actors, one year", _world(118, 4, 1, 7_500, MIXED, tools=3), "mixed, off"),
        _spec(
            "restless",
            "smooth-noise courses with short swells",
            _world(
                119,
                10,
                3,
                25_000,
                MIXED,
                baseline={"course": "smooth", "amplitude": 0.5, "periods": (120.0, 300.0)},
            ),
            "mixed, off",
        ),
        _spec(
            "regime",
            "levels jump in mid-record, and reactions grow by half",
            _world(
                120,
                10,
                3,
                25_000,
                replace(MIXED, kernel=ON),
                regime=Regime(step=600, spread=0.6, reaction=1.5),
            ),
            "mixed, regime, on",
        ),
        _spec(
            "power-law",
            "offspring by a power law, longer-tailed than any of the fitted decays",
            _world(121, 8, 3, 25_000, replace(MIXED, kernel=Kernel(shape="power", reach=120))),
            "mixed, misspecified kernel",
        ),
    )


def _strong() -> tuple[WorldSpec, ...]:
    return (
        _spec(
            "strong-off", "strong reaction, kernels off", _world(131, 10, 3, 50_000, STRONG), "strong, off"
        ),
        _spec(
            "strong-on-uneven",
            "strong reaction, uneven targets, kernels on, weekdays",
            _world(
                132,
                6,
                3,
                60_000,
                replace(STRONG, targets="level", kernel=ON),
                weekend=0.5,
                baseline={"shape": 1.0},
            ),
            "strong, uneven, weekday, on",
        ),
        _spec(
            "answers-own-instrument",
            "concessions come as answers only, and some refusals are marked so",
            _world(
                133,
                8,
                3,
                25_000,
                MIXED,
                tools=5,
                answers_only=("concession",),
                reactive={"concession": 1.0, "contestation": 0.4},
            ),
            "mixed, reactive codes, off",
        ),
    )


def _joint() -> tuple[WorldSpec, ...]:
    meetings = replace(QUIET, joint_self=0.6)
    return (
        _spec(
            "joint",
            "meetings among themselves and acts that follow meetings",
            _world(
                141,
                8,
                3,
                30_000,
                replace(MIXED, joint=0.12, joint_self=0.3),
                baseline={"joint_ratio": 0.8},
                joint_instruments=("economy", "soft_power"),
            ),
            "mixed, joint, off",
        ),
        _spec(
            "meetings-only",
            "meetings beget meetings and nothing else; no reaction",
            _world(
                142,
                8,
                3,
                17_000,
                meetings,
                weekend=0.5,
                baseline={"joint_ratio": 0.6},
                joint_instruments=("economy", "soft_power"),
            ),
            "no reaction, joint, weekday, off",
        ),
    )


def _apart() -> tuple[WorldSpec, ...]:
    driver = replace(QUIET, joining=0.2, alarm=0.15)
    return (
        _spec(
            "hidden-actor",
            "one of the twelve is never seen",
            _world(151, 12, 3, 30_000, MIXED, hidden=("A12",)),
            "mixed, hidden, off",
            apart=True,
        ),
        _spec(
            "hidden-driver",
            "the others join, and take alarm at, the busiest of all, which is never seen",
            _world(155, 7, 3, 20_000, driver, baseline={"spread": 0.9}, hidden=("A01",)),
            "hidden, off",
            apart=True,
        ),
    )
