"""`melian diffusion`: what protest and repression follow, at home, elsewhere, from outside."""

from __future__ import annotations

import click

from melian.cli.measure_command import measure_command

__all__ = ["diffusion"]

diffusion = measure_command(
    "diffusion",
    "Say what protest and repression follow: events at home, elsewhere, conduct from outside; and what "
    "follows them.",
    examples=(
        "melian diffusion --store events.duckdb --actors TUN,EGY,LBY,SYR,YEM,BHR --since 2010-06-01 --until "
        "2012-12-31",
        "melian diffusion --store events.duckdb --out diffusion",
    ),
    options=[
        click.option("--least", "diffusion_least", type=int, help="Events of a kind that a share needs."),
        click.option("--shifts", "diffusion_shifts", type=int, help="Shifted calendars of the placebo."),
    ],
)
