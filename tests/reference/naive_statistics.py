"""Statistics of relational event models from their definitions: each value from the whole list of events.

Nothing is carried from step to step and nothing is shared with the package but its types.
"""

from __future__ import annotations

import itertools
import math

import numpy as np

from melian.effects.term import Term
from melian.sequence import RelationalEvents

__all__ = ["naive_counts", "naive_matrix"]

DEGREES = {
    "outdegree_sender": (1, 0, 0, 0),
    "indegree_sender": (0, 1, 0, 0),
    "outdegree_receiver": (0, 0, 1, 0),
    "indegree_receiver": (0, 0, 0, 1),
    "totaldegree_sender": (1, 1, 0, 0),
    "totaldegree_receiver": (0, 0, 1, 1),
    "totaldegree_dyad": (1, 1, 1, 1),
}


def past(events: RelationalEvents, time: float, types: tuple[str, ...] | None) -> list[tuple]:
    """Directed past events as (time, sender, receiver, weight); undirected ones in both directions."""
    out = []
    for e in range(events.n_events):
        if events.time[e] >= time or (types is not None and events.types[events.type[e]] not in types):
            continue
        ends = (int(events.sender[e]), int(events.receiver[e]))
        out.append((events.time[e], *ends, events.weight[e]))
        if events.joint[e] or events.undirected:
            out.append((events.time[e], *ends[::-1], events.weight[e]))
    return out


def age_from(events: RelationalEvents, time: float, clock: str) -> float:
    """Time that ages are counted to."""
    earlier = events.time[events.time < time]
    return float(earlier[-1]) if clock == "previous" and len(earlier) else time


def naive_counts(events: RelationalEvents, term: Term, time: float, types=None) -> np.ndarray:
    """Matrix n of the counts behind a term at a time."""
    now = age_from(events, time, term.memory.clock)
    unique = term.get("kind") == "unique"
    out = np.zeros((events.n_actors, events.n_actors))
    for at, i, j, weight in past(events, time, types):
        age, kind, span = now - at, term.memory.kind, term.memory.span
        if kind == "window" and age > span[0]:
            continue
        if kind == "interval" and not span[0] < age <= span[1]:
            continue
        decay = 2.0 ** (-age / span[0]) if kind == "halflife" and not unique else 1.0
        out[i, j] += decay * (1.0 if unique else weight)
    return (out > 0.5).astype(float) if unique else out


def one_count(n: np.ndarray, name: str, i: int, j: int) -> float:
    """Value of an effect of counts for the dyad (i, j)."""
    size = len(n)
    others = [h for h in range(size) if h not in (i, j)]
    if name == "inertia":
        return n[i, j]
    if name == "reciprocity":
        return n[j, i]
    if name in DEGREES:
        a, b, c, d = DEGREES[name]
        return a * n[i].sum() + b * n[:, i].sum() + c * n[j].sum() + d * n[:, j].sum()
    if name == "otp":
        return sum(min(n[i, h], n[h, j]) for h in others)
    if name == "itp":
        return sum(min(n[j, h], n[h, i]) for h in others)
    if name in ("osp", "sp"):
        return sum(min(n[i, h], n[j, h]) for h in others)
    if name == "isp":
        return sum(min(n[h, i], n[h, j]) for h in others)
    if name == "four_cycle":
        return sum(min(n[i, k], n[h, k], n[h, j]) for h, k in itertools.permutations(others, 2))
    both = (n[i].sum(), n[j].sum())
    return {"degree_minimum": min(both), "degree_maximum": max(both)}.get(name, abs(both[0] - both[1]))


def divisor(n: np.ndarray, name: str, i: int) -> float:
    """What a proportion is taken of."""
    if name == "inertia":
        return n[i].sum()
    if name == "reciprocity":
        return n[:, i].sum()
    return n.sum() * (2.0 if name.startswith("total") else 1.0)


def last_of(events: RelationalEvents, name: str, i: int, j: int, time: float, types) -> float:
    """Time of the event that a recency effect asks for, -inf if there is none."""
    role = name.removeprefix("recency_")
    mine = {
        "continue": lambda a, b: (a, b) == (i, j),
        "send_sender": lambda a, b: a == i,
        "send_receiver": lambda a, b: a == j,
        "receive_sender": lambda a, b: b == i,
        "receive_receiver": lambda a, b: b == j,
    }[role]
    return max((at for at, a, b, _ in past(events, time, types) if mine(a, b)), default=-math.inf)


def rank_of(events: RelationalEvents, name: str, i: int, j: int, time: float, types) -> float:
    """Inverse rank of j among the partners of i, the latest first."""
    seen: list[int] = []
    for _, a, b, _ in reversed(past(events, time, types)):
        partner = b if name == "rrank_send" and a == i else a if name == "rrank_receive" and b == i else None
        if partner is not None and partner not in seen:
            seen.append(partner)
    return 1.0 / (seen.index(j) + 1) if j in seen else 0.0


def shift_of(events: RelationalEvents, name: str, i: int, j: int, time: float, types) -> float:
    """Participation shift after the last event."""
    before = np.flatnonzero(events.time < time)
    if not len(before):
        return 0.0
    e = before[-1]
    if (events.joint[e] and not events.undirected) or (types and events.types[events.type[e]] not in types):
        return 0.0
    a, b = int(events.sender[e]), int(events.receiver[e])
    who = {a: "A", b: "B"}
    first, second = who.get(i, "X"), who.get(j, "Y")
    pattern = name.removeprefix("psAB")
    if pattern == "AY_undirected":
        return float((i in (a, b)) != (j in (a, b)))
    return float(first + second == pattern or (len(pattern) == 1 and first == pattern))


def naive_matrix(events: RelationalEvents, term: Term, time: float, types=None) -> np.ndarray:
    """Statistic of every dyad (n, n) at a time, before standardising; the diagonal is 0."""
    size = events.n_actors
    n = naive_counts(events, term, time, types)
    out = np.zeros((size, size))
    now = time
    for i, j in itertools.permutations(range(size), 2):
        if term.effect.startswith("recency"):
            out[i, j] = 1.0 / (now - last_of(events, term.effect, i, j, time, types) + 1.0)
        elif term.effect.startswith("rrank"):
            out[i, j] = rank_of(events, term.effect, i, j, time, types)
        elif term.effect.startswith("psAB"):
            out[i, j] = shift_of(events, term.effect, i, j, time, types)
        else:
            out[i, j] = one_count(n, term.effect, i, j)
            if term.scaling == "prop":
                whole = divisor(n, term.effect, i)
                empty = 1.0 / (size - 1) if term.effect in ("inertia", "reciprocity") else 1.0 / size
                out[i, j] = out[i, j] / whole if whole > 0 else empty
    return np.log1p(out) if term.scaling == "log1p" else out
