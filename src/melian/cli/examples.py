"""Commands that show examples of themselves at the end of their help."""

from __future__ import annotations

from typing import Any

import click

__all__ = ["ExampleCommand", "write_examples"]


class ExampleCommand(click.Command):
    """A command with examples, which the help, the documentation and the tests read."""

    def __init__(self, *args: Any, examples: tuple[str, ...], **named: Any) -> None:
        super().__init__(*args, **named)
        self.examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples below the options."""
        write_examples(self.examples, formatter)


def write_examples(examples: tuple[str, ...], formatter: click.HelpFormatter) -> None:
    """Write examples one a line, unwrapped, so that they can be copied."""
    with formatter.section("Examples"):
        for example in examples:
            formatter.write(f"  {example}\n")
