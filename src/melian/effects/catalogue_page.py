"""The page `docs/effects.md`, written from the registry."""

from __future__ import annotations

from typing import Final

from melian.effects.catalogue import GROUPS, catalogue, plain_term
from melian.effects.effect import Effect
from melian.effects.registry import cost_of
from melian.effects.term import Memory

__all__ = ["catalogue_page"]

HEAD: Final = """# Effects

The effects that a formula of `melian rem` may name, from the registry of the program: `melian effects` prints
them, `melian effects otp` tells all about one. i is the sender, j the receiver of the event that is
explained, n the counts of events before it (never the event itself), N the number of actors.

A term is a name, with arguments in brackets: `reciprocity(halflife=30)`, `otp(kind='unique')`. `a : b` is the
product of two terms, `a * b` stands for `a + b + a : b`. The name of an attribute of pairs alone stands for
`tie`.
"""

ARGUMENTS: Final = (
    ("halflife=30", "with memory", "a past event counts less with age, half after 30 units of time"),
    ("window=90", "with memory", "past events of age up to 90 count"),
    ("interval=(30, 90)", "with memory", "past events of an age above 30 and up to 90 count"),
    (
        "clock='previous'",
        "with memory",
        "age is counted to the event before, not to now; refused where events share their time",
    ),
    (
        "scaling='log1p'",
        "see below",
        "log(1 + x); `'prop'`: part of the whole; `'std'`: in standard deviations over the pairs at risk",
    ),
    ("kind='unique'", "counts", "partners are counted instead of events"),
    (
        "types='force'",
        "counts, order",
        "only events of this type, or of several: `types=['force', 'coercion']`; `types='same'`: of the type "
        "of the event explained (with `typed = true`)",
    ),
    ("log=True", "attributes", "the logarithm of the attribute"),
    ("varying=4", "all", "the effect follows a spline over time, with so many coefficients"),
)

COST_HEAD: Final = """## What an event costs

The sums of the likelihood are kept up to date where an event changes few pairs, and made anew where it
changes all of them. One event changes:
"""

COST_TAIL: Final = """
Where it changes **4 N** pairs, those of two actors, effects of third actors add O(N) work for each. Where it
changes **all**, every step is a full pass over N² pairs; one such effect in the formula is enough. With
`controls` in the study file, pairs are sampled and only their statistics are computed; then N² never enters.
"""


def catalogue_page() -> str:
    """Write the page on effects as Markdown."""
    parts = [
        HEAD,
        *_table(("argument", "effects", "meaning"), [(f"`{a}`", b, c) for a, b, c in ARGUMENTS]),
        "",
    ]
    effects = catalogue()
    for group in dict.fromkeys(GROUPS.values()):
        members = [effect for effect in effects if GROUPS[effect.family] == group]
        if members:
            head = ("effect", "the statistic of (i, j)", "takes", "after")
            parts += [f"## {group}\n", *_table(head, [_row(effect) for effect in members]), ""]
    cost = ("effect", "raw; full memory, window, interval", "`log1p`", "`halflife`", "`prop`", "`std`")
    parts += [COST_HEAD, *_table(cost, [_cost_row(effect) for effect in effects]), COST_TAIL]
    return "\n".join(parts).rstrip("\n") + "\n"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    lines = [head, ("---",) * len(head), *rows]
    return [f"| {' | '.join(cells)} |" for cells in lines]


def _row(effect: Effect) -> tuple[str, ...]:
    takes = [f"`{name}`" for name in effect.arguments if name != "covariate"]
    takes += ["memory"] if effect.memory else []
    takes += [f"`scaling` {', '.join(effect.scalings)}"] if len(effect.scalings) > 1 else []
    if effect.ordered:
        takes.append("no events that share their time")
    if not effect.directed:
        takes.append("undirected events only")
    words = effect.description.replace("|", "\\|")
    return f"`{effect.name}`", words, "; ".join(takes) or "nothing", effect.reference


def _cost_row(effect: Effect) -> tuple[str, ...]:
    short = {"cell": "a few", "actor": "4 N", "network": "all"}

    def cost(scaling: str, memory: Memory = Memory()) -> str:  # noqa: B008 - frozen
        if scaling not in effect.scalings or (memory.kind != "full" and not effect.memory):
            return ""
        return short[cost_of(plain_term(effect, scaling=scaling, memory=memory))]

    return (
        f"`{effect.name}`",
        cost("raw"),
        cost("log1p"),
        cost("raw", Memory.halflife(1.0)),
        cost("prop"),
        cost("std"),
    )
