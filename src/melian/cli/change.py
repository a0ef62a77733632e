"""`melian change`: whether conduct changes over time, and where."""

from __future__ import annotations

import click

from melian.cli.measure_command import measure_command

__all__ = ["change"]

change = measure_command(
    "change",
    "Say whether conduct changes over time: windows, periods, change points, thresholds (red lines).",
    examples=(
        "melian change --store events.duckdb --actors RUS,USA,UKR --out change",
        "melian change --store events.duckdb --actors RUS,USA,CHN --cut years --json -",
        "melian change --store events.duckdb --actors RUS,USA --pair RUS:USA --half-life 14",
    ),
    options=[
        click.option("--cut", "change_cut", help="halves, thirds or years: periods that are compared."),
        click.option("--window", "change_window", type=int, help="Days of a moving window (90)."),
        click.option(
            "--pair", "threshold_pairs", multiple=True, metavar="A:B",
            help="Search this pair for thresholds, both ways (repeatable). Else the 6 with most events.",
        ),
        click.option("--half-life", "threshold_half_life", type=float,
                     help="Half-life in days of the pressure that adds up (30)."),
    ],
)  # fmt: skip
