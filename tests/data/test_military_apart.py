"""Level `military-apart`: a state's military is an actor of its own, its other sectors stay the state."""

from __future__ import annotations

import polars as pl
import pytest

from melian.data import load_history, store_from_frame
from melian.history import EventHistory

ROWS = (
    ("2018-01-01", "Military (Russia)", "Ukraine"),
    ("2018-01-02", "Vladimir Putin", "Ukraine"),
    ("2018-01-03", "Ukraine", "Military (Russia)"),
    ("2018-01-04", "Military (Russia)", "Russia"),
    ("2018-01-05", "Ukraine", "Russia"),
)


def history(level: str) -> EventHistory:
    frame = pl.DataFrame(ROWS, schema=["date", "source", "target"], orient="row")
    with store_from_frame(frame.with_columns(cameo=pl.lit("112")), as_is=False) as store:
        return load_history(store, level=level)  # type: ignore[arg-type]


def events(found: EventHistory) -> list[tuple[str, str]]:
    ends = zip(found.source, found.target, strict=True)
    return [(found.actors[source], found.actors[target]) for source, target in ends]


def test_the_military_is_an_actor_of_its_own() -> None:
    assert events(history("military-apart")) == [
        ("RUS.MIL", "UKR"), ("RUS", "UKR"), ("UKR", "RUS.MIL"), ("UKR", "RUS"),
    ]  # fmt: skip


@pytest.mark.parametrize("level", ["state", "state-only"])
def test_else_it_is_the_state(level: str) -> None:
    assert set(events(history(level))) == {("RUS", "UKR"), ("UKR", "RUS")}
    assert history(level).actors == ("RUS", "UKR")
