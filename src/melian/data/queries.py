"""Named SQL statements, one file each under `sql/`, and queries that give one row."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import duckdb

__all__ = ["first_row", "number", "statement"]


@cache
def statement(name: str) -> str:
    """Give the text of `sql/<name>.sql`.

    Examples
    --------
    >>> statement("schema").startswith("-- The event store")
    True
    """
    return files("melian.data").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def first_row(connection: duckdb.DuckDBPyConnection, sql: str, *values: object) -> tuple[Any, ...] | None:
    """Give the first row of a query, or None.

    DuckDB holds a connection whose result was not fetched to the end; this fetches it.
    """
    rows = connection.execute(sql, list(values)).fetchall()
    return rows[0] if rows else None


def number(connection: duckdb.DuckDBPyConnection, sql: str, *values: object) -> int:
    """Give the one whole number that a query or an INSERT answers with, 0 where it gives no row."""
    row = first_row(connection, sql, *values)
    return int(row[0]) if row else 0
