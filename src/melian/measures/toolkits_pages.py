"""Sentences and exhibits of the measure `toolkits`."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from melian.measures.answer import Chart, Estimate, Exhibit
from melian.measures.figures import number_text, p_text, share_text, span_text
from melian.measures.toolkits_pairs import Pairs
from melian.measures.toolkits_parts import Parts
from melian.measures.toolkits_settings import ToolkitSettings

__all__ = ["exhibits", "sentences"]

NAMED = 5
"""Actors that have a sentence of their own."""
DRAWN = ("soft", "economy", "contest", "hard")
LEVEL = 0.05


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
        f"soft power and economy: {_points(balance)}."
    )


def _points(estimate: Estimate) -> str:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return f"undefined ({estimate.reason})"
    value, low, high = (number_text(100.0 * x) for x in (estimate.value, estimate.low, estimate.high))
    return f"{value} percentage points ({low} to {high})"


def _distances(pairs: Pairs) -> tuple[str, ...]:
    once = pairs.distances.filter(pl.col("row") < pl.col("column"))
    if not once.height:
        return ("Fewer than two actors have enough events for a distance.",)
    apart = once.filter(pl.col("p") <= LEVEL).height
    far, near = (
        once.sort("distance", descending=True).row(0, named=True),
        once.sort("distance").row(0, named=True),
    )
    return (
        f"Of {once.height} pairs, {apart} are farther apart than two samples of one toolkit are (p at most "
        f"{LEVEL}, "
        f"before the adjustment for their number). Farthest: {_pair(far)}; nearest: {_pair(near)}; in bits, "
        "above what "
        "two samples of one toolkit have.",
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
        "moves after the "
        f"other with p at most {LEVEL}; the least p is that of {first['follower']} after {first['leader']}: "
        f"{span_text(estimate)}, {p_text(first['p'])}.",
    )


def exhibits(parts: Parts, course: pl.DataFrame, pairs: Pairs) -> tuple[Exhibit, ...]:
    """Give tables and charts."""
    made = [_groups(parts), _instruments(parts), _actors(parts), _course(course)]
    if pairs.distances.height:
        made += [_heat(pairs)]
    if pairs.over_time.height:
        made += [_over_time(pairs)]
    if pairs.following.height:
        made += [_follow(pairs)]
    return tuple(made)


def _groups(parts: Parts) -> Exhibit:
    top = parts.groups.filter(pl.col("part") == "hard").sort("share", descending=True, nulls_last=True)
    finding = "No group of hard instruments is among those that are looked at."
    if top.height and top["share"][0] is not None:
        first = top.row(0, named=True)
        finding = (
            f"Largest share of hard instruments: {first['actor']}, "
            f"{span_text(parts.estimates['hard.' + first['actor']], share=True)}."
        )
    return Exhibit(
        "groups",
        "Conduct by group of instruments",
        finding,
        parts.groups,
        (
            ("actor", "Actor", "name"),
            ("part", "Group", "name"),
            ("events", "Events", "count"),
            ("share", "Share of the actor's events", "estimate"),
            ("lean", "Less the others' share", "estimate"),
        ),
        Chart(
            "dots",
            "share",
            "actor",
            "share_low",
            "share_high",
            panel="part",
            x_title="share of directed events",
            percent=True,
        ),
        "Hard: force, coercion, security cooperation. Intervals from resampled blocks of days.",
    )


def _instruments(parts: Parts) -> Exhibit:
    first = (
        parts.instruments.filter(pl.col("share").is_not_null())
        .sort("share", descending=True)
        .row(0, named=True)
    )
    return Exhibit(
        "instruments",
        "Conduct by instrument",
        f"The largest share of one instrument is {share_text(first['share'])}: {first['actor']}, "
        f"{first['part']}.",
        parts.instruments,
        (
            ("actor", "Actor", "name"),
            ("part", "Instrument", "name"),
            ("events", "Events", "count"),
            ("share", "Share of the actor's events", "estimate"),
            ("lean", "Less the others' share", "estimate"),
        ),
        Chart(
            "dots",
            "share",
            "actor",
            "share_low",
            "share_high",
            panel="part",
            x_title="share of directed events",
            percent=True,
        ),
    )


def _actors(parts: Parts) -> Exhibit:
    effects = parts.actors["design_effect"].drop_nulls()
    finding = "No design effect can be said."
    if effects.len():
        finding = (
            f"The design effect is {number_text(float(np.median(effects.to_numpy())))} in the median: "
            "intervals of independent events would be too narrow by its root."
        )
    return Exhibit(
        "actors",
        "Balance, joint events and clustering",
        finding,
        parts.actors,
        (
            ("actor", "Actor", "name"),
            ("events", "Directed events", "count"),
            ("joint", "Joint events", "count"),
            ("balance", "Hard less soft and economy", "estimate"),
            ("design_effect", "Design effect", "number"),
        ),
        Chart(
            "dots",
            "balance",
            "actor",
            "balance_low",
            "balance_high",
            zero=0.0,
            x_title="hard less soft power and economy, share of directed events",
            percent=True,
        ),
    )


def _course(course: pl.DataFrame) -> Exhibit:
    drawn = course.filter(pl.col("group").is_in(DRAWN))
    known = drawn.filter((pl.col("group") == "hard") & pl.col("share").is_not_null())
    finding = "No actor has enough events in a period."
    if known.height:
        top = known.sort("share", descending=True).row(0, named=True)
        finding = (
            f"The largest share of hard instruments in a period is {share_text(top['share'])}: "
            f"{top['actor']}, from "
            f"{top['period']}."
        )
    return Exhibit(
        "over-time",
        "Groups of instruments over time",
        finding,
        drawn,
        (
            ("actor", "Actor", "name"),
            ("group", "Group", "name"),
            ("period", "Period from", "date"),
            ("events", "Events", "count"),
            ("share", "Share", "estimate"),
        ),
        Chart(
            "lines",
            "period",
            "share",
            "share_low",
            "share_high",
            series="group",
            panel="actor",
            y_title="share of directed events",
            percent=True,
        ),
        "Periods with too few events or blocks are left blank; the table says why.",
    )


def _heat(pairs: Pairs) -> Exhibit:
    once = pairs.distances.filter(pl.col("row") < pl.col("column"))
    finding = "Only one actor has enough events."
    if once.height:
        finding = f"Distances go from {number_text(_least(once))} to {number_text(_most(once))} bits."
    return Exhibit(
        "distances",
        "Distances between toolkits",
        finding,
        pairs.distances,
        (
            ("row", "Actor", "name"),
            ("column", "and", "name"),
            ("distance", "Distance (bits)", "quantity"),
            ("null", "One toolkit, two samples", "number"),
            ("p", "p", "number"),
        ),
        Chart("heat", "column", "row", value="distance"),
        "Jensen-Shannon divergence less what two samples of one toolkit of this size and clustering have in "
        "the mean: "
        "below 0, the two are nearer than that. Actors stand in the order of a dendrogram (average linkage).",
    )


def _least(frame: pl.DataFrame) -> float:
    return float(frame["distance"].min())  # type: ignore[arg-type]


def _most(frame: pl.DataFrame) -> float:
    return float(frame["distance"].max())  # type: ignore[arg-type]


def _over_time(pairs: Pairs) -> Exhibit:
    known = pairs.over_time.drop_nulls("distance")
    finding = "No pair has enough events in a period."
    if known.height:
        finding = (
            f"Distances by period go from {number_text(_least(known))} to {number_text(_most(known))} bits."
        )
    return Exhibit(
        "distances-over-time",
        "Distances over time",
        finding,
        pairs.over_time,
        (
            ("pair", "Pair", "text"),
            ("period", "Period from", "date"),
            ("events", "Fewest events", "count"),
            ("distance", "Distance (bits)", "quantity"),
        ),
        Chart(
            "lines",
            "period",
            "distance",
            "distance_low",
            "distance_high",
            panel="pair",
            zero=0.0,
            y_title="distance (bits)",
        ),
        "The pairs of the actors with most events.",
    )


def _follow(pairs: Pairs) -> Exhibit:
    first = pairs.following.row(0, named=True)
    return Exhibit(
        "following",
        "Which toolkit moves after which",
        f"Least p: {first['pair']}, {p_text(first['p'])}.",
        pairs.following,
        (
            ("follower", "Follower", "name"),
            ("leader", "Leader", "name"),
            ("follows", "Lead-lag asymmetry", "quantity"),
            ("p", "p", "number"),
            ("steps", "Steps", "count"),
        ),
        Chart(
            "dots",
            "follows",
            "pair",
            "follows_low",
            "follows_high",
            zero=0.0,
            x_title="correlation with the leader a step before, less the reverse",
        ),
        "Each pair is turned so that the value is positive: that some are is no finding. The p-value is "
        "two-sided, from "
        "circular shifts of one calendar.",
    )
