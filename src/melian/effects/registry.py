"""The effects that a model may ask for, by name; the catalogue page and `melian effects` are made from it."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from typing import Final

from melian.effects.counts import COUNTS
from melian.effects.effect import Effect
from melian.effects.exogenous import EXOGENOUS
from melian.effects.order import ORDERS
from melian.effects.term import Product, Term
from melian.errors import InputError

__all__ = ["EFFECTS", "check_term", "cost_of", "effect_of"]

EFFECTS: Final[dict[str, Effect]] = {effect.name: effect for effect in (*COUNTS, *ORDERS, *EXOGENOUS)}
COMMON: Final = ("varying",)
"""Arguments that every effect takes: 'varying' asks for a spline over time with so many coefficients."""
VALUES: Final[dict[str, tuple[object, ...]]] = {
    "kind": ("sum", "unique"),
    "log": (True, False),
    "absolute": (True, False),
    "reverse": (True, False),
}
DENSE: Final[tuple[str, ...]] = ("std",)


def effect_of(name: str, *, own: Collection[str] = ()) -> Effect:
    """Find an effect by name, or a user's own one.

    Raises
    ------
    InputError
        If the name is not known; the nearest names are offered.

    Examples
    --------
    >>> effect_of("otp").family
    'triad'
    >>> effect_of("recipricity")
    Traceback (most recent call last):
    ...
    melian.errors.InputError: effect 'recipricity' is not known. Did you mean 'reciprocity'? \
`melian effects` lists all.
    """
    if name in EFFECTS:
        return EFFECTS[name]
    if name in own:
        return Effect(name, "the user's own", "", "own", arguments=(), memory=False, cost="network")
    near = get_close_matches(name, [*EFFECTS, *own], n=3)
    hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    raise InputError(f"effect {name!r} is not known.{hint} `melian effects` lists all.")


def check_term(term: Term | Product, *, own: Collection[str] = ()) -> None:
    """Refuse a term with an argument, memory or scaling that its effect does not take.

    Examples
    --------
    >>> check_term(Term("psABBA", scaling="log1p"))
    Traceback (most recent call last):
    ...
    melian.errors.InputError: psABBA(scaling='log1p'): psABBA takes scaling raw, not 'log1p'.
    """
    if isinstance(term, Product):
        for factor in term.factors:
            check_term(factor, own=own)
        return
    effect = effect_of(term.effect, own=own)
    _check_arguments(term, effect)
    if term.memory.kind != "full" and not effect.memory:
        raise InputError(f"{term.label}: {effect.name} knows no memory; leave {term.memory.kind} out.")
    if term.scaling not in effect.scalings:
        allowed = ", ".join(effect.scalings)
        raise InputError(f"{term.label}: {effect.name} takes scaling {allowed}, not {term.scaling!r}.")


def _check_arguments(term: Term, effect: Effect) -> None:
    """Refuse unknown arguments and values."""
    allowed = (*effect.arguments, *COMMON)
    for name, value in term.arguments:
        if name not in allowed:
            near = get_close_matches(name, allowed, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise InputError(f"{term.label}: {effect.name} takes {', '.join(allowed)}, not {name!r}.{hint}")
        if name in VALUES and value not in VALUES[name]:
            values = ", ".join(map(repr, VALUES[name]))
            raise InputError(f"{term.label}: {name}={value!r} is not known; allowed: {values}.")
        if name == "varying" and not (isinstance(value, int) and value >= 2):
            raise InputError(f"{term.label}: varying={value!r} must be a whole number of 2 or more.")
    if effect.covariate and not term.get("covariate"):
        raise InputError(f"{term.label}: name a covariate, as in {effect.name}('cinc').")


def cost_of(term: Term) -> str:
    """Say what one event changes: 'cell' (a few dyads), 'actor' (those of two actors), 'network' (all).

    Examples
    --------
    >>> from melian.effects.term import Memory
    >>> cost_of(Term("inertia")), cost_of(Term("otp")), cost_of(Term("otp", memory=Memory.halflife(30)))
    ('cell', 'actor', 'network')
    """
    effect = EFFECTS[term.effect]
    if effect.family in ("covariate", "fixed"):
        return "network" if term.scaling == "std" else "cell"
    timed = term.memory.kind == "halflife" and term.scaling != "prop" and term.get("kind") != "unique"
    if term.scaling == "std" or timed or term.get("varying"):
        return "network"
    if term.scaling == "prop":
        return "actor" if effect.divisor in ("out", "in") else "network"
    return effect.cost
