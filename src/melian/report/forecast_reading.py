"""One forecast as its report reads it: title, dates, and the sentences of the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from melian.report.answer_reading import AnswerReading
from melian.report.forecast_describe import Forecasted, skill_sentences
from melian.report.numerals import day, listing, number, plain_name

__all__ = ["ForecastReading"]


@dataclass(frozen=True)
class ForecastReading(AnswerReading[Forecasted]):
    """Look-ups over a forecast that several parts of the report need."""

    @property
    def horizons(self) -> list[int]:
        """Days ahead."""
        return list(self.model["horizons"])

    @property
    def as_of(self) -> str:
        """The last known day in words."""
        return day(dt.date.fromisoformat(self.data["as_of"]))

    @property
    def parameters_until(self) -> str:
        """The last day that the parameters have seen, in words."""
        return day(dt.date.fromisoformat(self.model["parameters_until"]))

    @property
    def title(self) -> str:
        """The title of the page."""
        busiest = self.sums("source", self.horizons[-1])["source"].to_list()
        return f"What to expect: {listing(busiest, 4)}"

    def sums(self, kind: str, horizon: int) -> pl.DataFrame:
        """Give the sums of a kind over a horizon, largest mean first."""
        frame = self.frames["forecast"]
        rows = frame.filter((pl.col("kind") == kind) & (pl.col("horizon") == horizon))
        return rows.sort("mean", "source", "target", "instrument", descending=[True, False, False, False])

    @property
    def sentences(self) -> list[str]:
        """The answer in three sentences or a few more: what is expected, how good, what surprised."""
        horizon = next((h for h in self.horizons if h > 1), 1)
        total = self.sums("all", horizon).row(0, named=True)
        top = [_said(row) for row in self.sums("channel", horizon).head(3).iter_rows(named=True)]
        first = (
            f"In the {_days(horizon)} after {self.as_of} the model expects {number(total['mean'])} events "
            f"({total['low']}–{total['high']}) among these actors, most of all {listing(top)}."
        )
        return [first, *skill_sentences(self.answer), *self._surprise()]

    def _surprise(self) -> list[str]:
        events = self.frames["surprising_events"].head(3)
        if not events.height:
            return []
        acts = [
            f"{plain_name(row['instrument'])} by {row['source']} towards {row['target']} on "
            f"{day(dt.date.fromisoformat(str(row['date'])))}"
            for row in events.iter_rows(named=True)
        ]
        return [f"Least expected of the {self.summary['surprise']['of']}: {listing(acts)}."]


def _said(row: Mapping[str, Any]) -> str:
    return (
        f"{plain_name(row['instrument'])} by {row['source']} towards {row['target']}, {number(row['mean'])} "
        f"({row['low']}–{row['high']})"
    )


def _days(horizon: int) -> str:
    return "day" if horizon == 1 else f"{horizon} days"
