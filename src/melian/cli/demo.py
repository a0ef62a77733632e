"""`melian demo`: the bundled world, the truth beside the estimate."""

from __future__ import annotations

import click

from melian.cli.examples import ExampleCommand

__all__ = ["demo"]


@click.command(cls=ExampleCommand, examples=("melian demo", "melian demo --out aegean"))
@click.option(
    "--out",
    metavar="DIR",
    default="melian-demo",
    show_default=True,
    help="Folder for the reports, the store and the report.",
)
def demo(out: str) -> None:
    """Run the bundled world from ingest to report, and show the truth beside the estimate.

    The world is fiction: the Aegean of the fifth century BC, simulated with a known share of initiative,
    momentum and reaction for each actor. Its reports go through the same door as real files.
    """
