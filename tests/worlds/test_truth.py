"""Truth as counts, and the history that the fit sees."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from melian.errors import InputError
from melian.options import COMPONENTS, RELATIONS
from melian.simulate import (
    Baseline,
    Branching,
    SimulatedWorld,
    World,
    recovery_grid,
    simulate,
    to_history,
    truth_of,
)

WORLD = World(
    actors=("A", "B", "C", "D", "E", "Z"),
    instruments=("coercion", "concession", "contestation", "soft_power"),
    n_steps=600,
    hidden=("Z",),
    seed=11,
    weekend=0.6,
    baseline=Baseline(events=8_000, joint_ratio=0.3, kappa=0.6, wave=0.5),
    branching=Branching(joint=0.1, joint_self=0.2),
    reactive={"concession": 1.0, "contestation": 0.5},
    answers_only=("concession",),
)


@pytest.fixture(scope="module")
def path() -> SimulatedWorld:
    return simulate(WORLD)


def test_seeds_reproduce(path: SimulatedWorld) -> None:
    again, other = simulate(WORLD), simulate(dataclasses.replace(WORLD, seed=12))
    for name in (
        "step",
        "source",
        "target",
        "instrument",
        "relation",
        "parent",
        "root",
        "reactive",
        "elsewhere",
    ):
        np.testing.assert_array_equal(getattr(path, name), getattr(again, name))
    assert len(other) != len(path) or (other.source != path.source).any()


def test_counts_of_truth_sum(path: SimulatedWorld) -> None:
    truth = truth_of(path, since=60)
    np.testing.assert_array_equal(truth.component.sum(axis=1), truth.events)
    np.testing.assert_array_equal(truth.root.sum(axis=1), truth.events)
    np.testing.assert_array_equal(truth.relation.sum(axis=1) + truth.component[:, 0], truth.events)
    np.testing.assert_array_equal(truth.relation[:, :2].sum(axis=1), truth.component[:, 1])
    np.testing.assert_array_equal(truth.relation[:, 2:6].sum(axis=1), truth.component[:, 2])
    np.testing.assert_array_equal(truth.to.sum(axis=1), truth.component[:, 2])
    np.testing.assert_array_equal(truth.toolkit.sum(axis=1), truth.component)
    assert truth.answered.sum() == truth.component[:, 2].sum()
    assert truth.events.sum() == to_history(path, since=60).n_events


def test_truth_equals_a_naive_count(path: SimulatedWorld) -> None:
    truth = truth_of(path, since=100, until=500)
    groups = {"persistence": "momentum", "spread": "momentum", "joint": "joint"}
    component = {name: dict.fromkeys(COMPONENTS, 0) for name in truth.actors}
    own = dict.fromkeys(truth.actors, 0)
    for row in range(len(path)):
        ends = {WORLD.actors[path.source[row]], WORLD.actors[path.target[row]]}
        if path.joint[row] or not 100 <= path.step[row] < 500 or "Z" in ends:
            continue
        actor, born = WORLD.actors[path.source[row]], path.relation[row]
        component[actor]["initiative" if born < 0 else groups.get(RELATIONS[born], "reaction")] += 1
        first = row
        while path.parent[first] >= 0:
            first = path.parent[first]
        own[actor] += bool(not path.joint[first] and WORLD.actors[path.source[first]] == actor)
    told = truth.as_dict()
    for row, name in enumerate(truth.actors):
        assert dict(zip(COMPONENTS, truth.component[row].tolist(), strict=True)) == component[name]
        assert told[name]["root"]["self"]["events"] == own[name]
        assert told[name]["proximate"]["reaction"]["share"] == component[name]["reaction"] / truth.events[row]


def test_windows_add_up(path: SimulatedWorld) -> None:
    whole, parts = truth_of(path), [truth_of(path, since=a, until=b) for a, b in ((0, 200), (200, 600))]
    for name in ("events", "component", "to", "root", "joint_events"):
        np.testing.assert_array_equal(getattr(whole, name), sum(getattr(part, name) for part in parts))


def test_hidden_actor_is_gone_from_what_the_fit_sees(path: SimulatedWorld) -> None:
    history, truth = to_history(path), truth_of(path)
    assert history.actors == ("A", "B", "C", "D", "E") == truth.actors
    assert truth.counterparts[-1] == "Z"
    assert truth.to[:, -1].sum() > 0
    ends = (path.source == 5) | (path.target == 5)
    seen = ~ends & (path.step >= 0)
    assert history.count.sum() == seen.sum()
    assert max(history.source.max(), history.target.max()) == 4


def test_history_is_sorted_and_unique(path: SimulatedWorld) -> None:
    history = to_history(path)
    keys = np.stack([history.step, history.joint, history.source, history.target, history.instrument])
    assert (np.lexsort(keys[::-1]) == np.arange(keys.shape[1])).all()
    assert len(np.unique(keys, axis=1).T) == keys.shape[1]
    assert (history.source[history.joint] < history.target[history.joint]).all()
    assert (history.source != history.target).all()


def test_attention_counts_every_report_once(path: SimulatedWorld) -> None:
    history = to_history(path)
    attention = history.attention
    assert attention is not None
    told = history.count * (1 + history.joint)
    own = np.bincount(history.step, weights=told, minlength=history.n_steps)
    np.testing.assert_array_equal(attention.total - path.elsewhere, own)
    np.testing.assert_array_equal(attention.by_actor.sum(axis=0), 2 * own)
    of_a = (history.source == 0) | (history.target == 0)
    by_a = np.bincount(history.step[of_a], weights=told[of_a], minlength=history.n_steps)
    np.testing.assert_array_equal(attention.by_actor[0], by_a)
    assert attention.pair_count.sum() == told.sum()


def test_rest_of_the_world_follows_the_wave(path: SimulatedWorld) -> None:
    wave = path.parameters.wave[WORLD.warmup :]
    assert np.corrcoef(path.elsewhere, wave)[0, 1] > 0.6
    calm = simulate(dataclasses.replace(WORLD, baseline=Baseline(events=500)))
    assert calm.parameters.wave == pytest.approx(1.0)


def test_reactive_codes_are_reactions_only(path: SimulatedWorld) -> None:
    truth = truth_of(path)
    assert truth.reactive[:, 2].sum() > 100
    assert truth.reactive[:, [0, 1, 3]].sum() == 0
    concession = WORLD.instruments.index("concession")
    assert truth.toolkit[:, concession, [0, 1, 3]].sum() == 0
    assert to_history(path).reactive.sum() > 0


def test_silent_actor_has_a_reason() -> None:
    world = World(actors=("A", "B"), instruments=("force",), n_steps=5, warmup=0, baseline=Baseline(events=1))
    truth = truth_of(simulate(world))
    empty = dataclasses.replace(truth, events=np.zeros_like(truth.events))
    assert empty.as_dict()["A"]["proximate"]["initiative"] == {
        "share": None,
        "reason": "no events in the window",
    }


def test_window_outside_the_record_is_refused(path: SimulatedWorld) -> None:
    with pytest.raises(InputError, match="since=600, until=600 is empty"):
        truth_of(path, since=600)


def test_grid_is_what_the_issue_asks_for() -> None:
    grid = recovery_grid()
    assert len({spec.name for spec in grid}) == len(grid) >= 16
    assert {spec.apart for spec in grid if spec.world.hidden} == {True}
    tags = {tag for spec in grid for tag in spec.tags}
    assert {
        "no reaction",
        "weak",
        "strong",
        "wave",
        "no wave",
        "on",
        "off",
        "uneven",
        "joint",
        "weekday",
    } <= tags
    for spec in grid:
        path = simulate(spec.world)
        truth = truth_of(path, since=60)
        initiative, momentum, reaction, joint = truth.component.sum(axis=0) / truth.events.sum()
        assert 4 <= len(truth.actors) <= 12
        assert 5_000 <= spec.world.baseline.events <= 60_000
        assert 0.2 <= initiative <= 0.95
        assert reaction <= 0.5
        assert math.isclose(initiative + momentum + reaction + joint, 1.0)
        if "no reaction" in spec.tags:
            assert truth.component[:, 2].sum() == 0
            assert truth.events.sum() >= 15_000
