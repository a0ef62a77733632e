"""What the data are: the funnel from rows to events, rows by month, gaps."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from melian.report import findings
from melian.report.numerals import count, percent
from melian.report.page import Figure, Section, make_figure, milliseconds, time_axis
from melian.report.re_reports import re_report_sentences
from melian.report.reading import Reading
from melian.report.tables import Column, Table, make_table

__all__ = ["data", "funnel_figure"]


def data(reading: Reading) -> Section:
    """Show what is in the data and what each step of the funnel leaves."""
    figures = []
    if not reading.frames["funnel"].is_empty():
        figures.append(funnel_figure(reading.frames["funnel"]))
    if not reading.frames["gaps"].is_empty():
        figures.append(_gaps(reading))
    described = _described(reading)
    return Section(
        "data",
        "The data: funnel and gaps",
        "Data",
        paragraphs=(
            findings.data_finding(reading),
            "Sources record reports, not acts. The funnel makes events of them, one named step after "
            "the other; every "
            "step can be left out, to see whether the answer depends on it.",
            *re_report_sentences(reading.data.get("re_reports") or ()),
        ),
        figures=tuple(figures),
        tables=((described, _csv(described)),),
    )


def funnel_figure(frame: pl.DataFrame) -> Figure:
    """Draw the rows left after each step of the funnel; columns step, rows."""
    steps = frame.to_dicts()
    first = max([row["rows"] for row in steps] + [1])
    rows: list[dict[str, Any]] = []
    before: int | None = None
    for row in steps:
        removed = 0 if before is None else before - row["rows"]
        label = f"{count(row['rows'])} ({percent(row['rows'] / first)})"
        rows.append({"step": row["step"], "rows": row["rows"], "label": label, "removed": removed})
        before = row["rows"]
    largest = max(rows, key=lambda row: row["removed"])
    return make_figure(
        "funnel",
        "funnel",
        wide={"rows": rows, "width": 600, "top": first * 1.25, "label_limit": 200},
        narrow={"width": 220, "top": first * 1.75, "label_limit": 105},
        title="Rows left after each step from reports to events",
        finding=f"The step that takes most is “{largest['step']}”: {count(largest['removed'])} rows.",
        table=make_table(
            "funnel-table",
            "Funnel",
            columns=[
                Column("step", "Step"),
                Column("rows", "Rows left", "count"),
                Column("removed", "Taken", "count"),
            ],
            rows=rows,
        ),
        frame=frame,
    )


def _gaps(reading: Reading) -> Figure:
    frame = reading.frames["gaps"].sort("month")
    rows = []
    for row in frame.iter_rows(named=True):
        since, until = row["month"], _next_month(row["month"])
        middle = (milliseconds(since) + milliseconds(until)) // 2
        rows.append(
            {
                "since": milliseconds(since),
                "until": milliseconds(until),
                "middle": middle,
                "rows": row["rows"],
            }
        )
    empty = frame.filter(pl.col("rows") == 0).height
    first, last = frame["month"][0], _next_month(frame["month"][-1])
    return make_figure(
        "gaps",
        "gaps",
        wide={"rows": rows, "width": 900, **time_axis(first, last, most=8)},
        narrow={"width": 300, **time_axis(first, last, most=3)},
        title="Rows in the store by month",
        finding=f"{empty} of {frame.height} months are without a row."
        if empty
        else "No month is without rows.",
        table=make_table(
            "gaps-table",
            "Rows by month",
            columns=[Column("month", "Month"), Column("rows", "Rows", "count")],
            rows=[{"month": f"{row['month']:%Y-%m}", "rows": row["rows"]} for row in frame.to_dicts()],
        ),
        frame=frame,
    )


def _next_month(value: dt.date) -> dt.date:
    return dt.date(value.year + value.month // 12, value.month % 12 + 1, 1)


def _described(reading: Reading) -> Table:
    part = reading.data
    joint = sum(int(a.get("joint_events") or 0) for a in reading.summary["actors"].values())
    lines = [
        ("Period analysed", reading.period),
        ("Directed events in it", count(int(part.get("events") or 0))),
        ("Joint events of the listed actors (each counted for both)", count(joint)),
        ("Actors", count(len(reading.actors))),
        ("Data snapshot", str(part.get("snapshot") or "none")),
    ]
    labels = (
        ("sources", "Sources"),
        ("without", "Funnel steps left out"),
        ("unresolved_rows", "Rows unresolved"),
    )
    lines += [(label, _written(part[key])) for key, label in labels if key in part]
    return make_table(
        "data-table",
        "What the answer rests on",
        columns=[Column("what", ""), Column("value", "")],
        rows=[{"what": what, "value": value} for what, value in lines],
    )


def _written(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return count(value) if isinstance(value, int) else str(value)


def _csv(table: Table) -> str:
    names = [column.key for column in table.columns]
    return pl.DataFrame(
        [[cell.text for cell in row] for row in table.rows], schema=names, orient="row"
    ).write_csv()
