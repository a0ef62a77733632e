"""`melian rem`: a relational event model of the events in a store."""

from __future__ import annotations

from typing import Any

import click

from melian.cli.console import check_json_target, steps, write_json
from melian.cli.examples import ExampleCommand
from melian.cli.study_options import DAY, JSON, OUT_EVENTS, STORE, WITHOUT, asked_study

__all__ = ["rem"]


@click.command(
    cls=ExampleCommand,
    examples=(
        'melian rem --store events.duckdb --formula "inertia + reciprocity(halflife=30) + otp" --out report',
        'melian rem --store events.duckdb --formula "inertia * reciprocity" --actors RUS,USA,UKR --json -',
        "melian rem --study report/study.toml",
    ),
)
@STORE
@click.option(
    "--formula",
    metavar="TEXT",
    help="The effects, joined by +; `melian effects` lists them. Else the study's.",
)
@click.option(
    "--actors",
    metavar="A,B",
    help="Actor codes, at risk even without events; NATO: stands for a bloc. Else all actors.",
)
@click.option(
    "--since", type=DAY, metavar="DATE", help="First day that is explained; earlier events are history."
)
@click.option("--until", type=DAY, metavar="DATE", help="Last day that is explained.")
@WITHOUT
@click.option(
    "--study", "study_file", metavar="FILE", help="Study file (TOML) with [rem]; options here override it."
)
@OUT_EVENTS
@JSON
def rem(study_file: str | None, json_file: str | None, **options: Any) -> None:
    """Say who acts towards whom next, given what has happened: a relational event model.

    Covariates, risk sets, memory, likelihood, ties, sampling and errors stand in the study file under [rem].
    """
    study = asked_study(study_file, options)
    if study.rem.formula is None:
        raise click.UsageError(
            "no formula is given; give --formula 'inertia + reciprocity', or formula under [rem] in the "
            "study file. `melian effects` lists the effects."
        )
    check_json_target(json_file)
    from melian.study.rem import run_rem

    with steps() as progress:
        answer = run_rem(study, progress=progress)
    write_json(json_file, answer.summary)
    if json_file != "-":
        from melian.report import rem_text

        click.echo(rem_text(answer))
        if study.report.out:
            click.echo(f"\nThe report: {study.report.out}/report.html")
