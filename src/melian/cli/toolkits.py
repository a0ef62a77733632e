"""`melian toolkits`: by which instruments actors act, whose toolkits are alike, and who follows whom."""

from __future__ import annotations

import click

from melian.cli.measure_command import measure_command

__all__ = ["toolkits"]

toolkits = measure_command(
    "toolkits",
    "Compare toolkits: composition of conduct by instrument, distances, and who follows whom.",
    examples=(
        "melian toolkits --store events.duckdb --actors RUS,USA,CHN --out toolkits",
        "melian toolkits --store events.duckdb --instrument force --instrument coercion --json -",
    ),
    options=[
        click.option(
            "--instrument", "toolkit_instruments", multiple=True, metavar="NAME",
            help="Look at these instruments only (repeatable).",
        ),
        click.option("--period", "toolkit_period", help="year, quarter or auto: periods over time."),
        click.option("--step", "toolkit_step", type=int, help="Days of a step for following."),
    ],
)  # fmt: skip
