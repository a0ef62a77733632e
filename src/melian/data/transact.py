"""Write to a store all or nothing: one transaction, and a new store only under its name when complete."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from melian.data.connect import Store, create_store, open_store, store_errors
from melian.errors import StoreError

__all__ = ["writing"]


TABLE_ENDINGS = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet")
"""Endings under which DuckDB opens a file as a view in memory, not as a database."""


@contextmanager
def writing(store: str | Path | Store, *, create: bool = False) -> Iterator[Store]:
    """Open a store for one write that happens wholly or not at all.

    An existing store is changed in one transaction. A new one is made beside its place under the name
    `<store>.new` and moved there when it is complete, so that a process killed at any moment leaves no
    half-made store; what is left under that name the next writer clears away.

    Parameters
    ----------
    store : str, Path or Store
        A path, or an open store that is not read-only.
    create : bool
        Make the store where the path does not exist.

    Raises
    ------
    StoreError
        If the store cannot be opened, written or created.
    """
    if isinstance(store, Store):
        if store.read_only:
            raise StoreError(f"store {store.path!r} is open for reading only; open it with read_only=False.")
        with _transaction(store, store.path):
            yield store
    elif create and not Path(store).exists():
        with _new_store(Path(store)) as made, _transaction(made, str(store)):
            yield made
    else:
        with open_store(store, read_only=False) as opened, _transaction(opened, str(store)):
            yield opened


@contextmanager
def _transaction(store: Store, name: str) -> Iterator[None]:
    with store_errors(name):
        store.connection.execute("BEGIN")
        try:
            yield
            store.connection.execute("COMMIT")
        except BaseException:
            _rollback(store.connection)
            raise


def _rollback(connection: duckdb.DuckDBPyConnection) -> None:
    try:
        connection.execute("ROLLBACK")
    except duckdb.Error:
        # A failed commit has rolled back already, and a fatal error closes the database as it was.
        return


@contextmanager
def _new_store(path: Path) -> Iterator[Store]:
    if not path.parent.is_dir():
        raise StoreError(f"store {str(path)!r} cannot be made: folder {str(path.parent)!r} does not exist.")
    if path.suffix.lower() in TABLE_ENDINGS:
        raise StoreError(
            f"store {str(path)!r} cannot be made: DuckDB reads names that end in {path.suffix} as tables. "
            "Name it with the ending .duckdb."
        )
    draft = path.with_name(path.name + ".new")
    _clear(draft)
    try:
        with create_store(draft) as made:
            yield made
            with store_errors(str(path)):
                made.connection.execute("CHECKPOINT")
        os.replace(draft, path)
    finally:
        _remove(draft)


def _clear(draft: Path) -> None:
    """Remove what a killed process left, unless a living one still writes it."""
    if draft.exists():
        try:
            duckdb.connect(str(draft)).close()
        except duckdb.IOException as error:
            if "Could not set lock" in str(error):
                raise StoreError(
                    f"store {str(draft)!r} is being made by another process; wait for it."
                ) from error
        except duckdb.Error:
            pass
    _remove(draft)


def _remove(draft: Path) -> None:
    for left in (draft, draft.with_name(draft.name + ".wal")):
        left.unlink(missing_ok=True)
    shutil.rmtree(draft.with_name(draft.name + ".tmp"), ignore_errors=True)
