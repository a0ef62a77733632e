"""A store in memory from a data frame."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from melian.data.connect import Store, memory_store
from melian.data.files import InputFile
from melian.data.insert import Reading, insert_raw
from melian.data.intake import finish_report, warn_of_rejects
from melian.data.manifest import IngestReport
from melian.data.mapping import wanted_columns
from melian.data.read import RawTable, aliased, pick_columns
from melian.data.sources import source_spec
from melian.data.transact import writing
from melian.errors import InputError

if TYPE_CHECKING:
    from melian.codebook import Codebook

__all__ = ["store_from_frame"]

_ROW = "melian_file_row"


def store_from_frame(
    frame: Any,
    *,
    as_is: bool = True,
    map: Mapping[str, str] | None = None,
    codebook: Codebook | None = None,
) -> Store:
    """Make a store in memory from a table of events, by the rules of `ingest table`.

    Parameters
    ----------
    frame : polars, pandas or Arrow table, DuckDB relation, or what else gives an Arrow stream
        Columns date, source, target and one of cameo, plover, instrument; optional weight, lat, lon, place,
        event_id, text.
    as_is : bool
        Source and target are actor codes; False to resolve names by the codebook.
    map : mapping of our column name to the frame's
    codebook : Codebook, optional
        The one shipped by default.

    Returns
    -------
    Store

    Raises
    ------
    InputError
        If the frame is no table, lacks a column, or has no good row.

    Warns
    -----
    RejectedRows
        If some rows were rejected.

    Examples
    --------
    >>> import polars as pl
    >>> rows = {"date": ["2018-01-01"], "source": ["USA"], "target": ["RUS"], "instrument": ["economy"]}
    >>> with store_from_frame(pl.DataFrame(rows)) as store:
    ...     store.connection.execute("SELECT source_actor, instrument FROM resolved").fetchall()
    [('USA', 'economy')]
    """
    table = _arrow(frame)
    reading = Reading(source_spec("table"), dict(map or {}), as_is)
    file = InputFile("frame", Path(), _hash(table), table.nbytes, is_parquet=False)
    store = memory_store()
    try:
        with writing(store):
            report = _insert(store, table, reading, file, codebook)
    except BaseException:
        store.close()
        raise
    warn_of_rejects(report)
    return store


def _arrow(frame: Any) -> pa.Table:
    if hasattr(frame, "collect") and not hasattr(frame, "__arrow_c_stream__"):
        frame = frame.collect()
    if not hasattr(frame, "__arrow_c_stream__"):
        raise InputError(
            f"frame is a {type(frame).__name__}; give a polars, pandas or Arrow table or a DuckDB relation."
        )
    return pa.table(frame)


def _hash(table: pa.Table) -> str:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return hashlib.sha256(sink.getvalue()).hexdigest()


def _insert(
    store: Store, table: pa.Table, reading: Reading, file: InputFile, codebook: Codebook | None
) -> IngestReport:
    connection = store.connection
    numbered = table.append_column(_ROW, pa.array(range(1, table.num_rows + 1), pa.int64()))
    connection.register("frame_rows", numbered)
    try:
        described = connection.execute("DESCRIBE frame_rows").fetchall()
        types = [(name, type_) for name, type_, *_ in described if name != _ROW]
        columns = pick_columns(types, wanted_columns(reading.spec, reading.mapping), file.name)
        relation = f"(SELECT {_ROW} AS file_row, {aliased(columns, table.column_names)} FROM frame_rows)"
        raw = RawTable(relation, columns, tuple(table.column_names))
        new = dict([insert_raw(connection, file, reading, raw)])
    finally:
        connection.unregister("frame_rows")
    return finish_report(connection, new, codebook)
