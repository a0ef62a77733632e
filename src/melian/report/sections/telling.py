"""The most telling events, with their probable parents and the source rows behind them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from melian.errors import InputError
from melian.options import COMPONENTS
from melian.report.numerals import day, percent, plain_name
from melian.report.page import Section
from melian.report.reading import Reading

__all__ = [
    "Event",
    "Parent",
    "SourceRow",
    "SourceRows",
    "events_list",
    "parents_frame",
    "rows_by_id",
    "telling",
]

MOST = 50
SourceRows = pl.DataFrame | Callable[[Sequence[int]], pl.DataFrame]
ROW_COLUMNS = (
    "row_id",
    "file",
    "file_row",
    "date",
    "source_name",
    "target_name",
    "code",
    "label",
    "text",
    "place",
)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """The row of a source file that an event was read from."""

    where: str
    says: str
    text: str


@dataclass(frozen=True, slots=True)
class Parent:
    """A probable parent: an earlier deed and its probability."""

    deed: str
    relation: str
    probability: str
    row: SourceRow | None


@dataclass(frozen=True, slots=True)
class Event:
    """One telling event as the page shows it; `parts` are (component, share, percentage)."""

    rank: int
    date: str
    source: str
    target: str
    instrument: str
    why: str
    parts: tuple[tuple[str, float, str], ...]
    parents: tuple[Parent, ...]
    row: SourceRow | None


def telling(reading: Reading) -> Section:
    """Make the section; its events are filled in by a template of its own."""
    shown = min(MOST, reading.frames["telling"].height)
    text = (
        f"{shown} events on which the model is most decided, with the earlier deeds that predict them "
        "best. A "
        "probability is a statement of the model about recorded deeds; the source row lets you judge "
        "for yourself."
        if shown
        else "No event could be singled out."
    )
    return Section(
        "events", "The most telling events", "Events", paragraphs=(text,), body="events" if shown else ""
    )


def events_list(reading: Reading, source_rows: SourceRows | None) -> tuple[Event, ...]:
    """Give the most telling events in order of rank.

    Raises
    ------
    InputError
        `source_rows` lacks a column.
    """
    records = reading.frames["telling"].sort("rank").head(MOST).to_dicts()
    rows = _source_rows(records, source_rows)
    return tuple(_event(record, rows) for record in records)


def _event(record: Mapping[str, Any], rows: Mapping[int, SourceRow]) -> Event:
    parents = sorted(record["parents"] or [], key=lambda p: -(p["probability"] or 0.0))
    return Event(
        rank=record["rank"],
        date=_day(record["date"]),
        source=record["source"],
        target=record["target"],
        instrument=plain_name(record["instrument"]),
        why=_sentence(record["why"] or ""),
        parts=tuple((c, round(100 * (record[c] or 0.0), 1), percent(record[c] or 0.0)) for c in COMPONENTS),
        parents=tuple(_parent(parent, rows) for parent in parents),
        row=rows.get(record["row"]),
    )


def _parent(parent: Mapping[str, Any], rows: Mapping[int, SourceRow]) -> Parent:
    deed = (
        f"{_day(parent['date'])}: {parent['source']} → {parent['target']}, {plain_name(parent['instrument'])}"
    )
    return Parent(deed, parent["relation"], percent(parent["probability"]), rows.get(parent["row"]))


def _day(value: dt.date | str) -> str:
    return day(value if isinstance(value, dt.date) else dt.date.fromisoformat(value))


def _source_rows(
    records: Sequence[Mapping[str, Any]], source_rows: SourceRows | None
) -> dict[int, SourceRow]:
    asked = {record["row"] for record in records} | {p["row"] for r in records for p in r["parents"] or []}
    return rows_by_id(asked, source_rows)


def rows_by_id(asked: Iterable[int | None], source_rows: SourceRows | None) -> dict[int, SourceRow]:
    """Give the rows of the source files by their row id; ids that are missing or negative have none.

    Raises
    ------
    InputError
        `source_rows` lacks a column.
    """
    if source_rows is None:
        return {}
    ids = sorted({i for i in asked if i is not None and i >= 0})
    frame = source_rows if isinstance(source_rows, pl.DataFrame) else _fetch(source_rows, ids)
    missing = [column for column in ROW_COLUMNS if column not in frame.columns]
    if missing:
        raise InputError(
            f"source_rows lacks {len(missing)} columns (first: {missing[0]!r}); it needs "
            f"{', '.join(ROW_COLUMNS)}."
        )
    wanted = frame.filter(pl.col("row_id").is_in(ids))
    return {row["row_id"]: _source_row(row) for row in wanted.iter_rows(named=True)}


def _fetch(source_rows: Callable[[Sequence[int]], pl.DataFrame], ids: Sequence[int]) -> pl.DataFrame:
    """Ask for rows; where they carry no `row_id` they stand in the order asked for, one for each."""
    frame = source_rows(ids)
    if "row_id" in frame.columns or frame.height != len(ids):
        return frame
    return frame.with_columns(pl.Series("row_id", ids, dtype=pl.Int64))


def _source_row(row: Mapping[str, Any]) -> SourceRow:
    code = " ".join(str(part) for part in ("code", row["code"], row["label"]) if part)
    place = f", at {row['place']}" if row["place"] else ""
    return SourceRow(
        where=f"{_FOLDERS.sub('', str(row['file']))}, row {row['file_row']}",
        says=f"{row['date']}: {row['source_name']} → {row['target_name']}, {code}{place}",
        text=str(row["text"] or "") if row["text"] != row["label"] else "",
    )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""


# A report is passed on: the folders of the machine it was made on are nobody's business.
_FOLDERS = re.compile(r"^.*[/\\](?=[^/\\])")


def parents_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Give the parents of the telling events as rows of their own, for a CSV file."""
    rows = [
        {
            "rank": record["rank"],
            "row": record["row"],
            "parent": i + 1,
            **{f"parent_{k}": v for k, v in parent.items()},
        }
        for record in frame.sort("rank").iter_rows(named=True)
        for i, parent in enumerate(record["parents"] or [])
    ]
    return pl.DataFrame(rows) if rows else pl.DataFrame(schema=["rank", "row", "parent"])
