"""Codes that answer by their own meaning, with their instrument or apart, on rows followed by hand."""

from __future__ import annotations

import numpy as np
import pytest
from funnel_rows import row

from melian.data.load import load_history
from melian.errors import InputError


@pytest.fixture
def store(store_of):
    return store_of(
        [
            row("RUS", "USA", "120", 2, weight=12),  # refuse: contestation, an answer by definition
            row("RUS", "USA", "112", 2, weight=2),  # accuse: contestation
            row("RUS", "USA", "121", 3, weight=8),
            row("USA", "RUS", "163", 3),
            row("USA", "RUS", "055", 4, weight=20),  # apologise: soft power, an answer by definition
        ]
    )


def cells(history):
    columns = (history.step, history.source, history.instrument, history.count, history.reactive)
    return [
        (history.date(step).day, history.actors[s], history.instruments[k], int(n), bool(reactive))
        for step, s, k, n, reactive in zip(*columns, strict=True)
    ]


def test_answers_stand_with_their_instrument(store):
    assert cells(load_history(store, reactive="with")) == [
        (2, "RUS", "contestation", 14, False),
        (3, "RUS", "contestation", 8, True),
        (3, "USA", "economy", 1, False),
        (4, "USA", "soft_power", 20, True),
    ]


def test_answers_are_instruments_of_their_own_by_default(store):
    history = load_history(store)
    assert history.instruments == (
        "contestation",
        "contestation (answers)",
        "economy",
        "soft_power (answers)",
    )
    assert cells(history) == [
        (2, "RUS", "contestation", 2, False),
        (2, "RUS", "contestation (answers)", 12, True),
        (3, "RUS", "contestation (answers)", 8, True),
        (3, "USA", "economy", 1, False),
        (4, "USA", "soft_power (answers)", 20, True),
    ]
    assert list(history.instruments) == sorted(history.instruments)
    key = np.stack([history.step, history.source, history.target, history.instrument])
    assert (np.lexsort(key[::-1]) == np.arange(key.shape[1])).all()


def test_joint_events_never_stand_apart(store_of):
    sides = [row("USA", "RUS", "040", 1), row("RUS", "USA", "040", 1)]
    history = load_history(store_of([*sides, row("USA", "RUS", "120", 2, weight=20)]))
    assert history.joint.tolist() == [True, False]
    assert history.instruments == ("contestation (answers)", "soft_power")


def test_fewer_than_twenty_answers_stay_with_their_instrument(store_of):
    rows = [row("RUS", "USA", "120", 2, weight=19), row("RUS", "USA", "112", 2, weight=2)]
    rows += [row("USA", "CHN", "120", 2, weight=5)]  # of an actor that is not chosen
    history = load_history(store_of(rows), actors=["RUS", "USA"])
    assert cells(history) == [(2, "RUS", "contestation", 21, False)]


def test_other_words_are_refused(store):
    with pytest.raises(InputError, match="reactive='alone' is not known"):
        load_history(store, reactive="alone")
