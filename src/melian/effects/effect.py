"""What the registry knows of one effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from melian.effects.term import Scaling

__all__ = ["Cost", "Effect", "Family", "Level"]

Family = Literal[
    "static",
    "dyad",
    "degree",
    "triad",
    "four_cycle",
    "pshift",
    "last",
    "rank",
    "degree_pair",
    "covariate",
    "fixed",
    "own",
]
Level = Literal["dyad", "sender", "receiver", "step"]
Cost = Literal["cell", "actor", "network"]
COUNTED: Final[tuple[Scaling, ...]] = ("raw", "log1p", "std")


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect: what it is called, what it means, what it may be asked with, and what an event changes.

    Attributes
    ----------
    name, description : str
        The description gives the statistic of the dyad (i, j) at a step, n the counts before it.
    reference : str
        Where it was defined.
    initial : float
        Value before the first event.
    family : str
        Group of effects with one update.
    variant : int
        Which of its family, as the kernel reads it.
    level : {'dyad', 'sender', 'receiver', 'step'}
        What the value depends on; 'sender' effects alone fit a rate model.
    arguments : tuple of str
        Arguments that a term may give, besides memory and scaling.
    memory : bool
        Whether windows, intervals and half-lives are defined.
    scalings : tuple of str
    divisor : {'out', 'in', 'total', 'twice'} or ''
        What a proportion is taken of.
    covariate : {'', 'actor', 'dyad', 'step'}
        The kind of covariate it needs.
    directed, undirected : bool
        For which events it is defined.
    ordered : bool
        True where the order of single events matters, so that ties in time are refused.
    cost : {'cell', 'actor', 'network'}
        Cells that one event changes, raw with full memory: a few, those of two actors (about 4 N), or all.
    """

    name: str
    description: str
    reference: str
    family: Family
    variant: int = 0
    initial: float = 0.0
    level: Level = "dyad"
    arguments: tuple[str, ...] = ("kind", "types")
    memory: bool = True
    scalings: tuple[Scaling, ...] = COUNTED
    divisor: Literal["", "out", "in", "total", "twice"] = ""
    covariate: Literal["", "actor", "dyad", "step"] = ""
    directed: bool = True
    undirected: bool = False
    ordered: bool = False
    cost: Cost = "actor"
