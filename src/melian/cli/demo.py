"""`melian demo`: the bundled world, the truth beside the estimate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import click

from melian.cli.console import steps
from melian.cli.examples import ExampleCommand
from melian.cli.tables import aligned

if TYPE_CHECKING:
    from melian.study.demo import Demonstration

__all__ = ["demo"]

SHOWN: Final = ("initiative", "momentum", "reaction")
HEAD: Final = """\
The Aegean, 431 to 422 BC: fiction, simulated with known truth.
Percent of each polity's deeds: estimate, its 90% interval in brackets, and the truth after the bar.
"""


@click.command(cls=ExampleCommand, examples=("melian demo", "melian demo --out aegean"))
@click.option(
    "--out",
    metavar="DIR",
    default="melian-demo",
    show_default=True,
    help="Folder for the world's reports, the store and the report.",
)
def demo(out: str) -> None:
    """Run the bundled world from ingest to report, and show the truth beside the estimate.

    The world is fiction: the Aegean of the fifth century BC, simulated with a known share of initiative,
    momentum and reaction for each actor. Its reports go through the same door as real files.
    """
    from melian.study.demo import run_demo

    with steps() as progress:
        done = run_demo(out, progress=progress)
    click.echo(_text(done))


def _text(done: Demonstration) -> str:
    """Write estimate and truth for each actor, and how often the interval holds the truth."""
    told = done.attribution.summary["actors"]
    actors = sorted(told, key=lambda name: (-told[name]["events"], name))
    pairs = {name: _pairs(told[name], done.truth[name]) for name in actors if name in done.truth}
    rows = [(name, f"{told[name]['events']:,}", *map(_beside, shares)) for name, shares in pairs.items()]
    table = aligned(("", "events", *SHOWN, "root: self"), rows)
    return f"{HEAD}\n{table}\n\n{_finding(list(pairs.values()))}\n\nOpen {done.report}"


def _pairs(estimate: Mapping[str, Any], truth: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], float]]:
    """Pair each share of an actor with its truth: the proximate ones, then root self."""
    near = [(estimate["proximate"][name], truth["proximate"][name]["share"]) for name in SHOWN]
    return [*near, (estimate["root"]["self"], truth["root"]["self"]["share"])]


def _beside(pair: tuple[Mapping[str, Any], float]) -> str:
    share, truth = pair
    if share["share"] is None:
        return f"- | {100 * truth:.0f}"
    estimate, low, high, true = (100 * x for x in (share["share"], share["low"], share["high"], truth))
    return f"{estimate:.0f} ({low:.0f}-{high:.0f}) | {true:.0f}"


def _finding(rows: list[list[tuple[Mapping[str, Any], float]]]) -> str:
    """Say how far the estimates are from the truth."""
    known = [(share, truth) for row in rows for share, truth in row if share["share"] is not None]
    held = sum(share["low"] <= truth <= share["high"] for share, truth in known)
    error = sum(abs(share["share"] - truth) for share, truth in known) / len(known)
    return f"Mean absolute error {error:.3f}; {held} of {len(known)} intervals hold the truth."
