"""Effects made of the order of past events: participation shifts, recency, ranks of partners."""

from __future__ import annotations

from typing import Final

from melian.effects.effect import Effect, Level

__all__ = ["ORDERS"]

GIBSON: Final = "Gibson (2003); Butts (2008)"
OUTSIDE: Final = (5, 9)
"""Shifts to actors outside the last event: nearly all dyads change."""


def shift(name: str, variant: int, words: str, level: Level = "dyad", *, undirected: bool = False) -> Effect:
    """Make a participation shift."""
    return Effect(
        name,
        f"1 if {words}, where the event before was A to B; else 0",
        GIBSON,
        "pshift",
        variant,
        level=level,
        arguments=("types",),
        memory=False,
        scalings=("raw",),
        directed=not undirected,
        undirected=undirected,
        ordered=True,
        cost="network" if variant in OUTSIDE else "actor",
    )


def recency(name: str, variant: int, words: str, level: Level, *, undirected: bool = False) -> Effect:
    """Make a recency effect."""
    return Effect(
        name,
        f"1 / (time since {words} + 1), 0 if never",
        "Vu et al. (2017); Mulder, Leenders (2019)",
        "last",
        variant,
        level=level,
        arguments=("types",),
        memory=False,
        scalings=("raw",),
        undirected=undirected,
        cost="network",
    )


def rank(name: str, variant: int, words: str) -> Effect:
    """Make a rank of partners by recency."""
    return Effect(
        name,
        f"1 / rank of j among those {words}, the latest first; 0 if never",
        "Butts (2008)",
        "rank",
        variant,
        arguments=("types",),
        memory=False,
        scalings=("raw", "std"),
        ordered=True,
    )


ORDERS: Final = (
    shift("psABAB", 0, "i is A and j is B"),
    shift("psABBA", 1, "i is B and j is A"),
    shift("psABBY", 2, "i is B and j is neither"),
    shift("psABXA", 3, "i is neither and j is A"),
    shift("psABXB", 4, "i is neither and j is B"),
    shift("psABXY", 5, "neither i nor j is A or B"),
    shift("psABAY", 6, "i is A and j is neither"),
    shift("psABA", 7, "i is A", "sender"),
    shift("psABB", 8, "i is B", "sender"),
    shift("psABX", 9, "i is neither", "sender"),
    shift("psABAY_undirected", 10, "just one of i, j is A or B", undirected=True),
    recency("recency_continue", 16, "the last event from i to j", "dyad", undirected=True),
    recency("recency_send_sender", 1, "i last sent", "sender"),
    recency("recency_send_receiver", 4, "j last sent", "receiver"),
    recency("recency_receive_sender", 2, "i last received", "sender"),
    recency("recency_receive_receiver", 8, "j last received", "receiver"),
    rank("rrank_send", 0, "to whom i has sent"),
    rank("rrank_receive", 1, "from whom i has received"),
)
