"""From model columns to codes of the sampled path: the states kept, the statistic of each column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from melian.effects.term import Memory, Term
from melian.errors import InputError, check_option
from melian.kernels.sampled_pass import FAMILIES
from melian.kernels.sampled_pass import Columns as Codes
from melian.kernels.sampled_values import LOG1P, PROP, RAW
from melian.rem.columns import Base, Columns
from melian.sequence import RelationalEvents

__all__ = ["ASKED_SCALINGS", "LayerSpec", "Plan", "make_plan"]

ASKED_SCALINGS: Final = {"raw": RAW, "log1p": LOG1P, "prop": PROP}
"""Scalings that need no other dyad than the asked one."""
SENT: Final = 5
"""Bits of the degrees of both actors as senders."""
TRIADS: Final = ("otp", "itp", "osp", "isp")
ORDER: Final = ("pshift", "last", "rank")
"""Families that read the order of events, not counts of them."""


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """One memory of events of some types, kept once however many columns read it; None: all types."""

    memory: Memory
    types: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What the pass over the events keeps and computes.

    Attributes
    ----------
    columns : Columns
        As written out from the terms.
    codes : Codes
        Statistics of past events, as the kernel reads them.
    past, outside : tuple of int
        Base columns that `codes` holds, by family, and those of fixed effects and covariates.
    layers : tuple of LayerSpec
        Counts that are kept.
    hears : (n_sets, n_types) bool
        Types of event whose last times are kept, by set.
    """

    columns: Columns
    codes: Codes
    past: tuple[int, ...]
    outside: tuple[int, ...]
    layers: tuple[LayerSpec, ...]
    hears: NDArray[np.bool_]


def make_plan(columns: Columns, events: RelationalEvents, *, typed: bool = False) -> Plan:
    """Code the columns.

    Raises
    ------
    InputError
        If a column cannot be had for asked dyads only; it says which.

    Examples
    --------
    >>> from melian.rem.columns import expand
    >>> events = RelationalEvents.from_frame({"time": [1.0, 2.0], "sender": "ab", "receiver": "ba"})
    >>> terms = [Term("inertia"), Term("otp"), Term("reciprocity", memory=Memory.halflife(30))]
    >>> len(make_plan(expand(terms, events, baseline=False, typed=False), events).layers)
    2
    """
    families = [family_of(base) for base in columns.base]
    past = tuple(k for name in FAMILIES for k, family in enumerate(families) if family == name)
    outside = tuple(k for k, family in enumerate(families) if family is None)
    for base in columns.base:
        check_asked(base, events, typed=typed)
    chosen = [columns.base[k] for k in past]
    counted = [spec for base in chosen if not in_order(base) for spec in specs_of(base.term, events)]
    heard = [spec for base in chosen if in_order(base) for spec in specs_of(base.term, events)]
    layers, sets = tuple(dict.fromkeys(counted)), tuple(dict.fromkeys(heard))
    return Plan(
        columns, codes_of(chosen, layers, sets, events), past, outside, layers, shares(sets, events) > 0
    )


def family_of(base: Base) -> str | None:
    """Group of columns that the kernel fills at once; None for fixed effects and covariates."""
    if base.effect.family == "triad":
        return TRIADS[base.effect.variant]
    return base.effect.family if base.effect.family in FAMILIES else None


def in_order(base: Base) -> bool:
    """Whether a column reads the order of events."""
    return base.effect.family in ORDER


def specs_of(term: Term, events: RelationalEvents) -> tuple[LayerSpec, ...]:
    """Memories that a term reads, one for each type of row: the same one, or that of the row's own type."""
    types = term.get("types")
    if types == "same":
        return tuple(LayerSpec(term.memory, (name,)) for name in events.types)
    spec = LayerSpec(term.memory, None if types is None else tuple(sorted(named(types))))
    return (spec,) * max(1, len(events.types))


def codes_of(
    chosen: list[Base], layers: tuple[LayerSpec, ...], sets: tuple[LayerSpec, ...], events: RelationalEvents
) -> Codes:
    """Write the columns of past events, sorted by family, as arrays."""
    read = [
        [(sets if in_order(base) else layers).index(spec) for spec in specs_of(base.term, events)]
        for base in chosen
    ]
    families = [FAMILIES.index(str(family_of(base))) for base in chosen]
    return Codes(
        np.searchsorted(families, np.arange(len(FAMILIES) + 1)).astype(np.int64),
        np.array([variant_of(base, events) for base in chosen], np.int64),
        np.array([ASKED_SCALINGS[base.term.scaling] for base in chosen], np.int64),
        np.array([base.term.get("kind") == "unique" for base in chosen], np.bool_),
        np.array(read, np.int64).reshape(len(chosen), max(1, len(events.types))),
    )


def variant_of(base: Base, events: RelationalEvents) -> int:
    """Code of the effect in its family; an undirected event counts once in the degree of each end."""
    return SENT if events.undirected and base.effect.name == "totaldegree_dyad" else base.effect.variant


def named(types: str | tuple[str, ...]) -> tuple[str, ...]:
    """Give the types that a term names."""
    return (types,) if isinstance(types, str) else types


def shares(specs: tuple[LayerSpec, ...], events: RelationalEvents) -> NDArray[np.float64]:
    """Factor of the weight of an event of each type in each memory, shape (n_specs, n_types), 0 or 1."""
    kinds = events.types or ("",)
    rows = [[float(spec.types is None or kind in spec.types) for kind in kinds] for spec in specs]
    return np.array(rows).reshape(len(specs), len(kinds))


def check_asked(base: Base, events: RelationalEvents, *, typed: bool) -> None:
    """Refuse a column that needs all dyads, or a type that no event has."""
    term, effect = base.term, base.effect
    if term.scaling not in ASKED_SCALINGS or effect.family == "own":
        what = f"scaling={term.scaling!r}" if effect.family != "own" else "a user's own effect"
        raise InputError(
            f"{term.label}: {what} needs every dyad at risk, and only the sampled non-events are looked at. "
            f"Take scaling {', '.join(ASKED_SCALINGS)}, or the full risk set (controls=None)."
        )
    types = term.get("types")
    if types == "same" and not typed:
        raise InputError(f"{term.label}: types='same' needs dyads at risk once per type: set typed=True.")
    for name in () if types is None or types == "same" else named(types):
        check_option(f"{term.label}: type", name, events.types)
