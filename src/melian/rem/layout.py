"""From columns to the arrays that the kernels read: layers of counts, codes, regions of change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from melian.effects.term import Memory
from melian.errors import InputError
from melian.kernels import rem_state as code
from melian.kernels.rem_state import Layout
from melian.rem.columns import Base, Columns, LayerKey
from melian.sequence import RelationalEvents

__all__ = ["Plan", "build_plan"]

FAMILY = {
    "dyad": code.DYAD,
    "degree": code.DEGREE,
    "triad": code.TRIAD,
    "four_cycle": code.FOUR_CYCLE,
    "pshift": code.PSHIFT,
    "last": code.LAST,
    "rank": code.RANK,
    "degree_pair": code.DEGREE_PAIR,
}
SCALING = {"raw": code.RAW, "log1p": code.LOG1P, "prop": code.PROP, "std": code.STD}
DIVISOR = {"": -1, "out": 0, "in": 1, "total": 2, "twice": 3}
EVERYWHERE = 64
BOTH = 16


@dataclass(frozen=True, slots=True)
class Plan:
    """What the kernels have to keep.

    Attributes
    ----------
    layout : Layout
    keys : tuple of LayerKey
        One a layer.
    columns : Columns
    own : tuple of int
        Base columns that are the user's own effects.
    given : tuple of int
        Base columns of covariates.
    fixed : tuple of int
    n_ranks : int
    plain : bool
        Model columns are the raw base columns themselves, but for decay.
    everywhere : bool
        Some column changes for all dyads from step to step.
    """

    layout: Layout
    keys: tuple[LayerKey, ...]
    columns: Columns
    own: tuple[int, ...]
    given: tuple[int, ...]
    fixed: tuple[int, ...]
    n_ranks: int
    plain: bool
    everywhere: bool


def build_plan(columns: Columns, events: RelationalEvents, *, blocks: int) -> Plan:
    """Give the layers of counts their numbers and every column its codes."""
    keys, source = _layers(columns, events, blocks)
    families = [FAMILY.get(base.effect.family, code.STATIC) for base in columns.base]
    ranks = [k for k, family in enumerate(families) if family == code.RANK]
    slot = np.full(len(families), -1, np.int64)
    slot[ranks] = np.arange(len(ranks))
    _refuse_typed_ranks(columns, source, ranks)
    layout = Layout(
        family=np.array(families, np.int64),
        variant=np.array([_variant(base, events) for base in columns.base], np.int64),
        scaling=np.array([_scaling(base) for base in columns.base], np.int64),
        divisor=np.array([_divisor(base, events) for base in columns.base], np.int64),
        fallback=np.array([_fallback(base, events) for base in columns.base]),
        **_users(source, len(keys)),
        source=source,
        presence=np.array([key.presence for key in keys], bool),
        region=_regions(columns, source, len(keys), events),
        slot=slot,
        factor=_factors(columns),
    )
    return Plan(
        layout=layout,
        keys=keys,
        columns=columns,
        own=_of_family(columns, "own"),
        given=_of_family(columns, "covariate"),
        fixed=_of_family(columns, "fixed"),
        n_ranks=len(ranks),
        plain=_plain(columns, layout),
        everywhere=_everywhere(columns, layout),
    )


def _layers(
    columns: Columns, events: RelationalEvents, blocks: int
) -> tuple[tuple[LayerKey, ...], np.ndarray]:
    """Find the layers of counts that are needed, and that of each column in each block, -1 without any."""
    keys: dict[LayerKey, int] = {}
    source = np.full((len(columns.base), blocks), -1, np.int64)
    for k, base in enumerate(columns.base):
        if base.effect.family in FAMILY:
            for c in range(blocks):
                source[k, c] = keys.setdefault(_layer_key(base, events, c, blocks), len(keys))
    return tuple(keys), source


def _plain(columns: Columns, layout: Layout) -> bool:
    """Whether the model columns are the raw base columns themselves, but for decay."""
    identity = np.array_equal(layout.factor, np.arange(len(columns.base))[:, None])
    spline = any(column.spline for column in columns.model)
    return identity and not spline and bool((layout.scaling == code.RAW).all())


def _everywhere(columns: Columns, layout: Layout) -> bool:
    """Whether some column changes for all dyads from step to step."""
    timed = any(_timed(base) or base.effect.family == "own" for base in columns.base)
    spline = any(column.spline for column in columns.model)
    return timed or spline or bool((layout.region & EVERYWHERE).any())


def _of_family(columns: Columns, family: str) -> tuple[int, ...]:
    """Find the base columns of a family."""
    return tuple(k for k, base in enumerate(columns.base) if base.effect.family == family)


def _layer_key(base: Base, events: RelationalEvents, block: int, blocks: int) -> LayerKey:
    """Which events a column counts in a block."""
    term, effect = base.term, base.effect
    unique = term.get("kind") == "unique"
    # Whether a partner was ever met does not fade.
    memory = Memory() if unique and term.memory.kind == "halflife" else term.memory
    return LayerKey(_types(base, events, block, blocks), memory, unique, effect.family == "pshift")


def _types(base: Base, events: RelationalEvents, block: int, blocks: int) -> tuple[int, ...] | None:
    """Event types that a column counts in a block; None for all."""
    asked = base.term.get("types")
    if asked is None:
        return None
    if asked == "same":
        if blocks == 1:
            raise InputError(
                f"{base.term.label}: types='same' needs dyads at risk once per type: typed=True."
            )
        return (block,)
    names = (asked,) if isinstance(asked, str) else tuple(asked)
    unknown = [name for name in names if name not in events.types]
    if unknown:
        have = ", ".join(events.types) or "none (events are untyped)"
        raise InputError(f"{base.term.label}: type {unknown[0]!r} is not among the types of events: {have}.")
    return tuple(sorted(events.types.index(name) for name in names))


def _variant(base: Base, events: RelationalEvents) -> int:
    """Code of the effect in its family; undirected degrees are counted once, not in and out."""
    if events.undirected and base.effect.name == "totaldegree_dyad":
        return 1 | 4
    return base.effect.variant


def _scaling(base: Base) -> int:
    """Code of the scaling."""
    if base.effect.family == "last":
        return code.RECENCY
    return SCALING[base.term.scaling]


def _divisor(base: Base, events: RelationalEvents) -> int:
    """Code of what a proportion is taken of; the total of undirected events has both directions in it."""
    if events.undirected and base.effect.divisor == "twice":
        return DIVISOR["total"]
    return DIVISOR[base.effect.divisor]


def _fallback(base: Base, events: RelationalEvents) -> float:
    """Value of a proportion without events."""
    n = events.n_actors
    return 1.0 / (n - 1) if base.effect.divisor in ("out", "in") else 1.0 / n


def _timed(base: Base) -> bool:
    """Whether the value of every dyad changes with time alone, or with every event."""
    term = base.term
    faded = term.memory.kind == "halflife" and term.get("kind") != "unique" and term.scaling != "prop"
    shared = term.scaling == "prop" and base.effect.divisor in ("total", "twice")
    return faded or shared or term.scaling == "std" or base.effect.family == "last"


def _users(source: np.ndarray, n_layers: int) -> dict[str, np.ndarray]:
    """Columns and blocks by layer."""
    column, block = np.nonzero(source >= 0)
    layer = source[column, block]
    order = np.argsort(layer, kind="stable")
    return {
        "user_first": np.searchsorted(layer[order], np.arange(n_layers + 1)).astype(np.int64),
        "user_column": column[order].astype(np.int64),
        "user_block": block[order].astype(np.int64),
    }


def _regions(columns: Columns, source: np.ndarray, n_layers: int, events: RelationalEvents) -> np.ndarray:
    """Rows that a change of each layer may touch."""
    region = np.zeros(n_layers, np.int64)
    for k, base in enumerate(columns.base):
        for layer in np.unique(source[k][source[k] >= 0]):
            region[layer] |= _region(base, _variant(base, events))
    return region


def _region(base: Base, variant: int) -> int:
    """Rows that an event touches by one column: 1 sender's row, 2 its column, 4 and 8 the receiver's."""
    family = base.effect.family
    if family == "dyad":
        whole = {"out": 1, "in": 4}[base.effect.divisor] if base.term.scaling == "prop" else 0
        return BOTH | whole
    if family in ("degree", "last"):
        bits = (variant & 1, 4 * (variant >> 1 & 1), 2 * (variant >> 2 & 1), 8 * (variant >> 3 & 1))
        return BOTH | sum(bits)
    if family == "triad":
        return (1 | 8, 2 | 4, 1 | 2, 4 | 8)[variant]
    if family == "rank":
        return (1, 4)[variant]
    if family == "degree_pair":
        return 1 | 2
    if family == "pshift" and base.effect.cost == "actor":
        return 1 | 2 | 4 | 8 | 32
    return EVERYWHERE


def _factors(columns: Columns) -> np.ndarray:
    """Give the base columns of each model column."""
    width = max(len(column.factors) for column in columns.model)
    factor = np.full((len(columns.model), width), -1, np.int64)
    for q, column in enumerate(columns.model):
        factor[q, : len(column.factors)] = column.factors
    return factor


def _refuse_typed_ranks(columns: Columns, source: np.ndarray, ranks: list[int]) -> None:
    """Refuse ranks by the type of the row: they would need one list of partners a type."""
    for k in ranks:
        if len(np.unique(source[k])) > 1:
            raise InputError(
                f"{columns.base[k].term.label}: ranks by the type of the row (types='same') are not "
                "defined; name the types instead."
            )
