"""The keys of `[forecast]`: how far ahead, what is scored, and when a kept fit is made anew."""

from __future__ import annotations

from dataclasses import dataclass

from melian.study.keys import key
from melian.study.kinds import Choice, Either, Many, Number, Text, Whole

__all__ = ["ForecastKeys"]


@dataclass(frozen=True, slots=True)
class ForecastKeys:
    """`[forecast]`: counts of the days ahead (`melian forecast`); see [forecast.md](forecast.md)."""

    horizons: tuple[int, ...] = key(
        (1, 7, 30),
        Many(Whole(1, 90, "days"), at_least=1),
        "Days ahead over which events are counted; 1 is always among them.",
    )
    min_events: int = key(
        50, Whole(1, 1_000_000), "Channels with so many events before are listed and scored one by one."
    )
    held_out: str | int = key(
        "auto",
        Either(Choice(("auto",)), Whole(28, 3650, "days")),
        "Last days that are predicted from parameters fitted before them; `auto`: a fifth of the days, at "
        "most 365.",
    )
    fit: str | None = key(
        None,
        Text("the path of a file"),
        "Where the fit is kept: read where it is there, else written. Without it every run fits anew.",
    )
    refit: str | int = key(
        "drift",
        Either(Choice(("drift", "never")), Whole(1, 3650, "days")),
        "When a kept fit is made anew: on drift, never, or when its parameters are so many days old (or on "
        "drift).",
    )
    drift: float = key(
        4.0,
        Number(0.5, 1000),
        "Drift: the cumulative weekly shortfall of the log score, in standard deviations, above this.",
    )
