"""The command `melian`: subcommands are loaded when they are called, errors become one sentence."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

import click

from melian.cli.examples import write_examples
from melian.cli.interrupt import noticing_stop
from melian.errors import MelianError

__all__ = ["COMMANDS", "cli", "main"]

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "demo": (
        "melian.cli.demo",
        "Run the bundled world from ingest to report, the truth beside the estimate.",
    ),
    "ingest": ("melian.cli.ingest", "Read event files into a store."),
    "describe": ("melian.cli.describe", "Say what is in a store, before any modelling."),
    "attribute": (
        "melian.cli.attribute",
        "Share conduct out: own initiative, momentum, reaction, and to whom.",
    ),
    "check": ("melian.cli.check", "Ask of an answer what a hostile reader would: residuals, placebos."),
    "selftest": ("melian.cli.selftest", "Run worlds of known truth: what reporting faults do to shares."),
    "toolkits": (
        "melian.cli.toolkits",
        "Compare conduct by instrument: shares, distances, who follows whom.",
    ),
    "var": ("melian.cli.var", "Fit the incumbents' vector autoregressions; set the model beside them."),
    "claim": ("melian.cli.claim", "Run statements to a verdict: supported, contradicted, undecided."),
    "curve": ("melian.cli.curve", "Run one estimate under many defensible choices; say whether it holds."),
    "responses": ("melian.cli.responses", "Say what follows an act: responses, compliance, defiance."),
    "change": ("melian.cli.change", "Say whether conduct changes: periods, change points, red lines."),
    "diffusion": (
        "melian.cli.diffusion",
        "Say what protest and repression follow: at home, elsewhere, from outside.",
    ),
    "forecast": ("melian.cli.forecast", "Forecast counts of the days ahead; say what was least expected."),
    "rem": ("melian.cli.rem", "Say who acts towards whom next: a relational event model."),
    "effects": ("melian.cli.effects", "List the effects that a relational event model may have."),
    "simulate": ("melian.cli.simulate", "Run a fitted or hand-written world forward, many times."),
    "contrast": ("melian.cli.contrast", "Say what would differ, had something been otherwise."),
}
EXAMPLES: Final = (
    "melian demo --out demo",
    "melian ingest icews events.2018.tab --store events.duckdb",
    "melian describe --store events.duckdb",
    "melian attribute --store events.duckdb --actors RUS,USA,UKR --out report",
    'melian rem --store events.duckdb --formula "inertia + reciprocity(halflife=30)" --out report',
)
STOPPED: Final = "stopped by {}; nothing is lost: what was being written is as it was before."


class LazyGroup(click.Group):
    """A group that imports a subcommand only when it is called or asked for its help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the subcommands in the order of work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one subcommand."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(COMMANDS[cmd_name][0]), cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the subcommand; one that is not there is told with the nearest."""
        near = [] if args[0] in COMMANDS else get_close_matches(args[0], COMMANDS, n=1)
        if near:
            raise click.UsageError(f"No such command {args[0]!r}. Did you mean {near[0]!r}?", ctx)
        return super().resolve_command(ctx, args)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the way from files to a report."""
        write_examples(EXAMPLES, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the subcommands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="melian", message="melian %(version)s")
def cli() -> None:
    """Whose conduct is its own initiative, whose is momentum, whose is reaction, and to whom."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    0: done. 1: input or data that cannot be used. 2: the command was called wrongly. 3, 4: verdicts of
    `melian claim`. 130: stopped by Ctrl-C. 143: stopped by SIGTERM.
    """
    with noticing_stop() as stopped:
        try:
            from melian.cli.console import showing_warnings

            with showing_warnings():
                status = cli.main(args=arguments, prog_name="melian", standalone_mode=False)
                sys.stdout.flush()
        except click.ClickException as error:
            error.show()
            return error.exit_code
        except (click.Abort, KeyboardInterrupt):
            return _stopped(stopped())
        except BrokenPipeError:
            return _reader_left()
        except Exception as error:
            if stopped():
                return _stopped(stopped())
            if not isinstance(error, (MelianError, MemoryError, OSError)):
                raise
            return _fail(_sentence(error))
    return status if isinstance(status, int) else 0


def _sentence(error: Exception) -> str:
    """Say in words what went wrong."""
    if isinstance(error, MemoryError):
        return "not enough memory; take fewer actors (--actors) or a shorter window (--since, --until)."
    if isinstance(error, OSError) and not isinstance(error, MelianError):
        return f"{error.filename or 'the system'}: {error.strerror or error}."
    return str(error)


def _stopped(by: signal.Signals | None) -> int:
    """Say what stopped the run; the status is the shell's."""
    by = by or signal.SIGINT
    return _fail(STOPPED.format("Ctrl-C" if by == signal.SIGINT else by.name), 128 + by)


def _fail(sentence: str, status: int = 1) -> int:
    """Say what went wrong on stderr."""
    click.echo(f"melian: {sentence}", err=True)
    return status


def _reader_left() -> int:
    """End quietly when the reader of a pipe has gone; nothing may be flushed to it any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


if __name__ == "__main__":
    sys.exit(main())
