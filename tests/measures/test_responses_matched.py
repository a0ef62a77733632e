"""Matched days: a response is found with its size where it is, not where it is not, and days lie apart."""

from __future__ import annotations

import numpy as np
import pytest
from answering_worlds import answering_world, histories, true_propagator

from melian.history import EventHistory
from melian.measures.responses_matched import NEAREST, Matched, matched_responses, matches
from melian.measures.responses_study import make_frame

DAYS = 10
DYADS = ((0, 1), (1, 0), (2, 1))


def followed(history: EventHistory, ends: tuple[int, int], *, seed: int = 1) -> Matched:
    period = np.zeros(history.n_steps, dtype=np.int64)
    frame = make_frame(history, days=DAYS, period=period, draws=200, seed=seed)
    both = np.ones((history.n_instruments, 1))
    return matched_responses(frame, ends[1], ends[0], acts=both, kinds=both)[0]


def truth(reply: float, days: int) -> float:
    act = np.zeros((1, 3, 3, 2))
    act[0, 1, 0] = 0.5
    world = answering_world(reply=reply, days=days)
    return float(true_propagator(world).impulse(act, 0, days=DAYS).total[0, :, 1].sum())


@pytest.mark.parametrize("reply", [0.0, 0.5])
def test_the_response_is_found_with_its_size(reply: float) -> None:
    held, values = 0, []
    runs = histories(answering_world(reply=reply, days=500), 8, seed=11)
    for number, history in enumerate(runs):
        for ends in DYADS:
            got = followed(history, ends, seed=number).values[:, 0]
            low, high = np.quantile(got[1:], [0.05, 0.95])
            held += low <= truth(reply, 500) <= high
            values.append(got[0])
    # 90% asked: fewer than 18 of 24 come once in a hundred times.
    assert held >= 18
    assert abs(np.mean(values) - truth(reply, 500)) < 4 * np.std(values) / np.sqrt(len(values))
    assert (np.mean(values) > 0.25) == (reply > 0.0)


def test_days_are_of_one_weekday_and_apart_and_without_acts() -> None:
    rng = np.random.default_rng(3)
    acted = rng.random(400) < 0.3
    days, like = matches(acted, rng.random((400, 2)), apart=20)
    assert acted[days].all()
    assert not acted[like].any()
    gap = like - days[:, None]
    assert np.all(gap % 7 == 0)
    assert np.abs(gap).min() > 20
    assert like.shape == (len(days), NEAREST)


def test_the_nearest_days_are_taken() -> None:
    acted = np.zeros(200, dtype=bool)
    acted[98] = True
    state = np.abs(np.arange(200.0) - 98)[:, None]
    state[[70, 154]] = 0.0
    assert matches(acted, state, apart=13)[1].tolist() == [[70, 154]]


def test_an_actor_who_acts_every_day_has_no_days_to_be_matched() -> None:
    history = histories(answering_world(reply=0.2, own=60.0, days=260), 1)[0]
    got = followed(history, (0, 1))
    assert (got.acts, got.days) == (0, 0)
    assert got.left > 200
    assert np.isnan(got.values).all()
