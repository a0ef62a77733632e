"""What is in a store, before any model: rows, span, gaps, actors, instruments, coverage, funnel, files."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from melian.data.choose import actor_events
from melian.data.connect import Store
from melian.data.funnel import FunnelOptions, FunnelRun, run_funnel
from melian.data.manifest import RowCounts
from melian.data.queries import first_row, statement
from melian.history import FunnelCount, ReReports

__all__ = ["Coverage", "Description", "FileEntry", "RejectReason", "describe"]


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of the manifest."""

    name: str
    hash: str
    source: str
    read: int
    stored: int
    duplicate: int
    rejected: int
    since: str | None
    until: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RejectReason:
    """How many rows were rejected for one kind of reason, and the first of them."""

    reason: str
    rows: int
    file: str
    row: int
    raw: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Shares of the stored rows that have what an analysis asks for.

    Attributes
    ----------
    ends : float
        Row ends that stand for an actor.
    both_ends : float
        Rows of which both ends do.
    instrument : float
        Rows whose code has an instrument.
    day : float
        Rows dated to a day.
    coordinates : float
        Rows with latitude and longitude.
    """

    ends: float
    both_ends: float
    instrument: float
    day: float
    coordinates: float


@dataclass(frozen=True, slots=True)
class Description:
    """What is in a store.

    Attributes
    ----------
    rows : RowCounts
    events : int
        Events after the default funnel, of all actors.
    since, until : date
        First and last day of the stored rows.
    files : tuple of FileEntry
        Sorted by name.
    actors : mapping of actor to events
        As source and as target, after the funnel; most active first.
    instruments : mapping of instrument to events
    funnel : tuple of FunnelCount
    re_reports : tuple of ReReports
        What the reports of each kind of source say of re-reports on later days.
    snapshot : str
    months : mapping of month (`YYYY-MM`) to stored rows
        Every month of the span; 0 marks a gap.
    coverage : Coverage
    rejects : tuple of RejectReason
    unknown_codes : mapping of `scheme code` to rows
        Codes without an instrument.
    """

    rows: RowCounts
    events: int
    since: dt.date | None
    until: dt.date | None
    files: tuple[FileEntry, ...]
    actors: Mapping[str, int]
    instruments: Mapping[str, int]
    funnel: tuple[FunnelCount, ...]
    re_reports: tuple[ReReports, ...]
    snapshot: str
    months: Mapping[str, int]
    coverage: Coverage
    rejects: tuple[RejectReason, ...]
    unknown_codes: Mapping[str, int]

    @property
    def gaps(self) -> tuple[str, ...]:
        """Months of the span without any row."""
        return tuple(month for month, rows in self.months.items() if rows == 0)

    def to_dict(self) -> dict[str, Any]:
        """Give the form of `describe --json` (PRODUCT.md), with gaps, months, coverage and rejects."""
        return {
            "rows": self.rows.as_dict(),
            "events": self.events,
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            "files": [asdict(file) | {"notes": list(file.notes)} for file in self.files],
            "actors": list(self.actors),
            "instruments": dict(self.instruments),
            "funnel": [{"step": count.step, "rows": count.rows} for count in self.funnel],
            "re_reports": [found.as_dict() for found in self.re_reports],
            "snapshot": self.snapshot,
            "actor_events": dict(self.actors),
            "gaps": list(self.gaps),
            "months": dict(self.months),
            "coverage": asdict(self.coverage),
            "rejects": [asdict(reason) for reason in self.rejects],
            "unknown_codes": dict(self.unknown_codes),
        }


def describe(store: Store) -> Description:
    """Describe what is in a store.

    Parameters
    ----------
    store : Store

    Returns
    -------
    Description
        `to_dict()` is the form of `melian describe --json`.

    Examples
    --------
    >>> import polars as pl
    >>> from melian.data import store_from_frame
    >>> rows = {"date": ["2018-01-01"], "source": ["USA"], "target": ["RUS"], "cameo": ["190"]}
    >>> with store_from_frame(pl.DataFrame(rows)) as store:
    ...     found = describe(store)
    >>> found.events, found.actors, found.rows.stored
    (1, {'RUS': 1, 'USA': 1}, 1)
    """
    connection = store.connection
    files = _files(connection)
    span = first_row(connection, "SELECT min(date), max(coalesce(date_end, date)) FROM reports")
    since, until = span or (None, None)
    with run_funnel(connection, FunnelOptions()) as run:
        actors = _actors(connection, run)
        instruments = dict(connection.execute(statement("instrument_events")).fetchall())
        funnel, re_reports = run.counts, run.re_reports
    return Description(
        rows=sum((RowCounts(f.read, f.stored, f.duplicate, f.rejected) for f in files), RowCounts()),
        events=sum(instruments.values()),
        since=since,
        until=until,
        files=files,
        actors=actors,
        instruments=instruments,
        funnel=funnel,
        re_reports=re_reports,
        snapshot=store.snapshot,
        months={f"{m:%Y-%m}": int(n) for m, n in connection.execute(statement("months")).fetchall()},
        coverage=_coverage(connection),
        rejects=tuple(
            RejectReason(*row) for row in connection.execute(statement("reject_reasons")).fetchall()
        ),
        unknown_codes=_unknown_codes(connection),
    )


def _files(connection: duckdb.DuckDBPyConnection) -> tuple[FileEntry, ...]:
    rows = connection.execute(
        """SELECT name, hash, source_kind AS source, read, stored, duplicate, rejected,
                  since::TEXT AS since, until::TEXT AS until, notes FROM files ORDER BY name, hash"""
    )
    names = [column[0] for column in rows.description]
    entries = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    return tuple(FileEntry(**{**entry, "notes": tuple(json.loads(entry["notes"]))}) for entry in entries)


def _actors(connection: duckdb.DuckDBPyConnection, run: FunnelRun) -> dict[str, int]:
    counted = actor_events(connection, run, dt.date.min, dt.date.max)
    return {a: n for a, n in sorted(counted.items(), key=lambda item: (-item[1], item[0])) if n}


def _coverage(connection: duckdb.DuckDBPyConnection) -> Coverage:
    row = first_row(connection, statement("coverage"))
    rows, both, ends, instrument, coordinates, day = row or (0,) * 6
    whole = max(rows, 1)
    return Coverage(
        ends=ends / (2 * whole),
        both_ends=both / whole,
        instrument=instrument / whole,
        day=day / whole,
        coordinates=coordinates / whole,
    )


def _unknown_codes(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    rows = connection.execute(statement("unknown_codes")).fetchall()
    return {f"{scheme} {code}": int(n) for scheme, code, n in rows}
