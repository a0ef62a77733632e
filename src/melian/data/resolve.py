"""From raw names and codes to actors, sectors and instruments, for all rows of a file at once.

The rules work once per distinct name and hints (`melian.codebook.resolve_end`); DuckDB joins the answers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pyarrow as pa

from melian.codebook import STATE_SECTORS, Codebook, End, Spell, actor_label, resolve_end
from melian.codebook.codes import Code, code_index, find_code
from melian.data.queries import statement

if TYPE_CHECKING:
    import duckdb
    import polars as pl

    from melian.data.connect import Store

__all__ = ["resolve_rows", "unresolved"]

_FIRST, _LAST = dt.date(1, 1, 1), dt.date(9999, 12, 31)
_ENDS = pa.schema(
    [
        *((name, pa.string()) for name in ("name", "code", "country", "sectors", "kind", "scheme")),
        ("as_is", pa.bool_()),
        ("since", pa.date32()),
        ("until", pa.date32()),
        *((name, pa.string()) for name in ("actor", "base", "sector")),
        ("state", pa.bool_()),
    ]
)


def resolve_rows(
    connection: duckdb.DuckDBPyConnection, where_file_id: int | None, codebook: Codebook
) -> None:
    """Fill table `resolved` for the reports of one file, or of all files where `where_file_id` is None.

    The codes and blocs of the codebook are written beside it (`book_codes`, `book_blocs`, `book_left_out`),
    so that a store is read by the codebook that resolved it. The caller holds the transaction.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        With a table `reports`; rows of these files that were resolved before are resolved anew.
    where_file_id : int or None
    codebook : Codebook
    """
    _write_book(connection, codebook)
    _delete_old(connection, where_file_id)
    found = connection.execute(statement("resolve_ends"), {"file": where_file_id}).fetchall()
    ends = _ends_table((End(*row) for row in found), codebook)
    connection.register("ends", ends)
    try:
        connection.execute(statement("resolve_insert"), {"file": where_file_id})
    finally:
        connection.unregister("ends")


def unresolved(store: Store) -> pl.DataFrame:
    """List the names that stand for no actor, most frequent first, with empty columns to fill in.

    Written as CSV and filled in (`iso3`, `sector`, and `from`, `to` where the role changed), the list is an
    `actors` table for `load_codebook(overrides)`.

    Returns
    -------
    polars.DataFrame
        name, iso3, sector, from, to (empty); rows (reports); source_kind, code, country, sectors (an example
        of the provider's hints); since, until (days).

    Examples
    --------
    >>> import polars as pl
    >>> from melian.data import store_from_frame
    >>> row = {"date": "2018-01-01", "source": "A. Nobody", "target": "Russia", "cameo": "112"}
    >>> with store_from_frame(pl.DataFrame([row]), as_is=False) as store:
    ...     unresolved(store)["name"].to_list()
    ['A. Nobody']
    """
    import polars as pl

    rows = store.connection.execute(statement("unresolved")).fetchall()
    texts = dict.fromkeys(("name", "iso3", "sector", "from", "to"), pl.String)
    hints = dict.fromkeys(("source_kind", "code", "country", "sectors"), pl.String)
    schema = {**texts, "rows": pl.Int64, **hints, "since": pl.Date, "until": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _delete_old(connection: duckdb.DuckDBPyConnection, file: int | None) -> None:
    if file is None:
        connection.execute("DELETE FROM resolved")
    else:
        connection.execute(
            "DELETE FROM resolved WHERE row_id IN (SELECT row_id FROM reports WHERE file_id = ?)", [file]
        )


def _ends_table(ends: Iterable[End], book: Codebook) -> pa.Table:
    rows = [row for end in ends for row in _end_rows(end, book)]
    columns = [pa.array([row[at] for row in rows], field.type) for at, field in enumerate(_ENDS)]
    return pa.table(columns, schema=_ENDS)


def _end_rows(end: End, book: Codebook) -> Iterator[tuple[object, ...]]:
    key = (end.name, end.code, end.country, end.sectors, end.kind, end.scheme, end.as_is)
    for spell in resolve_end(end, book):
        yield (*key, spell.since or _FIRST, spell.until or _LAST, *_actor_columns(spell, book))


def _actor_columns(spell: Spell, book: Codebook) -> tuple[str, str, str, bool]:
    label = actor_label(spell, book)
    return label, label.partition(".")[0], spell.sector, spell.sector in STATE_SECTORS


def _write_book(connection: duckdb.DuckDBPyConnection, book: Codebook) -> None:
    tables = {
        "book_codes": _codes_table(connection, book),
        "book_blocs": _blocs_table(book),
        "book_left_out": pa.table({"code": pa.array(book.left_out, pa.string())}),
    }
    for name, table in tables.items():
        connection.register("incoming", table)
        try:
            # Names from the mapping above, never from users.
            connection.execute(f"CREATE OR REPLACE TABLE {name} AS FROM incoming")
        finally:
            connection.unregister("incoming")


def _codes_table(connection: duckdb.DuckDBPyConnection, book: Codebook) -> pa.Table:
    """Give all codes, and those that providers write in another way under their own spelling."""
    index = code_index(book.codes)
    known = {(c.scheme, c.code, c.mode): c for c in book.codes}
    written = connection.execute("SELECT DISTINCT scheme, code, coalesce(mode, '') FROM reports").fetchall()
    for scheme, code, mode in written:
        if (scheme, code, mode) not in known and (found := find_code(index, scheme, code, mode)):
            known[scheme, code, mode] = found
    rows = [_code_row(key, code) for key, code in sorted(known.items())]
    return pa.Table.from_pylist(rows)


def _code_row(key: tuple[str, str, str], code: Code) -> dict[str, object]:
    scheme, written, mode = key
    fields = (
        "label",
        "instrument",
        "alternative",
        "domestic",
        "home",
        "deed",
        "reactive",
        "statement",
        "two_sided",
    )
    # A twin is written like the row itself where code and mirror are one, else as the codebook has it.
    mirror = written if code.mirror == code.code else code.mirror
    values = {name: getattr(code, name) for name in (*fields, "curated")}
    return {"scheme": scheme, "code": written, "mode": mode, "mirror": mirror, **values}


def _blocs_table(book: Codebook) -> pa.Table:
    return pa.table(
        {
            "iso3": pa.array([m.iso3 for m in book.blocs], pa.string()),
            "bloc": pa.array([m.bloc for m in book.blocs], pa.string()),
            "since": pa.array([m.since or _FIRST for m in book.blocs], pa.date32()),
            "until": pa.array([m.until or _LAST for m in book.blocs], pa.date32()),
        }
    )
