"""The measure `shares`: sums, names, differences, coarser steps, and the truth of a simulated world."""

from __future__ import annotations

import numpy as np
import pytest

from melian.errors import InputError
from melian.history import EventHistory
from melian.measures.answer import Answer
from melian.measures.shares import shares
from melian.measures.steps import coarsen
from melian.models.hawkes import HawkesConfig
from melian.simulate import Baseline, Branching, World, simulate, to_history, truth_of

WORLD = World(
    actors=("A", "B", "C", "D"),
    instruments=("contestation", "soft_power"),
    n_steps=400,
    seed=5,
    baseline=Baseline(events=1_600),
    branching=Branching(persistence=0.15, spread=0.05, reply=0.25),
)
CONFIG = HawkesConfig(half_lives=(1.0, 8.0))
PARTS = ("initiative", "momentum", "reaction", "joint")
FAR = 0.2
"""How far the mean over four actors may lie from the truth: a world of 1,600 events errs by .05 to .1."""


@pytest.fixture(scope="module")
def history() -> EventHistory:
    return to_history(simulate(WORLD), since=60)


@pytest.fixture(scope="module")
def answer(history: EventHistory) -> Answer:
    return shares(history, CONFIG, differences=["initiative.A-B", "reaction.A.to.B-C"])


def value(answer: Answer, name: str) -> float:
    found = answer.estimates[name].value
    assert found is not None
    return found


def test_components_sum_to_one_and_parts_to_their_whole(answer: Answer) -> None:
    for actor in "ABCD":
        assert sum(value(answer, f"{part}.{actor}") for part in PARTS) == pytest.approx(1.0)
        relations = ("reply", "alarm", "joining", "alignment")
        reaction = value(answer, f"reaction.{actor}")
        assert sum(value(answer, f"{name}.{actor}") for name in relations) == pytest.approx(reaction)
        others = [other for other in "ABCD" if other != actor]
        assert sum(value(answer, f"reaction.{actor}.to.{o}") for o in others) == pytest.approx(reaction)
        roots = [value(answer, f"root.{actor}.by.{o}") for o in others]
        own = value(answer, f"root.self.{actor}") + value(answer, f"root.joint.{actor}")
        assert own + sum(roots) == pytest.approx(1.0)


def test_every_estimate_has_its_interval_and_events(answer: Answer) -> None:
    for name, found in answer.estimates.items():
        assert found.value is not None, name
        assert found.low is not None
        assert found.high is not None
        assert found.low <= found.value <= found.high
        assert found.events > 0


def test_shares_are_near_the_truth(answer: Answer) -> None:
    truth = truth_of(simulate(WORLD), since=60).shares()
    for at, part in enumerate(PARTS[:3]):
        found = np.array([value(answer, f"{part}.{actor}") for actor in "ABCD"])
        assert abs(found.mean() - truth[:, at].mean()) < FAR


def test_a_difference_is_of_the_two_shares(answer: Answer) -> None:
    both = value(answer, "initiative.A") - value(answer, "initiative.B")
    assert value(answer, "initiative.A-B") == pytest.approx(both)
    two = value(answer, "reaction.A.to.B") - value(answer, "reaction.A.to.C")
    assert value(answer, "reaction.A.to.B-C") == pytest.approx(two)
    events = [answer.estimates[f"initiative.{actor}"].events for actor in "AB"]
    assert answer.estimates["initiative.A-B"].events == sum(events)


def test_the_same_seed_gives_the_same_answer(history: EventHistory) -> None:
    one, two, other = (
        shares(history, HawkesConfig(half_lives=(1.0, 8.0), seed=seed), sweeps=40).summary()
        for seed in (1, 1, 2)
    )
    assert one == two
    assert one["estimates"] != other["estimates"]


def test_a_difference_that_is_none_is_refused(history: EventHistory) -> None:
    with pytest.raises(InputError, match="not a difference of two shares"):
        shares(history, CONFIG, sweeps=40, differences=["initiative.A-Z"])
    with pytest.raises(InputError, match="at least 40"):
        shares(history, CONFIG, sweeps=10)


def test_sentences_follow_the_figures(answer: Answer) -> None:
    most = max("ABCD", key=lambda actor: value(answer, f"initiative.{actor}"))
    assert f"of {most}'s" in answer.sentences[0]
    words = " ".join(answer.sentences) + " ".join(one.finding for one in answer.exhibits)
    assert not any(word in words for word in ("caused", "because", "led to", "due to", "results in"))


def test_the_fast_estimator_is_one_key_away(history: EventHistory) -> None:
    found = shares(history, HawkesConfig(half_lives=(1.0, 8.0), estimator="newton"), sweeps=40)
    assert sum(value(found, f"{part}.A") for part in PARTS) == pytest.approx(1.0)


def test_longer_steps_hold_the_same_events(history: EventHistory) -> None:
    coarse = coarsen(history, 7)
    whole = (history.window[1] - history.window[0]) // 7 * 7
    first, last = history.window[0], history.window[0] + whole
    inside = (history.step >= first) & (history.step < last) & ~history.joint
    assert coarse.n_events == history.count[inside].sum()
    assert (coarse.step_days, coarse.since) == (7, history.since)
    assert (coarse.until - coarse.since).days + 1 == whole
    order = np.lexsort((coarse.instrument, coarse.target, coarse.source, coarse.joint, coarse.step))
    assert (order == np.arange(len(order))).all()


def test_a_step_counts_a_cell_once_where_asked(history: EventHistory) -> None:
    once = coarsen(history, 1, once=True)
    assert once.count.max() == 1
    assert len(once.step) == len(history.step)
    assert coarsen(history, 3, once=True).count.max() == 1


def test_steps_of_steps_are_refused(history: EventHistory) -> None:
    with pytest.raises(InputError, match="only days can be joined"):
        coarsen(coarsen(history, 2), 2)
    with pytest.raises(InputError, match="less than one step"):
        coarsen(history, 400)


def test_half_lives_stay_in_days(history: EventHistory) -> None:
    """With steps of three days half-lives of 3 and 24 days are one and eight steps."""
    coarse = shares(coarsen(history, 3), HawkesConfig(half_lives=(3.0, 24.0)), sweeps=60)
    daily = shares(history, HawkesConfig(half_lives=(3.0, 24.0)), sweeps=60)
    gaps = [value(coarse, f"initiative.{actor}") - value(daily, f"initiative.{actor}") for actor in "ABCD"]
    assert abs(np.mean(gaps)) < FAR
