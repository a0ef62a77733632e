"""Effects made of counts of past events: dyads, degrees, shared partners, four-cycles."""

from __future__ import annotations

from typing import Final

from melian.effects.effect import Cost, Effect, Level
from melian.effects.term import Scaling

__all__ = ["COUNTS"]

BUTTS: Final = "Butts (2008)"
DEGREES: Final = "Butts (2008); Vu, Pattison, Robins (2015)"
LERNER: Final = "Lerner, Lomi (2020)"
REMSTATS: Final = "Meijerink-Bosman et al. (2022)"
WHOLE: Final[tuple[Scaling, ...]] = ("raw", "log1p", "prop", "std")


def degree(name: str, bits: int, level: Level, words: str, *, twice: bool = False) -> Effect:
    """Make a degree effect."""
    part = "twice the number of past events" if twice else "the number of past events"
    return Effect(
        name,
        f"{words}; scaling='prop': divided by {part}, 1/N before the first",
        DEGREES,
        "degree",
        bits,
        level=level,
        scalings=WHOLE,
        divisor="twice" if twice else "total",
        undirected=name == "totaldegree_dyad",
        cost="actor",
    )


def triad(name: str, variant: int, words: str, *, directed: bool = True, cost: Cost = "actor") -> Effect:
    """Make an effect of two-paths or shared partners."""
    unique = "kind='unique': number of h with both counts above 0"
    return Effect(
        name,
        f"{words}, h other than i, j; {unique}",
        BUTTS if directed else REMSTATS,
        "triad",
        variant,
        directed=directed,
        undirected=not directed,
        cost=cost,
    )


DYADS: Final = (
    Effect(
        "inertia",
        "n_ij, past events from i to j; scaling='prop': n_ij / sum_k n_ik, 1/(N-1) where i has sent none",
        BUTTS,
        "dyad",
        0,
        scalings=WHOLE,
        divisor="out",
        undirected=True,
        cost="cell",
    ),
    Effect(
        "reciprocity",
        "n_ji, past events from j to i; scaling='prop': n_ji / sum_k n_ki, 1/(N-1) where i has received none",
        BUTTS,
        "dyad",
        1,
        scalings=WHOLE,
        divisor="in",
        cost="cell",
    ),
)

DEGREE_EFFECTS: Final = (
    degree("outdegree_sender", 1, "sender", "sum_k n_ik, past events that i sent"),
    degree("indegree_sender", 2, "sender", "sum_k n_ki, past events that i received"),
    degree("outdegree_receiver", 4, "receiver", "sum_k n_jk, past events that j sent"),
    degree("indegree_receiver", 8, "receiver", "sum_k n_kj, past events that j received"),
    degree("totaldegree_sender", 3, "sender", "past events that i sent or received", twice=True),
    degree("totaldegree_receiver", 12, "receiver", "past events that j sent or received", twice=True),
    degree("totaldegree_dyad", 15, "dyad", "past events of i and of j, added up", twice=True),
)

PAIRS: Final = tuple(
    Effect(
        f"degree_{name}",
        f"{words} of the numbers of past events of i and of j",
        REMSTATS,
        "degree_pair",
        variant,
        directed=False,
        undirected=True,
    )
    for variant, (name, words) in enumerate(
        (("minimum", "smaller"), ("maximum", "larger"), ("difference", "absolute difference"))
    )
)

TRIADS: Final = (
    triad("otp", 0, "outgoing two-paths: sum_h min(n_ih, n_hj)"),
    triad("itp", 1, "incoming two-paths: sum_h min(n_jh, n_hi)"),
    triad("osp", 2, "outgoing shared partners: sum_h min(n_ih, n_jh)"),
    triad("isp", 3, "incoming shared partners: sum_h min(n_hi, n_hj)"),
    triad("sp", 2, "shared partners, undirected: sum_h min(n_ih, n_jh)", directed=False),
    Effect(
        "four_cycle",
        "sum over distinct h, l other than i, j of min(n_il, n_hl, n_hj)",
        LERNER,
        "four_cycle",
        undirected=True,
        cost="network",
    ),
)

COUNTS: Final = (*DYADS, *DEGREE_EFFECTS, *PAIRS, *TRIADS)
