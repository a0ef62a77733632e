"""Whose conduct is initiative, momentum or reaction: shares per actor, and over time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl

from melian.options import COMPONENTS, OWN_RELATIONS, RELATIONS
from melian.report import findings
from melian.report.floor import floor_sentence
from melian.report.numerals import FLOOR_WORDING, listing
from melian.report.page import Figure, Key, Section, make_figure, milliseconds, panel_columns, time_axis
from melian.report.reading import Reading, TrueShares
from melian.report.tables import Column, Table, make_table, pivot
from melian.report.theme import stand_in

__all__ = ["forest_rows", "over_time", "per_actor"]

PANELS = ("initiative", "momentum", "reaction")
MOST_DOTTED = 24
PAGE = 980
"""Width that three panels and their labels share; the page has 1048, gaps take the rest."""


def per_actor(reading: Reading, truth: TrueShares) -> Section:
    """Show the shares of every actor with interval, placebo floor and, for a simulated world, the truth."""
    return Section(
        "shares",
        "Shares per actor",
        "Shares",
        paragraphs=(
            "Every recorded deed of an actor is shared out over what precedes it: initiative (not "
            "predicted by earlier "
            "recorded deeds), momentum (predicted by the actor's own earlier deeds), reaction "
            "(predicted by deeds of "
            "others) and joint (predicted by meetings and other joint events of the pair). The four add "
            "up to one.",
            floor_sentence(reading),
        ),
        figures=(_forest(reading, truth),),
        tables=((_relations_table(reading), reading.frames["relations"].write_csv()),),
    )


def forest_rows(
    reading: Reading, truth: TrueShares, *, view: str, panels: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Give a record per actor and panel of a forest plot."""
    rows = []
    for panel in panels:
        for actor in reading.actors:
            share = reading.share(actor, panel, view=view)
            row: dict[str, Any] = {"actor": actor, "panel": panel, "share": share.share, "low": share.low}
            floor = reading.placebo.get(actor) if panel == "reaction" else None
            row |= {"high": share.high, "truth": truth.get((view, actor, panel))}
            row |= {
                "floor": floor and floor["placebo"],
                "floor_low": floor and floor["placebo_low"],
                "floor_high": floor and floor["placebo_high"],
            }
            rows.append(row)
    return rows


def _forest(reading: Reading, truth: TrueShares) -> Figure:
    rows = forest_rows(reading, truth, view="proximate", panels=PANELS)
    wide = {
        "rows": rows,
        "panels": list(PANELS),
        "actors": reading.actors,
        "colours": [stand_in(panel) for panel in PANELS],
        "columns": 3,
        "width": (PAGE - _label_width(reading.actors)) // 3,
        "step": 22,
        "label_limit": 170,
        "domain": [0, _top(rows)],
        "ticks": 4,
    }
    keys = [Key(panel, panel, "dot") for panel in PANELS]
    if reading.placebo:
        keys.append(Key("floor", "placebo floor: mean and range"))
    if truth:
        keys.append(Key("truth", "truth of the simulated world", "diamond"))
    return make_figure(
        "shares-forest",
        "forest",
        wide=wide,
        narrow={"columns": 1, "width": 235, "step": 19, "label_limit": 95},
        title="Initiative, momentum and reaction, with 90% intervals",
        finding=findings.shares_finding(reading),
        table=_shares_table(reading),
        frame=reading.frames["shares"].filter(pl.col("view") == "proximate"),
        keys=keys,
        note="The fourth share, joint, is in the table.",
    )


def _label_width(names: list[str]) -> int:
    """Give the room that the longest label takes, as far as labels are shown."""
    return min(170, 7 * max((len(name) for name in names), default=0)) + 12


def _top(rows: list[dict[str, Any]]) -> float:
    values = [
        row[key] for row in rows for key in ("high", "share", "truth", "floor_high") if row[key] is not None
    ]
    return min(1.0, (int(max([*values, 0.09]) * 10) + 1) / 10)


def _shares_table(reading: Reading) -> Table:
    frame = reading.frames["shares"].filter(pl.col("view") == "proximate")
    records = {row["actor"]: row for row in pivot(frame, index=["actor"], on="component")}
    rows = []
    for actor in reading.actors:
        floor = reading.placebo.get(actor, {})
        row = {"actor": actor, "events": reading.events[actor], **records.get(actor, {})}
        row["floor"] = floor.get("placebo")
        if floor.get("placebo_low") != floor.get("placebo_high"):
            row |= {"floor_low": floor["placebo_low"], "floor_high": floor["placebo_high"]}
        row["floor_reason"] = reading.placebo_reason([actor]) or "not run"
        row["above"] = _above(floor, row.get("reaction"))
        rows.append(row)
    columns = [Column("actor", "Actor"), Column("events", "Events", "count")]
    columns += [
        Column(c, c.capitalize(), "estimate", "Share of the actor's directed events") for c in COMPONENTS
    ]
    columns += [
        Column("floor", "Floor", "estimate", "Placebo"),
        Column("above", "Reaction", "text", "Placebo"),
    ]
    return make_table(
        "shares-table", "Shares per actor, in brackets the 90% interval", columns=columns, rows=rows
    )


def _above(floor: Mapping[str, Any], reaction: float | None) -> str:
    if reaction is None or floor.get("above") is None:
        return "not compared"
    return "above" if floor["above"] else FLOOR_WORDING


def _relations_table(reading: Reading) -> Table:
    frame = reading.frames["relations"]
    records = {
        row["actor"]: {**row, "reason": reading.reason(row["actor"])}
        for row in pivot(frame, index=["actor"], on="relation")
    }
    found = frame["relation"].unique().to_list()
    order = [name for name in RELATIONS if name in found] + sorted(set(found) - set(RELATIONS))
    columns = [Column("actor", "Actor")]
    for relation in order:
        group = "Momentum" if relation in OWN_RELATIONS else "Joint" if relation == "joint" else "Reaction"
        columns.append(Column(relation, relation.capitalize(), "estimate", group))
    rows = [records.get(actor, {"actor": actor, "reason": "not estimated"}) for actor in reading.actors]
    return make_table(
        "relations-table",
        "The same shares by relation",
        columns=columns,
        rows=rows,
        note=(
            "Persistence: own deeds to the same target. Spread: own deeds to others. Reply: deeds of the "
            "target. Alarm: deeds of third parties to the actor. Joining: deeds of third parties to the "
            "target. Alignment: deeds of the target to third parties."
        ),
    )


def over_time(reading: Reading) -> Section:
    """Show the three shares by period, one panel per actor."""
    frame = reading.frames["periods"]
    rows = _period_rows(frame)
    return Section(
        "time",
        "Shares over time",
        "Over time",
        paragraphs=() if rows else (findings.periods_finding(reading),),
        figures=(_periods(reading, frame, rows),) if rows else (),
    )


def _period_rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Give a record per actor, component and period; a dot where dots are few or a line cannot show it."""
    ordered = frame.sort("actor", "component", "since").with_columns(
        pl.all_horizontal(
            pl.col("share").shift(k).over("actor", "component").is_null() for k in (1, -1)
        ).alias("alone")
    )
    few = frame["since"].n_unique() <= MOST_DOTTED
    return [
        {
            "actor": row["actor"],
            "component": row["component"],
            "middle": (milliseconds(row["since"]) + milliseconds(row["until"])) // 2,
            "share": row["share"],
            "low": row["low"],
            "high": row["high"],
            "dot": few or row["alone"],
        }
        for row in ordered.iter_rows(named=True)
        if row["component"] in PANELS
    ]


def _periods(reading: Reading, frame: pl.DataFrame, rows: list[dict[str, Any]]) -> Figure:
    since, until = _span(frame)
    present = {row["actor"] for row in rows if row["share"] is not None}
    actors = [actor for actor in reading.actors if actor in present]
    columns = panel_columns(len(actors))
    wide = {
        "rows": [row for row in rows if row["actor"] in present],
        "actors": actors,
        "components": list(PANELS),
        "colours": [stand_in(panel) for panel in PANELS],
        "columns": columns,
        "width": (1000 - 14 * columns) // columns,
        "height": 92,
        "domain": [0, 1],
        **time_axis(since, until, most=3 if columns > 3 else 6),
    }
    return make_figure(
        "shares-over-time",
        "periods",
        wide=wide,
        narrow={"columns": 2, "width": 128, "height": 78, **time_axis(since, until, most=2)},
        title="Shares by period, with 90% bands",
        finding=findings.periods_finding(reading),
        table=_periods_table(frame),
        frame=frame,
        keys=[Key(panel, panel, "line") for panel in PANELS],
        note="A break in a line is a period without a figure; the table gives the reason."
        + _absent(reading, present),
    )


def _periods_table(frame: pl.DataFrame) -> Table:
    index = ["actor", "since", "until", "events"]
    rows = pivot(frame.sort("actor", "since"), index=index, on="component")
    for row in rows:
        row["reason"] = "too few events in this period" if row["events"] else "no events in this period"
    columns = [Column("actor", "Actor"), Column("since", "From", "date"), Column("until", "To", "date")]
    columns.append(Column("events", "Events", "count"))
    found = frame["component"].unique().to_list()
    columns += [Column(c, c.capitalize(), "estimate") for c in COMPONENTS if c in found]
    return make_table("periods-table", "Shares by period", columns=columns, rows=rows)


def _absent(reading: Reading, present: set[str]) -> str:
    missing = [actor for actor in reading.actors if actor not in present]
    return f" No period has a figure for {listing(missing, 6)}." if missing else ""


def _span(frame: pl.DataFrame) -> tuple[dt.date, dt.date]:
    since, until = frame["since"].min(), frame["until"].max()
    assert isinstance(since, dt.date)
    assert isinstance(until, dt.date)
    return since, until
