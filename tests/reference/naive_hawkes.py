"""Naive O(rows x events) features and column sums, from the definitions of MODEL.md 2."""

from __future__ import annotations

import numpy as np

from melian.history import EventHistory


def kernel(half_life: float, lag: int) -> float:
    """g(d) = (1 - rho) rho^(d - 1), d >= 1."""
    rho = 2.0 ** (-1.0 / half_life)
    return (1.0 - rho) * rho ** (lag - 1)


def opens(history: EventHistory, bloc: str | None, e: int, i: int, j: int) -> list[str]:
    """Names of the relation columns in which event e counts for channel i -> j."""
    a, b, t = int(history.source[e]), int(history.target[e]), int(history.step[e])

    def part(actor: int) -> str:
        if bloc is None:
            return ""
        return f"[{bloc}]" if history.blocs[bloc][actor, t] else "[rest]"

    if history.joint[e]:
        return ["joint"] if {a, b} == {i, j} else []
    found = []
    if (a, b) == (i, j):
        found.append("persistence")
    if a == i and b != j:
        found.append("spread" + part(b))
    if (a, b) == (j, i):
        found.append("reply")
    if b == i and a not in (i, j):
        found.append("alarm" + part(a))
    if b == j and a not in (i, j):
        found.append("joining" + part(a))
    if a == j and b not in (i, j):
        found.append("alignment" + part(b))
    return found


def feature(
    history: EventHistory, names: tuple[str, ...], half_lives: tuple[float, ...], i: int, j: int, t: int,
    bloc: str | None = None, lag_zero: bool = False,
) -> np.ndarray:  # fmt: skip
    """x[r, k', b](i, j, t), flat; with `lag_zero` the counts of the day itself."""
    out = np.zeros((len(names), history.n_instruments, 1 if lag_zero else len(half_lives)))
    for e in range(len(history.step)):
        lag = t - int(history.step[e])
        if (lag != 0) if lag_zero else (lag < 1):
            continue
        for name in opens(history, bloc, e, i, j):
            if name not in names:
                continue
            r, k = names.index(name), int(history.instrument[e])
            if lag_zero:
                out[r, k, 0] += history.count[e]
            else:
                for b, half_life in enumerate(half_lives):
                    out[r, k, b] += history.count[e] * kernel(half_life, lag)
    return out[..., 0] if lag_zero else out.ravel()


def flow(history: EventHistory, i: int, j: int, k: int, *, joint: bool = False) -> float:
    """Events a day of instrument k from i to j that the sizes of both ends alone let expect."""
    if i == j:
        return 0.0
    h, days = history, history.n_steps
    rows = [(h.source[e], h.target[e], h.instrument[e], h.count[e]) for e in np.flatnonzero(h.joint == joint)]
    if joint:
        mine = sum(n for a, b, q, n in rows if q == k and i in (a, b))
        theirs = sum(n for a, b, q, n in rows if q == k and j in (a, b))
        return mine * theirs / max(2 * sum(n for *_, q, n in rows if q == k), 1e-12) / days
    done = sum(n for a, _, q, n in rows if a == i and q == k)
    received = [sum(n for _, b, _, n in rows if b == m) for m in range(h.n_actors)]
    return float(done * received[j] / max(sum(received) - received[i], 1e-12) / days)


def unseen(
    history: EventHistory, names: tuple[str, ...], half_lives: tuple[float, ...], i: int, j: int, t: int,
    share_from: int,
) -> np.ndarray:  # fmt: skip
    """What the past before the record leaves in the features of a day of the lead-in, flat."""
    out = np.zeros((len(names), history.n_instruments, len(half_lives)))
    third = [m for m in range(history.n_actors) if m not in (i, j)]
    ends = {
        "persistence": [(i, j)],
        "spread": [(i, m) for m in third],
        "reply": [(j, i)],
        "alarm": [(m, i) for m in third],
        "joining": [(m, j) for m in third],
        "alignment": [(j, m) for m in third],
        "joint": [(i, j)],
    }
    if t >= share_from:
        return out.ravel()
    for r, name in enumerate(names):
        relation = name.split("[")[0]
        parts = sum(other.split("[")[0] == relation for other in names)
        for k in range(history.n_instruments):
            rate = sum(flow(history, a, b, k, joint=relation == "joint") for a, b in ends[relation]) / parts
            out[r, k] = [rate * 2.0 ** (-t / half_life) for half_life in half_lives]
    return out.ravel()
