"""Duplicates by the provider's id: which of several rows is the event's, whatever the order of files."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from melian.data.queries import statement

__all__ = ["promote_duplicates", "set_aside_duplicates"]


def set_aside_duplicates(connection: duckdb.DuckDBPyConnection, file_ids: Iterable[int]) -> dict[int, int]:
    """Move rows of the store whose id a row of the given new files shares to `duplicates`, all but one.

    The row that stays is the one of the file with the smallest hash, so what a store holds depends on its
    files alone and not on the order in which they came.

    Returns
    -------
    dict of file_id to int
        New rows whose id had been stored when they arrived.
    """
    ids = list(file_ids)
    connection.execute(statement("shared_ids"), [ids])
    late = "SELECT file_id, count(*) FROM shared_ids WHERE arrival > 1 GROUP BY ALL"
    arrived = connection.execute(late).fetchall()
    connection.execute(statement("set_aside"))
    return {int(file_id): int(rows) for file_id, rows in arrived if file_id in ids}


def promote_duplicates(connection: duckdb.DuckDBPyConnection) -> list[int]:
    """Bring back duplicates whose event is no longer stored; give the files that they are of."""
    connection.execute(statement("promote"))
    rows = connection.execute("SELECT DISTINCT file_id FROM promoted ORDER BY 1").fetchall()
    connection.execute("DROP TABLE promoted")
    return [int(row[0]) for row in rows]
