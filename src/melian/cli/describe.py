"""`melian describe`: what is in a store."""

from __future__ import annotations

import click

from melian.cli.examples import ExampleCommand

__all__ = ["describe"]


@click.command(
    cls=ExampleCommand,
    examples=(
        "melian describe --store events.duckdb",
        "melian describe --store events.duckdb --unresolved names.csv",
        "melian describe --store events.duckdb --json - | jq .funnel",
    ),
)
@click.option("--store", metavar="FILE", required=True, help="The event store.")
@click.option(
    "--unresolved", metavar="FILE", help="Write the names that no dictionary knows as a CSV to fill in."
)
@click.option(
    "--json", "json_file", metavar="FILE", help='Write the answer as JSON; "-" is stdout, without the text.'
)
def describe(store: str, unresolved: str | None, json_file: str | None) -> None:
    """Say what is in a store: rows, span, gaps, actors, instruments, the funnel, unresolved names."""
