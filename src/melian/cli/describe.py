"""`melian describe`: what is in a store."""

from __future__ import annotations

import click

from melian.cli.console import check_json_target, steps, write_json
from melian.cli.examples import ExampleCommand
from melian.study.output import check_file_target, write_whole

__all__ = ["describe"]


@click.command(
    cls=ExampleCommand,
    examples=(
        "melian describe --store events.duckdb",
        "melian describe --store events.duckdb --unresolved names.csv",
        "melian describe --store events.duckdb --json - | jq .funnel",
    ),
)
@click.option("--store", "path", metavar="FILE", required=True, help="The event store.")
@click.option(
    "--unresolved", metavar="FILE", help="Write the names that no dictionary knows, a CSV to fill in."
)
@click.option("--json", "json_file", metavar="FILE", help='Write the answer as JSON; "-" is stdout, alone.')
def describe(path: str, unresolved: str | None, json_file: str | None) -> None:
    """Say what is in a store: rows, span, gaps, actors, instruments, the funnel, unresolved names.

    The CSV of unresolved names, once its columns iso3 and sector are filled in, is fed back with
    `melian ingest SOURCE PATH --store FILE --codebook actors=CSV` on the files that the store holds.
    """
    check_json_target(json_file)
    if unresolved is not None:
        check_file_target(unresolved)
    from melian.data import describe as describe_store
    from melian.data import open_store
    from melian.data.resolve import unresolved as unresolved_names
    from melian.report import describe_text

    with steps() as progress, open_store(path) as store:
        progress(f"reading {path}")
        description = describe_store(store).to_dict()
        names = unresolved_names(store)
    write_json(json_file, description)
    if json_file != "-":
        click.echo(describe_text(description))
        click.echo(f"\n{len(names):,} unresolved names" + (f", in {unresolved}." if unresolved else "."))
    if unresolved is not None:
        write_whole(unresolved, names.write_csv())
