"""`melian responses`: what follows an act, with the model and without it."""

from __future__ import annotations

import click

from melian.cli.measure_command import measure_command

__all__ = ["responses"]

responses = measure_command(
    "responses",
    "Say what follows an act: responses by instrument, compliance and defiance, who answers whom more.",
    examples=(
        "melian responses --store events.duckdb --actors RUS,USA,UKR --out responses",
        "melian responses --store events.duckdb --actors RUS,USA,CHN --pair RUS:USA --days 14 --json -",
        "melian responses --store events.duckdb --cut years --method study",
    ),
    options=[
        click.option(
            "--pair", "response_pairs", multiple=True, metavar="A:B",
            help="Look at this pair, both directions (repeatable). Else the 6 with most events.",
        ),
        click.option("--days", "response_days", type=int, help="Days an act is followed (30)."),
        click.option("--cut", "response_cut", help="halves, thirds or years: periods that are compared."),
        click.option(
            "--method", "response_methods", multiple=True, metavar="NAME",
            help="model or study (without a model); repeatable. Else both.",
        ),
    ],
)  # fmt: skip
