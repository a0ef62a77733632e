"""Small random sequences for the tests of fitting."""

from __future__ import annotations

import numpy as np

from melian.effects.term import Memory, Term
from melian.sequence import RelationalEvents

__all__ = ["SIX", "random_events", "six"]

SIX = ("inertia", "reciprocity", "outdegree_sender", "indegree_receiver", "otp", "itp")


def six(memory: Memory | None = None, scaling: str = "raw") -> tuple[Term, ...]:
    """Give the six effects that every package has."""
    return tuple(Term(name, memory=memory or Memory(), scaling=scaling) for name in SIX)


def random_events(
    seed: int = 1, *, n: int = 7, m: int = 120, ties: bool = False, days: bool = False, **settings
) -> RelationalEvents:
    """Make a sequence in which partners tend to be kept and to answer."""
    rng = np.random.default_rng(seed)
    sender, receiver = np.empty(m, np.int32), np.empty(m, np.int32)
    for e in range(m):
        if e and rng.random() < 0.45:
            k = rng.integers(max(0, e - 30), e)
            ends = (sender[k], receiver[k]) if rng.random() < 0.6 else (receiver[k], sender[k])
        else:
            ends = rng.choice(n, 2, replace=False)
        sender[e], receiver[e] = ends
    gap = rng.integers(0, 2, m) if ties or days else rng.exponential(2.0, m)
    return RelationalEvents(
        **{
            "actors": tuple(f"a{k}" for k in range(n)),
            "time": np.cumsum(gap.astype(float)),
            "sender": sender,
            "receiver": receiver,
            "type": rng.integers(0, 2, m).astype(np.int32),
            "types": ("talk", "work"),
            "weight": np.ones(m),
            "joint": np.zeros(m, bool),
            "row": np.full(m, -1),
            "resolution": "day" if days else "exact",
            **settings,
        }
    )
