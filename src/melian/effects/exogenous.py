"""Effects of what lies outside the events: attributes of actors, of dyads and of time, and fixed effects."""

from __future__ import annotations

from typing import Final, Literal

from melian.effects.effect import Effect, Level

__all__ = ["EXOGENOUS"]


def exogenous(
    name: str,
    covariate: Literal["actor", "dyad", "step"],
    words: str,
    *,
    level: Level = "dyad",
    extra: tuple[str, ...] = (),
    undirected: bool = True,
) -> Effect:
    """Make an effect of a covariate."""
    return Effect(
        name,
        words,
        "Butts (2008)",
        "covariate",
        level=level,
        arguments=("covariate", "log", *extra),
        memory=False,
        scalings=("raw", "std"),
        covariate=covariate,
        undirected=undirected,
        cost="network",
    )


def fixed(name: str, words: str, level: Level, *, undirected: bool = False) -> Effect:
    """Make a fixed effect, one coefficient a level but the reference."""
    return Effect(
        name,
        f"1 if {words}; one coefficient each but for the reference (the first, or reference='...')",
        "Butts (2008)",
        "fixed",
        level=level,
        arguments=("reference",),
        memory=False,
        scalings=("raw",),
        undirected=undirected,
        cost="cell",
    )


EXOGENOUS: Final = (
    exogenous("ego", "actor", "x_i, attribute of the sender", level="sender", undirected=False),
    exogenous("alter", "actor", "x_j, attribute of the receiver", level="receiver", undirected=False),
    exogenous("same", "actor", "1 if x_i = x_j, else 0"),
    exogenous("difference", "actor", "|x_i - x_j|; absolute=False: x_i - x_j", extra=("absolute",)),
    exogenous("similarity", "actor", "-|x_i - x_j|"),
    exogenous("minimum", "actor", "min(x_i, x_j)"),
    exogenous("maximum", "actor", "max(x_i, x_j)"),
    exogenous("average", "actor", "(x_i + x_j) / 2"),
    exogenous("tie", "dyad", "x_ij, attribute of the dyad; reverse=True: x_ji", extra=("reverse",)),
    exogenous("event", "step", "x(t), the same for all dyads: for interactions and rates", level="step"),
    fixed("fixed_sender", "i is the actor", "sender"),
    fixed("fixed_receiver", "j is the actor", "receiver"),
    fixed("fixed_type", "the event is of the type (settings typed=True)", "dyad", undirected=True),
)
