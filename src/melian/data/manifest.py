"""The manifest: which files a store holds, what became of their rows, and the snapshot id."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass

import duckdb

from melian.data.connect import FORMAT
from melian.data.queries import first_row, statement

__all__ = [
    "FileReport",
    "IngestReport",
    "RowCounts",
    "codebook_version",
    "snapshot_id",
    "update_counts",
]


@dataclass(frozen=True, slots=True)
class RowCounts:
    """What became of rows: read = stored + duplicate + rejected."""

    read: int = 0
    stored: int = 0
    duplicate: int = 0
    rejected: int = 0

    def __add__(self, other: RowCounts) -> RowCounts:
        return RowCounts(
            self.read + other.read,
            self.stored + other.stored,
            self.duplicate + other.duplicate,
            self.rejected + other.rejected,
        )

    def as_dict(self) -> dict[str, int]:
        """Give the JSON form of PRODUCT.md."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class FileReport:
    """What ingest did with one file.

    Attributes
    ----------
    path : str
        The file's name in the manifest.
    hash : str
        SHA-256 of its unpacked content.
    rows : RowCounts
        Counted as the file arrived: a row is a duplicate where an earlier one has its id.
    since, until : date or None
        First and last day of the good rows.
    first_reject : (row, raw, reason) or None
    notes : tuple of str
        What melian decided about the file, in sentences.
    """

    path: str
    hash: str
    rows: RowCounts
    since: dt.date | None = None
    until: dt.date | None = None
    first_reject: tuple[int, str, str] | None = None
    notes: tuple[str, ...] = ()

    @property
    def read(self) -> int:
        """Rows read."""
        return self.rows.read

    @property
    def stored(self) -> int:
        """Rows stored."""
        return self.rows.stored

    @property
    def duplicate(self) -> int:
        """Rows that were in the store already."""
        return self.rows.duplicate

    @property
    def rejected(self) -> int:
        """Rows that could not be used."""
        return self.rows.rejected


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one call of ingest did."""

    files: tuple[FileReport, ...]

    @property
    def totals(self) -> RowCounts:
        """Sum over the files."""
        return sum((file.rows for file in self.files), RowCounts())


def codebook_version(connection: duckdb.DuckDBPyConnection) -> str:
    """Version of the codebook that the rows of the store were resolved by; empty before the first."""
    row = first_row(connection, "SELECT value FROM meta WHERE key = 'codebook'")
    return str(row[0]) if row else ""


def snapshot_id(connection: duckdb.DuckDBPyConnection) -> str:
    """Give the snapshot id: `sha256` and the hash over manifest, reading options and codebook version.

    The order in which files were read, and their names, do not matter.
    """
    files = connection.execute("SELECT hash, source_kind, as_is, columns FROM files ORDER BY hash").fetchall()
    text = json.dumps([FORMAT, codebook_version(connection), files], sort_keys=True)
    return "sha256" + hashlib.sha256(text.encode()).hexdigest()


def update_counts(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring the counts of the manifest up to what the tables hold."""
    connection.execute(statement("update_counts"))
