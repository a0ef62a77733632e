"""`melian selftest`: what the default pipeline makes of worlds with known truth."""

from __future__ import annotations

import click

from melian.cli.console import check_json_target, steps, write_json
from melian.cli.examples import ExampleCommand
from melian.cli.study_options import JSON

__all__ = ["selftest"]


@click.command(
    cls=ExampleCommand,
    examples=(
        "melian selftest bias --quick",
        "melian selftest bias --out selftest",
        "melian selftest bias --seeds 2 --estimator newton --json - | jq .coverage",
    ),
)
@click.argument("test", type=click.Choice(["bias"]))
@click.option("--quick", is_flag=True, help="Smaller worlds, short chains: about a minute, not ten.")
@click.option(
    "--seeds", type=click.IntRange(1, 1000), metavar="N", help="Worlds of each kind; else 6, or 3 if --quick."
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Seed of them all.")
@click.option("--estimator", type=click.Choice(["gibbs", "newton"]), help="Else gibbs.")
@click.option("--out", metavar="DIR", help="Folder for report.html, result.json and tables.")
@JSON
def selftest(
    test: str,
    json_file: str | None,
    quick: bool,
    seeds: int | None,
    seed: int,
    estimator: str | None,
    out: str | None,
) -> None:
    """Run melian on fresh worlds whose truth is known; `bias` sets truth, default and naive shares in a row.

    The faults: mirrors, re-reports, a wave of attention, day stamps, unobserved events, a hidden actor. It
    also says how often the intervals hold the truth. The exit status is 0 whatever comes out.
    """
    assert test == "bias"
    check_json_target(json_file)
    from melian.report.selftest import selftest_summary
    from melian.report.selftest_text import selftest_text
    from melian.study.selftest import run_selftest_bias

    with steps() as progress:
        result = run_selftest_bias(
            quick=quick, seeds=seeds, seed=seed, estimator=estimator, out=out, progress=progress
        )
    write_json(json_file, selftest_summary(result))
    if json_file != "-":
        click.echo(selftest_text(result))
        if out:
            click.echo(f"\nThe report: {out}/report.html")
