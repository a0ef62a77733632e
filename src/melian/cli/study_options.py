"""Options that several commands share, and the study that they ask for."""

from __future__ import annotations

from typing import Any, Final

import click

from melian.options import FUNNEL_STEPS
from melian.study import Study, read_study

__all__ = [
    "ACTORS",
    "DAY",
    "JSON",
    "OUT_EVENTS",
    "RUN_SINCE",
    "RUN_UNTIL",
    "SINCE",
    "STORE",
    "STUDY",
    "UNTIL",
    "WITHOUT",
    "WORLD",
    "WORLD_STUDY",
    "asked_study",
    "study_with_options",
]

DAY: Final = click.DateTime(formats=["%Y-%m-%d"])

STORE: Final = click.option(
    "--store", metavar="FILE", help="The event store; else the one named in the study."
)
ACTORS: Final = click.option(
    "--actors", metavar="A,B", help="Actor codes; NATO: stands for a bloc. Else the 30 with most events."
)
SINCE: Final = click.option(
    "--since", type=DAY, metavar="DATE", help="First day of the window; earlier events are history."
)
UNTIL: Final = click.option("--until", type=DAY, metavar="DATE", help="Last day of the window.")
WITHOUT: Final = click.option(
    "--without",
    type=click.Choice(FUNNEL_STEPS),
    multiple=True,
    help="Leave out a step of the funnel; repeatable.",
)
STUDY: Final = click.option(
    "--study", "study_file", metavar="FILE", help="Study file (TOML); options here override it."
)
OUT_EVENTS: Final = click.option(
    "--out", metavar="DIR", help="Folder for report.html, result.json, events.parquet, tables, study.toml."
)
JSON: Final = click.option(
    "--json", "json_file", metavar="FILE", help='Write the answer as JSON; "-" is stdout, without the table.'
)

WORLD: Final = click.argument("world", required=False, metavar="[WORLD]")
WORLD_STUDY: Final = click.option(
    "--study", metavar="FILE", help="Study file (TOML) whose model is fitted and run."
)
RUN_SINCE: Final = click.option(
    "--since", type=DAY, metavar="DATE", help="First simulated day; earlier events are the past."
)
RUN_UNTIL: Final = click.option("--until", type=DAY, metavar="DATE", help="Last simulated day.")


def asked_study(study_file: str | None, options: dict[str, Any]) -> Study:
    """Read the study where one is named, and let the options override it; a store must be named in either."""
    study = study_with_options(read_study(study_file) if study_file else Study(), options)
    if study.data.store is None:
        raise click.UsageError(
            "no store is named; give --store FILE, or store under [data] in the study file."
        )
    return study


def study_with_options(study: Study, options: dict[str, Any]) -> Study:
    """Let the options of the command line override the study."""
    changes = {name: value for name, value in options.items() if value not in (None, ())}
    if "actors" in changes:
        changes["actors"] = tuple(code.strip() for code in changes["actors"].split(",") if code.strip())
    for name in ("since", "until"):
        if name in changes:
            changes[name] = changes[name].date()
    return study.replace(**changes)
