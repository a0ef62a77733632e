"""Tables as values: columns with a kind, cells with text and sort key; undefined cells say why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from melian.report.numerals import UNDEFINED, count, interval, number, percent, plain_name

__all__ = ["Cell", "Column", "Table", "make_table", "pivot"]

MOST_ROWS = 400
Kind = Literal["text", "name", "count", "share", "truth", "estimate", "quantity", "number", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the key in the rows, its heading, how it is written, and the spanner above it."""

    key: str
    label: str
    kind: Kind = "text"
    group: str = ""

    @property
    def numeric(self) -> bool:
        """Whether the column is aligned and sorted as numbers."""
        return self.kind in ("count", "share", "truth", "estimate", "quantity", "number")


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows: main text, a quieter second part, and the key it sorts by."""

    text: str
    note: str = ""
    sort: str | float = ""
    undefined: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table ready for a template, with the name of its CSV file."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    @property
    def spanners(self) -> tuple[tuple[str, int], ...]:
        """Headings above groups of neighbouring columns, with their widths; empty where there is none."""
        out: list[tuple[str, int]] = []
        for column in self.columns:
            if out and column.group == out[-1][0]:
                out[-1] = (column.group, out[-1][1] + 1)
            else:
                out.append((column.group, 1))
        return tuple(out) if any(label for label, _ in out) else ()


def make_table(
    name: str, caption: str, *, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], note: str = ""
) -> Table:
    """Make a table from records.

    The page shows the first `MOST_ROWS`; the CSV beside a table has all. An `estimate` column `k` reads `k`,
    `k_low`, `k_high` and, where it is null, `k_reason`, and is written as a percentage; a `quantity` reads
    the same and is written as a number.

    Examples
    --------
    >>> table = make_table("t", "Shares", columns=[Column("share", "Share", "estimate")],
    ...                    rows=[{"share": None, "share_reason": "no events"}])
    >>> table.rows[0][0].text
    'undefined: no events'
    """
    cells = tuple(tuple(_cell(row, column) for column in columns) for row in rows[:MOST_ROWS])
    if len(rows) > MOST_ROWS:
        note = f"{note} The first {count(MOST_ROWS)} of {count(len(rows))} rows; the CSV has all.".strip()
    return Table(name, caption, tuple(columns), cells, note)


def pivot(frame: pl.DataFrame, *, index: Sequence[str], on: str) -> list[dict[str, Any]]:
    """Gather long share rows into one record per index: `<on>`, `<on>_low`, `<on>_high`, `<on>_reason`."""
    out: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in frame.iter_rows(named=True):
        record = out.setdefault(tuple(row[key] for key in index), {key: row[key] for key in index})
        name = row[on]
        record[name] = row["share"]
        for part in ("low", "high", "reason"):
            record[f"{name}_{part}"] = row.get(part)
    return list(out.values())


def _cell(row: Mapping[str, Any], column: Column) -> Cell:
    value = row.get(column.key)
    if column.kind == "text":
        return Cell("" if value is None else str(value), sort="" if value is None else str(value))
    if value is None or value != value:
        reason = row.get(f"{column.key}_reason") or row.get("reason")
        return Cell(f"{UNDEFINED}: {reason}" if reason else UNDEFINED, sort=-1.0, undefined=True)
    return _WRITERS[column.kind](row, column.key, value)


def _estimate(row: Mapping[str, Any], key: str, value: float) -> Cell:
    low, high = row.get(f"{key}_low"), row.get(f"{key}_high")
    return Cell(percent(value, 1), note=interval(low, high, 1) if low is not None else "", sort=value)


def _quantity(row: Mapping[str, Any], key: str, value: float) -> Cell:
    low, high = row.get(f"{key}_low"), row.get(f"{key}_high")
    note = f"{number(low)} to {number(high)}" if low is not None and high is not None else ""
    return Cell(number(value), note=note, sort=value)


_WRITERS = {
    "name": lambda row, key, value: Cell(plain_name(str(value)), sort=str(value)),
    "count": lambda row, key, value: Cell(count(int(value)), sort=int(value)),
    "share": lambda row, key, value: Cell(percent(value, 1), sort=float(value)),
    "truth": lambda row, key, value: Cell(
        percent(value, 1) + (" *" if row.get(f"{key}_outside") else ""), sort=float(value)
    ),
    "number": lambda row, key, value: Cell(number(value), sort=float(value)),
    "date": lambda row, key, value: Cell(_iso(value), sort=_iso(value)),
    "estimate": _estimate,
    "quantity": _quantity,
}


def _iso(value: dt.date | str) -> str:
    return value if isinstance(value, str) else value.isoformat()
