"""The parts of the page as values: sections, figures and their keys; a figure is drawn wide and narrow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from melian.report.charts import draw
from melian.report.tables import Table

__all__ = ["Figure", "Key", "Section", "make_figure", "panel_columns", "time_axis"]

WIDE, NARROW = 1000, 350


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of a figure's key: a colour of the palette, the mark it stands for, and its label."""

    colour: str
    label: str
    mark: str = "square"


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart drawn twice (wide and narrow), its finding, its table and the CSV of that table."""

    name: str
    title: str
    finding: str
    wide: str
    narrow: str
    table: Table
    csv: str
    keys: tuple[Key, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the page: sentences first, then figures and tables; `body` names a template of its own."""

    name: str
    title: str
    short: str
    paragraphs: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[tuple[Table, str], ...] = ()
    body: str = ""


def make_figure(
    name: str,
    chart: str,
    *,
    wide: Mapping[str, Any],
    narrow: Mapping[str, Any],
    title: str,
    finding: str,
    table: Table,
    frame: pl.DataFrame,
    keys: Sequence[Key] = (),
    note: str = "",
) -> Figure:
    """Draw a chart for a wide and a narrow page; `frame` is what its CSV holds."""
    return Figure(
        name=name,
        title=title,
        finding=finding,
        wide=draw(chart, wide, prefix=f"{name}-w"),
        narrow=draw(chart, {**wide, **narrow}, prefix=f"{name}-n"),
        table=table,
        csv=frame.write_csv(),
        keys=tuple(keys),
        note=note,
    )


def milliseconds(value: dt.date) -> int:
    """Give the date's midnight as milliseconds since 1970, the clock of the charts."""
    return (value - dt.date(1970, 1, 1)).days * 86_400_000


def panel_columns(panels: int) -> int:
    """Give the number of columns, 2 to 5, that leaves the fewest empty places in the last row.

    Examples
    --------
    >>> panel_columns(12), panel_columns(7), panel_columns(1)
    (4, 4, 2)
    """
    if panels <= 5:
        return max(2, panels)
    return min((5, 4, 3), key=lambda columns: -panels % columns)


def time_axis(since: dt.date, until: dt.date, *, most: int) -> dict[str, Any]:
    """Choose at most `most` month, quarter or year ticks for a span of days.

    Examples
    --------
    >>> axis = time_axis(dt.date(2018, 1, 1), dt.date(2018, 12, 31), most=5)
    >>> len(axis["date_ticks"]), axis["date_format"]
    (4, '%b %Y')
    """
    months = [(y, m) for y in range(since.year, until.year + 1) for m in range(1, 13)]
    inside = [dt.date(y, m, 1) for y, m in months if since <= dt.date(y, m, 1) <= until] or [since]
    for step in (1, 3, 6, 12, 24, 36, 48, 60, 120, 240, 600):
        ticks = [d for d in inside if (d.year * 12 + d.month - 1) % step == 0]
        if len(ticks) <= most:
            break
    return {
        "span": [milliseconds(since), milliseconds(until)],
        "date_ticks": [milliseconds(d) for d in ticks or inside[:1]],
        "date_format": "%Y" if step >= 12 else "%b %Y",
    }
