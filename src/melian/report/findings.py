"""What each figure and table shows, in one sentence from the result; `prose` has the wording rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from melian.report.floor import floor_words
from melian.report.numerals import count, day, listing, number, percent, plain_name, possessive, share_text
from melian.report.prose import text_of
from melian.report.reading import Reading

__all__ = [
    "answers_finding",
    "busiest_finding",
    "components_finding",
    "data_finding",
    "ladder_finding",
    "network_finding",
    "periods_finding",
    "reactions_finding",
    "reactive_finding",
    "root_pairs_finding",
    "roots_finding",
    "shares_finding",
    "timeline_finding",
    "toolkit_finding",
    "truth_finding",
]

FEWEST_REACTIVE = 20


def shares_finding(reading: Reading) -> str:
    """Say who has the largest share of initiative, momentum and reaction."""
    parts = []
    for component in ("initiative", "momentum", "reaction"):
        ranked = reading.defined(component)
        if ranked:
            actor, share = ranked[0]
            floor = floor_words(reading, actor) if component == "reaction" else ""
            parts.append(f"{component} is largest for {actor}, {text_of(share)}{floor}")
    missing = [actor for actor in reading.actors if reading.share(actor, "initiative").share is None]
    tail = f" No figure for {listing(missing, 6)}: the table gives the reason." if missing else ""
    return f"{_sentence('; '.join(parts))}{tail}" if parts else f"No share is defined.{tail}"


def periods_finding(reading: Reading) -> str:
    """Compare the first and the last period of the actor with most events."""
    for actor in reading.actors:
        rows = reading.frames["periods"].filter(
            (pl.col("actor") == actor) & (pl.col("component") == "initiative") & pl.col("share").is_not_null()
        )
        if rows.height < 2:
            continue
        first, last = (rows.sort("since").row(i, named=True) for i in (0, -1))
        apart = first["low"] > last["high"] or last["low"] > first["high"]
        return (
            f"Initiative of {actor} is {share_text(first['share'], first['low'], first['high'])} in the "
            "period from "
            f"{day(first['since'])} and {share_text(last['share'], last['low'], last['high'])} in that from "
            f"{day(last['since'])}; the two intervals {'do not overlap' if apart else 'overlap'}."
        )
    return "There are not two periods with a figure for any actor."


def reactions_finding(reading: Reading) -> str:
    """Name the three largest entries of the reaction matrix."""
    rows = reading.frames["reactions"].filter(
        pl.col("share").is_not_null() & (pl.col("actor") != pl.col("to"))
    )
    top = rows.sort(["share", "actor", "to"], descending=[True, False, False]).head(3).to_dicts()
    if not top:
        return "No reaction of one actor to another is defined."
    parts = [f"{r['actor']} to {r['to']}, {share_text(r['share'], r['low'], r['high'])}" for r in top]
    return f"The largest shares of reaction: {'; '.join(parts)} of the first-named actor's deeds."


def network_finding(reading: Reading) -> str:
    """Name the actor that the others react to most, over all their deeds."""
    sums: dict[str, float] = {}
    for row in reading.frames["reactions"].iter_rows(named=True):
        if row["share"] is not None and row["actor"] != row["to"]:
            deeds = row["share"] * reading.events.get(row["actor"], 0)
            sums[row["to"]] = sums.get(row["to"], 0.0) + deeds
    total = sum(reading.events.values())
    if not sums or not total:
        return "No reaction of one actor to another is defined."
    top = max(sorted(sums), key=lambda actor: sums[actor])
    return f"Most reaction goes to {top}: {percent(sums[top] / total)} of all deeds of the listed actors."


def roots_finding(reading: Reading) -> str:
    """Say for whom most and least goes back to itself."""
    ranked = reading.defined("self", view="root")
    if not ranked:
        return "No root share is defined."
    (most, high), (least, low) = ranked[0], ranked[-1]
    if most == least:
        return f"{text_of(high)} of {possessive(most)} deeds go back to itself."
    return (
        f"The deeds of {most} go back to itself most often, {text_of(high)}; those of {least} least, "
        f"{text_of(low)}."
    )


def root_pairs_finding(reading: Reading) -> str:
    """Name the largest share of one actor's deeds that goes back to another."""
    rows = reading.frames["roots"].filter(
        pl.col("share").is_not_null()
        & (pl.col("actor") != pl.col("by"))
        & ~pl.col("by").is_in(["self", "joint"])
    )
    if rows.is_empty():
        return "No deeds of one actor go back to another."
    top = rows.sort(["share", "actor", "by"], descending=[True, False, False]).row(0, named=True)
    share = share_text(top["share"], top["low"], top["high"])
    return (
        f"The largest share that goes back to another: {share} of {possessive(top['actor'])} deeds go "
        f"back to {top['by']}."
    )


def toolkit_finding(reading: Reading) -> str:
    """Say what the conduct of the actor with most events consists of."""
    rows = reading.frames["toolkit"].filter(pl.col("composition").is_not_null())
    for actor in reading.actors:
        own = (
            rows.filter(pl.col("actor") == actor)
            .sort(["composition", "instrument"], descending=[True, False])
            .head(3)
        )
        if not own.is_empty():
            parts = [
                f"{plain_name(r['instrument'])} {share_text(r['composition'], r['low'], r['high'])}"
                for r in own.iter_rows(named=True)
            ]
            return f"{possessive(actor)} conduct is above all {listing(parts)}."
    return "No composition of conduct is defined."


def components_finding(initiative: Mapping[str, float]) -> str:
    """Name the instruments with the largest and the smallest share of initiative over all actors."""
    if not initiative:
        return "No instrument has events."
    ranked = sorted(initiative, key=lambda name: (-initiative[name], name))
    ends = dict.fromkeys((ranked[0], ranked[-1]))
    parts = "; ".join(f"{plain_name(name)} is {percent(initiative[name])} initiative" for name in ends)
    return f"Over all listed actors, {parts}."


def answers_finding(reading: Reading) -> str:
    """Name the most frequent pair of an instrument done and an instrument answered."""
    known = reading.frames["answers"].drop_nulls("share")
    if known.is_empty():
        return "No answer is defined."
    top = known.sort(["share", "instrument", "answered"], descending=[True, False, False]).row(0, named=True)
    pair = f"{plain_name(top['instrument'])} in answer to {plain_name(top['answered'])}"
    return f"The most frequent pair is {pair}, {percent(top['share'])}."


def timeline_finding(reading: Reading) -> str:
    """Name the week with most events."""
    weeks = reading.frames["timeline"].group_by("week").agg(pl.col("events").sum()).sort(["events", "week"])
    if weeks.is_empty():
        return "There are no events to show over time."
    top = weeks.sort(["events", "week"], descending=[True, False]).row(0, named=True)
    middle = weeks["events"].median()
    return (
        f"Most events fall in the week of {day(top['week'])}: {count(int(top['events']))}, where the "
        "median week "
        f"has {number(float(middle) if isinstance(middle, int | float) else None)}."
    )


def busiest_finding(reading: Reading) -> str:
    """Name the actor with most events."""
    total = sum(reading.events.values())
    if not total:
        return "No listed actor has events."
    actor = reading.actors[0]
    return (
        f"{actor} acts most: {count(reading.events[actor])} of {count(total)} events "
        f"({percent(reading.events[actor] / total)})."
    )


def data_finding(reading: Reading) -> str:
    """Say how many rows the funnel leaves and which months are empty."""
    steps = reading.frames["funnel"].to_dicts()
    empty = reading.frames["gaps"].filter(pl.col("rows") == 0).sort("month")["month"].to_list()
    parts = []
    if steps:
        first, last = steps[0], steps[-1]
        kept = percent(last["rows"] / first["rows"]) if first["rows"] else "none"
        parts.append(
            f"Of {count(first['rows'])} rows the funnel leaves {count(last['rows'])} ({kept}); every "
            "step is counted."
        )
    months = [f"{value:%Y-%m}" for value in empty]
    parts.append(
        f"Months without a row: {listing(months, 6)}." if months else "No month of the span is without rows."
    )
    return " ".join(parts)


def ladder_finding(reading: Reading) -> str:
    """Say how much of the held-out log score each step of the ladder brings."""
    rows = reading.frames["ladder"].to_dicts()
    if len(rows) < 2:
        return "The held-out log score was not computed."
    first, last = rows[0], rows[-1]
    best = max(rows, key=lambda row: row["log_score"])
    gain = last["log_score"] - first["log_score"]
    tail = "" if best is last else f" The best of them is “{best['model']}”, not the full model."
    return (
        f"On held-out days the log score per event is {number(last['log_score'])} for the "
        f"{last['model']} model and "
        f"{number(first['log_score'])} for “{first['model']}”, a difference of {number(gain)}.{tail}"
    )


def reactive_finding(reading: Reading) -> str:
    """Set codes that answer by their own meaning beside their instrument, where there are enough of them."""
    known = reading.frames["reactive"].filter(
        pl.col("reactive_initiative").is_not_null() & (pl.col("reactive_events") >= FEWEST_REACTIVE)
    )
    if known.is_empty():
        return (
            f"No instrument has {FEWEST_REACTIVE} events of codes that answer by their own meaning (refuse, "
            "deny, accede), so this check is silent."
        )
    parts = [
        f"{plain_name(r['instrument'])} "
        f"{share_text(r['reactive_initiative'], r['reactive_low'], r['reactive_high'])} beside "
        f"{share_text(r['initiative'], r['low'], r['high'])}"
        for r in known.sort("reactive_events", descending=True, maintain_order=True).iter_rows(named=True)
    ]
    return (
        "Codes that answer by their own meaning (refuse, deny, accede) should show little initiative. Theirs "
        f"beside that of their whole instrument: {'; '.join(parts)}."
    )


def truth_finding(rows: Iterable[dict[str, Any]]) -> str:
    """Say how far the estimates of a simulated world lie from its truth."""
    known = [row for row in rows if row.get("share") is not None and row.get("truth") is not None]
    if not known:
        return "No estimate can be compared with the truth."
    error = sum(abs(row["share"] - row["truth"]) for row in known) / len(known)
    with_interval = [row for row in known if row.get("low") is not None]
    inside = sum(row["low"] <= row["truth"] <= row["high"] for row in with_interval)
    return (
        f"Over {len(known)} shares the estimate lies on average {100 * error:.1f} percentage "
        "points from the truth; "
        f"the 90% interval holds the truth in {inside} of {len(with_interval)}."
    )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
