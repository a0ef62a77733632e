"""`melian rem`: a relational event model of the events in a store."""

from __future__ import annotations

from typing import Any

import click

from melian.cli.attribute import DAY, study_with_options
from melian.cli.console import check_json_target, steps, write_json
from melian.cli.examples import ExampleCommand
from melian.options import FUNNEL_STEPS
from melian.study import Study, read_study

__all__ = ["rem"]


@click.command(
    cls=ExampleCommand,
    examples=(
        'melian rem --store events.duckdb --formula "inertia + reciprocity(halflife=30) + otp" --out report',
        'melian rem --store events.duckdb --formula "inertia * reciprocity" --actors RUS,USA,UKR --json -',
        "melian rem --study report/study.toml",
    ),
)
@click.option("--store", metavar="FILE", help="The event store; else the one named in the study.")
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
@click.option(
    "--without",
    type=click.Choice(FUNNEL_STEPS),
    multiple=True,
    help="Leave out a step of the funnel; repeatable.",
)
@click.option(
    "--study", "study_file", metavar="FILE", help="Study file (TOML) with [rem]; options here override it."
)
@click.option(
    "--out", metavar="DIR", help="Folder for report.html, result.json, events.parquet, tables, study.toml."
)
@click.option(
    "--json", "json_file", metavar="FILE", help='Write the answer as JSON; "-" is stdout, without the table.'
)
def rem(study_file: str | None, json_file: str | None, **options: Any) -> None:
    """Say who acts towards whom next, given what has happened: a relational event model.

    Covariates, risk sets, memory, likelihood, ties, sampling and errors stand in the study file under [rem].
    """
    study = study_with_options(read_study(study_file) if study_file else Study(), options)
    if study.data.store is None:
        raise click.UsageError(
            "no store is named; give --store FILE, or store under [data] in the study file."
        )
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
