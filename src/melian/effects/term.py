"""What a model asks for: a term is one effect with its arguments, memory and scaling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from melian.errors import InputError, check_option

__all__ = ["CLOCKS", "MEMORIES", "SCALINGS", "Clock", "Memory", "Product", "Scaling", "Term"]

Scaling = Literal["raw", "log1p", "prop", "std"]
SCALINGS: Final[tuple[Scaling, ...]] = ("raw", "log1p", "prop", "std")
Clock = Literal["now", "previous"]
CLOCKS: Final[tuple[Clock, ...]] = ("now", "previous")
MemoryKind = Literal["full", "window", "interval", "halflife"]
MEMORIES: Final[tuple[MemoryKind, ...]] = ("full", "window", "interval", "halflife")
SPANS: Final[dict[str, int]] = {"full": 0, "window": 1, "interval": 2, "halflife": 1}


@dataclass(frozen=True, slots=True)
class Memory:
    """How past events count: all, those of a window, those of an interval of ages, or ever less with age.

    Attributes
    ----------
    kind : {'full', 'window', 'interval', 'halflife'}
    span : tuple of float
        () for full; (length,) for a window: ages up to the length count; (from, to) for an interval: ages
        above `from`, up to `to`; (half-life,): weight 2^(-age / half-life). In the unit of the events.
    clock : {'now', 'previous'}
        Age is counted to the time of the step ('now') or of the step before ('previous').

    Examples
    --------
    >>> Memory.halflife(30.0)
    Memory(kind='halflife', span=(30.0,), clock='now')
    """

    kind: MemoryKind = "full"
    span: tuple[float, ...] = ()
    clock: Clock = "now"

    def __post_init__(self) -> None:
        check_option("memory", self.kind, MEMORIES)
        check_option("clock", self.clock, CLOCKS)
        if len(self.span) != SPANS[self.kind]:
            raise InputError(
                f"memory={self.kind!r} takes {SPANS[self.kind]} lengths of time, {len(self.span)} were given."
            )
        if any(not 0 <= value < float("inf") for value in self.span):
            raise InputError(
                f"memory={self.kind!r} with {self.span}: lengths must be finite and not negative."
            )
        if self.kind != "full" and not self.span[-1] > (self.span[0] if self.kind == "interval" else 0):
            raise InputError(
                f"memory={self.kind!r} with {self.span} is empty; the last length must be larger."
            )

    @classmethod
    def full(cls) -> Memory:
        """Count all past events the same."""
        return cls()

    @classmethod
    def window(cls, length: float, *, clock: Clock = "now") -> Memory:
        """Count past events of age up to `length` the same, older ones not at all."""
        return cls("window", (float(length),), clock)

    @classmethod
    def interval(cls, start: float, stop: float, *, clock: Clock = "now") -> Memory:
        """Count past events of an age above `start` and up to `stop` the same, others not at all."""
        return cls("interval", (float(start), float(stop)), clock)

    @classmethod
    def halflife(cls, length: float, *, clock: Clock = "now") -> Memory:
        """Weigh a past event 2^(-age / length)."""
        return cls("halflife", (float(length),), clock)


@dataclass(frozen=True, slots=True)
class Term:
    """One effect as asked for; the registry knows which arguments, memories and scalings it takes.

    Attributes
    ----------
    effect : str
        Name in the registry.
    arguments : tuple of (str, object)
        Arguments of the effect by name, such as ('kind', 'unique') or ('covariate', 'cinc').
    memory : Memory
    scaling : {'raw', 'log1p', 'prop', 'std'}
    label : str
        As shown in tables; the effect's name and what departs from the defaults if empty.

    Examples
    --------
    >>> Term("reciprocity", memory=Memory.halflife(30)).label
    'reciprocity(halflife=30)'
    """

    effect: str
    arguments: tuple[tuple[str, Any], ...] = ()
    memory: Memory = Memory()
    scaling: Scaling = "raw"
    label: str = ""

    def __post_init__(self) -> None:
        check_option("scaling", self.scaling, SCALINGS)
        if not self.label:
            object.__setattr__(self, "label", describe(self))

    def get(self, name: str, default: Any = None) -> Any:
        """Value of an argument, or the default."""
        return dict(self.arguments).get(name, default)


@dataclass(frozen=True, slots=True)
class Product:
    """An interaction: the product of the values of two or more terms, after their scaling.

    Examples
    --------
    >>> Product((Term("inertia"), Term("tie", (("covariate", "ally"),)))).label
    "inertia:tie('ally')"
    """

    factors: tuple[Term, ...]
    label: str = ""

    def __post_init__(self) -> None:
        if len(self.factors) < 2:
            raise InputError("An interaction needs two or more factors.")
        if not self.label:
            object.__setattr__(self, "label", ":".join(term.label for term in self.factors))


def describe(term: Term) -> str:
    """Write a term as in a formula: only what departs from the defaults."""
    parts = [repr(value) if name == "covariate" else f"{name}={value!r}" for name, value in term.arguments]
    memory = term.memory
    if memory.kind in ("window", "halflife"):
        parts.append(f"{memory.kind}={memory.span[0]:g}")
    elif memory.kind == "interval":
        parts.append(f"interval=({memory.span[0]:g}, {memory.span[1]:g})")
    if memory.clock != "now":
        parts.append(f"clock={memory.clock!r}")
    if term.scaling != "raw":
        parts.append(f"scaling={term.scaling!r}")
    return f"{term.effect}({', '.join(parts)})" if parts else term.effect
