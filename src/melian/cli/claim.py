"""`melian claim`: statements with what would count for and against them, run to a verdict."""

from __future__ import annotations

import click

from melian.cli.console import check_json_target, steps, write_json
from melian.cli.examples import ExampleCommand
from melian.cli.study_options import JSON

__all__ = ["claim"]


@click.command(
    cls=ExampleCommand,
    examples=(
        "melian claim --data stores --out claims",
        "melian claim 05-brute-force --data icews18=icews18.duckdb --no-curve",
        "melian claim mine.toml --data mine=events.duckdb --specs 50 --json - | jq '.claims[].verdict'",
    ),
)
@click.argument("files", nargs=-1, metavar="[FILE...]")
@click.option(
    "--data",
    multiple=True,
    metavar="NAME=PATH",
    help="Where the data of that name are, or a folder with NAME.duckdb, NAME.parquet; repeatable.",
)
@click.option("--specs", type=click.IntRange(2), metavar="N", help="Specifications of each curve.")
@click.option("--no-curve", is_flag=True, help="Run no specification curves.")
@click.option("--out", metavar="DIR", help="Folder for index.html, a page for each claim, result.json.")
@JSON
@click.pass_context
def claim(
    context: click.Context,
    /,
    files: tuple[str, ...],
    data: tuple[str, ...],
    specs: int | None,
    no_curve: bool,
    out: str | None,
    json_file: str | None,
) -> None:
    """Run claims to a verdict: supported, contradicted or undecided, each with the reason.

    FILE is a claim file (docs/claims.md) or the id of a bundled claim; without any, the ten bundled claims
    run. A test whose data are not given is undecided. The exit status says the verdict: 0 all supported, 3
    one contradicted or more, 4 none contradicted but some undecided.
    """
    from melian.study.claim_data import data_names, data_paths
    from melian.study.claim_file import find_claims

    claims = find_claims(files)
    # Data of bundled claims that are not asked for are no mistake: one line of --data serves them all.
    paths = data_paths(data, data_names([*claims, *find_claims(())]))
    check_json_target(json_file)
    from melian.study.claim_run import run_claims, write_claims
    from melian.study.output import prepare_folder

    if out:
        prepare_folder(out)
    with steps() as progress:
        verdicts = run_claims(claims, paths, specs=0 if no_curve else specs, progress=progress)
        if out:
            write_claims(verdicts, out)
    from melian.claims.summary import exit_status, summary

    write_json(json_file, summary(verdicts))
    if json_file != "-":
        from melian.report.claims_text import claims_text

        click.echo(claims_text(verdicts))
        if out:
            click.echo(f"\nThe pages: {out}/index.html")
    context.exit(exit_status(verdicts))
