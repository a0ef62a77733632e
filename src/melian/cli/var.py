"""`melian var`: vector autoregressions of net conduct, and the model beside them."""

from __future__ import annotations

import click

from melian.cli.measure_command import measure_command

__all__ = ["var"]

var = measure_command(
    "var",
    "Fit vector autoregressions to Goldstein-scaled series and set the model's answers beside them.",
    examples=(
        "melian var --store events.duckdb --actors RUS,USA,UKR --out var",
        "melian var --store balkans.duckdb --party SERB=SRB+BIH.SER --party BOS=BIH+BIH.MOS --party "
        "NATO=NATO "
        "--since 1992-04-01 --until 1995-12-31",
    ),
    options=[
        click.option("--step", "var_step", help="week or month."),
        click.option("--lags", "var_lags", help="aic, bic, or a number of steps."),
        click.option("--joint", "var_joint", help="Joint events: both (directions) or out."),
        click.option(
            "--party",
            "var_parties",
            multiple=True,
            metavar="NAME=A+B",
            help="Actors that count as one (repeatable).",
        ),
    ],
)
