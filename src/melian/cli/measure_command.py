"""How a measure becomes a command: the shared options, its own, and the answer as text, JSON and report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from melian.cli.console import check_json_target, steps, write_json
from melian.cli.examples import ExampleCommand
from melian.cli.study_options import ACTORS, JSON, SINCE, STORE, STUDY, UNTIL, WITHOUT, asked_study

__all__ = ["measure_command"]

Decorator = Callable[[Any], Any]
OUT = click.option("--out", metavar="DIR", help="Folder for report.html, result.json, tables and study.toml.")


def measure_command(
    name: str, text: str, *, examples: Sequence[str], options: Sequence[Decorator] = ()
) -> click.Command:
    """Make the command of a measure.

    Parameters
    ----------
    name : str
        Of the command and in `melian.study.measures.MEASURES`.
    text : str
        Its help.
    examples : sequence of str
    options : sequence of click options
        Its own; each names a key of the study file, and `multiple=True` gives a list.
    """

    def run(study_file: str | None, json_file: str | None, **asked: Any) -> None:
        study = asked_study(study_file, asked)
        check_json_target(json_file)
        from melian.study.measures import run_measure

        with steps() as progress:
            answer = run_measure(study, name, progress=progress)
        write_json(json_file, answer.summary())
        if json_file != "-":
            from melian.report.answer_text import answer_text

            click.echo(answer_text(answer))
            if study.report.out:
                click.echo(f"\nThe report: {study.report.out}/report.html")

    run.__doc__ = text
    for option in reversed([STORE, ACTORS, SINCE, UNTIL, WITHOUT, STUDY, *options, OUT, JSON]):
        run = option(run)
    return click.command(name, cls=ExampleCommand, examples=tuple(examples))(run)
