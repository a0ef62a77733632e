"""Remove a file from a store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from melian.data.connect import Store
from melian.data.dedupe import promote_duplicates
from melian.data.manifest import update_counts
from melian.data.resolution import resolve_files
from melian.data.transact import writing
from melian.errors import InputError

if TYPE_CHECKING:
    from melian.codebook import Codebook

__all__ = ["drop_file", "remove_file"]

_TABLES = ("reports", "duplicates", "rejects", "files")


def remove_file(store: str | Path | Store, name_or_hash: str, *, codebook: Codebook | None = None) -> str:
    """Remove a file and all its rows from a store.

    Events of which another file has a row too stay, by that row.

    Parameters
    ----------
    store : str, Path or Store
    name_or_hash : str
        The file's name in the manifest, its last part where that is unique, or the first six or more
        letters of its hash.
    codebook : Codebook, optional
        To resolve rows that take the place of removed ones.

    Returns
    -------
    str
        Name of the file that was removed.

    Raises
    ------
    InputError
        If no file, or more than one, goes by that name.
    """
    with writing(store) as target:
        connection = target.connection
        file_id, name = _find(connection, name_or_hash)
        _delete(connection, file_id)
        resolve_files(connection, promote_duplicates(connection), codebook)
        update_counts(connection)
    return name


def drop_file(connection: duckdb.DuckDBPyConnection, name: str, hash_: str) -> set[int]:
    """Delete what the store holds under a name or content, inside a running transaction.

    Gives the ids of the files whose duplicates came back in place of deleted rows: not yet resolved.
    """
    rows = connection.execute(
        "SELECT file_id FROM files WHERE name = ? OR hash = ?", [name, hash_]
    ).fetchall()
    for (file_id,) in rows:
        _delete(connection, file_id)
    return set(promote_duplicates(connection)) if rows else set()


def _find(connection: duckdb.DuckDBPyConnection, name_or_hash: str) -> tuple[int, str]:
    files = connection.execute("SELECT file_id, name, hash FROM files ORDER BY name").fetchall()
    exact = [f for f in files if name_or_hash in (f[1], f[2])]
    short = len(name_or_hash) >= 6
    found = exact or [
        f for f in files if Path(f[1]).name == name_or_hash or (short and f[2].startswith(name_or_hash))
    ]
    if len(found) == 1:
        return found[0][0], found[0][1]
    held = ", ".join(repr(f[1]) for f in (found or files)[:8]) or "no file"
    how_many = "several files go" if found else "no file goes"
    raise InputError(f"{how_many} by {name_or_hash!r}; the store holds {held}.")


def _delete(connection: duckdb.DuckDBPyConnection, file_id: int) -> None:
    connection.execute(
        "DELETE FROM resolved WHERE row_id IN (SELECT row_id FROM reports WHERE file_id = ?)", [file_id]
    )
    for table in _TABLES:
        connection.execute(f"DELETE FROM {table} WHERE file_id = ?", [file_id])
