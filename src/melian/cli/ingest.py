"""`melian ingest`: from event files to a store."""

from __future__ import annotations

import click

from melian.cli.console import check_json_target, steps, write_json
from melian.cli.examples import ExampleCommand
from melian.cli.tables import aligned
from melian.errors import InputError
from melian.options import SOURCES

__all__ = ["ingest"]


@click.command(
    cls=ExampleCommand,
    examples=(
        "melian ingest icews events.2018.tab --store events.duckdb",
        "melian ingest gdelt1 'gdelt/*.zip' --store events.duckdb",
        "melian ingest table deeds.csv --store events.duckdb --map source=attacker --map target=victim",
    ),
)
@click.argument("source", type=click.Choice(SOURCES), metavar="SOURCE")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--store", metavar="FILE", required=True, help="The event store; made if it is not there.")
@click.option(
    "--map", "pairs", metavar="OURS=THEIRS", multiple=True, help="Name of a column in a table; repeatable."
)
@click.option("--as-is", is_flag=True, help="Table: source and target are actor codes, without dictionary.")
@click.option(
    "--replace", is_flag=True, help="Take out what the store holds from files of these names, then read."
)
@click.option("--remove", is_flag=True, help="Take these files out of the store; nothing is read.")
@click.option(
    "--codebook", metavar="DIR", help="Folder of CSV files that add to or replace the built-in codebook."
)
@click.option(
    "--json", "json_file", metavar="FILE", help='Write the counts as JSON; "-" is stdout, without the table.'
)
def ingest(
    source: str,
    paths: tuple[str, ...],
    store: str,
    pairs: tuple[str, ...],
    as_is: bool,
    replace: bool,
    remove: bool,
    codebook: str | None,
    json_file: str | None,
) -> None:
    """Read event files into a store: files, folders, globs, .gz and .zip.

    SOURCE is one of gdelt1, gdelt2, icews, polecat, phoenix, keds, ucdp-ged, acled, table. The same file
    again adds nothing; rows that cannot be read are counted and kept apart with the reason.
    """
    mapping = _mapping(source, pairs, as_is)
    if replace and remove:
        raise click.UsageError("--replace and --remove exclude each other.")
    check_json_target(json_file)
    if remove:
        _remove(store, paths)
        return
    from melian.data import ingest as read_files

    with steps() as progress:
        report = read_files(
            source,
            list(paths),
            store,
            map=mapping,
            as_is=as_is,
            replace=replace,
            progress=progress,
            codebook=codebook,
        )


def _mapping(source: str, pairs: tuple[str, ...], as_is: bool) -> dict[str, str] | None:
    """Read `ours=theirs` pairs, which only a table takes."""
    if source != "table" and (pairs or as_is):
        raise click.UsageError(f"--map and --as-is belong to tables; the columns of {source} are known.")
    bad = [pair for pair in pairs if "=" not in pair.strip("=")]
    if bad:
        raise click.UsageError(f"--map {bad[0]!r} is not OURS=THEIRS, such as source=attacker.")
    return dict(pair.split("=", 1) for pair in pairs) or None
