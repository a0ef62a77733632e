"""The generic charts of answers: lines with bands, dots with intervals, matrices; wide and narrow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import polars as pl

from melian.measures.answer import Chart
from melian.report.numerals import number, percent, plain_name
from melian.report.page import Key, milliseconds, time_axis
from melian.report.sections.others import matrix_values
from melian.report.theme import stand_in

__all__ = ["COLOURS", "chart_keys", "chart_values"]

COLOURS: Final = ("initiative", "reaction", "momentum", "joint")
MOST_LABELS: Final = 40
MOST_PANELS: Final = 12
WIDE: Final = 1000
NARROW: Final = 350
GUTTER: Final = 60
LETTER: Final = 6
"""Pixels of a letter in a cell of a matrix: where labels would overlap, the table has the figures."""
Values = dict[str, Any]


def chart_values(chart: Chart, frame: pl.DataFrame) -> tuple[str, Values, Values]:
    """Give the chart file and its values for a wide and for a narrow page.

    More than `MOST_LABELS` rows of dots or `MOST_PANELS` panels are cut to the first; the table has all.

    Examples
    --------
    >>> frame = pl.DataFrame({"actor": ["RUS", "USA"], "share": [0.2, 0.3]})
    >>> chart_values(Chart("dots", "share", "actor"), frame)[1]["labels"]
    ['RUS', 'USA']
    """
    if chart.kind == "heat":
        return "matrix", *_heat(chart, frame)
    rows = _rows(chart, frame)
    panels = _seen(rows, "panel")[:MOST_PANELS]
    series = _seen(rows, "series")
    shared: Values = {
        "rows": [row for row in rows if row["panel"] in panels],
        "panels": panels,
        "named": bool(chart.panel),
        "series": series,
        "colours": [stand_in(COLOURS[i % len(COLOURS)]) for i in range(len(series))],
        "zero": [] if chart.zero is None else [{"zero": chart.zero, "panel": panel} for panel in panels],
    }
    make = _lines if chart.kind == "lines" else _dots
    return chart.kind, *make(chart, frame, shared)


def chart_keys(chart: Chart, frame: pl.DataFrame) -> list[Key]:
    """Give the key of a chart: a colour for each series, where there are several."""
    if not chart.series or chart.kind == "heat":
        return []
    mark = "line" if chart.kind == "lines" else "dot"
    names = frame[chart.series].unique(maintain_order=True).to_list()
    return [Key(COLOURS[i % len(COLOURS)], plain_name(str(name)), mark) for i, name in enumerate(names)]


def _rows(chart: Chart, frame: pl.DataFrame) -> list[Values]:
    """Give records with the names that the chart files know."""
    plain = {"x": chart.x, "y": chart.y, "low": chart.low, "high": chart.high}
    records = []
    for row in frame.iter_rows(named=True):
        record = {name: row[column] if column else None for name, column in plain.items()}
        for name, column in (("series", chart.series), ("panel", chart.panel)):
            record[name] = plain_name(str(row[column])) if column else ""
        if isinstance(record["x"], dt.date):
            record["x"] = milliseconds(record["x"])
        if chart.kind == "dots":
            record["y"] = plain_name(str(record["y"]))
        records.append(record)
    return records


def _seen(rows: Sequence[Values], name: str) -> list[Any]:
    return list(dict.fromkeys(row[name] for row in rows))


def _value_axis(chart: Chart, ticks: int, title: str) -> Values:
    axis: Values = {
        "title": title or None, "titleFontWeight": "normal", "titleColor": stand_in("muted"),
        "titleFontSize": 11, "tickCount": ticks,
    }  # fmt: skip
    return {**axis, "format": ".0%"} if chart.percent else {**axis, "format": ".4~g"}


def _columns(panels: int) -> int:
    return 2 if panels == 4 else min(3, panels)


def _lines(chart: Chart, frame: pl.DataFrame, shared: Values) -> tuple[Values, Values]:
    columns = _columns(len(shared["panels"]))
    wide = {
        **shared, "columns": columns, "width": (WIDE - GUTTER * columns) // columns,
        "height": 240 if columns == 1 else 140,
        "y_scale": {"zero": False}, "y_axis": {**_value_axis(chart, 4, ""), "minExtent": 30},
        **_horizontal(chart, frame, most=6 if columns == 1 else 4),
    }  # fmt: skip
    narrow = {"columns": 1, "width": 270, "height": 150, **_horizontal(chart, frame, most=3)}
    return wide, narrow


def _horizontal(chart: Chart, frame: pl.DataFrame, *, most: int) -> Values:
    """Give the horizontal axis of lines: dates or numbers."""
    if not frame.schema[chart.x].is_temporal():
        axis = {**_value_axis(chart, most, chart.x_title), "format": ".4~g", "grid": False}
        return {"x_type": "quantitative", "x_scale": {"zero": False, "nice": False}, "x_axis": axis}
    first, last = frame[chart.x].min(), frame[chart.x].max()
    ticks = time_axis(first, last, most=most)  # type: ignore[arg-type]
    axis = {
        "title": None, "format": ticks["date_format"], "values": ticks["date_ticks"], "grid": False,
        "labelFlush": True, "labelExpr": "replace(datum.label, /(^| )0+/, '$1')",
    }  # fmt: skip
    return {"x_type": "temporal", "x_scale": {"type": "utc", "domain": ticks["span"]}, "x_axis": axis}


def _dots(chart: Chart, frame: pl.DataFrame, shared: Values) -> tuple[Values, Values]:
    labels = _seen(shared["rows"], "y")[:MOST_LABELS]
    columns = _columns(len(shared["panels"]))
    step = 14 + 10 * len(shared["series"])
    room = 24 + min(240, 7 * max((len(label) for label in labels), default=1))
    width = max(160, (WIDE - (GUTTER + room) * columns) // columns)
    wide = {
        **shared, "labels": labels, "columns": columns, "width": width, "step": step, "label_limit": 240,
        "rows": [row for row in shared["rows"] if row["y"] in labels],
        "x_scale": {"zero": False}, "x_axis": _value_axis(chart, 6 if columns == 1 else 4, chart.x_title),
    }  # fmt: skip
    room = min(130, room)
    narrow = {"columns": 1, "width": NARROW - 30 - room, "label_limit": room - 8,
              "x_axis": _value_axis(chart, 3, chart.x_title)}  # fmt: skip
    return wide, narrow


def _heat(chart: Chart, frame: pl.DataFrame) -> tuple[Values, Values]:
    """Give a matrix coloured by size; values below 0 have the other colour."""
    cells: Mapping[tuple[str, str], float | None] = {
        (plain_name(str(row[chart.y])), plain_name(str(row[chart.x]))): row[chart.value]
        for row in frame.iter_rows(named=True)
    }
    rows, columns = _axes(cells)
    sizes = {cell: None if value is None else abs(value) for cell, value in cells.items()}
    parts = matrix_values(sizes, rows, columns, fill="initiative")
    for part in parts:
        records = [_heat_record(record, cells, chart) for record in part["rows"]]
        longest = max((len(record["label"] or "") for record in records), default=0)
        room = longest * LETTER <= part["step_x"]
        part["rows"] = records if room else [{**record, "label": None} for record in records]
    signs = f"datum.negative ? '{stand_in('reaction')}' : '{stand_in('initiative')}'"
    return {**parts[0], "fill": {"expr": signs}}, parts[1]


def _axes(cells: Iterable[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """Order rows and columns as they come; names that stand on both axes have one order on both."""
    cells = list(cells)
    seen = list(dict.fromkeys(name for cell in cells for name in cell))
    rows, columns = ({cell[at] for cell in cells} for at in (0, 1))
    return [name for name in seen if name in rows], [name for name in seen if name in columns]


def _heat_record(record: Values, cells: Mapping[tuple[str, str], float | None], chart: Chart) -> Values:
    value = cells[record["row"], record["column"]]
    shown = value is not None and (record["label"] is not None or not chart.percent)
    text = None
    if value is not None and shown:
        # Adding 0 makes a plain nought of one below 0.
        text = percent(value) if chart.percent else number(round(value, 3) + 0.0, 2)
    return {**record, "label": text, "negative": value is not None and value < 0.0}
