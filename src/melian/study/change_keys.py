"""The keys of `[change]`: windows, periods, change points and thresholds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from melian.options import INSTRUMENTS
from melian.study.keys import key
from melian.study.kinds import Choice, Day, Either, Flag, Many, Number, Text, Whole

__all__ = ["ChangeKeys"]


@dataclass(frozen=True, slots=True)
class ChangeKeys:
    """`[change]`: whether conduct changes over time (`melian change`); see [change.md](change.md)."""

    change_window: int = key(90, Whole(14, 3650, "days"), "Days of a moving window.")
    change_step: int = key(30, Whole(1, 3650, "days"), "Days from one moving window to the next.")
    change_cut: str | tuple[dt.date, ...] = key(
        "halves",
        Either(Choice(("halves", "thirds", "years")), Many(Day(), at_least=1)),
        "Periods that are compared; or the days on which the second and later ones begin.",
    )
    change_refit: bool = key(
        True,
        Flag(),
        "Also fit every period anew: with one fit the weights are constant and only the composition "
        "of conduct "
        "can change.",
    )
    change_refits: int = key(
        20, Whole(10, 1000), "Refits behind the intervals, of the fit and of each period."
    )
    change_permutations: int = key(
        499, Whole(99, 100_000), "Permutations, and bootstrap draws, behind each p-value."
    )
    threshold_pairs: tuple[str, ...] = key(
        (),
        Many(Text('two actors as "RUS:USA"')),
        "Pairs whose conduct is searched for thresholds, both directions. Empty: the `threshold_top` "
        "with most "
        "events.",
    )
    threshold_top: int = key(
        6, Whole(0, 500), "How many pairs are taken where `threshold_pairs` is empty; 0: no thresholds."
    )
    threshold_half_life: float = key(
        30.0, Number(1, 3650, "days"), "Half-life of the pressure that adds up to a threshold."
    )
    threshold_pressure: tuple[str, ...] = key(
        ("contestation", "coercion", "force"),
        Many(Choice(INSTRUMENTS), at_least=1),
        "Acts that add up to pressure.",
    )
    threshold_response: tuple[str, ...] = key(
        ("contestation", "coercion", "force"),
        Many(Choice(INSTRUMENTS), at_least=1),
        "Acts of the other side that may change where the line is passed.",
    )
