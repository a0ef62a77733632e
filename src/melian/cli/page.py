"""The page `docs/commands.md`, written from the commands themselves."""

from __future__ import annotations

from typing import Any

import click

from melian.cli.examples import ExampleCommand
from melian.cli.main import COMMANDS, cli

__all__ = ["commands_page"]

HEAD = """# Commands

The answer goes to stdout, progress and warnings to stderr. Exit status: 0 done; 1 input or data that cannot
be used, said in one sentence; 2 the command was called wrongly; 3 and 4 verdicts of `melian claim`; 130
stopped by Ctrl-C, 143 by SIGTERM, with stores and files as they were before.
"""


def commands_page() -> str:
    """Write the page on the commands as Markdown."""
    context = click.Context(cli, info_name="melian")
    parts = [HEAD]
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert isinstance(command, ExampleCommand)
        parts += _command(command, click.Context(command, info_name=name, parent=context))
    return "\n".join(parts).rstrip("\n") + "\n"


def _command(command: ExampleCommand, context: click.Context) -> list[str]:
    usage = " ".join(command.collect_usage_pieces(context))
    text = " ".join((command.help or "").replace("\n\n", "\0").split()).replace("\0", "\n\n")
    examples = "\n".join(command.examples)
    rows = [_option(option) for option in command.params if isinstance(option, click.Option)]
    return [
        f"## {context.command_path}\n",
        f"`{context.command_path} {usage}`\n",
        f"{text}\n",
        "| option | meaning |",
        "| --- | --- |",
        *rows,
        "",
        f"```\n{examples}\n```\n",
    ]


def _option(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in option.opts)
    value = "" if option.is_flag else f" {option.metavar or _choices(option.type)}"
    return f"| {names}{value} | {option.help} |"


def _choices(kind: click.ParamType[Any]) -> str:
    return ", ".join(f"`{name}`" for name in getattr(kind, "choices", ()))
