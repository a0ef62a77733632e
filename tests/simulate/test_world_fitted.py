"""Fitted worlds run like what they were fitted to, go on from the past, and beyond the window by rule."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from melian.errors import InputError
from melian.history import EventHistory
from melian.models.hawkes import HawkesConfig, HawkesFit, fit_hawkes
from melian.simulate import Baseline, Branching, World, simulate, to_history
from melian.worlds import simulate_ahead, simulate_runs, world_from_fit
from melian.worlds.extend import extended, matern
from melian.worlds.fitted import redrawn


@pytest.fixture(scope="module")
def history() -> EventHistory:
    world = World(
        actors=("A", "B", "C", "D"), instruments=("coercion", "economy"), n_steps=400, seed=3,
        baseline=Baseline(events=4000, joint_ratio=0.4, kappa=0.5, wave=0.4),
        branching=Branching(joint=0.1, joint_self=0.3),
    )  # fmt: skip
    return to_history(simulate(world))


@pytest.fixture(scope="module")
def fit(history: EventHistory) -> HawkesFit:
    return fit_hawkes(history, HawkesConfig(draws=20, burn_in=60, chains=1, jobs=1))


def test_runs_look_like_the_record(fit: HawkesFit, history: EventHistory) -> None:
    world = world_from_fit(fit)
    assert (world.origin, world.until) == (history.date(fit.design.fit_from), history.until)
    runs = simulate_runs(world, runs=60, jobs=1)
    live = history.step >= fit.design.fit_from
    for joint in (False, True):
        seen = history.count[live & (history.joint == joint)].sum()
        assert (runs.joint == joint).sum() / 60 == pytest.approx(seen, rel=0.08)


def test_futures_go_on_from_the_past(fit: HawkesFit, history: EventHistory) -> None:
    ahead = simulate_ahead(fit, history.until, 14, runs=40, draws=4, jobs=1)
    again = simulate_ahead(fit, history.until, 14, runs=40, draws=4, jobs=2)
    assert np.array_equal(ahead.step, again.step)
    assert np.array_equal(ahead.run, again.run)
    assert ahead.step.max() < 14
    assert ahead.run.max() == 39
    busy = replace(history, count=np.where(history.step >= 390, history.count * 10, history.count))
    more = simulate_ahead(fit, history.until, 14, runs=40, draws=None, history=busy, jobs=1)
    assert len(more) > 1.3 * len(simulate_ahead(fit, history.until, 14, runs=40, draws=None, jobs=1))


def test_later_events_are_not_looked_at(fit: HawkesFit, history: EventHistory) -> None:
    day = history.date(350)
    early = history.step <= 350
    names = ("step", "source", "target", "instrument", "count", "joint", "row")
    cut = replace(history, reactive=None, **{name: getattr(history, name)[early] for name in names})
    one, two = (simulate_ahead(fit, day, 7, runs=10, history=h, jobs=1) for h in (history, cut))
    assert np.array_equal(one.step, two.step)
    assert np.array_equal(one.source, two.source)


def test_draws_scatter_around_the_point_estimate(fit: HawkesFit) -> None:
    world = world_from_fit(fit)
    drawn = [redrawn(world, fit, d) for d in range(20)]
    mean = np.mean([w.level[0].sum() for w in drawn])
    assert mean == pytest.approx(world.level[0].sum(), rel=0.1)
    assert len({w.level[0].sum() for w in drawn}) == 20


def test_courses_go_back_to_their_mean() -> None:
    values = np.concatenate([np.ones(300), np.full(100, 3.0)])[None]
    beyond = extended(values, np.array([400, 460, 2000]), 90.0)[0]
    assert 3.0 > beyond[0] > 2.9 > beyond[1] > beyond[2] == pytest.approx(values.mean())
    assert matern(np.array([0.0]), 90.0)[0] == 1.0


def test_bad_days_and_actors(fit: HawkesFit, history: EventHistory) -> None:
    with pytest.raises(InputError, match="it must begin on or after 2015-01-05"):
        world_from_fit(fit, dt.date(2010, 1, 1))
    with pytest.raises(InputError, match="not end before it begins"):
        world_from_fit(fit, history.until, history.since)
    with pytest.raises(InputError, match="draw=99 is not a draw of the fit; it has draws 0 to 19"):
        world_from_fit(fit, draw=99)
    with pytest.raises(InputError, match=r"other actors than the fit \(in one only: D, E\)"):
        world_from_fit(fit, history=replace(history, actors=("A", "B", "C", "E")))
    with pytest.raises(InputError, match="must be at least 1"):
        simulate_ahead(fit, history.until, 0)
