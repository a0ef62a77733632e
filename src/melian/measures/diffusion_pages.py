"""Sentences and exhibits of the measure `diffusion`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from melian.history import EventHistory
from melian.measures.answer import Chart, Exhibit
from melian.measures.charts import dots_of
from melian.measures.diffusion_history import KINDS
from melian.measures.diffusion_shares import Share
from melian.measures.figures import p_text, share_text, span_text

if TYPE_CHECKING:
    from melian.data.domestic import Domestic

__all__ = ["exhibits", "sentences"]

LEVEL = 0.05
ALL = "all countries"
RECORDED = "as recorded"
CHARTED = 6


def sentences(shares: Sequence[Share], countries: Sequence[str]) -> tuple[str, ...]:
    """Say what the shares of all countries together come to."""
    among = f"the {len(countries)} countries" if len(countries) > 1 else countries[0]
    said = []
    for share in shares:
        if share.country or share.estimate.value is None:
            continue
        if share.relation == "spread" and share.past == share.kind:
            said.append(
                f"Of {share.estimate.events:,} recorded events of {share.kind} in {among}, "
                f"{span_text(share.estimate, share=True)} are attributed statistically to {share.past} "
                f"elsewhere in the days before{_floor(share)}."
            )
        if share.relation == "back" and share.past == "protest":
            said.append(
                f"Of {share.estimate.events:,} recorded acts of {share.kind} from outside, "
                f"{span_text(share.estimate, share=True)} are attributed to protest in the "
                f"target{_floor(share)}."
            )
    outside = [s for s in shares if s.relation == "outside" and s.kind == "protest" and not s.country]
    known = [s for s in outside if s.estimate.value is not None]
    if known:
        listed = ", ".join(f"{span_text(s.estimate, share=True)} to {s.past}" for s in known)
        said.append(f"Of protest, {listed} from outside.")
    missing = [s for s in shares if not s.country and s.estimate.value is None]
    if missing:
        said.append(f"Undefined for want of events: {', '.join(s.name for s in missing)}.")
    return tuple(said)


def _floor(share: Share) -> str:
    if share.placebo is None or share.placebo.value is None or share.p_value is None:
        return ""
    return f" (with shifted calendars {share_text(share.placebo.value)}, {p_text(share.p_value)})"


def exhibits(
    shares: Sequence[Share], domestic: Domestic, foreign: EventHistory, countries: tuple[str, ...]
) -> tuple[Exhibit, ...]:
    """Give tables and charts."""
    made = [
        _exhibit("spread", "Protest and repression elsewhere", shares, ("spread",)),
        _exhibit("outside", "Conduct from outside, then protest and repression", shares, ("outside",)),
        _exhibit("home", "Events at home", shares, ("own", "home")),
        _exhibit("back", "Protest and repression, then conduct from outside", shares, ("back",)),
    ]
    return (*(exhibit for exhibit in made if exhibit.frame.height), _course(domestic, foreign, countries))


def _exhibit(name: str, title: str, shares: Sequence[Share], relations: tuple[str, ...]) -> Exhibit:
    """Show shares with those of shifted calendars beside them."""
    rows = [row for share in shares if share.relation in relations for row in _rows(share)]
    floats = dict.fromkeys(("share", "share_low", "share_high", "p"), pl.Float64)
    texts = dict.fromkeys(("country", "what", "calendar", "share_reason"), pl.String)
    order = ("country", "what", "calendar", "events", "share", "share_low", "share_high", "share_reason", "p")
    kinds: dict[str, Any] = {**floats, **texts, "events": pl.Int64}
    frame = pl.DataFrame(rows, schema={column: kinds[column] for column in order})
    known = frame.filter((pl.col("calendar") == RECORDED) & pl.col("share").is_not_null())
    finding = "No share can be given: too few events."
    if known.height:
        top = known.sort("share", descending=True).row(0, named=True)
        found = known.filter(pl.col("p") <= LEVEL).height
        tested = known.drop_nulls("p").height
        finding = f"The largest share is {share_text(top['share'])}: {top['what']}, {top['country']}."
        if tested:
            finding += (
                f" {found} of {tested} shares are above the shifted calendars (p at most {LEVEL}, plain)."
            )
    both = frame["calendar"].n_unique() > 1
    return Exhibit(
        name, title, finding, frame,
        (("country", "Country", "text"), ("what", "What, then what", "text"),
         ("calendar", "Calendar", "text"), ("events", "Events", "count"),
         ("share", "Share that follows", "estimate"), ("p", "p", "number")),
        dots_of("share", "country", series="calendar" if both else "", panel="what",
                x_title="share of events", percent=True),
        "Shares of the events named second that are attributed to earlier events named first. Intervals of "
        "shifted calendars are the middle nine tenths of the shifts.",
    )  # fmt: skip


def _rows(share: Share) -> Iterator[dict[str, Any]]:
    """Give the row of a share, and that of its placebo where there is one."""
    row = {"country": share.country or ALL, "what": f"{share.past} → {share.kind}"}
    for calendar, one in ((RECORDED, share.estimate), ("shifted", share.placebo)):
        if one is None:
            continue
        p_value = share.p_value if calendar == RECORDED else None
        yield row | {"calendar": calendar, "events": one.events, "share": one.value, "share_low": one.low} | {
            "share_high": one.high, "share_reason": one.reason or None, "p": p_value,
        }  # fmt: skip


def _course(domestic: Domestic, foreign: EventHistory, countries: tuple[str, ...]) -> Exhibit:
    """Show the months of the countries with most events."""
    inside = (domestic.step >= foreign.window[0]) & (domestic.step < foreign.window[1])
    origin = np.datetime64(domestic.origin, "D")
    months = (origin + domestic.step[inside]).astype("datetime64[M]").astype("datetime64[D]")
    frame = pl.DataFrame(
        {
            "month": months,
            "country": [domestic.countries[i] for i in domestic.country[inside]],
            "kind": [KINDS[k] for k in domestic.instrument[inside]],
            "events": domestic.count[inside].astype(np.int64),
        }
    ).filter(pl.col("country").is_in(list(countries)))
    sums = frame.group_by("country", "kind", "month").agg(pl.col("events").sum())
    busy = (
        sums.group_by("country")
        .agg(pl.col("events").sum())
        .sort("events", "country", descending=[True, False])
    )
    chosen = busy["country"].to_list()[:CHARTED]
    full = _all_months(chosen, foreign.since, foreign.until).join(
        sums, on=["country", "kind", "month"], how="left"
    )
    full = full.with_columns(pl.col("events").fill_null(0)).sort("country", "kind", "month")
    top = full.sort("events", descending=True).row(0, named=True)
    return Exhibit(
        "months", "Recorded events by month",
        f"Most in one month: {top['events']:,} of {top['kind']} in {top['country']}, from {top['month']}.",
        full,
        (("country", "Country", "name"), ("kind", "Kind", "name"), ("month", "Month", "date"),
         ("events", "Events", "count")),
        Chart("lines", "month", "events", series="kind", panel="country", y_title="events a month"),
        f"The {len(chosen)} countries with most events.",
    )  # fmt: skip


def _all_months(countries: Sequence[str], since: dt.date, until: dt.date) -> pl.DataFrame:
    """Give every country, kind and month of the window."""
    months = pl.date_range(since.replace(day=1), until, "1mo", eager=True).alias("month").to_frame()
    grid = pl.DataFrame({"country": list(countries)}).join(pl.DataFrame({"kind": list(KINDS)}), how="cross")
    return grid.join(months, how="cross")
