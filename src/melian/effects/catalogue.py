"""The catalogue of effects, read from the registry: for the terminal, for JSON and for the documentation."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any, Final

from melian.effects.effect import Effect
from melian.effects.registry import COMMON, EFFECTS, cost_of
from melian.effects.term import Term

__all__ = ["GROUPS", "catalogue", "catalogue_text", "effect_text", "entry", "example_of", "plain_term"]

GROUPS: Final[dict[str, str]] = {
    "dyad": "The pair's own past",
    "degree": "Activity and popularity",
    "degree_pair": "Activity of both (undirected events)",
    "triad": "Third actors",
    "four_cycle": "Third actors",
    "pshift": "Turns: who follows the event before",
    "last": "Time since the last event",
    "rank": "Partners by recency",
    "covariate": "Attributes",
    "fixed": "Fixed effects",
    "own": "A user's own effect",
}
COSTS: Final[dict[str, str]] = {
    "cell": "a few pairs",
    "actor": "the pairs of two actors (about 4 N)",
    "network": "all pairs (N²)",
}
WIDTH: Final = 78


def catalogue() -> list[Effect]:
    """Give all effects, in the order of the groups."""
    order = {family: place for place, family in enumerate(GROUPS)}
    return sorted(EFFECTS.values(), key=lambda effect: order[effect.family])


def entry(effect: Effect) -> dict[str, Any]:
    """Give an effect as JSON holds it.

    Examples
    --------
    >>> entry(EFFECTS["inertia"])["example"]
    'inertia(halflife=30)'
    """
    return {
        "name": effect.name,
        "group": GROUPS[effect.family],
        "description": effect.description,
        "reference": effect.reference,
        "level": effect.level,
        "arguments": [*effect.arguments, *COMMON],
        "memory": effect.memory,
        "scalings": list(effect.scalings),
        "covariate": effect.covariate or None,
        "directed": effect.directed,
        "undirected": effect.undirected,
        "ties": not effect.ordered,
        "cost": cost_of(plain_term(effect)),
        "example": example_of(effect),
    }


def example_of(effect: Effect) -> str:
    """Write a term that asks for the effect."""
    if effect.covariate:
        return (
            f"{effect.name}('{ {'actor': 'cinc', 'dyad': 'alliance', 'step': 'crisis'}[effect.covariate] }')"
        )
    if effect.family == "triad" and "kind" in effect.arguments:
        return f"{effect.name}(kind='unique')"
    if effect.memory:
        return f"{effect.name}(halflife=30)"
    return effect.name


def catalogue_text(effects: Sequence[Effect]) -> str:
    """Write the catalogue for a terminal: groups, names, one sentence each."""
    wide = max(len(effect.name) for effect in effects) + 2
    lines: list[str] = []
    group = ""
    for effect in effects:
        if GROUPS[effect.family] != group:
            group = GROUPS[effect.family]
            lines += ["", group] if lines else [group]
        lines += textwrap.wrap(
            effect.description,
            WIDTH,
            initial_indent="  " + effect.name.ljust(wide),
            subsequent_indent=" " * (wide + 2),
        )
    lines += [
        "",
        "n are counts of events before the one explained, i its sender, j its receiver, N the actors.",
        "`melian effects NAME` tells the arguments of one.",
    ]
    return "\n".join(lines)


def effect_text(effect: Effect) -> str:
    """Write all about one effect for a terminal."""
    facts = {
        "arguments": ", ".join((*effect.arguments, *COMMON)),
        "memory": "full, window=, interval=, halflife=; clock=" if effect.memory else "none",
        "scaling": ", ".join(effect.scalings),
        "covariate": {"": "none", "actor": "of actors", "dyad": "of pairs", "step": "of time"}[
            effect.covariate
        ],
        "events": " and ".join(
            name
            for name, holds in (("directed", effect.directed), ("undirected", effect.undirected))
            if holds
        ),
        "ties": "refused: the order of single events matters" if effect.ordered else "allowed",
        "an event changes": COSTS[cost_of(plain_term(effect))],
        "after": effect.reference,
        "example": example_of(effect),
    }
    about = textwrap.wrap(f"{effect.name}: {effect.description}", WIDTH, subsequent_indent="  ")
    return "\n".join([*about, "", *(f"  {name + ':':18s}{value}" for name, value in facts.items())])


def plain_term(effect: Effect, **asked: Any) -> Term:
    """Give the term that asks for an effect and no more, but for memory or scaling where given."""
    covariate = (("covariate", "x"),) if effect.covariate else ()
    return Term(effect.name, covariate, **asked)
