"""Agreement in the General Assembly: how often others vote as one does, and how often one is with the many.

Shares of roll calls, after Lijphart (1963), "The analysis of bloc voting in the General Assembly", APSR 57;
see Voeten (2013) on what such votes can and cannot show: the agenda changes with the years.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from melian.errors import InputError
from melian.measures.answer import Answer, Estimate, Exhibit
from melian.measures.charts import lines_of
from melian.measures.figures import span_text
from melian.measures.ratios import clustered_share

if TYPE_CHECKING:
    from melian.data.roll_calls import RollCalls

__all__ = ["agreement"]

FEWEST_PRESENT = 20
"""Members that must have voted for a roll call to have a majority that one can be with."""

Hits = tuple[NDArray[np.float64], NDArray[np.float64]]


def agreement(
    rolls: RollCalls, actors: Sequence[str], *, since: dt.date | None = None, until: dt.date | None = None
) -> Answer:
    """Estimate agreement of others with some actors on the roll calls of a period.

    Roll calls of one day are one cluster: many of them are paragraphs of one text.

    Parameters
    ----------
    rolls : RollCalls
    actors : sequence of str
        ISO codes.
    since, until : date, optional
        First and last day; default those of the votes.

    Returns
    -------
    Answer
        `agreement.A.B`: share of the roll calls on which both voted where B voted as A.
        `agreement.A.all`: the same over all other members' votes. `majority.A`: share of its roll calls on
        which A voted as most members did.

    Raises
    ------
    InputError
        If an actor is not among the voters, or no roll call falls into the period.
    """
    for actor in actors:
        if actor not in rolls.countries:
            raise InputError(f"actor {actor!r} has no vote in {rolls.source}; give ISO codes (USA).")
    days = np.array([day.toordinal() for day in rolls.days])
    first = since.toordinal() if since else days.min()
    last = until.toordinal() if until else days.max()
    inside = (days >= first) & (days <= last)
    if not inside.any():
        raise InputError(
            f"no roll call from {since} to {until}; the votes run from {rolls.days[0]} to {rolls.days[-1]}."
        )
    days, votes = days[inside], rolls.votes[inside]
    own = {actor: votes[:, rolls.countries.index(actor)] for actor in actors}
    estimates = _estimates(votes, own, days)
    course = _course(votes, own, days)
    data: dict[str, Any] = {
        "actors": list(actors), "events": int(inside.sum()), "snapshot": rolls.source,
        "since": dt.date.fromordinal(max(int(first), rolls.days[0].toordinal())).isoformat(),
        "until": dt.date.fromordinal(min(int(last), rolls.days[-1].toordinal())).isoformat(),
    }  # fmt: skip
    return Answer(
        "agreement",
        "Votes in the General Assembly",
        tuple(_sentences(estimates, actors, data)),
        estimates,
        (_exhibit(course),),
        data,
        {"cluster": "day", "fewest_present": FEWEST_PRESENT},
        notes=(
            "Votes are positions taken in public, on an agenda that changes with the years; consensus texts "
            "are not voted on. `events` are votes for agreement, roll calls for majority.",
        ),
    )


def _estimates(
    votes: NDArray[np.int8], own: Mapping[str, NDArray[np.int8]], days: NDArray[np.int64]
) -> dict[str, Estimate]:
    out = {}
    for a, cast in own.items():
        out[f"agreement.{a}.all"] = _share(_with_all(votes, cast), days, "votes")
        out[f"majority.{a}"] = _share(_with_majority(votes, cast), days, "roll calls")
        for b, other in own.items():
            if a != b:
                out[f"agreement.{a}.{b}"] = _share(_together(cast, other), days, "roll calls")
    return out


def _together(a: NDArray[np.int8], b: NDArray[np.int8]) -> Hits:
    both = (a > 0) & (b > 0)
    return (both & (a == b)).astype(np.float64), both.astype(np.float64)


def _with_all(votes: NDArray[np.int8], cast: NDArray[np.int8]) -> Hits:
    """Count the other members' votes that are as one's own, roll call by roll call."""
    there = cast > 0
    same = ((votes == cast[:, None]) & there[:, None]).sum(axis=1) - there
    others = ((votes > 0) & there[:, None]).sum(axis=1) - there
    return same.astype(np.float64), others.astype(np.float64)


def _with_majority(votes: NDArray[np.int8], cast: NDArray[np.int8]) -> Hits:
    by_kind = np.stack([(votes == kind).sum(axis=1) for kind in (1, 2, 3)], axis=1)
    counted = (cast > 0) & (by_kind.sum(axis=1) >= FEWEST_PRESENT)
    most = by_kind.argmax(axis=1) + 1
    return (counted & (cast == most)).astype(np.float64), counted.astype(np.float64)


def _share(hits: Hits, days: NDArray[np.int64], counted: str) -> Estimate:
    """Put the roll calls of one day together and estimate."""
    _, cluster = np.unique(days, return_inverse=True)
    same, whole = (np.bincount(cluster, weights=part).astype(np.float64) for part in hits)
    return clustered_share(same, whole, unit="days", counted=counted)


def _course(
    votes: NDArray[np.int8], own: Mapping[str, NDArray[np.int8]], days: NDArray[np.int64]
) -> pl.DataFrame:
    """Give the agreement of all others by calendar year."""
    years = np.array([dt.date.fromordinal(int(day)).year for day in days])
    rows = []
    for year in np.unique(years).tolist():
        now = years == year
        for actor, cast in own.items():
            found = _share(_with_all(votes[now], cast[now]), days[now], "votes")
            rows.append(
                {"year": year, "actor": actor, "share": found.value, "share_low": found.low,
                 "share_high": found.high, "share_reason": found.reason or None, "votes": found.events}
            )  # fmt: skip
    numbers = dict.fromkeys(("share", "share_low", "share_high"), pl.Float64)
    schema = {"year": pl.Int64, "actor": pl.String, **numbers, "share_reason": pl.String, "votes": pl.Int64}
    return pl.DataFrame(rows, schema=schema)


def _sentences(
    estimates: Mapping[str, Estimate], actors: Sequence[str], data: Mapping[str, Any]
) -> list[str]:
    period = f"From {data['since']} to {data['until']}"
    return [
        f"{period}, {span_text(estimates[f'agreement.{actor}.all'], share=True)} of the other members' votes "
        f"were as {actor}'s on the same roll call; {actor} voted as most members did on "
        f"{span_text(estimates[f'majority.{actor}'], share=True)} of its roll calls."
        for actor in actors
    ]


def _exhibit(course: pl.DataFrame) -> Exhibit:
    known = course.drop_nulls("share").sort("share", "year", "actor")
    finding = "No year has enough roll calls for an interval."
    if known.height:
        low, high = known.row(0, named=True), known.row(-1, named=True)
        finding = (
            f"Lowest by year: {span_text(_row(low), share=True)}, {low['actor']} in {low['year']}; "
            f"highest: {span_text(_row(high), share=True)}, {high['actor']} in {high['year']}."
        )
    return Exhibit(
        "agreement-by-year",
        "Share of the other members' votes that were as the actor's, by year",
        finding,
        course,
        (("year", "Year", "text"), ("actor", "Actor", "text"), ("share", "Votes as the actor's", "estimate"),
         ("votes", "Votes", "count")),
        lines_of("share", "year", panel="actor", percent=True),
    )  # fmt: skip


def _row(row: Mapping[str, float]) -> Estimate:
    return Estimate(row["share"], row["share_low"], row["share_high"])
