"""One relational event model as its report reads it: effects by name, period, what was evaluated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from melian.report.answer_reading import AnswerReading
from melian.report.numerals import day, listing, number, period
from melian.report.rem_describe import RemAnswered, factor
from melian.report.rem_labels import said

__all__ = ["EffectRow", "RemReading"]


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One coefficient: its estimate, interval and factor on the rate per standard deviation of the statistic.

    `direction` is 'more', 'less', or 'unclear' where the interval holds zero or is undefined.
    """

    term: str
    estimate: float
    low: float | None
    high: float | None
    p_value: float | None
    deviation: float | None
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    direction: str
    reason: str = ""

    @property
    def name(self) -> str:
        """The term in plain words."""
        return said(self.term)

    @property
    def words(self) -> str:
        """The factor with its interval in words."""
        if self.ratio is None:
            return f"undefined: {self.reason or 'the pairs at risk do not differ in it'}"
        if self.ratio_low is None or self.ratio_high is None:
            return f"× {number(self.ratio)}"
        return f"× {number(self.ratio)} ({number(self.ratio_low)}–{number(self.ratio_high)})"


@dataclass(frozen=True)
class RemReading(AnswerReading[RemAnswered]):
    """Look-ups over a model's answer that several parts of the report need."""

    @property
    def evaluated(self) -> bool:
        """Whether the events were ranked."""
        return "telling" in self.frames

    @cached_property
    def actors(self) -> list[str]:
        """Actors with most explained events first, as sender and receiver; then in alphabetical order."""
        counts = dict.fromkeys(sorted(self.data["actors"]), 0)
        if "events" in self.frames:
            for side in ("sender", "receiver"):
                for name, n in self.frames["events"][side].value_counts().iter_rows():
                    counts[name] += n
        return sorted(counts, key=lambda name: (-counts[name], name))

    @cached_property
    def effects(self) -> tuple[EffectRow, ...]:
        """The coefficients in the order of the formula."""
        return tuple(_effect(row) for row in self.frames["coefficients"].iter_rows(named=True))

    @cached_property
    def strongest(self) -> list[EffectRow]:
        """Effects whose interval leaves zero out, the strongest per standard deviation first.

        Levels of fixed effects say who or what is frequent, and are no findings.
        """
        levels = {e.term for e in self.effects if e.term.startswith("fixed_") and ":" not in e.term}
        clear = [
            e
            for e in self.effects
            if e.direction != "unclear" and e.term not in ("baseline", *levels) and e.deviation
        ]
        return sorted(clear, key=lambda e: -abs(e.estimate * (e.deviation or 0.0)))

    @property
    def title(self) -> str:
        """The title of the page."""
        named = self.actors
        return f"Who acts towards whom next: {listing(named, 4)}"

    @property
    def period(self) -> str:
        """The window in words."""
        since, until = self.data["since"], self.data["until"]
        if isinstance(since, str) and isinstance(until, str):
            return period(dt.date.fromisoformat(since[:10]), dt.date.fromisoformat(until[:10]))
        return f"time {number(since)} to {number(until)}"

    @property
    def explained(self) -> str:
        """What the model says: who acts towards whom, who acts, or towards whom."""
        kind, given = self.model["model"], self.model.get("conditional")
        if kind == "rate":
            return "which actor acts next"
        if kind == "choice" or given == "sender":
            return "towards whom an actor that acts will act"
        if given == "receiver":
            return "who will act towards an actor that is acted upon"
        return "which pair acts next"

    def moment(self, row: Mapping[str, Any]) -> str:
        """Write when an event was."""
        return day(row["date"]) if row.get("date") is not None else f"time {number(row['time'])}"


def _effect(row: Mapping[str, Any]) -> EffectRow:
    deviation = row.get("deviation") or None
    low, high = row["low"], row["high"]
    direction = "unclear"
    if low is not None and high is not None and (low > 0 or high < 0):
        direction = "more" if low > 0 else "less"

    def ratio(value: float | None) -> float | None:
        return None if value is None or deviation is None else factor(value, deviation)

    return EffectRow(
        term=row["term"],
        estimate=row["estimate"],
        low=low,
        high=high,
        p_value=row["p_value"],
        deviation=deviation,
        ratio=ratio(row["estimate"]),
        ratio_low=ratio(low),
        ratio_high=ratio(high),
        direction=direction,
        reason=row.get("reason") or "",
    )
