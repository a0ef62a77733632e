"""`melian check`: what a hostile reader would ask of the answer."""

from __future__ import annotations

from typing import Any

import click

from melian.cli.console import check_json_target, steps, write_json
from melian.cli.examples import ExampleCommand
from melian.cli.study_options import ACTORS, JSON, SINCE, STORE, STUDY, UNTIL, asked_study

__all__ = ["check"]


@click.command(
    cls=ExampleCommand,
    examples=(
        "melian check --store events.duckdb --actors RUS,USA,UKR --since 2018-01-01 --out checks",
        "melian check --store events.duckdb --checks placebo,lead --json - | jq '.checks[].verdict'",
        "melian check --study report/study.toml",
    ),
)
@STORE
@ACTORS
@SINCE
@UNTIL
@STUDY
@click.option("--checks", metavar="A,B", help="Names of checks (docs/checks.md). Else all of them.")
@click.option("--out", metavar="DIR", help="Folder for report.html, result.json, the tables and study.toml.")
@JSON
def check(study_file: str | None, json_file: str | None, checks: str | None, **options: Any) -> None:
    """Check the model and its answer: residuals, held-out scores, placebos, fewer events.

    The exit status is 0 whatever the checks say; verdicts stand in the answer.
    """
    study = asked_study(study_file, options)
    check_json_target(json_file)
    from melian.study.check import run_study_checks

    names = [name.strip() for name in (checks or "").split(",") if name.strip()]
    with steps() as progress:
        summary = run_study_checks(study, names, progress=progress).summary()
    write_json(json_file, summary)
    if json_file != "-":
        from melian.report.checks_text import checks_text

        click.echo(checks_text(summary))
        if study.report.out:
            click.echo(f"\nOpen {study.report.out}/report.html.")
