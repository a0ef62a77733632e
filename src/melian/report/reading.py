"""One attribution as the report reads it: its actors in order, its shares by name, its period and model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from melian.report.answer_reading import AnswerReading
from melian.report.contract import Attributed
from melian.report.numerals import listing, number, period
from melian.results import Share

__all__ = ["Reading", "TrueShares"]

TrueShares = Mapping[tuple[str, str, str], float]


@dataclass(frozen=True)
class Reading(AnswerReading[Attributed]):
    """Look-ups over an attribution that several parts of the report need."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of the data before any figure, such as a calendar of its own."""
        return tuple(self.data.get("notes") or ())

    @cached_property
    def actors(self) -> list[str]:
        """Actors with most events first; those with equal counts in alphabetical order."""
        return sorted(self.events, key=lambda actor: (-self.events[actor], actor))

    @cached_property
    def events(self) -> dict[str, int]:
        """Directed events by actor."""
        counts = {actor: int(part.get("events") or 0) for actor, part in self.summary["actors"].items()}
        return counts or {
            row["actor"]: int(row["events"] or 0) for row in self.frames["shares"].iter_rows(named=True)
        }

    @cached_property
    def shares(self) -> dict[tuple[str, str, str], Share]:
        """Shares by (view, actor, component)."""
        return {
            (row["view"], row["actor"], row["component"]): Share(
                row["share"], row["low"], row["high"], int(row["events"] or 0), row["reason"]
            )
            for row in self.frames["shares"].iter_rows(named=True)
        }

    def share(self, actor: str, component: str, *, view: str = "proximate") -> Share:
        """Give one share; undefined, with a reason, where the attribution has none."""
        return self.shares.get((view, actor, component), Share.undefined("not estimated"))

    def reason(self, actor: str) -> str:
        """Say why a figure of this actor is undefined where its own frame has no reason."""
        return self.share(actor, "initiative").reason or "not estimated"

    def defined(self, component: str, *, view: str = "proximate") -> list[tuple[str, Share]]:
        """Give the actors whose share has a value, largest share first."""
        pairs = [(actor, self.share(actor, component, view=view)) for actor in self.actors]
        return sorted(
            (p for p in pairs if p[1].share is not None), key=lambda p: (-(p[1].share or 0.0), p[0])
        )

    @cached_property
    def placebo(self) -> dict[str, dict[str, Any]]:
        """Placebo rows by actor, of those for whom the placebo gave a figure."""
        rows = self.frames["placebo"].iter_rows(named=True)
        return {row["actor"]: row for row in rows if row["placebo"] is not None and row["above"] is not None}

    def placebo_reason(self, actors: Sequence[str]) -> str:
        """Say why these actors have no placebo figure; empty where the attribution gives no reason."""
        frame = self.frames["placebo"]
        reasons = dict(zip(frame["actor"], frame["reason"], strict=True)) if "reason" in frame.columns else {}
        return "; ".join(dict.fromkeys(str(reasons[a]) for a in actors if reasons.get(a)))

    @property
    def cautions(self) -> tuple[str, ...]:
        """What the fit says of itself that must be known before its shares, roots and intervals are read."""
        return tuple(self.model.get("notes") or ())

    @property
    def roots_hold(self) -> bool:
        """Whether chains of deeds die out by this fit; where not, root shares are not to be relied on."""
        return self.model.get("spectral_radius_below_one") is not False

    @property
    def roots_uncertain(self) -> bool:
        """Whether the interval of the spectral radius reaches 1, so that chains of deeds may not die out."""
        high = (self.model.get("spectral_radius_interval") or {}).get("high")
        return high is not None and high >= 1

    @property
    def span(self) -> tuple[dt.date, dt.date]:
        """First and last day of the window."""
        return _date(self.data["since"]), _date(self.data["until"])

    @property
    def period(self) -> str:
        """The window in words."""
        return period(*self.span)

    @property
    def model_name(self) -> str:
        """The model in words."""
        named = self.model.get("name")
        lives = [number(value) for value in self.model.get("half_lives") or ()]
        return str(named or "the network Hawkes model") + (
            f" (half-lives {listing(lives)} days)" if lives else ""
        )


def _date(value: str | dt.date) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
