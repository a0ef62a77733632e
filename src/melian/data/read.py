"""Bring the rows of one file before DuckDB, every one of them accounted for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from melian.data.files import InputFile
from melian.data.layout import Layout, column_key
from melian.data.queries import number
from melian.data.salvage import MAX_LINE, salvage
from melian.errors import InputError

__all__ = ["RawColumn", "RawTable", "aliased", "pick_columns", "quoted", "read_parquet", "read_text"]


@dataclass(frozen=True, slots=True)
class RawColumn:
    """A column of the raw relation: its name there (`c` and a number) and DuckDB type."""

    sql: str
    type: str


@dataclass(frozen=True, slots=True)
class RawTable:
    """The rows of a file as DuckDB sees them.

    Attributes
    ----------
    relation : str
        SQL to select from; has the column `file_row` beside the raw ones.
    columns : mapping of `column_key(name)` to RawColumn
    names : tuple of str
        All column names of the file, as written there.
    unreadable : int
        Rows that could not be split into columns; they stand in the temporary table `unreadable`
        (file_row, raw, reason).
    """

    relation: str
    columns: Mapping[str, RawColumn]
    names: tuple[str, ...]
    unreadable: int = 0


def quoted(text: str, quote: str = '"') -> str:
    """Quote an SQL identifier, or with `'` a text.

    Examples
    --------
    >>> quoted('a"b')
    '"a""b"'
    """
    return quote + text.replace(quote, quote * 2) + quote


def pick_columns(
    columns: Iterable[tuple[str, str]], wanted: Iterable[str], file: str
) -> dict[str, RawColumn]:
    """Find the wanted columns among those of a file; in the raw relation they are named c0, c1, ... by place.

    Parameters
    ----------
    columns : iterable of (name, type)
        All columns, in order.
    wanted : iterable of str
    file : str
        For messages.

    Returns
    -------
    dict of `column_key(name)` to RawColumn

    Raises
    ------
    InputError
        If two columns go by one wanted name.
    """
    keys = {column_key(name) for name in wanted}
    found: dict[str, RawColumn] = {}
    for place, (name, type_) in enumerate(columns):
        key = column_key(name)
        if key in found:
            raise InputError(f"file {file!r} has two columns that go by the name {name!r}; rename one.")
        if key in keys:
            found[key] = RawColumn(f"c{place}", type_)
    return found


def aliased(columns: Mapping[str, RawColumn], names: Sequence[str]) -> str:
    """Give the SQL that selects columns under the names `pick_columns` gave them."""
    return ", ".join(f"{quoted(names[int(c.sql[1:])])} AS {c.sql}" for c in columns.values()) or "NULL AS c0"


def read_parquet(connection: duckdb.DuckDBPyConnection, file: InputFile, wanted: Iterable[str]) -> RawTable:
    """Give the wanted columns of a Parquet file as a raw table; nothing is copied."""
    source = f"read_parquet({quoted(_no_glob(file.path), chr(39))}, file_row_number = true)"
    described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    types = [(name, type_) for name, type_, *_ in described if name != "file_row_number"]
    names = tuple(name for name, _ in types)
    columns = pick_columns(types, wanted, file.name)
    relation = f"(SELECT file_row_number + 1 AS file_row, {aliased(columns, names)} FROM {source})"
    return RawTable(relation, columns, names)


def read_text(
    connection: duckdb.DuckDBPyConnection,
    file: InputFile,
    layout: Layout,
    *,
    wanted: Iterable[str],
    workdir: Path,
) -> RawTable:
    """Read the wanted columns of a text file, all as text, into temporary tables.

    Rows that cannot be split into the layout's columns go to the table `unreadable`.

    Raises
    ------
    InputError
        If the file's quotes are such that rows and lines cannot be told apart.
    """
    columns = pick_columns(((name, "VARCHAR") for name in layout.columns), wanted, file.name)
    kept = ", ".join(column.sql for column in columns.values()) or "c0"
    path = _with_regular_lines(file.path, workdir) if file.irregular else file.path
    unreadable = 0
    if _stage(connection, path, layout, kept):
        found = salvage(path, layout, workdir)
        if _stage(connection, found.good, layout, kept):
            raise InputError(f"file {file.name!r} has quotes that cannot be told apart; quote it anew.")
        unreadable = len(found.broken)
        _keep_broken(connection, found.broken)
    relation = _NUMBERED_WITH_GAPS if unreadable else _NUMBERED
    return RawTable(relation, columns, layout.columns, unreadable)


# Inside a transaction the row ids of a table begin at a large number.
_NUMBERED = "(SELECT rowid - (SELECT min(rowid) FROM temp.raw_text) + 1 AS file_row, * FROM temp.raw_text)"
# A row that could be read stands after all those that could not be and lie before it.
_NUMBERED_WITH_GAPS = f"""(SELECT r.* REPLACE (r.file_row + coalesce(s.shift, 0) AS file_row)
    FROM {_NUMBERED} r ASOF LEFT JOIN temp.row_shifts s ON r.file_row >= s.after)"""


def _stage(connection: duckdb.DuckDBPyConnection, path: Path, layout: Layout, kept: str) -> int:
    """Read a file into the table `raw_text`; give the number of faults that DuckDB found."""
    for table in ("raw_text", "unreadable", "row_shifts", "reject_scans", "reject_errors"):
        connection.execute(f"DROP TABLE IF EXISTS temp.{table}")
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(layout.columns)))
    quote = quoted(layout.quote, "'")
    # Row numbers come from the order of insertion.
    connection.execute("SET preserve_insertion_order = true")
    connection.execute(f"""
        CREATE TEMP TABLE raw_text AS SELECT {kept} FROM read_csv({quoted(_no_glob(path), "'")},
            columns = {{{columns}}}, auto_detect = false, header = {layout.header},
            delim = {quoted(layout.delimiter, "'")}, quote = {quote}, escape = {quote},
            compression = 'none', max_line_size = {MAX_LINE}, store_rejects = true,
            rejects_scan = 'reject_scans', rejects_table = 'reject_errors')""")
    return number(connection, "SELECT count(*) FROM reject_errors")


def _keep_broken(connection: duckdb.DuckDBPyConnection, broken: list[tuple[int, str, str]]) -> None:
    """Make the tables `unreadable`, and `row_shifts`: how broken rows shift the numbers after them."""
    numbers, raws, reasons = (list(column) for column in zip(*broken, strict=True))
    before = {row - place: place for place, row in enumerate(numbers, start=1)}
    after, shift = [row + 1 for row in before], list(before.values())
    tables = {
        "unreadable": pa.table({"file_row": pa.array(numbers, pa.int64()), "raw": raws, "reason": reasons}),
        "row_shifts": pa.table({"after": pa.array(after, pa.int64()), "shift": pa.array(shift, pa.int64())}),
    }
    for name, table in tables.items():
        connection.register("incoming", table)
        connection.execute(f"CREATE TEMP TABLE {name} AS FROM incoming")
        connection.unregister("incoming")


def _with_regular_lines(path: Path, workdir: Path) -> Path:
    """Copy a file with CR LF made LF, a CR inside a line made a blank, and empty lines left out.

    DuckDB refuses mixed line ends, and its numbers of broken rows count empty lines.
    """
    mended = workdir / "mended"
    with path.open("rb") as old, mended.open("wb") as new:
        for line in old:
            if text := line.rstrip(b"\r\n"):
                new.write(text.replace(b"\r", b" ") + b"\n")
    return mended


def _no_glob(path: Path) -> str:
    """Escape what DuckDB would take for a pattern in a file name."""
    return re.sub(r"([\[*?])", r"[\1]", str(path))
