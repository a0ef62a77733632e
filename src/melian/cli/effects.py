"""`melian effects`: the catalogue of effects that a formula may name."""

from __future__ import annotations

from typing import Any

import click

from melian.cli.console import check_json_target, write_json
from melian.cli.examples import ExampleCommand

__all__ = ["effects"]


@click.command(
    cls=ExampleCommand,
    examples=("melian effects", "melian effects otp", "melian effects --json - | jq '.effects[].name'"),
)
@click.argument("name", required=False)
@click.option(
    "--json", "json_file", metavar="FILE", help='Write the catalogue as JSON; "-" is stdout, alone.'
)
def effects(name: str | None, json_file: str | None) -> None:
    """List the effects of relational event models, or tell all about one: definition, arguments, cost."""
    check_json_target(json_file)
    from melian.effects.catalogue import catalogue, catalogue_text, effect_text

    if name is not None:
        from melian.effects.registry import effect_of

        chosen = [effect_of(name)]
    else:
        chosen = catalogue()
    write_json(json_file, {"effects": [_entry(effect) for effect in chosen]})
    if json_file != "-":
        click.echo(effect_text(chosen[0]) if name is not None else catalogue_text(chosen))


def _entry(effect: Any) -> dict[str, Any]:
    from melian.effects.catalogue import entry

    return entry(effect)
