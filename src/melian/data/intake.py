"""Ingest: files of a provider into a store, every row accounted for."""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace as evolve
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from melian.data.connect import Store
from melian.data.dedupe import SharedIds, set_aside_duplicates
from melian.data.files import InputFile, expand_paths, open_inputs
from melian.data.insert import Reading, insert_file
from melian.data.manifest import FileReport, IngestReport, RowCounts, update_counts
from melian.data.queries import first_row
from melian.data.remove import drop_file
from melian.data.resolution import resolve_files
from melian.data.sources import source_spec
from melian.data.transact import writing
from melian.errors import InputError, RejectedRows

if TYPE_CHECKING:
    from melian.codebook import Codebook

__all__ = ["finish_report", "ingest", "warn_of_rejects"]

Progress = Callable[[int, int, str], None]


def ingest(
    source: str,
    paths: str | Path | Iterable[str | Path],
    store: str | Path | Store,
    *,
    map: Mapping[str, str] | None = None,
    as_is: bool = False,
    replace: bool = False,
    progress: Progress | None = None,
    codebook: Codebook | None = None,
) -> IngestReport:
    r"""Read files of a provider into a store, made where it does not exist.

    All files of one call are stored, or none: an error, Ctrl-C, a full disk or a killed process leave the
    store as it was. A file whose content is in the store already adds nothing. Rows without date, source,
    target or code, and self-dyads (equal raw names), are rejected and kept with the reason in the table
    `rejects`; a code that the codebook does not know is stored without instrument and counted in the notes.

    Parameters
    ----------
    source : str
        One of `melian.options.SOURCES`.
    paths : path or list of paths
        Files, folders, globs; `.gz`, `.zip` and Parquet are recognised by content.
    store : str, Path or Store
    map : mapping of our column name to the file's
        Ours: date, source, target, cameo | plover | instrument | weis, weight, lat, lon, place, event_id,
        text, mode.
    as_is : bool
        Source and target are actor codes already; no dictionary is asked.
    replace : bool
        First remove what the store holds under the same file name or content.
    progress : callable, optional
        Called as `progress(done, total, label)`, in files.
    codebook : Codebook, optional
        The one shipped by default.

    Returns
    -------
    IngestReport
        Per file and in total: read = stored + duplicate + rejected.

    Raises
    ------
    InputError
        If a file cannot be used, or no row of the call is good.
    StoreError
        If the store cannot be written.

    Warns
    -----
    RejectedRows
        If some rows were rejected, with their number and the first example.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.csv").write_text("date,source,target,cameo\n2018-01-01,France,Germany,040\n")
    >>> ingest("table", folder / "a.csv", folder / "events.duckdb").totals
    RowCounts(read=1, stored=1, duplicate=0, rejected=0)
    """
    reading = Reading(source_spec(source), dict(map or {}), as_is)
    files = expand_paths(paths)
    with writing(store, create=True) as target:
        report = _ingest_files(target.connection, files, reading, replace, progress, codebook)
    warn_of_rejects(report)
    return report


def _ingest_files(
    connection: duckdb.DuckDBPyConnection,
    files: list[Path],
    reading: Reading,
    replace: bool,
    progress: Progress | None,
    codebook: Codebook | None,
) -> IngestReport:
    new: dict[int, FileReport] = {}
    known: list[FileReport] = []
    touched: set[int] = set()
    seen: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="melian-") as folder:
        for done, path in enumerate(files):
            if progress is not None:
                progress(done, len(files), str(path))
            for file in open_inputs(path, Path(folder)):
                if replace and file.hash not in seen:
                    touched |= drop_file(connection, file.name, file.hash)
                seen.add(file.hash)
                held = _held(connection, file, reading)
                if held is not None:
                    known.append(held)
                else:
                    file_id, inserted = insert_file(connection, file, reading, workdir=Path(folder))
                    new[file_id] = inserted
    report = finish_report(connection, new, codebook, known=known, touched=touched)
    if progress is not None:
        progress(len(files), len(files), "done")
    return report


def finish_report(
    connection: duckdb.DuckDBPyConnection,
    new: dict[int, FileReport],
    codebook: Codebook | None,
    *,
    known: Iterable[FileReport] = (),
    touched: Iterable[int] = (),
) -> IngestReport:
    """Set duplicates aside, resolve the new rows and report; the last steps of every ingest.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    new : dict of file_id to FileReport
    codebook : Codebook or None
    known : iterable of FileReport
        Files of the call that the store held already.
    touched : iterable of int
        Other files whose rows came back into the store and must be resolved.

    Raises
    ------
    InputError
        If no row of the call is good.
    """
    shared = set_aside_duplicates(connection, new)
    counted = {i: _with_duplicates(report, shared.get(i, SharedIds())) for i, report in new.items()}
    _require_good_rows([*known, *counted.values()])
    notes = resolve_files(connection, [*new, *(set(touched) - set(new))], codebook)
    update_counts(connection)
    noted = [evolve(report, notes=(*report.notes, *notes.get(i, ()))) for i, report in counted.items()]
    return IngestReport(tuple(sorted([*known, *noted], key=lambda report: report.path)))


def _held(connection: duckdb.DuckDBPyConnection, file: InputFile, reading: Reading) -> FileReport | None:
    """Report a file that the store holds already: its good rows are all duplicates."""
    row = first_row(
        connection,
        "SELECT source_kind, as_is, columns, read, rejected, since, until, name FROM files WHERE hash = ?",
        file.hash,
    )
    if row is None:
        return None
    source_kind, as_is, columns, read, rejected, since, until, name = row
    if (source_kind, as_is, json.loads(columns)) != (reading.spec.name, reading.as_is, dict(reading.mapping)):
        raise InputError(
            f"file {file.name!r} is in the store already as {name!r}, read as {source_kind} with other "
            "options; remove it or pass replace=True (--replace) to read it anew."
        )
    return FileReport(file.name, file.hash, RowCounts(read, 0, read - rejected, rejected), since, until)


def _with_duplicates(report: FileReport, shared: SharedIds) -> FileReport:
    rows = report.rows
    counts = RowCounts(rows.read, rows.stored - shared.rows, shared.rows, rows.rejected)
    return evolve(report, rows=counts, notes=(*report.notes, *shared.notes))


def _require_good_rows(reports: list[FileReport]) -> None:
    if any(report.stored + report.duplicate for report in reports):
        return
    first = next((report for report in reports if report.first_reject), None)
    if first is None or first.first_reject is None:
        raise InputError(f"{reports[0].path!r} holds no rows; the store is as before.")
    row, raw, reason = first.first_reject
    raise InputError(
        f"none of the {sum(report.read for report in reports)} rows can be used (first: {first.path!r} "
        f"row {row}, {_short(raw)}: {reason}); the store is as before."
    )


def warn_of_rejects(report: IngestReport) -> None:
    """Say how many rows were rejected, with the first example."""
    totals = report.totals
    first = next((file for file in report.files if file.first_reject), None)
    if first is None or first.first_reject is None:
        return
    row, raw, reason = first.first_reject
    warnings.warn(
        f"{totals.rejected} of {totals.read} rows were rejected (first: {first.path!r} row {row}, "
        f"{_short(raw)}: {reason}); they are kept with the reason in the table rejects.",
        RejectedRows,
        stacklevel=3,
    )


def _short(raw: str | None, width: int = 80) -> str:
    text = " ".join((raw or "").split())
    return repr(text if len(text) <= width else text[: width - 3] + "...")
