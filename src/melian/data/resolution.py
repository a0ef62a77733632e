"""Call the codebook on rows of the store, and keep by which version they were resolved."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from melian.data.connect import Store
from melian.data.insert import ROW_STRIDE
from melian.data.manifest import codebook_version
from melian.data.queries import first_row
from melian.data.transact import writing
from melian.errors import InputError

if TYPE_CHECKING:
    from melian.codebook import Codebook

__all__ = ["resolve_again", "resolve_files"]


def resolve_again(store: str | Path | Store, codebook: Codebook | None = None) -> str:
    """Resolve all rows of a store anew, after the codebook changed.

    Parameters
    ----------
    store : str, Path or Store
    codebook : Codebook, optional
        The one shipped by default.

    Returns
    -------
    str
        The new snapshot id.
    """
    with writing(store) as target:
        connection = target.connection
        _resolve(connection, None, _default(codebook))
        return target.snapshot


def resolve_files(
    connection: duckdb.DuckDBPyConnection, file_ids: Iterable[int], codebook: Codebook | None
) -> dict[int, tuple[str, ...]]:
    """Resolve the rows of some files; of all files where the codebook is another than before.

    Returns
    -------
    dict of file_id to sentences
        What there is to say about the codes of a file.

    Raises
    ------
    InputError
        If the codebook knows none of the codes of the files, or the store was resolved by tables of the
        user's own that are not given now.
    """
    ids = list(file_ids)
    if codebook is None and first_row(connection, "SELECT 1 FROM meta WHERE key = 'own_tables'"):
        raise InputError(
            "the store was resolved with codebook tables of your own; give them again "
            "(codebook=..., --codebook TABLE=CSV), or resolve_again(store) by the shipped ones first."
        )
    book = _default(codebook)
    held = {row[0] for row in connection.execute("SELECT file_id FROM files").fetchall()}
    # One pass over all rows where every file is asked for, or the codebook is another than before.
    everything = held == set(ids) or codebook_version(connection) != book.version
    _resolve(connection, None if everything else ids, book)
    return _unknown_codes(connection, ids)


def _default(codebook: Codebook | None) -> Codebook:
    from melian.codebook import load_codebook

    return load_codebook() if codebook is None else codebook


def _resolve(connection: duckdb.DuckDBPyConnection, ids: list[int] | None, codebook: Codebook) -> None:
    """Resolve the rows of these files, of all files for None."""
    from melian.data.resolve import resolve_rows

    for file_id in [None] if ids is None else ids:
        resolve_rows(connection, file_id, codebook)
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('codebook', ?)", [codebook.version])
    if codebook.version == _default(None).version:
        connection.execute("DELETE FROM meta WHERE key = 'own_tables'")
    else:
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('own_tables', 'yes')")


def _unknown_codes(connection: duckdb.DuckDBPyConnection, ids: list[int]) -> dict[int, tuple[str, ...]]:
    rows = connection.execute(
        f"""SELECT row_id // {ROW_STRIDE} AS file_id, count(*), count(*) FILTER (instrument IS NULL),
                   min(row_id) FILTER (instrument IS NULL)
            FROM resolved WHERE list_contains(?, file_id) GROUP BY file_id ORDER BY file_id""",
        [ids],
    ).fetchall()
    if rows and sum(row[1] for row in rows) == sum(row[2] for row in rows):
        name, code = _code_of(connection, rows[0][3])
        raise InputError(
            f"none of the event codes of {name!r} is in the codebook (first: {code!r}); "
            "is the right column named by --map?"
        )
    return {
        int(file_id): (
            f"{unknown} of {total} rows have no instrument by the codebook "
            f"(first: {_code_of(connection, first)[1]!r}).",
        )
        for file_id, total, unknown, first in rows
        if unknown
    }


def _code_of(connection: duckdb.DuckDBPyConnection, row_id: int) -> tuple[str, str]:
    """Give the file name and the event code of a row."""
    row = first_row(
        connection, "SELECT name, code FROM reports JOIN files USING (file_id) WHERE row_id = ?", row_id
    )
    return row if row else ("", "")
