"""Duplicates by the provider's id: which of several rows is the event's, whatever the order of files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from melian.data.queries import statement

__all__ = ["SharedIds", "promote_duplicates", "set_aside_duplicates"]


@dataclass(frozen=True, slots=True)
class SharedIds:
    """New rows of a file whose id had been stored when they arrived.

    Attributes
    ----------
    rows : int
    differing : int
        Those with another date, source, target or code than the row stored first.
    example : str
        The id of one that differs, empty where none does.
    """

    rows: int = 0
    differing: int = 0
    example: str = ""

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to say about rows that differ."""
        if not self.differing:
            return ()
        return (
            f"{self.differing} duplicates say something else than the row stored under their id "
            f"(first: id {self.example!r}); where they are other events, read the file without its ids.",
        )


def set_aside_duplicates(
    connection: duckdb.DuckDBPyConnection, file_ids: Iterable[int]
) -> dict[int, SharedIds]:
    """Move rows of the store whose id a row of the given new files shares to `duplicates`, all but one.

    The row that stays is the one of the file with the smallest hash, so what a store holds depends on its
    files alone and not on the order in which they came.

    Returns
    -------
    dict of file_id to SharedIds
        Of the files that have such rows.
    """
    ids = list(file_ids)
    connection.execute(statement("shared_ids"), [ids])
    arrived = connection.execute(
        """SELECT file_id, count(*), count(*) FILTER (differs),
                  coalesce(arg_min(event_id, row_id) FILTER (differs), '')
           FROM shared_ids WHERE arrival > 1 GROUP BY file_id"""
    ).fetchall()
    connection.execute(statement("set_aside"))
    return {int(file_id): SharedIds(*found) for file_id, *found in arrived if file_id in ids}


def promote_duplicates(connection: duckdb.DuckDBPyConnection) -> list[int]:
    """Bring back duplicates whose event is no longer stored; give the files that they are of."""
    connection.execute(statement("promote"))
    rows = connection.execute("SELECT DISTINCT file_id FROM promoted ORDER BY 1").fetchall()
    connection.execute("DROP TABLE promoted")
    return [int(row[0]) for row in rows]
