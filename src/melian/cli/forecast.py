"""`melian forecast`: how many acts of each kind are to be expected, and how surprising the last ones were."""

from __future__ import annotations

from typing import Any

import click

from melian.cli.console import check_json_target, steps, write_json
from melian.cli.examples import ExampleCommand
from melian.cli.study_options import ACTORS, DAY, JSON, STORE, STUDY, asked_study

__all__ = ["forecast"]


@click.command(
    cls=ExampleCommand,
    examples=(
        "melian forecast --store events.duckdb --actors RUS,USA,UKR --fit ukraine.fit.npz --out forecast",
        "melian forecast --store events.duckdb --fit ukraine.fit.npz --as-of 2018-09-30 --json -",
        "melian forecast --study forecast/study.toml",
    ),
)
@STORE
@click.option(
    "--as-of", "until", type=DAY, metavar="DATE",
    help="Last day that is known; later events are not looked at. Else the last day of the store.",
)  # fmt: skip
@ACTORS
@click.option(
    "--fit",
    metavar="FILE",
    help="The kept fit: read where it is there, else made and written.",
)
@STUDY
@click.option("--out", metavar="DIR", help="Folder for report.html, result.json, tables and study.toml.")
@JSON
def forecast(study_file: str | None, json_file: str | None, **options: Any) -> None:
    """Forecast counts per source, target and instrument for the next 1, 7 and 30 days, as distributions.

    Says how good such forecasts were on held-out days against simple baselines, and what was least expected.
    New events move a kept fit's states forward without fitting again; horizons and rules of refitting stand
    in the study file under [forecast].
    """
    study = asked_study(study_file, options)
    check_json_target(json_file)
    from melian.study.forecast import run_forecast

    with steps() as progress:
        answer = run_forecast(study, progress=progress)
    write_json(json_file, answer.summary)
    if json_file != "-":
        from melian.report import forecast_text

        click.echo(forecast_text(answer))
        if study.report.out:
            click.echo(f"\nThe report: {study.report.out}/report.html")
