"""Tables and charts of the measure `toolkits`."""

from __future__ import annotations

import polars as pl

from melian.measures.answer import Chart, Exhibit
from melian.measures.charts import dots_of, lines_of
from melian.measures.figures import number_text, p_text, share_text, span_text
from melian.measures.toolkits_pairs import Pairs
from melian.measures.toolkits_parts import Parts

__all__ = ["exhibits"]

DRAWN = ("soft", "economy", "contest", "hard")
SHARE = "share of directed events"


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
        actor = top["actor"][0]
        share = span_text(parts.estimates[f"hard.{actor}"], share=True)
        finding = f"Largest share of hard instruments: {actor}, {share}."
    note = "Hard: force, coercion, security cooperation. Intervals from resampled blocks of days."
    return _composition("group", finding, parts.groups, note)


def _instruments(parts: Parts) -> Exhibit:
    known = parts.instruments.drop_nulls("share").sort("share", descending=True)
    first = known.row(0, named=True)
    share = share_text(first["share"])
    finding = f"The largest share of one instrument is {share}: {first['actor']}, {first['part']}."
    return _composition("instrument", finding, parts.instruments, "")


def _composition(part: str, finding: str, frame: pl.DataFrame, note: str) -> Exhibit:
    """Show what the actors' conduct is made of, by groups or by single instruments."""
    whole = "group of instruments" if part == "group" else part
    return Exhibit(
        f"{part}s", f"Conduct by {whole}", finding, frame,
        (("actor", "Actor", "name"), ("part", part.capitalize(), "name"), ("events", "Events", "count"),
         ("share", "Share of the actor's events", "estimate"),
         ("lean", "Less the others' share", "estimate")),
        dots_of("share", "actor", panel="part", x_title=SHARE, percent=True),
        note,
    )  # fmt: skip


def _actors(parts: Parts) -> Exhibit:
    effect = parts.actors["design_effect"].median()
    finding = "No design effect can be said."
    if isinstance(effect, float):
        finding = (
            f"The design effect is {number_text(effect)} in the median: intervals of independent events "
            "would be too narrow by its root."
        )
    return Exhibit(
        "actors", "Balance, joint events and clustering", finding, parts.actors,
        (("actor", "Actor", "name"), ("events", "Directed events", "count"),
         ("joint", "Joint events", "count"), ("balance", "Hard less soft and economy", "estimate"),
         ("design_effect", "Design effect", "number")),
        dots_of("balance", "actor", zero=0.0, percent=True,
                x_title="hard less soft power and economy, share of directed events"),
    )  # fmt: skip


def _course(course: pl.DataFrame) -> Exhibit:
    drawn = course.filter(pl.col("group").is_in(DRAWN))
    known = drawn.filter((pl.col("group") == "hard") & pl.col("share").is_not_null())
    finding = "No actor has enough events in a period."
    if known.height:
        top = known.sort("share", descending=True).row(0, named=True)
        finding = (
            f"The largest share of hard instruments in a period is {share_text(top['share'])}: "
            f"{top['actor']}, from {top['period']}."
        )
    return Exhibit(
        "over-time", "Groups of instruments over time", finding, drawn,
        (("actor", "Actor", "name"), ("group", "Group", "name"), ("period", "Period from", "date"),
         ("events", "Events", "count"), ("share", "Share", "estimate")),
        lines_of("share", "period", series="group", panel="actor", y_title=SHARE, percent=True),
        "Periods with too few events or blocks are left blank; the table says why.",
    )  # fmt: skip


def _heat(pairs: Pairs) -> Exhibit:
    once = pairs.distances.filter(pl.col("row") < pl.col("column"))
    finding = f"Distances go from {_range(once)}." if once.height else "Only one actor has enough events."
    return Exhibit(
        "distances", "Distances between toolkits", finding, pairs.distances,
        (("row", "Actor", "name"), ("column", "and", "name"), ("distance", "Distance (bits)", "quantity"),
         ("null", "One toolkit, two samples", "number"), ("p", "p", "number")),
        Chart("heat", "column", "row", value="distance"),
        "Jensen-Shannon divergence less what two samples of one toolkit of this size and clustering have in "
        "the mean: below 0, the two are nearer than that. Actors stand in the order of a dendrogram (average "
        "linkage).",
    )  # fmt: skip


def _over_time(pairs: Pairs) -> Exhibit:
    known = pairs.over_time.drop_nulls("distance")
    finding = "No pair has enough events in a period."
    if known.height:
        finding = f"Distances by period go from {_range(known)}."
    return Exhibit(
        "distances-over-time", "Distances over time", finding, pairs.over_time,
        (("pair", "Pair", "text"), ("period", "Period from", "date"), ("events", "Fewest events", "count"),
         ("distance", "Distance (bits)", "quantity")),
        lines_of("distance", "period", panel="pair", zero=0.0, y_title="distance (bits)"),
        "The pairs of the actors with most events.",
    )  # fmt: skip


def _range(frame: pl.DataFrame) -> str:
    """Say between which distances a table lies."""
    ordered = frame["distance"].sort()
    return f"{number_text(ordered[0])} to {number_text(ordered[-1])} bits"


def _follow(pairs: Pairs) -> Exhibit:
    first = pairs.following.row(0, named=True)
    return Exhibit(
        "following", "Which toolkit moves after which", f"Least p: {first['pair']}, {p_text(first['p'])}.",
        pairs.following,
        (("follower", "Follower", "name"), ("leader", "Leader", "name"),
         ("follows", "Lead-lag asymmetry", "quantity"), ("p", "p", "number"), ("steps", "Steps", "count")),
        dots_of("follows", "pair", zero=0.0,
                x_title="correlation with the leader a step before, less the reverse"),
        "Each pair is turned so that the value is positive: that some are is no finding. The p-value is "
        "two-sided, from circular shifts of one calendar.",
    )  # fmt: skip
