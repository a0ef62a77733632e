"""The small world, and what was trained on it."""

from __future__ import annotations

import pytest
from small_world import CONFIG, counts, history_of

from melian.forecast.evaluate import Evaluation, train
from melian.forecast.train import Predictor
from melian.history import EventHistory


@pytest.fixture(scope="session")
def world() -> EventHistory:
    return history_of(counts(300))


@pytest.fixture(scope="session")
def trained(world: EventHistory) -> tuple[Predictor, Evaluation]:
    return train(world, CONFIG)
