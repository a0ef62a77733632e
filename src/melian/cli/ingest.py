"""`melian ingest`: from event files to a store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from melian.cli.console import check_json_target, steps, write_json
from melian.cli.examples import ExampleCommand
from melian.cli.tables import aligned
from melian.options import CODE_SCHEMES, SOURCES

if TYPE_CHECKING:
    from melian.codebook import Codebook
    from melian.data.manifest import IngestReport

__all__ = ["ingest"]


@click.command(
    cls=ExampleCommand,
    examples=(
        "melian ingest icews events.2018.tab --store events.duckdb",
        "melian ingest gdelt1 'gdelt/*.zip' --store events.duckdb",
        "melian ingest table deeds.csv --store events.duckdb --map source=attacker --map target=victim",
        "melian ingest icews events.2018.tab --store events.duckdb --codebook actors=names.csv",
    ),
)
@click.argument("source", type=click.Choice(SOURCES), metavar="SOURCE")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--store", metavar="FILE", required=True, help="The event store; made if it is not there.")
@click.option("--map", "columns", metavar="OURS=THEIRS", multiple=True, help="A table's column; repeatable.")
@click.option(
    "--as-is", is_flag=True, help="A table's source and target are actor codes, without dictionary."
)
@click.option(
    "--replace", is_flag=True, help="First take out what the store holds from files of these names."
)
@click.option("--remove", is_flag=True, help="Take the files of these names out of the store; read nothing.")
@click.option(
    "--codebook",
    metavar="TABLE=CSV",
    multiple=True,
    help="Lay a CSV over a table of the codebook; repeatable.",
)
@click.option("--json", "json_file", metavar="FILE", help='Write the counts as JSON; "-" is stdout, alone.')
def ingest(store: str, remove: bool, json_file: str | None, **given: Any) -> None:
    """Read event files into a store: files, folders, globs, .gz and .zip.

    SOURCE is one of gdelt1, gdelt2, icews, polecat, phoenix, keds, ucdp-ged, acled, table. The same file
    again adds nothing. Rows that cannot be used are counted and kept apart with the reason. Either all files
    of a call are stored, or none.
    """
    order = _order(remove=remove, **given)
    check_json_target(json_file)
    if remove:
        _remove(order, store, json_file)
        return
    report = _read(order, store)
    write_json(json_file, _as_dict(report))
    if json_file != "-":
        click.echo(_text(report, store))


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be read, and how."""

    source: str
    paths: tuple[str, ...]
    columns: dict[str, str]
    as_is: bool
    replace: bool
    tables: dict[str, Path]

    def codebook(self) -> Codebook | None:
        """Load the codebook with the user's tables; None for the one that ships with melian."""
        if not self.tables:
            return None
        from melian.codebook import load_codebook

        return load_codebook(self.tables)


def _order(
    *,
    source: str,
    paths: tuple[str, ...],
    columns: tuple[str, ...],
    as_is: bool,
    replace: bool,
    remove: bool,
    codebook: tuple[str, ...],
) -> Order:
    """Check how the options go together."""
    if replace and remove:
        raise click.UsageError("--replace and --remove exclude each other.")
    named = _pairs("--map", "OURS=THEIRS", columns)
    if source != "table" and (as_is or not set(named) <= set(CODE_SCHEMES.get(source, ()))):
        raise click.UsageError(_only_tables(source))
    tables = {name: Path(file) for name, file in _pairs("--codebook", "TABLE=CSV", codebook).items()}
    return Order(source, paths, named, as_is, replace, tables)


def _only_tables(source: str) -> str:
    said = f"--map and --as-is belong to tables; the columns of {source} are known."
    schemes = CODE_SCHEMES.get(source)
    if not schemes:
        return said
    either = " or ".join(f"--map {scheme}=code" for scheme in schemes)
    return f"{said} Only the scheme of its codes can be said: {either}."


def _pairs(option: str, form: str, given: tuple[str, ...]) -> dict[str, str]:
    for pair in given:
        name, _, value = pair.partition("=")
        if not name or not value:
            raise click.UsageError(f"{option} {pair!r} is not of the form {form}.")
    return dict(pair.split("=", 1) for pair in given)


def _read(order: Order, store: str) -> IngestReport:
    from melian.data import ingest as read_files

    with steps() as progress:

        def tell(done: int, total: int, label: str) -> None:
            progress(f"reading {label}", done / total if total else None)

        report: IngestReport = read_files(
            order.source,
            list(order.paths),
            store,
            map=order.columns,
            as_is=order.as_is,
            replace=order.replace,
            progress=tell,
            codebook=order.codebook(),
        )
    return report


def _remove(order: Order, store: str, json_file: str | None) -> None:
    from melian.data import remove_file

    codebook = order.codebook()
    removed = [remove_file(store, path, codebook=codebook) for path in order.paths]
    write_json(json_file, {"removed": removed})
    if json_file != "-":
        click.echo("\n".join(f"removed {name} from {store}" for name in removed))


def _as_dict(report: IngestReport) -> dict[str, Any]:
    files = [
        {
            "path": file.path,
            "hash": file.hash,
            "rows": file.rows.as_dict(),
            "since": file.since and file.since.isoformat(),
            "until": file.until and file.until.isoformat(),
            "notes": list(file.notes),
        }
        for file in report.files
    ]
    return {"rows": report.totals.as_dict(), "files": files}


def _text(report: IngestReport, store: str) -> str:
    """Write a line for each file, the total where there are several, and the notes on each file."""
    counted = [(f.path, f.rows, f"{f.since or '-'} to {f.until or '-'}") for f in report.files]
    if len(counted) > 1:
        counted.append(("all", report.totals, ""))
    rows = [
        (name, f"{rows.read:,}", f"{rows.stored:,}", f"{rows.duplicate:,}", f"{rows.rejected:,}", span)
        for name, rows, span in counted
    ]
    table = aligned(("file", "read", "stored", "duplicate", "rejected", "days"), rows)
    notes = [f"{file.path}: {note}" for file in report.files for note in file.notes]
    return "\n".join([table, *notes, f"In {store}. Next: melian describe --store {store}"])
