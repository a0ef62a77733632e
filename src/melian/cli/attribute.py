"""`melian attribute`: from a store to shares of initiative, momentum and reaction."""

from __future__ import annotations

from typing import Any

import click

from melian.cli.console import check_json_target, steps, write_json
from melian.cli.examples import ExampleCommand
from melian.cli.study_options import (
    ACTORS,
    JSON,
    OUT_EVENTS,
    SINCE,
    STORE,
    STUDY,
    UNTIL,
    WITHOUT,
    asked_study,
)

__all__ = ["attribute"]


@click.command(
    cls=ExampleCommand,
    examples=(
        "melian attribute --store events.duckdb --actors RUS,USA,UKR --since 2018-01-01 --out report",
        "melian attribute --store events.duckdb --without mirrors --json - | jq .actors.RUS.proximate",
        "melian attribute --study report/study.toml",
    ),
)
@STORE
@ACTORS
@SINCE
@UNTIL
@WITHOUT
@STUDY
@OUT_EVENTS
@JSON
def attribute(study_file: str | None, json_file: str | None, **options: Any) -> None:
    """Say for each actor which share of its conduct is own initiative, momentum or reaction, and to whom."""
    study = asked_study(study_file, options)
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
