"""Periods follow the calendar: months, quarters beyond two years, longer ones where they would be over 40."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from melian.analysis.periods import MOST, make_periods


def periods(origin: dt.date, start: int, end: int) -> Any:
    live = SimpleNamespace(start=start, end=end, step=np.arange(start, end))
    return make_periods(SimpleNamespace(origin=origin), live)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "first_ends"),
    [
        pytest.param(20, "2018-01-29", id="within a month"),
        pytest.param(365, "2018-01-31", id="months"),
        pytest.param(3 * 365, "2018-03-31", id="quarters"),
        pytest.param(19 * 365, "2018-06-30", id="half-years"),
        pytest.param(30 * 365, "2018-12-31", id="years"),
        pytest.param(45 * 365, "2019-12-31", id="two years"),
    ],
)
def test_lengths(days: int, first_ends: str) -> None:
    found = periods(dt.date(2018, 1, 1), 9, 9 + days)
    assert found.since[0] == dt.date(2018, 1, 10)
    assert found.until[0].isoformat() == first_ends
    assert found.until[-1] == dt.date(2018, 1, 9) + dt.timedelta(days=days)
    assert len(found.since) <= MOST
    for before, after in zip(found.until, found.since[1:], strict=False):
        assert after - before == dt.timedelta(days=1)


@pytest.mark.parametrize(("origin", "start"), [(dt.date(2018, 1, 1), 9), (dt.date(569, 3, 2), 60)])
def test_every_day_lies_in_its_period(origin: dt.date, start: int) -> None:
    found = periods(origin, start, start + 900)
    for step, period in zip(range(start, start + 900), found.of_cell.tolist(), strict=True):
        day = origin + dt.timedelta(days=step)
        assert found.since[period] <= day <= found.until[period]
