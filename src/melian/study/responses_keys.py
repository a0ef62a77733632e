"""The keys of `[responses]`: who answers whom, how long an act is followed, by which periods."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from melian.options import INSTRUMENTS
from melian.study.keys import key
from melian.study.kinds import Choice, Day, Either, Many, Text, Whole

__all__ = ["ResponsesKeys"]


@dataclass(frozen=True, slots=True)
class ResponsesKeys:
    """`[responses]`: what follows an act (`melian responses`); see [responses.md](responses.md)."""

    response_days: int = key(30, Whole(1, 90, "days"), "How many days an act is followed.")
    response_pairs: tuple[str, ...] = key(
        (),
        Many(Text('two actors as "RUS:USA"')),
        "Pairs looked at, both directions of each. Empty: the `response_top` with most events.",
    )
    response_top: int = key(6, Whole(1, 500), "How many pairs are taken where `response_pairs` is empty.")
    response_cut: str | tuple[dt.date, ...] = key(
        "halves",
        Either(Choice(("halves", "thirds", "years")), Many(Day(), at_least=1)),
        "Periods by which compliance, defiance and concession are compared; or the days on which the second "
        "and later ones begin.",
    )
    response_methods: tuple[str, ...] = key(
        ("model", "study"),
        Many(Choice(("model", "study")), at_least=1),
        "From the fitted model, model-free (`study`, with matched days beside it), or both.",
    )
    response_pressure: tuple[str, ...] = key(
        ("coercion", "force"),
        Many(Choice(INSTRUMENTS), at_least=1),
        "Acts that count as pressure. Economic sanctions are of the instrument `economy`, with trade "
        "and aid.",
    )
    response_refits: int = key(
        20, Whole(10, 1000), "Worlds drawn from the fit, and without reaction, behind the bands of the model."
    )
    response_draws: int = key(400, Whole(100, 10_000), "Bootstrap draws behind the bands without the model.")
