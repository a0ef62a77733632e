"""Reading the tables of the codebook, and refusing what cannot be used: by file, row and column."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Final

from melian.codebook.specs import SECTORS, TableSpec
from melian.errors import InputError

__all__ = ["ROW", "Row", "check_entries", "packaged_rows", "read_rows"]

Row = Mapping[str, str]

# Key under which a user's row keeps its number in the file.
ROW: Final = "#"


def packaged_rows(spec: TableSpec) -> list[dict[str, str]]:
    """Read the table that ships with the package."""
    source = files("melian.codebook").joinpath("tables", f"{spec.name}.csv")
    return list(csv.DictReader(io.StringIO(source.read_text(encoding="utf-8"))))


def read_rows(path: Path, spec: TableSpec) -> list[dict[str, str]]:
    """Read and check a user's CSV for a table.

    Raises
    ------
    InputError
        Naming file, row (header is row 1) and column of the first cell that cannot be used.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return list(_checked(path, spec, csv.reader(lines)))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"codebook file {path}: cannot be read as UTF-8 CSV ({error}).") from error


def _checked(path: Path, spec: TableSpec, lines: Iterable[list[str]]) -> Iterator[dict[str, str]]:
    rows = iter(lines)
    header = next(rows, [])
    _check_header(path, spec, header)
    for number, cells in enumerate(rows, start=2):
        if not any(cells):
            continue
        if len(cells) != len(header):
            raise InputError(
                f"codebook file {path}, row {number}: {len(cells)} fields, the header has {len(header)}; "
                "put a field that holds a comma in double quotes."
            )
        row = {column: cell.strip() for column, cell in zip(header, cells, strict=True)}
        _check_row(path, spec, number, row)
        yield {ROW: str(number)} | {c: row.get(c, "") for c in (*spec.required, *spec.optional)}


def _check_header(path: Path, spec: TableSpec, header: list[str]) -> None:
    missing = [column for column in spec.required if column not in header]
    if missing:
        raise InputError(
            f"codebook file {path}, row 1: column {missing[0]!r} is missing; "
            f"table {spec.name!r} needs {', '.join(spec.required)}."
        )
    known = (*spec.required, *spec.optional, *spec.ignored)
    for column in header:
        if column not in known:
            near = get_close_matches(column, known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise InputError(
                f"codebook file {path}, row 1: column {column!r} is not known in table {spec.name!r}; "
                f"allowed: {', '.join(known)}.{hint}"
            )


def _check_row(path: Path, spec: TableSpec, number: int, row: Row) -> None:
    where = f"codebook file {path}, row {number}, column"
    for column in spec.filled:
        if not row.get(column):
            raise InputError(f"{where} {column!r}: is empty; fill it in or delete the row.")
    for column, allowed in (spec.allowed or {}).items():
        value = row.get(column, "")
        if value and value not in allowed:
            raise InputError(f"{where} {column!r}: found {value!r}; allowed: {', '.join(allowed)}.")
    dates = [_date(where, column, row.get(column, "")) for column in ("from", "to")]
    if dates[0] and dates[1] and dates[0] > dates[1]:
        raise InputError(f"{where} 'to': {dates[1]} is before 'from' ({dates[0]}).")
    if "rank" in row and not row["rank"].isdigit():
        raise InputError(f"{where} 'rank': found {row['rank']!r}; allowed: a whole number.")


def _date(where: str, column: str, value: str) -> dt.date | None:
    if not value:
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError as error:
        raise InputError(
            f"{where} {column!r}: found {value!r}; allowed: a date as 2018-01-31, or empty."
        ) from error


def check_entries(path: Path, spec: TableSpec, rows: Sequence[Row], countries: Container[str]) -> None:
    """Check what takes more than one cell: known countries, sectors beside them, entries that do not clash.

    Raises
    ------
    InputError
        Naming file, row and column.
    """
    taken: dict[tuple[str, ...], list[tuple[str, str, str]]] = {}
    for row in rows:
        where = f"codebook file {path}, row {row[ROW]}, column"
        if "iso3" in row and row["iso3"] and row["iso3"] not in countries:
            raise InputError(
                f"{where} 'iso3': found {row['iso3']!r}; allowed: ISO 3166 alpha-3 or a code of the table "
                "'orgcodes'. Add the code there to use it."
            )
        if spec.name == "actors" and not row["sector"]:
            raise InputError(f"{where} 'sector': is empty; allowed: {', '.join(SECTORS)}.")
        key = tuple(row[column] for column in spec.key)
        days = (row.get("from", "") or "0001-01-01", row.get("to", "") or "9999-12-31")
        for first, last, other in taken.get(key, []):
            if days[0] <= last and first <= days[1]:
                raise InputError(
                    f"{where} {spec.key[0]!r}: {key[0]!r} has two entries for the same day (the other in "
                    f"row {other}); give them dates that do not overlap, or delete one."
                )
        taken.setdefault(key, []).append((*days, row[ROW]))
