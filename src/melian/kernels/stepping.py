"""One path of a world step by step: each day's counts are drawn from the intensity of that day.

It shares nothing with the branching kernel but the world and its caps, so that the two check each other.
Decayed counts are held as states that each day multiplies by rho; x of MODEL.md 2 is read from them.
"""

from __future__ import annotations

import numpy as np

from melian.kernels.branching import capped
from melian.kernels.jit import jit

__all__ = ["mean_path", "step_path"]

PERSISTENCE, SPREAD, REPLY, ALARM, JOINING, ALIGNMENT, JOINT = range(7)


@jit
def add_weight(sent, met, rho, i, j, k, joint, source_in, target_in, n, age):  # type: ignore[no-untyped-def]
    """Add n events of `age` days to the states: sent (2 ends, 2 sides, N, N, K, B), met (N, N, K, B)."""
    for b in range(rho.shape[0]):
        weight = n * (1.0 - rho[b]) * rho[b] ** (age - 1)
        if joint:
            met[i, j, k, b] += weight
            met[j, i, k, b] += weight
        else:
            sent[0, 0 if source_in else 1, i, j, k, b] += weight
            sent[1, 0 if target_in else 1, i, j, k, b] += weight


@jit
def third_parties(kind, state, v, i, j, k, b):  # type: ignore[no-untyped-def]
    """Sum v[i, m] times the state of the events that a third-party relation of i -> j sees; O(actors)."""
    total = 0.0
    for m in range(v.shape[1]):
        if m in (i, j):
            continue
        if kind == SPREAD:
            total += v[i, m] * state[i, m, k, b]
        elif kind == ALARM:
            total += v[i, m] * state[m, i, k, b]
        elif kind == JOINING:
            total += v[i, m] * state[m, j, k, b]
        else:
            total += v[i, m] * state[j, m, k, b]
    return total


@jit
def decayed_count(kind, side, sent, met, v, i, j, k, b):  # type: ignore[no-untyped-def]
    """x[r, k, b](i, j): the decayed count that channels i -> j see through one column."""
    if kind == JOINT:
        return v[i, j] * met[i, j, k, b]
    if kind == PERSISTENCE:
        return v[i, j] * (sent[0, 0, i, j, k, b] + sent[0, 1, i, j, k, b])
    if kind == REPLY:
        return v[i, j] * (sent[0, 0, j, i, k, b] + sent[0, 1, j, i, k, b])
    end = 1 if kind in (SPREAD, ALIGNMENT) else 0
    total = 0.0
    for s in range(2):
        if side < 0 or side == s:
            total += third_parties(kind, sent[end, s], v, i, j, k, b)
    return total


@jit
def directed_rates(now, relation, group, sent, met, t, rates):  # type: ignore[no-untyped-def]
    """Fill the intensity of every directed channel on day t, rates (N, N, K); O(C N^3 K B + C N^2 K^2 B)."""
    p = now.phase[t]
    n, k_all, n_b = rates.shape[0], rates.shape[2], now.theta.shape[5]
    several = now.exposure.shape[1] > 1
    for i in range(n):
        for j in range(n):
            for k in range(k_all):
                seen = now.exposure[i, j if several else 0, t]
                rates[i, j, k] = now.level[p, i, j, k] * now.course[i, k, t] * seen if i != j else 0.0
            if i == j:
                continue
            for c in range(relation.shape[0]):
                for q in range(k_all):
                    for b in range(n_b):
                        x = decayed_count(relation[c], group[c], sent, met, now.trigger[p, c], i, j, q, b)
                        for k in range(k_all):
                            rates[i, j, k] += now.theta[p, i, k, c, q, b] * now.spread[c, i, j] * x
            for k in range(k_all):
                rates[i, j, k] *= now.daily[i, t] * now.channel[p, i, j, k]


@jit
def joint_rate(now, met, i, j, k, t):  # type: ignore[no-untyped-def]
    """Give the intensity of joint events {i, j} of instrument k on day t."""
    p = now.phase[t]
    mine, theirs = now.daily[i, t], now.daily[j, t]
    own = now.joint_course[i, k, t] * mine + now.joint_course[j, k, t] * theirs
    rate = now.joint_level[p, i, j, k] * own / 2.0
    for q in range(now.joint_theta.shape[1]):
        for b in range(now.joint_theta.shape[2]):
            rate += now.joint_theta[k, q, b] * met[i, j, q, b] * (mine + theirs) / 2.0
    return rate * now.joint_channel[p, i, j, k]


@jit
def keep(cells, n, t, i, j, k, joint, caps, masks, spent):  # type: ignore[no-untyped-def]
    """Write one event into cells (room, 5) unless it is beyond a cap; -1 where there is no room."""
    if capped(caps, masks, spent, i, j, k, t):
        return n
    if n >= cells.shape[0]:
        return -1
    row = cells[n]
    row[0], row[1], row[2], row[3], row[4] = t, i, j, k, joint
    return n + 1


@jit
def draw_day(now, rates, met, t, caps, masks, spent, cells, n, rng):  # type: ignore[no-untyped-def]
    """Draw the events of day t; -1 where there is no room."""
    n_actors, k_all = rates.shape[0], rates.shape[2]
    for i in range(n_actors):
        for j in range(n_actors):
            for k in range(k_all):
                for _ in range(rng.poisson(rates[i, j, k])):
                    n = keep(cells, n, t, i, j, k, 0, caps, masks, spent) if n >= 0 else n
                joint = joint_rate(now, met, i, j, k, t) if i < j else 0.0
                for _ in range(rng.poisson(joint)):
                    n = keep(cells, n, t, i, j, k, 1, caps, masks, spent) if n >= 0 else n
    return n


@jit
def step_path(now, relation, group, rho, past, past_in, given, caps, masks, spent, cells, rng):  # type: ignore[no-untyped-def]
    """Simulate one path day by day into cells (room, 5): step, source, target, instrument, joint.

    Returns the number of events, or -1 without room. O(days x (C N^3 K B + C N^2 K^2 B)).
    """
    n_actors, k_all, n_b = now.level.shape[1], now.level.shape[3], rho.shape[0]
    sent = np.zeros((2, 2, n_actors, n_actors, k_all, n_b))
    met = np.zeros((n_actors, n_actors, k_all, n_b))
    rates = np.zeros((n_actors, n_actors, k_all))
    for e in range(past.shape[0]):
        row = past[e]
        add_weight(sent, met, rho, row[1], row[2], row[3], row[4], past_in[e, 0], past_in[e, 1], 1.0, -row[0])
    n = past.shape[0] * 0
    for t in range(now.phase.shape[0]):
        first = n
        directed_rates(now, relation, group, sent, met, t, rates)
        n = draw_day(now, rates, met, t, caps, masks, spent, cells, n, rng)
        for e in range(given.shape[0]):
            row = given[e]
            if row[0] == t and n >= 0:
                n = keep(cells, n, t, row[1], row[2], row[3], row[4], caps, masks, spent)
        if n < 0:
            return n
        for b in range(n_b):
            sent[..., b] *= rho[b]
            met[..., b] *= rho[b]
        for e in range(first, n):
            row = cells[e]
            i, j = row[1], row[2]
            add_weight(sent, met, rho, i, j, row[3], row[4], now.member[i, t], now.member[j, t], 1.0, 1)
    return n


@jit
def add_given(given, t, directed, joint):  # type: ignore[no-untyped-def]
    """Add the given events of day t to the expected counts."""
    for e in range(given.shape[0]):
        row = given[e]
        if row[0] == t and row[4]:
            joint[t, row[1], row[2], row[3]] += 1.0
        elif row[0] == t:
            directed[t, row[1], row[2], row[3]] += 1.0


@jit
def joint_rates(now, met, t, rates):  # type: ignore[no-untyped-def]
    """Fill the intensity of joint events of every pair on day t, rates (N, N, K)."""
    for i in range(rates.shape[0]):
        for j in range(i + 1, rates.shape[0]):
            for k in range(rates.shape[2]):
                rates[i, j, k] = joint_rate(now, met, i, j, k, t)


@jit
def mean_path(now, relation, group, rho, past, past_in, given, directed, joint):  # type: ignore[no-untyped-def]
    """Fill the expected counts of every day and channel, directed and joint (T, N, N, K), without caps.

    The same recursion as `step_path` with expectations in the place of draws: intensities are linear in the
    past, so the result is exact. O(days x (C N^3 K B + C N^2 K^2 B)).
    """
    n_days, n_actors, k_all, n_b = directed.shape[0], directed.shape[1], directed.shape[3], rho.shape[0]
    sent = np.zeros((2, 2, n_actors, n_actors, k_all, n_b))
    met = np.zeros((n_actors, n_actors, k_all, n_b))
    for e in range(past.shape[0]):
        row = past[e]
        add_weight(sent, met, rho, row[1], row[2], row[3], row[4], past_in[e, 0], past_in[e, 1], 1.0, -row[0])
    for t in range(n_days):
        directed_rates(now, relation, group, sent, met, t, directed[t])
        joint_rates(now, met, t, joint[t])
        add_given(given, t, directed, joint)
        for b in range(n_b):
            sent[..., b] *= rho[b]
            met[..., b] *= rho[b]
        for i in range(n_actors):
            for j in range(n_actors):
                mine, theirs = now.member[i, t], now.member[j, t]
                for k in range(k_all):
                    add_weight(sent, met, rho, i, j, k, False, mine, theirs, directed[t, i, j, k], 1)
                    add_weight(sent, met, rho, i, j, k, True, mine, theirs, joint[t, i, j, k], 1)
