"""The answer in sentences: every number in them is read from the attribution, none is written by hand.

The wording rule of the method: a share says what is not predicted by earlier recorded deeds of the listed
actors; no sentence says that one deed brought about another. What each figure shows is said in `findings`.
"""

from __future__ import annotations

import polars as pl

from melian.report.floor import FEW_EVENTS, Floor, floor_figure, floor_of, not_run
from melian.report.numerals import (
    FLOOR_WORDING,
    decimals,
    interval,
    listing,
    number,
    percent,
    possessive,
    share_text,
)
from melian.report.reading import Reading
from melian.results import Share

__all__ = ["answer", "radius_words", "text_of"]


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
    told, which = _with_enough(reading, others)
    if len(told) < 2:
        return ""
    (low_name, low), (high_name, high) = told[-1], told[0]
    return (
        f"; among the {len(told)} other actors with {which} this share runs from {text_of(low)} for "
        f"{low_name} to {text_of(high)} for {high_name}"
    )


def _with_enough(reading: Reading, ranked: list[tuple[str, Share]]) -> tuple[list[tuple[str, Share]], str]:
    """Leave out actors with few events, whose shares are mostly noise, and say which are left."""
    enough = [pair for pair in ranked if reading.events[pair[0]] >= FEW_EVENTS]
    if len(enough) < 2 or len(enough) == len(ranked):
        return ranked, "a figure"
    return enough, f"at least {FEW_EVENTS} events"


def _reaction_sentence(reading: Reading) -> str:
    ranked = reading.defined("reaction")
    if not ranked:
        return "No actor has enough events for a share of reaction."
    floor = floor_of(reading)
    if not floor.compared:
        told, which = _with_enough(reading, ranked)
        actor, share = told[0]
        untested = not_run(floor)
        return (
            f"Among the {len(told)} actors with {which} the share of reaction is largest for {actor}, "
            f"{text_of(share)}{_most_to(reading, actor)}; "
            f"{untested[:1].lower()}{untested[1:]}"
        )
    if not floor.above:
        return (
            f"For none of the {floor.compared} actors is the share of reaction above what the placebo "
            f"gives: it is {FLOOR_WORDING}{_too_few(floor)}."
        )
    actor, share = next(pair for pair in ranked if pair[0] in floor.above)
    figures = f"{text_of(share)} beside a floor of {floor_figure(reading, actor)}{_most_to(reading, actor)}"
    return f"{_opening(floor, actor)}: {figures}{_not_above(floor)}."


def _opening(floor: Floor, actor: str) -> str:
    if not floor.below:
        return (
            f"The share of reaction is above the placebo floor for all {floor.compared} actors, largest for "
            f"{actor}"
        )
    if len(floor.above) == 1:
        return f"Only the share of reaction of {actor} is above the placebo floor"
    return (
        f"Of the {len(floor.above)} actors whose share of reaction is above the placebo floor, {actor} "
        "has the largest"
    )


def _not_above(floor: Floor) -> str:
    if not floor.below:
        return ""
    return f"; for {len(floor.below)} of {floor.compared} actors it is {FLOOR_WORDING}{_too_few(floor)}"


def _too_few(floor: Floor) -> str:
    if not floor.few:
        return ""
    if len(floor.few) == len(floor.below) == 1:
        return f" ({floor.few[0]}: too few events to tell)"
    return f" (too few events to tell for {listing(floor.few, 6)})"


def _most_to(reading: Reading, actor: str) -> str:
    rows = reading.frames["reactions"].filter(
        (pl.col("actor") == actor) & (pl.col("to") != actor) & pl.col("share").is_not_null()
    )
    if rows.is_empty():
        return ""
    top = rows.sort(["share", "to"], descending=[True, False]).row(0, named=True)
    return f", the largest part of it to {top['to']} ({percent(top['share'])} of its deeds)"


def _root_sentence(reading: Reading) -> str:
    defined = dict(reading.defined("self", view="root"))
    if not reading.roots_hold:
        return (
            f"Where chains of deeds begin cannot be told from this fit: {radius_words(reading)}, so chains "
            "do not die out."
        )
    if not defined:
        return "Where chains of deeds begin could not be estimated for any actor."
    focus = next((actor for actor in reading.actors if actor in defined), next(iter(defined)))
    caution = (
        "; to be read with caution, as the spectral radius may reach 1" if reading.roots_uncertain else ""
    )
    return (
        f"Followed back along chains of probable parents to their first deed, {text_of(defined[focus])} of "
        f"{possessive(focus)} recorded deeds go back to {focus} itself{_other_roots(reading, focus)}"
        f"{caution}."
    )


def radius_words(reading: Reading) -> str:
    """Write the spectral radius with its interval."""
    bounds = reading.model.get("spectral_radius_interval") or {}
    words = f"the spectral radius is {number(reading.model.get('spectral_radius'))}"
    if bounds.get("low") is None or bounds.get("high") is None:
        return words
    return f"{words} (90% interval {number(bounds['low'])} to {number(bounds['high'])})"


def _other_roots(reading: Reading, focus: str) -> str:
    """Name the other actor to whom most goes back, and before it joint events where they have more."""
    known = reading.frames["roots"].filter(
        (pl.col("actor") == focus) & ~pl.col("by").is_in([focus, "self"]) & pl.col("share").is_not_null()
    )
    ranked = known.sort(["share", "by"], descending=[True, False]).to_dicts()
    other = next((row for row in ranked if row["by"] != "joint"), None)
    named = ranked[:1] if ranked and ranked[0]["by"] == "joint" else []
    parts = [
        f"{share_text(row['share'], row['low'], row['high'])} "
        f"{'to joint events such as meetings' if row['by'] == 'joint' else 'to ' + row['by']}"
        for row in [*named, *([other] if other else [])]
    ]
    return f", {' and '.join(parts)}" if parts else ""
