"""Put the rows of one file into the store."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Final

import duckdb

from melian.data.canonical import CANONICAL, canonical_select
from melian.data.files import InputFile
from melian.data.layout import column_key, read_layout
from melian.data.manifest import FileReport, RowCounts
from melian.data.mapping import apply_map, wanted_columns
from melian.data.queries import first_row, number
from melian.data.read import RawTable, read_parquet, read_text
from melian.data.sources.spec import SourceSpec
from melian.errors import InputError

__all__ = ["ROW_STRIDE", "Reading", "insert_file", "insert_raw"]

ROW_STRIDE: Final = 10_000_000_000
"""`row_id` is `file_id * ROW_STRIDE + file_row`."""

# What DuckDB raises on the content of a file, not on the store.
_UNREADABLE = (duckdb.InvalidInputException, duckdb.SerializationException, duckdb.ConversionException)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read."""

    spec: SourceSpec
    mapping: Mapping[str, str]
    as_is: bool = False

    @property
    def mapping_json(self) -> str:
        """The user's map, as the manifest keeps it."""
        return json.dumps(dict(self.mapping), sort_keys=True)


def insert_file(
    connection: duckdb.DuckDBPyConnection, file: InputFile, reading: Reading, *, workdir: Path
) -> tuple[int, FileReport]:
    """Read a file that the store does not hold, and insert its rows, its rejects and its manifest line.

    Duplicates by provider id are not looked for here.

    Returns
    -------
    file_id : int
    FileReport
        With the good rows counted as stored.

    Raises
    ------
    InputError
        If the file is damaged, or not in the form of its source.
    """
    wanted = wanted_columns(reading.spec, reading.mapping)
    try:
        if file.is_parquet:
            raw = read_parquet(connection, file, wanted)
        else:
            layout = read_layout(file, reading.spec, wanted)
            raw = read_text(connection, file, layout, wanted=wanted, workdir=workdir)
        return insert_raw(connection, file, reading, raw)
    except duckdb.Error as error:
        # Damaged Parquet raises the plain base class too.
        if not (isinstance(error, _UNREADABLE) or type(error) is duckdb.Error):
            raise
        first = str(error).strip().splitlines()[0]
        raise InputError(f"file {file.name!r} is damaged or cut short ({first}); fetch it again.") from error


def insert_raw(
    connection: duckdb.DuckDBPyConnection, file: InputFile, reading: Reading, raw: RawTable
) -> tuple[int, FileReport]:
    """Insert the rows of a raw table; see `insert_file`."""
    spec = apply_map(reading.spec, reading.mapping, raw.names, file.name)
    spec = _with_scheme(connection, spec, raw, file.name)
    file_id = number(connection, "SELECT coalesce(max(file_id), 0) + 1 FROM files")
    connection.execute(f"CREATE OR REPLACE TEMP VIEW parsed AS {canonical_select(spec, raw)}")
    with _bulk_insert(connection):
        _insert_rejects(connection, file_id, file.name, bool(raw.unreadable))
        stored = number(connection, _insert_statement(), file_id, spec.name, reading.as_is)
        notes = _notes(connection, spec)
    connection.execute("DROP VIEW temp.parsed")
    report = replace(_report(connection, file_id, file, stored), notes=notes)
    _write_manifest(connection, file_id, file, reading, report)
    return file_id, report


@contextmanager
def _bulk_insert(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Set DuckDB for large inserts."""
    # Row ids are explicit, so the order of insertion need not be kept.
    connection.execute("SET preserve_insertion_order = false")
    # Else `reason` is tested below the fields, where a date is parsed once per mention.
    connection.execute("SET disabled_optimizers = 'filter_pushdown'")
    try:
        yield
    finally:
        # A damaged file has ended the transaction: nothing can be set before the rollback, nor need be.
        with suppress(duckdb.TransactionException):
            connection.execute("RESET disabled_optimizers")
            connection.execute("RESET preserve_insertion_order")


def _insert_rejects(connection: duckdb.DuckDBPyConnection, file_id: int, name: str, unreadable: bool) -> None:
    values = {"id": file_id, "name": name}
    columns = "$id, $name, file_row, raw, reason"
    connection.execute(f"INSERT INTO rejects SELECT {columns} FROM parsed WHERE reason IS NOT NULL", values)
    if unreadable:
        connection.execute(f"INSERT INTO rejects SELECT {columns} FROM temp.unreadable", values)


def _insert_statement() -> str:
    names = ", ".join(CANONICAL)
    return f"""INSERT INTO reports BY NAME
        SELECT $1 * {ROW_STRIDE}::BIGINT + file_row AS row_id, $1::INTEGER AS file_id, file_row,
               $2 AS source_kind, $3::BOOLEAN AS as_is, {names}
        FROM parsed WHERE reason IS NULL"""


def _with_scheme(
    connection: duckdb.DuckDBPyConnection, spec: SourceSpec, raw: RawTable, name: str
) -> SourceSpec:
    """Let the codes say their scheme where the provider has used several."""
    if "scheme" in spec.constants or not spec.scheme_rule:
        return spec
    code = raw.columns[column_key(str(spec.fields["code"]))].sql
    row = first_row(connection, f"SELECT {spec.scheme_rule.format(code=code)} FROM {raw.relation}")
    if row is None or row[0] is None:
        raise InputError(
            f"file {name!r}: its codes do not tell whether they are WEIS or CAMEO; "
            f"say it with --map weis={spec.fields['code']} or --map cameo={spec.fields['code']}."
        )
    return replace(spec, constants={**spec.constants, "scheme": str(row[0])})


def _notes(connection: duckdb.DuckDBPyConnection, spec: SourceSpec) -> tuple[str, ...]:
    """Say what a reader does not know, and what good rows were stored without."""
    untested = () if spec.tested else (f"the reader of {spec.name} has not been tested on real files.",)
    if "lat" not in spec.fields and "lon" not in spec.fields:
        return untested
    lost = number(
        connection,
        """SELECT count(*) FROM parsed WHERE reason IS NULL
           AND (lat_text IS NOT NULL AND lat IS NULL OR lon_text IS NOT NULL AND lon IS NULL)""",
    )
    lost_places = f"{lost} rows have coordinates that are no degrees; stored without."
    return (*untested, lost_places) if lost else untested


def _report(connection: duckdb.DuckDBPyConnection, file_id: int, file: InputFile, stored: int) -> FileReport:
    rejected = number(connection, "SELECT count(*) FROM rejects WHERE file_id = ?", file_id)
    first = first_row(
        connection, "SELECT row, raw, reason FROM rejects WHERE file_id = ? ORDER BY row LIMIT 1", file_id
    )
    span = "SELECT min(date), max(coalesce(date_end, date)) FROM reports WHERE file_id = ?"
    since, until = first_row(connection, span, file_id) or (None, None)
    return FileReport(
        path=file.name,
        hash=file.hash,
        rows=RowCounts(stored + rejected, stored, 0, rejected),
        since=since,
        until=until,
        first_reject=None if first is None else (int(first[0]), str(first[1]), str(first[2])),
    )


def _write_manifest(
    connection: duckdb.DuckDBPyConnection, file_id: int, file: InputFile, reading: Reading, report: FileReport
) -> None:
    rows = report.rows
    connection.execute(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            file_id, file.name, file.hash, reading.spec.name, reading.as_is, reading.mapping_json, file.size,
            rows.read, rows.stored, rows.duplicate, rows.rejected, report.since, report.until,
            json.dumps(report.notes), dt.datetime.now(dt.UTC).replace(tzinfo=None), version("melian"),
        ],
    )  # fmt: skip
