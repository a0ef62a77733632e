"""The keys of `[toolkits]`: what makes up a toolkit, and in what steps it is compared."""

from __future__ import annotations

from dataclasses import dataclass

from melian.options import INSTRUMENTS
from melian.study.keys import key
from melian.study.kinds import Choice, Either, Many, Whole

__all__ = ["ToolkitsKeys"]


@dataclass(frozen=True, slots=True)
class ToolkitsKeys:
    """`[toolkits]`: conduct by instrument (`melian toolkits`); see [toolkits.md](toolkits.md)."""

    toolkit_instruments: tuple[str, ...] = key(
        (),
        Many(Choice(INSTRUMENTS)),
        "Instruments that make up the toolkit (shares are of their events only); empty: all.",
    )
    toolkit_period: str = key(
        "auto",
        Choice(("auto", "year", "quarter")),
        "Periods of shares and distances over time; `auto`: years from three years on, else quarters.",
    )
    toolkit_step: int | str = key(
        "auto",
        Either(Choice(("auto",)), Whole(1, 366, "days")),
        "Step in which one toolkit is asked to follow another; `auto`: 28, 14 or 7 days, the longest that "
        "leaves 48 "
        "steps.",
    )
    toolkit_block: int = key(
        14,
        Whole(1, 366, "days"),
        "Days that are drawn together for intervals, because deeds come in clusters.",
    )
    toolkit_least: int = key(
        50, Whole(1, 1_000_000), "Directed events below which an actor's toolkit is compared with no other."
    )
    toolkit_draws: int = key(999, Whole(99, 100_000), "Resampled sets of blocks behind intervals and tests.")
