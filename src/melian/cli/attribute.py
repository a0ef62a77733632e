"""`melian attribute`: from a store to shares of initiative, momentum and reaction."""

from __future__ import annotations

from typing import Any

import click

from melian.cli.console import check_json_target, steps, write_json
from melian.cli.examples import ExampleCommand
from melian.options import FUNNEL_STEPS
from melian.study import Study, read_study

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command(
    cls=ExampleCommand,
    examples=(
        "melian attribute --store events.duckdb --actors RUS,USA,UKR --since 2018-01-01 --out report",
        "melian attribute --store events.duckdb --without mirrors --json - | jq .actors.RUS.proximate",
        "melian attribute --study report/study.toml",
    ),
)
@click.option("--store", metavar="FILE", help="The event store; else the one named in the study.")
@click.option(
    "--actors", metavar="A,B", help="Actor codes; NATO: stands for a bloc. Else the 30 with most events."
)
@click.option(
    "--since", type=DAY, metavar="DATE", help="First day of the window; earlier events are history."
)
@click.option("--until", type=DAY, metavar="DATE", help="Last day of the window.")
@click.option(
    "--without",
    type=click.Choice(FUNNEL_STEPS),
    multiple=True,
    help="Leave out a step of the funnel; repeatable.",
)
@click.option("--study", "study_file", metavar="FILE", help="Study file (TOML); options here override it.")
@click.option(
    "--out", metavar="DIR", help="Folder for report.html, result.json, events.parquet, tables, study.toml."
)
@click.option(
    "--json", "json_file", metavar="FILE", help='Write the answer as JSON; "-" is stdout, without the table.'
)
def attribute(study_file: str | None, json_file: str | None, **options: Any) -> None:
    """Say for each actor which share of its conduct is own initiative, momentum or reaction, and to whom."""
    study = study_with_options(read_study(study_file) if study_file else Study(), options)
    if study.data.store is None:
        raise click.UsageError(
            "no store is named; give --store FILE, or store under [data] in the study file."
        )
    check_json_target(json_file)
    from melian.study.run import run_attribute

    with steps() as progress:
        attribution = run_attribute(study, progress=progress)
    write_json(json_file, attribution.summary)
    if json_file != "-":
        from melian.report import attribution_text

        click.echo(attribution_text(attribution))
        if study.report.out:
            click.echo(f"\nThe report: {study.report.out}/report.html")


def study_with_options(study: Study, options: dict[str, Any]) -> Study:
    """Let the options of the command line override the study."""
    changes = {name: value for name, value in options.items() if value not in (None, ())}
    if "actors" in changes:
        changes["actors"] = tuple(code.strip() for code in changes["actors"].split(",") if code.strip())
    for name in ("since", "until"):
        if name in changes:
            changes[name] = changes[name].date()
    return study.replace(**changes)
