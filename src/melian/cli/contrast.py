"""`melian contrast`: what would differ, had something been otherwise."""

from __future__ import annotations

from typing import Any

import click

from melian.cli.console import check_json_target, steps, write_json
from melian.cli.examples import ExampleCommand
from melian.cli.simulate import order_of
from melian.cli.study_options import JSON, RUN_SINCE, RUN_UNTIL, WORLD, WORLD_STUDY

__all__ = ["contrast"]


@click.command(
    cls=ExampleCommand,
    examples=(
        'melian contrast aegean --change "baseline actors=Athens factor=0" --out without-athens',
        'melian contrast my-world.toml --change "relation relations=reply actors=Sparta factor=0.5" --json -',
        "melian contrast --study report/study.toml --scenario quiet.toml --since 2018-07-01 --out quiet",
    ),
)
@WORLD
@WORLD_STUDY
@click.option("--scenario", "scenario_file", metavar="FILE", help="Scenario file (TOML): [[change]] tables.")
@click.option(
    "--change", "changes", metavar="TEXT", multiple=True, help='A change: "KIND key=value ..."; repeatable.'
)
@RUN_SINCE
@RUN_UNTIL
@click.option(
    "--runs", type=click.IntRange(1, 1_000_000), default=1000, show_default=True, help="Runs of either world."
)
@click.option("--out", metavar="DIR", help="Folder for report.html, result.json and the tables.")
@JSON
def contrast(
    scenario_file: str | None, changes: tuple[str, ...], json_file: str | None, **options: Any
) -> None:
    """Set a scenario against the factual world, run by run on the same random numbers.

    WORLD is a world file, or "aegean" for the bundled one; with --study the world is the fitted one. Kinds of
    change: baseline, channels, relation, replace, period, cap, borrow (docs/simulation.md). A scenario
    without changes gives differences of exactly zero.
    """
    from melian.study.world_run import all_changes, run_contrast

    check_json_target(json_file)
    scenario = all_changes(scenario_file, changes)
    with steps() as progress:
        done = run_contrast(order_of(options), scenario, progress=progress)
    write_json(json_file, done.summary)
    if json_file != "-":
        from melian.report.worlds_text import contrast_text

        click.echo(contrast_text(done.summary))
        if done.report is not None:
            click.echo(f"\nThe report: {done.report}")
