"""What conduct consists of and when: toolkit by instrument, and the timeline."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from melian.options import COMPONENTS, INSTRUMENTS
from melian.report import findings
from melian.report.numerals import plain_name
from melian.report.page import Figure, Key, Section, make_figure, milliseconds, panel_columns, time_axis
from melian.report.reading import Reading
from melian.report.sections.others import matrix_values
from melian.report.tables import Column, Table, make_table
from melian.report.theme import stand_in

__all__ = ["timeline", "toolkit"]

MOST_WEEKS = 160


def toolkit(reading: Reading) -> Section:
    """Show what each actor's conduct consists of, and how much of each instrument is initiative."""
    names = _in_order(reading.frames["toolkit"]["instrument"].to_list())
    figures = [_composition(reading, names), _components(reading, names)] if names else []
    if not reading.frames["answers"].is_empty():
        figures.append(_answers(reading))
    return Section(
        "toolkit",
        "Toolkit by instrument",
        "Toolkit",
        paragraphs=() if figures else (findings.toolkit_finding(reading),),
        figures=tuple(figures),
    )


def _in_order(names: list[str]) -> list[str]:
    known = [name for name in INSTRUMENTS if name in names]
    return known + sorted(set(names) - set(known))


def _composition(reading: Reading, names: list[str]) -> Figure:
    frame = reading.frames["toolkit"]
    shares = {
        (r["actor"], plain_name(r["instrument"])): r["composition"] for r in frame.iter_rows(named=True)
    }
    wide, narrow = matrix_values(shares, reading.actors, [plain_name(name) for name in names], fill="muted")
    rows = [
        {
            **row,
            "composition_low": row["low"],
            "composition_high": row["high"],
            "reason": "no events of this kind",
        }
        for row in frame.iter_rows(named=True)
    ]
    columns = [
        Column("actor", "Actor"),
        Column("instrument", "Instrument", "name"),
        Column("events", "Events", "count"),
        Column("composition", "Share of conduct", "estimate"),
        *(Column(c, c.capitalize(), "share", "Of these events") for c in COMPONENTS),
    ]
    return make_figure(
        "toolkit-composition",
        "matrix",
        wide=wide,
        narrow={**narrow, "label_limit": 110},
        title="What each actor's conduct consists of: per cent of its deeds by instrument",
        finding=findings.toolkit_finding(reading),
        table=make_table("toolkit-table", "Conduct by instrument", columns=columns, rows=rows),
        frame=frame,
        keys=[Key("muted", "the stronger the colour, the larger the share")],
    )


def _components(reading: Reading, names: list[str]) -> Figure:
    frame = reading.frames["toolkit"].filter(pl.col("initiative").is_not_null() & (pl.col("events") > 0))
    sums = frame.group_by("instrument").agg(
        pl.col("events").sum(),
        *((pl.col(c) * pl.col("events")).sum() / pl.col("events").sum() for c in COMPONENTS),
    )
    records = {row["instrument"]: row for row in sums.iter_rows(named=True)}
    order = [name for name in names if name in records]
    rows = [
        {"row": plain_name(name), "component": c, "share": records[name][c], "order": i}
        for name in order
        for i, c in enumerate(COMPONENTS)
    ]
    return make_figure(
        "toolkit-components",
        "bars",
        wide={
            "rows": rows,
            "rows_order": [plain_name(name) for name in order],
            "components": list(COMPONENTS),
            "colours": [stand_in(c) for c in COMPONENTS],
            "width": 720,
            "step": 26,
            "label_limit": 190,
        },
        narrow={"width": 210, "step": 24, "label_limit": 130},
        title="How much of each instrument is initiative, momentum, reaction and joint",
        finding=findings.components_finding({name: records[name]["initiative"] for name in order}),
        table=_components_table([records[name] for name in order]),
        frame=pl.DataFrame([records[name] for name in order]),
        keys=[Key(c, c) for c in COMPONENTS],
        note="Means over the listed actors, weighted by their events.",
    )


def _components_table(rows: list[dict[str, Any]]) -> Table:
    columns = [Column("instrument", "Instrument", "name"), Column("events", "Events", "count")]
    columns += [Column(c, c.capitalize(), "share") for c in COMPONENTS]
    caption = "Components by instrument, all listed actors together"
    return make_table("components-table", caption, columns=columns, rows=rows)


def _answers(reading: Reading) -> Figure:
    frame = reading.frames["answers"]
    shares = {
        (plain_name(r["instrument"]), plain_name(r["answered"])): r["share"]
        for r in frame.iter_rows(named=True)
    }
    done = [plain_name(name) for name in _in_order(frame["instrument"].to_list())]
    answered = [plain_name(name) for name in _in_order(frame["answered"].to_list())]
    wide, narrow = matrix_values(shares, done, answered, fill="reaction")
    columns = [
        Column("instrument", "Instrument done", "name"),
        Column("answered", "Instrument answered", "name"),
        Column("share", "Share", "share"),
    ]
    return make_figure(
        "toolkit-answers",
        "matrix",
        wide=wide,
        narrow={**narrow, "label_limit": 110},
        title=(
            "What answers what: instrument done (row) by instrument answered (column), per cent of reaction"
        ),
        finding=findings.answers_finding(reading),
        table=make_table("answers-table", "Reaction by instrument", columns=columns, rows=frame.to_dicts()),
        frame=frame,
        keys=[Key("reaction", "the stronger the colour, the larger the share")],
    )


def timeline(reading: Reading) -> Section:
    """Show events over time by instrument and by actor."""
    frame = reading.frames["timeline"]
    figures = (_by_instrument(reading, frame), _by_actor(reading, frame)) if not frame.is_empty() else ()
    text = () if figures else (findings.timeline_finding(reading),)
    return Section("timeline", "Timeline", "Timeline", paragraphs=text, figures=figures)


def _steps(frame: pl.DataFrame, over: str) -> tuple[pl.DataFrame, str]:
    """Sum events by week, or by month where there are too many weeks to draw."""
    weeks = frame["week"].n_unique()
    step = pl.col("week") if weeks <= MOST_WEEKS else pl.col("week").dt.truncate("1mo")
    out = frame.group_by(step.alias("since"), over).agg(pl.col("events").sum()).sort("since", over)
    return out, "week" if weeks <= MOST_WEEKS else "month"


def _until(since: dt.date, step: str) -> dt.date:
    if step == "week":
        return since + dt.timedelta(days=7)
    return dt.date(since.year + since.month // 12, since.month % 12 + 1, 1)


def _filled(sums: pl.DataFrame, step: str, names: list[str]) -> pl.DataFrame:
    """Give every step of the span to every instrument, with 0 where nothing happened."""
    every = {"week": "1w", "month": "1mo"}[step]
    days = pl.date_range(pl.col("since").min(), pl.col("since").max(), every)
    steps = pl.concat([sums.select(days.alias("since")), sums.select("since")]).unique()
    return (
        steps.join(pl.DataFrame({"instrument": names}), how="cross")
        .join(sums, on=["since", "instrument"], how="left")
        .with_columns(pl.col("events").fill_null(0))
        .sort("instrument", "since")
    )


def _by_instrument(reading: Reading, frame: pl.DataFrame) -> Figure:
    sums, step = _steps(frame, "instrument")
    names = _in_order(sums["instrument"].to_list())
    filled = _filled(sums, step, names)
    rows = [
        {"panel": plain_name(r["instrument"]), "date": milliseconds(r["since"]), "events": r["events"]}
        for r in filled.iter_rows(named=True)
    ]
    days = sums["since"].to_list()
    columns_wide = min(4, panel_columns(len(names)))
    wide = {
        "rows": rows,
        "panels": [plain_name(name) for name in names],
        "columns": columns_wide,
        "width": (1040 - 46 * columns_wide) // columns_wide,
        "height": 74,
        **time_axis(days[0], _until(days[-1], step), most=4 if columns_wide < 4 else 3),
    }
    totals = filled.pivot("instrument", index="since", values="events", sort_columns=True).sort("since")
    columns = [Column("since", f"{step.capitalize()} from", "date")]
    columns += [Column(name, plain_name(name), "count") for name in names]
    return make_figure(
        "timeline-instruments",
        "timeline",
        wide=wide,
        narrow={"columns": 1, "width": 300, "height": 62},
        title=f"Events per {step} by instrument (each panel has its own scale)",
        finding=findings.timeline_finding(reading),
        table=make_table(
            "timeline-table", f"Events per {step} by instrument", columns=columns, rows=totals.to_dicts()
        ),
        frame=totals,
    )


def _by_actor(reading: Reading, frame: pl.DataFrame) -> Figure:
    sums, step = _steps(frame, "actor")
    present = set(sums["actor"].to_list())
    actors = [actor for actor in reading.actors if actor in present]
    rows: list[dict[str, Any]] = [
        {
            "actor": r["actor"],
            "since": milliseconds(r["since"]),
            "until": milliseconds(_until(r["since"], step)),
            "events": r["events"],
        }
        for r in sums.iter_rows(named=True)
        if r["actor"] in present and r["events"] > 0
    ]
    days = sums["since"].to_list()
    axis = {"rows": rows, "actors": actors, **time_axis(days[0], _until(days[-1], step), most=8)}
    totals = sums.pivot("actor", index="since", values="events", sort_columns=True).sort("since").fill_null(0)
    columns = [Column("since", f"{step.capitalize()} from", "date")]
    columns += [Column(actor, actor, "count") for actor in actors]
    return make_figure(
        "timeline-actors",
        "strip",
        wide={**axis, "width": 840, "step": 18, "label_limit": 170},
        narrow={"width": 235, "step": 15, "label_limit": 95, **time_axis(days[0], days[-1], most=3)},
        title=f"Events per {step} by acting actor",
        finding=findings.busiest_finding(reading),
        table=make_table(
            "timeline-actors-table", f"Events per {step} by actor", columns=columns, rows=totals.to_dicts()
        ),
        frame=totals,
        keys=[Key("ink", "the stronger the colour, the more events")],
    )
