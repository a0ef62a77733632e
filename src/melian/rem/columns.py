"""From terms to columns: the statistics to be kept, and the model columns that are products of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product as combinations

from melian.effects.effect import Effect
from melian.effects.registry import check_term, effect_of
from melian.effects.term import Memory, Product, Term
from melian.errors import InputError
from melian.sequence import RelationalEvents

__all__ = ["BASELINE", "Base", "Columns", "LayerKey", "ModelColumn", "expand"]

BASELINE = "baseline"


@dataclass(frozen=True, slots=True)
class LayerKey:
    """Which past events a layer of counts holds, and how.

    `types` are indices of event types, None for all; `presence` counts partners instead of events; `order`
    layers hold no counts that are read, only the order of events.
    """

    types: tuple[int, ...] | None
    memory: Memory
    presence: bool = False
    order: bool = False


@dataclass(frozen=True, slots=True)
class Base:
    """One statistic before interactions. `level` is the index of a fixed effect, -1 otherwise."""

    term: Term
    effect: Effect
    level: int = -1


@dataclass(frozen=True, slots=True)
class ModelColumn:
    """One coefficient: a product of base columns, times the spline (number, of) over time if given."""

    label: str
    factors: tuple[int, ...]
    spline: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """All base columns and all model columns; with a baseline, the first base and model column are ones."""

    base: tuple[Base, ...]
    model: tuple[ModelColumn, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the coefficients."""
        return tuple(column.label for column in self.model)


def expand(
    terms: Sequence[Term | Product],
    events: RelationalEvents,
    *,
    baseline: bool,
    typed: bool,
    own: Sequence[str] = (),
) -> Columns:
    """Write terms out as columns.

    Raises
    ------
    InputError
        If a term is not known to the registry, stands twice, or names a level or type that is not there.

    Examples
    --------
    >>> events = RelationalEvents.from_frame({"time": [1.0, 2.0], "sender": "ab", "receiver": "ba"})
    >>> expand([Term("inertia"), Term("fixed_sender")], events, baseline=True, typed=False).labels
    ('baseline', 'inertia', 'fixed_sender[b]')
    """
    base: dict[Base, int] = {}
    model: list[ModelColumn] = []
    if baseline:
        base[Base(Term(BASELINE), Effect(BASELINE, "1", "", "static", initial=1.0))] = 0
        model.append(ModelColumn(BASELINE, (0,)))
    for term in terms:
        check_term(term, own=own)
        model.extend(_columns(term, events, base, typed, own))
    _refuse_twice(model)
    if not model:
        raise InputError("The model has no terms; name at least one effect, such as inertia.")
    return Columns(tuple(base), tuple(model))


def _columns(
    term: Term | Product, events: RelationalEvents, base: dict[Base, int], typed: bool, own: Sequence[str]
) -> list[ModelColumn]:
    """Write one term or interaction out: every combination of the levels of its factors."""
    factors = term.factors if isinstance(term, Product) else (term,)
    parts = [_levels(factor, events, typed, own) for factor in factors]
    splines = [factor.get("varying") for factor in factors if factor.get("varying")]
    if len(splines) > 1:
        raise InputError(f"{term.label}: only one factor of an interaction may vary over time.")
    out = []
    for choice in combinations(*parts):
        places = tuple(base.setdefault(column, len(base)) for column, _ in choice)
        label = ":".join(name for _, name in choice) if isinstance(term, Product) else choice[0][1]
        if term.label != _plain_label(term) and len(choice) == 1 and choice[0][0].level < 0:
            label = term.label
        if not splines:
            out.append(ModelColumn(label, places))
            continue
        out += [ModelColumn(f"{label}[{q + 1}]", places, (q, splines[0])) for q in range(splines[0])]
    return out


def _plain_label(term: Term | Product) -> str:
    """Label that a term gives itself."""
    if isinstance(term, Product):
        return ":".join(factor.label for factor in term.factors)
    return Term(term.effect, term.arguments, term.memory, term.scaling).label


def _levels(term: Term, events: RelationalEvents, typed: bool, own: Sequence[str]) -> list[tuple[Base, str]]:
    """Give the base columns of one term with their labels."""
    effect = effect_of(term.effect, own=own)
    arguments = tuple((name, value) for name, value in term.arguments if name != "varying")
    plain = Term(term.effect, arguments, term.memory, term.scaling)
    if effect.family != "fixed":
        return [(Base(plain, effect), term.label)]
    labels = events.types if term.effect == "fixed_type" else events.actors
    if term.effect == "fixed_type" and not typed:
        raise InputError(f"{term.label} needs dyads at risk once per type: set typed=True.")
    reference = str(term.get("reference", labels[0] if labels else ""))
    if reference not in labels:
        raise InputError(f"{term.label}: reference {reference!r} is not among {', '.join(labels[:8])}.")
    return [
        (Base(plain, effect, level), f"{term.effect}[{label}]")
        for level, label in enumerate(labels)
        if label != reference and _possible(term.effect, level, events)
    ]


def _possible(effect: str, level: int, events: RelationalEvents) -> bool:
    """Whether an actor of two-mode data can stand on the side of a fixed effect."""
    if events.receivers is None or effect == "fixed_type":
        return True
    return (level in events.receivers) == (effect == "fixed_receiver")


def _refuse_twice(model: list[ModelColumn]) -> None:
    """Refuse two columns that are the same."""
    seen: dict[tuple[tuple[int, ...], tuple[int, int] | None], str] = {}
    for column in model:
        key = (tuple(sorted(column.factors)), column.spline)
        if key in seen:
            raise InputError(f"The model asks for {column.label} twice (also as {seen[key]}); leave one out.")
        seen[key] = column.label
