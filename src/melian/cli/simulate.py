"""`melian simulate`: many runs of a fitted or hand-written world."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click

from melian.cli.console import check_json_target, steps, write_json
from melian.cli.examples import ExampleCommand
from melian.cli.study_options import JSON, RUN_SINCE, RUN_UNTIL, WORLD, WORLD_STUDY

__all__ = ["simulate"]


@click.command(
    cls=ExampleCommand,
    examples=(
        "melian simulate aegean --out aegean-runs",
        "melian simulate my-world.toml --runs 200 --json - | jq .actors",
        "melian simulate --study report/study.toml --since 2018-07-01 --until 2018-12-31 --out runs",
    ),
)
@WORLD
@WORLD_STUDY
@RUN_SINCE
@RUN_UNTIL
@click.option(
    "--runs", type=click.IntRange(1, 1_000_000), default=1000, show_default=True, help="How many runs."
)
@click.option("--seed", type=click.IntRange(0), metavar="N", help="Seed; else the world's or the study's.")
@click.option(
    "--out", metavar="DIR", help="Folder for report.html, result.json, tables, events.csv of run 1."
)
@JSON
def simulate(json_file: str | None, **options: Any) -> None:
    """Simulate a world many times, and say how many events to expect of whom.

    WORLD is a world file (TOML; docs/simulation.md), or "aegean" for the bundled one. With --study the world
    is the fitted one.
    """
    from melian.study.world_run import run_simulate

    check_json_target(json_file)
    with steps() as progress:
        done = run_simulate(order_of(options), progress=progress)
    write_json(json_file, done.summary)
    if json_file != "-":
        from melian.report.worlds_text import world_text

        click.echo(world_text(done.summary))
        if done.report is not None:
            click.echo(f"\nThe report: {done.report}")


def order_of(options: dict[str, Any]) -> Any:
    """Make the order from the command's options; a world or a study, not both."""
    from melian.study.world_run import Order

    if (options["world"] is None) == (options["study"] is None):
        raise click.UsageError("name a world file, or a study with --study FILE; one of the two.")
    days = {name: _date(options[name]) for name in ("since", "until")}
    return Order(**{**options, **days})


def _date(value: dt.datetime | None) -> dt.date | None:
    return value.date() if value else None
