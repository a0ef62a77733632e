"""The store: the one place that holds a DuckDB connection."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import duckdb

from melian.data.queries import first_row, statement
from melian.errors import StoreError

if TYPE_CHECKING:
    from melian.data.description import Description
    from melian.history import EventHistory

__all__ = ["FORMAT", "Store", "create_store", "memory_store", "open_store", "store_errors"]

FORMAT = "1"
_MEMORY_LIMIT = "3GB"
_STORE_FAULTS = (
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.FatalException,
    duckdb.TransactionException,
    duckdb.ConnectionException,
    duckdb.SerializationException,
    duckdb.PermissionException,
    OSError,
)


class Store:
    """An event store: the only holder of its DuckDB connection, and a context manager.

    Parameters
    ----------
    path : str
        As given; `:memory:` for a store without a file.
    connection : duckdb.DuckDBPyConnection
    read_only : bool
    """

    __slots__ = ("connection", "path", "read_only")

    def __init__(self, path: str, connection: duckdb.DuckDBPyConnection, *, read_only: bool) -> None:
        self.path = path
        self.connection = connection
        self.read_only = read_only

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Store({self.path!r}, read_only={self.read_only})"

    def close(self) -> None:
        """Close the connection; the store's file is free for others."""
        self.connection.close()

    @property
    def snapshot(self) -> str:
        """Snapshot id: `sha256` and the hash over manifest and codebook version."""
        from melian.data.manifest import snapshot_id

        return snapshot_id(self.connection)

    def describe(self) -> Description:
        """Describe what is in the store; see `melian.data.describe`."""
        from melian.data.description import describe

        return describe(self)

    def history(self, **options: Any) -> EventHistory:
        """Run the funnel and give the event history; see `melian.data.load_history`."""
        from melian.data.load import load_history

        return load_history(self, **options)


@contextmanager
def store_errors(path: str) -> Iterator[None]:
    """Turn DuckDB's errors about the store into one clear sentence."""
    try:
        yield
    except _STORE_FAULTS as error:
        raise StoreError(_explain(path, str(error))) from error


def _explain(path: str, message: str) -> str:
    if "No space left" in message or "File too large" in message:
        return f"no space left on the disk while writing store {path!r}; the store is as it was before."
    if "Could not set lock" in message:
        return f"store {path!r} is in use by another process; wait for it or close it."
    if "Out of Memory" in message or "failed to offload" in message:
        return f"not enough memory or temporary disk space for store {path!r}; the store is as it was before."
    if "not a valid DuckDB database" in message or "is not a database" in message.lower():
        return f"{path!r} is not a melian store."
    first = message.strip().splitlines()[0] if message.strip() else "unknown error"
    return f"store {path!r} cannot be read or written: {first}"


def open_store(path: str | Path, *, read_only: bool = True) -> Store:
    """Open an existing store.

    Parameters
    ----------
    path : str or Path
    read_only : bool
        Several processes may read at a time; one that writes needs the store alone.

    Raises
    ------
    StoreError
        If the path does not exist, is not a melian store, or is in use by a writer.

    Examples
    --------
    >>> open_store("nowhere.duckdb")
    Traceback (most recent call last):
    ...
    melian.errors.StoreError: store 'nowhere.duckdb' does not exist; make it with `melian ingest`.
    """
    name = str(path)
    if not Path(path).exists():
        raise StoreError(f"store {name!r} does not exist; make it with `melian ingest`.")
    if Path(path).is_dir():
        raise StoreError(f"{name!r} is a folder, not a melian store.")
    if not read_only and not os.access(path, os.W_OK):
        raise StoreError(f"store {name!r} cannot be written: permission denied.")
    _check_bytes(name)
    connection = _connect(name, read_only=read_only)
    try:
        _check_format(name, connection)
    except BaseException:
        connection.close()
        raise
    return Store(name, connection, read_only=read_only)


def create_store(path: str | Path) -> Store:
    """Make an empty store at a path where nothing is, and open it for writing."""
    name = str(path)
    connection = _connect(name, read_only=False)
    with store_errors(name):
        _make_schema(connection)
    return Store(name, connection, read_only=False)


def memory_store() -> Store:
    """Make an empty store in memory."""
    connection = _connect(":memory:", read_only=False)
    _make_schema(connection)
    return Store(":memory:", connection, read_only=False)


def _connect(name: str, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    with store_errors(name):
        connection = duckdb.connect(name, read_only=read_only)
        # Extensions are never fetched: melian works without a network.
        connection.execute("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false")
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"SET memory_limit = '{_MEMORY_LIMIT}'")
    return connection


def _make_schema(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("BEGIN")
    connection.execute(statement("schema"))
    connection.execute("INSERT INTO meta VALUES ('format', ?)", [FORMAT])
    connection.execute("COMMIT")


def _check_bytes(name: str) -> None:
    """Look at the file before DuckDB does, which opens a CSV or Parquet file as a database in memory."""
    with store_errors(name), Path(name).open("rb") as stream:
        head = stream.read(12)
    if head[8:] != b"DUCK":
        raise StoreError(f"{name!r} is not a melian store.")


def _check_format(name: str, connection: duckdb.DuckDBPyConnection) -> None:
    try:
        row = first_row(connection, "SELECT value FROM meta WHERE key = 'format'")
    except duckdb.Error:
        row = None
    if row is None:
        raise StoreError(f"{name!r} is not a melian store.")
    if row[0] != FORMAT:
        raise StoreError(
            f"store {name!r} has format {row[0]}, this melian reads format {FORMAT}; ingest the files again."
        )
