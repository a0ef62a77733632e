"""The answer in sentences: every number in them is read from the attribution, none is written by hand.

The wording rule of the method: a share says what is not predicted by earlier recorded deeds of the listed
actors; no sentence says that one deed brought about another. What each figure shows is said in `findings`.
"""

from __future__ import annotations

import polars as pl

from melian.report.numerals import FLOOR_WORDING, decimals, interval, listing, percent, possessive, share_text
from melian.report.reading import Reading
from melian.results import Share

__all__ = ["answer", "floor_finding", "text_of"]


def text_of(share: Share) -> str:
    """Write a share with its interval, or its reason."""
    return share_text(share.share, share.low, share.high, share.reason)


def answer(reading: Reading) -> tuple[str, str, str]:
    """Give the answer in three sentences: own initiative, reaction, and where chains of deeds begin."""
    return _initiative_sentence(reading), _reaction_sentence(reading), _root_sentence(reading)


def _initiative_sentence(reading: Reading) -> str:
    if not reading.actors:
        return "No actor has events in the period, so no share can be given."
    focus = reading.actors[0]
    share = reading.share(focus, "initiative")
    opening = (
        f"In the period {reading.period}, by {reading.model_name} and data snapshot {reading.snapshot}, "
    )
    if share.share is None:
        return f"{opening}the share of initiative in {possessive(focus)} recorded deeds is {text_of(share)}."
    around = interval(share.low, share.high, decimals(share.share))
    main = (
        f"{opening}{percent(share.share)} (90% interval {around}) of {possessive(focus)} recorded deeds are "
        "not predicted by earlier recorded deeds of the listed actors"
    )
    return f"{main}{_others(reading, focus)}."


def _others(reading: Reading, focus: str) -> str:
    others = [pair for pair in reading.defined("initiative") if pair[0] != focus]
    if len(others) < 2:
        return ""
    (low_name, low), (high_name, high) = others[-1], others[0]
    return (
        f"; among the {len(others)} other actors with a figure this share runs from {text_of(low)} for "
        f"{low_name} "
        f"to {text_of(high)} for {high_name}"
    )


def _reaction_sentence(reading: Reading) -> str:
    ranked = reading.defined("reaction")
    if not ranked:
        return "No actor has enough events for a share of reaction."
    above = [pair for pair in ranked if reading.placebo.get(pair[0], {}).get("above")]
    if not above:
        return (
            f"For none of the {len(ranked)} actors is the share of reaction above what the placebo "
            f"gives: it is {FLOOR_WORDING}."
        )
    actor, share = above[0]
    to = _most_to(reading, actor)
    below = len(ranked) - len(above)
    rest = (
        f"; for {below} of {len(ranked)} actors it is {FLOOR_WORDING}"
        if below
        else "; it is above the placebo floor for all"
    )
    return f"The share of reaction is largest for {actor}, {text_of(share)}{to}{rest}."


def _most_to(reading: Reading, actor: str) -> str:
    rows = reading.frames["reactions"].filter(
        (pl.col("actor") == actor) & (pl.col("to") != actor) & pl.col("share").is_not_null()
    )
    if rows.is_empty():
        return ""
    top = rows.sort(["share", "to"], descending=[True, False]).row(0, named=True)
    return f", the largest part of it to {top['to']} ({percent(top['share'])} of its deeds)"


def _root_sentence(reading: Reading) -> str:
    defined = reading.defined("self", view="root")
    if not defined:
        return "Where chains of deeds begin could not be estimated for any actor."
    focus = next((actor for actor in reading.actors if actor in dict(defined)), defined[0][0])
    share = dict(defined)[focus]
    others = reading.frames["roots"].filter(
        (pl.col("actor") == focus)
        & ~pl.col("by").is_in([focus, "self", "joint"])
        & pl.col("share").is_not_null()
    )
    tail = ""
    if not others.is_empty():
        top = others.sort(["share", "by"], descending=[True, False]).row(0, named=True)
        tail = f", and {share_text(top['share'], top['low'], top['high'])} go back to {top['by']}"
    return (
        f"Followed back along chains of probable parents to their first deed, {text_of(share)} of "
        f"{possessive(focus)} recorded deeds go back to {focus} itself{tail}."
    )


def floor_finding(reading: Reading) -> str:
    """Say for whom the share of reaction is not above the placebo floor."""
    known = [
        a for a in reading.actors if a in reading.placebo and reading.share(a, "reaction").share is not None
    ]
    below = [actor for actor in known if not reading.placebo[actor]["above"]]
    if not known:
        return "The placebo was not run, so no floor can be shown."
    if not below:
        return f"The share of reaction is above the placebo floor for all {len(known)} actors."
    return (
        f"The share of reaction is {FLOOR_WORDING} for {len(below)} of {len(known)} actors: "
        f"{listing(below, 8)}."
    )
