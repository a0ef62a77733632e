"""`melian curve`: one estimate under many defensible choices."""

from __future__ import annotations

from typing import Any

import click

from melian.cli.console import check_json_target, steps, write_json
from melian.cli.examples import ExampleCommand
from melian.cli.study_options import ACTORS, JSON, SINCE, STORE, STUDY, UNTIL, asked_study

__all__ = ["curve"]


@click.command(
    cls=ExampleCommand,
    examples=(
        "melian curve --store events.duckdb --actors RUS,USA,UKR --estimate initiative.RUS --out curve",
        "melian curve --store events.duckdb --estimate initiative.RUS-USA --specs 60 --jobs 2",
        "melian curve --study curve/study.toml --cache curve/cache --json - | jq .verdict.same_sign",
    ),
)
@STORE
@ACTORS
@SINCE
@UNTIL
@STUDY
@click.option(
    "--estimate", metavar="NAME", help="The estimate, such as initiative.RUS or initiative.RUS-USA."
)
@click.option("--measure", metavar="NAME", help="The measure that gives it. Else shares.")
@click.option("--reference", type=float, help="What estimates are compared with. Else 0.")
@click.option("--specs", "curve_specs", type=int, metavar="N", help="How many specifications. Else 200.")
@click.option("--jobs", type=int, metavar="N", help="Processes at work. Else one a core.")
@click.option(
    "--cache", metavar="DIR", help="Folder of finished specifications; those in it are not run again."
)
@click.option(
    "--out", metavar="DIR", help="Folder for report.html, result.json, tables, study.toml and cache."
)
@JSON
def curve(study_file: str | None, json_file: str | None, cache: str | None, **options: Any) -> None:
    """Run one estimate under many defensible choices and say whether it holds.

    Which choices vary, and over which values, stands under [curve] in the study file. Stopped and called
    again with the same folder, it goes on where it was.
    """
    study = asked_study(study_file, options)
    check_json_target(json_file)
    from melian.study.curve import run_curve

    with steps() as progress:
        result = run_curve(study, cache=cache, progress=progress)
    write_json(json_file, result.summary())
    if json_file != "-":
        from melian.report.curve_text import curve_text

        click.echo(curve_text(result))
        if study.report.out:
            click.echo(f"\nThe report: {study.report.out}/report.html")
