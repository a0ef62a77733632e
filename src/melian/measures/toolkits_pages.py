"""Sentences and notes of the measure `toolkits`."""

from __future__ import annotations

from typing import Any

import polars as pl

from melian.measures.answer import Estimate
from melian.measures.figures import p_text, points_text, span_text
from melian.measures.toolkits_pairs import Pairs
from melian.measures.toolkits_parts import Parts
from melian.measures.toolkits_settings import ToolkitSettings

__all__ = ["notes", "sentences"]

NAMED = 5
"""Actors that have a sentence of their own."""
LEVEL = 0.05
NOTES = (
    "A toolkit is what sources recorded, by instrument as the codebook reads the codes; another reading is "
    "one option away (the key crosswalk). Instruments that are reported more readily than others weigh more.",
    "Intervals draw blocks of days, not events: deeds come in clusters, and drawing them one by one would "
    "give intervals that are too narrow by the root of the design effect shown in the table.",
    "Following compares steps in time. It cannot tell an actor that copies another from two that answer a "
    "third one at different speeds.",
)


def notes(pairs: Pairs, settings: ToolkitSettings) -> tuple[str, ...]:
    """Say what to know before reading, and where no distance can pass the adjustment of its p-value."""
    tests = len(pairs.tests)
    if tests <= LEVEL * (1 + settings.draws):
        return NOTES
    return (
        *NOTES,
        f"The p-value of a distance is a rank among {settings.draws:,} draws, which are too few for it to "
        f"pass the adjustment for {tests:,} tests; toolkit_draws sets them.",
    )


def sentences(parts: Parts, pairs: Pairs, settings: ToolkitSettings) -> tuple[str, ...]:
    """Say what the toolkits hold, how far they are apart and who follows."""
    busy = parts.actors.filter(pl.col("events") >= settings.least)["actor"].to_list()
    said = [_actor(actor, parts) for actor in busy[:NAMED]]
    if not busy:
        said.append(f"No actor has {settings.least} directed events; no toolkit is compared.")
    return (*said, *_distances(pairs), *_following(pairs))


def _actor(actor: str, parts: Parts) -> str:
    groups = parts.groups.filter(pl.col("actor") == actor).sort("share", descending=True)
    shares = {part: parts.estimates[f"{part}.{actor}"] for part in groups["part"]}
    events = next(iter(shares.values())).events
    listed = "; ".join(f"{part} {span_text(shares[part], share=True)}" for part in list(shares)[:3])
    balance = parts.estimates[f"balance.{actor}"]
    return (
        f"{actor}, by group of instruments, over {events:,} directed events: {listed}. Hard instruments less "
        f"soft power and economy: {points_text(balance)}."
    )


def _distances(pairs: Pairs) -> tuple[str, ...]:
    once = pairs.distances.filter(pl.col("row") < pl.col("column"))
    if not once.height:
        return ("Fewer than two actors have enough events for a distance.",)
    apart = once.filter(pl.col("p") <= LEVEL).height
    far, near = (once.sort("distance", descending=down).row(0, named=True) for down in (True, False))
    return (
        f"Of {once.height} pairs, {apart} are farther apart than two samples of one toolkit are (p at most "
        f"{LEVEL}, before the adjustment for their number). Farthest: {_pair(far)}; nearest: {_pair(near)}; "
        "in bits, above what two samples of one toolkit have.",
    )


def _pair(row: dict[str, Any]) -> str:
    estimate = Estimate(row["distance"], row["distance_low"], row["distance_high"])
    return f"{row['row']} and {row['column']}, {span_text(estimate)}"


def _following(pairs: Pairs) -> tuple[str, ...]:
    if not pairs.following.height:
        return (
            f"Following is undefined: too few steps of {pairs.step} days with enough events of two actors.",
        )
    first = pairs.following.row(0, named=True)
    estimate = Estimate(first["follows"], first["follows_low"], first["follows_high"])
    beyond = pairs.following.filter(pl.col("p") <= LEVEL).height
    return (
        f"In steps of {pairs.step} days, {beyond} of {pairs.following.height} pairs have one toolkit that "
        f"moves after the other with p at most {LEVEL}; the least p is that of {first['follower']} after "
        f"{first['leader']}: {span_text(estimate)}, {p_text(first['p'])}.",
    )
