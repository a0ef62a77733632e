"""Scenarios do what they say, and contrasts cover counterfactuals that are known by construction."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from small_worlds import full_world

from melian.errors import InputError
from melian.worlds.contrast import contrast, simulate_ensemble
from melian.worlds.form import WorldForm
from melian.worlds.observed import expected_path, history_of
from melian.worlds.reach import reach_of
from melian.worlds.run import Engine, run_seeds
from melian.worlds.scenario import Change, Scenario, Setting, changed_world

DAY = dt.timedelta(days=1)
START = dt.date(2020, 1, 1)
LINEAR = (
    Change(what="baseline", actors=("A",), factor=0.0),
    Change(what="baseline", actors=("B",), instruments=("force",), factor=2.5, since=START + 30 * DAY),
    Change(what="channels", actors=("A",), targets=("B",), factor=0.3, joint=True),
    Change(what="relation", relations=("reply",), factor=0.0),
    Change(what="relation", relations=("reaction",), actors=("C",), factor=1.4, until=START + 60 * DAY),
    Change(what="relation", relations=("alarm", "joining"), bloc="X", factor=0.0),
    Change(what="relation", relations=("reply",), actors=("B",), parties=("A",), factor=0.0),
    Change(what="relation", relations=("momentum",), answered=("force",), factor=0.5),
    Change(what="relation", relations=("spread",), actors=("D",), targets=("A",), factor=2.0),
    Change(what="period", actors=("A",), period=(START, START + 20 * DAY)),
)


def scenario(*changes: Change) -> Scenario:
    return Scenario(name="test", changes=changes)


@pytest.mark.parametrize(
    "changes",
    [
        (),
        (Change(what="baseline", actors=("A",), factor=1.0, since=START + 10 * DAY),),
        (Change(what="relation", relations=("all",), factor=1.0),),
        (Change(what="cap", most=10_000, days=1),),
        (Change(what="period", period=(START, START + 119 * DAY)),),
    ],
)
def test_null_scenarios_give_exactly_zero(changes: tuple[Change, ...]) -> None:
    found = contrast([full_world()], scenario(*changes), runs=8, jobs=1)
    for group in ("actors", "instruments", "cells", "all", "joint"):
        gap = found.total_difference(group) if group != "cells" else found.difference(group)
        assert not any(np.any(getattr(gap, name)) for name in ("mean", "low", "high", "run_low", "run_high"))


@pytest.mark.parametrize("change", LINEAR, ids=lambda c: f"{c.what}-{c.factor}")
def test_changed_world_runs_with_its_own_expectation(change: Change) -> None:
    world, runs = full_world(), 150
    changed = changed_world(world, scenario(change))
    found = contrast([world], scenario(change), runs=runs, seed=5, jobs=1)
    wanted = expected_path(changed)[0].sum(axis=(0, 2, 3))
    counts = found.changed.counts["actors"].sum(axis=-1)
    z = (counts.mean(axis=0) - wanted) / (counts.std(axis=0) / np.sqrt(runs) + 1e-9)
    assert np.abs(z[counts.std(axis=0) > 0]).max() < 4.5
    factual = simulate_ensemble([world], runs=runs, seed=5, jobs=1)
    assert np.array_equal(factual.counts["actors"], found.factual.counts["actors"])


def test_events_that_descend_from_nothing_changed_are_the_same_events() -> None:
    world = full_world()
    changed = changed_world(world, scenario(Change(what="baseline", actors=("A",), factor=0.0)))
    seed = run_seeds(4, 1)[0]
    before, after = Engine(world).path(seed), Engine(changed, world).path(seed)
    assert set(after.identity) < set(before.identity)
    immigrants = set(before.identity[(before.origin == -1) & (before.source != 0)])
    assert immigrants <= set(after.identity)
    more = changed_world(world, scenario(Change(what="baseline", actors=("A",), factor=2.0)))
    assert set(before.identity) < set(Engine(more, world).path(seed).identity)


def test_cap_holds_and_starts_anew() -> None:
    world = full_world()
    capped = changed_world(world, scenario(Change(what="cap", actors=("A",), most=2, days=7)))
    for seed in run_seeds(1, 5):
        path = Engine(capped, world).path(seed)
        mine = (path.source == 0) & ~path.joint
        assert np.bincount(path.step[mine] // 7).max() == 2


def test_replace_puts_observed_events_in() -> None:
    world = full_world(bloc=None)
    history = history_of(Engine(world).path(run_seeds(1, 1)[0]), world)
    change = Change(
        what="replace", actors=("A",), period=(START, START + 29 * DAY), since=START + 60 * DAY,
        until=START + 89 * DAY,
    )  # fmt: skip
    other = changed_world(world, scenario(change), Setting(history=history))
    path = Engine(other, world).path(run_seeds(2, 1)[0])
    inside = (path.step >= 60) & (path.step < 90) & (path.source == 0) & ~path.joint
    seen = (history.step < 30) & (history.source == 0) & ~history.joint
    key = np.bincount(path.step[inside] - 60, minlength=30)
    assert np.array_equal(key, np.bincount(history.step[seen], history.count[seen], 30))


def test_borrow_takes_an_actor_from_another_world() -> None:
    world, other = full_world(seed=5), full_world(seed=6)
    other = replace(other, spread=world.spread.copy())
    borrowed = changed_world(
        world, scenario(Change(what="borrow", actors=("B",), world="other")), Setting(worlds={"other": other})
    )
    assert np.array_equal(borrowed.theta[0, 1], other.theta[0, 1])
    assert np.array_equal(borrowed.theta[0, 0], world.theta[0, 0])
    assert Engine(borrowed, world).path(run_seeds(1, 1)[0]).step.size


def test_reach_says_how_far_outside() -> None:
    world = full_world(days=360)
    strong = contrast([world], scenario(Change(what="baseline", actors=("A",), factor=8.0)), runs=20, jobs=1)
    far = {r.actor: r for r in reach_of(strong)}
    assert far["A"].outside > 0.5 > far["D"].outside
    observed = history_of(Engine(world).path(run_seeds(1, 1)[0]), world)
    assert {r.actor: r.observed for r in reach_of(strong, observed)} == dict.fromkeys("ABCD", True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda: Change(what="baseline", actors=("Athen",)),
            "actor 'Athen' is not in the world; known: A, B",
        ),
        (lambda: Change(what="baselin"), "change 'baselin' is not known; did you mean baseline?"),
        (lambda: Change(what="baseline", factor=-0.5), "factor=-0.5 makes a rate negative"),
        (
            lambda: Change(what="baseline", instruments=("forces",)),
            "instrument 'forces' is not in the world; did",
        ),
        (
            lambda: Change(what="baseline", since=dt.date(1999, 1, 1)),
            "since = 1999-01-01 is outside the simulated",
        ),
        (
            lambda: Change(what="baseline", since=START + 5 * DAY, until=START),
            "since 2020-01-06 comes after until 2020-01-01",
        ),
        (
            lambda: Change(what="relation", relations=("replies",)),
            "'replies' is not a relation; did you mean",
        ),
        (lambda: Change(what="relation", bloc="NATO"), "split by X, rest; there is no 'NATO'"),
        (lambda: Change(what="period", period=(START, dt.date(2030, 1, 1))), "is outside the known days"),
        (lambda: Change(what="replace", period=(START, START)), "needs observed events"),
        (lambda: Change(what="replace"), "needs the key 'period'"),
        (lambda: Change(what="borrow", world="nowhere"), "the world 'nowhere' is not given"),
        (lambda: Change(what="cap", most=-1), "most=-1 must be 0 or more"),
        (lambda: Change(what="relation", factor=5.0), "scenario 'test' has a spectral radius of 3.0"),
    ],
)
def test_bad_scenarios_are_one_clear_sentence(change: object, words: str) -> None:
    with pytest.raises(InputError) as error:
        contrast([full_world()], scenario(change()), runs=2, jobs=1)  # type: ignore[operator]
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_bad_worlds_are_refused() -> None:
    world = full_world()
    level = world.level.copy()
    level[0, 1, 2, 0] = -1.0
    with pytest.raises(InputError, match=r"1 rates of the world are negative or not finite \(first: level"):
        replace(world, level=level)
    with pytest.raises(InputError, match=r"spectral radius of 1\.200"):
        simulate_ensemble([full_world(radius=1.2)], runs=2)
    with pytest.raises(InputError, match="runs=1 is less than the 2 draws"):
        simulate_ensemble([world, world], runs=1)


def coverage(worlds: range, runs: int) -> tuple[int, int]:
    held, asked = 0, 0
    for seed in worlds:
        world: WorldForm = full_world(seed=seed, days=100)
        truth = expected_path(world)[0].sum(axis=(0, 2, 3))
        for change in LINEAR:
            changed = changed_world(world, scenario(change))
            wanted = expected_path(changed)[0].sum(axis=(0, 2, 3)) - truth
            found = contrast([world], scenario(change), runs=runs, seed=100 + seed, jobs=1).total_difference(
                "actors"
            )
            moved = found.high > found.low
            held += int(((found.low <= wanted) & (wanted <= found.high))[moved].sum())
            asked += int(moved.sum())
    return held, asked


@pytest.mark.slow
def test_intervals_cover_the_known_counterfactual() -> None:
    held, asked = coverage(range(20, 32), 120)
    assert asked > 300
    assert 0.85 <= held / asked <= 0.95
