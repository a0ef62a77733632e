"""What comes of itself: immigrants of every channel, joint events of every pair, and what is given."""

from __future__ import annotations

import numpy as np

from melian.kernels.jit import jit
from melian.kernels.streams import STEP, child_of, unit
from melian.kernels.world_tables import FIFTH, SECOND, kept, place_in, put

__all__ = ["FROM_BASELINE", "FROM_GIVEN", "arrive", "offered"]

FROM_BASELINE, FROM_GIVEN = -1, -2
DIRECTED, MEETINGS, OFFERED = 1, 2, 3


@jit
def immigrants(now, base, sheet, second, seed, pool, n):  # type: ignore[no-untyped-def]
    """Draw directed immigrants, a stream for each source and instrument; O(actors x instruments x days)."""
    level, channel, course, daily, exposure = now.level, now.channel, now.course, now.daily, now.exposure
    phase, base_level, base_rate, sums = now.phase, base.level, base.rate, sheet.level_sum
    over_level, over_rate, cells, identities, head = (
        sheet.level,
        sheet.rate,
        pool.cells,
        pool.identity,
        pool.head,
    )
    n_actors, n_tools, n_days = over_rate.shape
    several, room = exposure.shape[1] > 1, cells.shape[0]
    for i in range(n_actors):
        for k in range(n_tools):
            whole = sums[i, k, n_actors - 1]
            if whole <= 0.0:
                continue
            state = child_of(seed, i * n_tools + k)
            t, passed, reached = 0, 0.0, whole * over_rate[i, k, 0]
            while True:
                state += STEP
                passed -= np.log(unit(state))
                while passed >= reached and t < n_days - 1:
                    t += 1
                    reached += whole * over_rate[i, k, t]
                if passed >= reached:
                    break
                identity = child_of(state, 0)
                j = place_in(sums[i, k], unit(identity + STEP) * whole)
                p = phase[t]
                seen = exposure[i, j if several else 0, t]
                rate = level[p, i, j, k] * channel[p, i, j, k] * course[i, k, t] * daily[i, t] * seen
                bound = base_level[i, j, k] * base_rate[i, k, t]
                over = over_level[i, j, k] * over_rate[i, k, t]
                if kept(unit(identity + SECOND), rate, bound, over, second):
                    if n >= room:
                        return -1
                    put(cells, identities, head, n, t, i, j, k, False, FROM_BASELINE, identity)
                    n += 1
    return n


@jit
def meetings(now, base, sheet, second, seed, pool, n):  # type: ignore[no-untyped-def]
    """Draw joint immigrants, a stream for each instrument; O(instruments x days)."""
    level, channel, course, daily = now.joint_level, now.joint_channel, now.joint_course, now.daily
    n_tools, n_days = sheet.joint_rate.shape
    for k in range(n_tools):
        whole = sheet.pair_level[k, -1]
        if whole <= 0.0:
            continue
        state = child_of(seed, k)
        t, passed, reached = 0, 0.0, whole * sheet.joint_rate[k, 0]
        while True:
            state += STEP
            passed -= np.log(unit(state))
            while passed >= reached and t < n_days - 1:
                t += 1
                reached += whole * sheet.joint_rate[k, t]
            if passed >= reached:
                break
            identity = child_of(state, 0)
            pair = place_in(sheet.pair_level[k], unit(identity + STEP) * whole)
            i, j, p = sheet.pair_low[pair], sheet.pair_high[pair], now.phase[t]
            rate = (course[i, k, t] * daily[i, t] + course[j, k, t] * daily[j, t]) / 2.0
            rate *= level[p, i, j, k] * channel[p, i, j, k]
            before = base.pair_level[k, pair - 1] if pair > 0 else 0.0
            bound = (base.pair_level[k, pair] - before) * base.joint_rate[k, t]
            before = sheet.pair_level[k, pair - 1] if pair > 0 else 0.0
            over = (sheet.pair_level[k, pair] - before) * sheet.joint_rate[k, t]
            if kept(unit(identity + SECOND), rate, bound, over, second):
                if n >= pool.cells.shape[0]:
                    return -1
                put(pool.cells, pool.identity, pool.head, n, t, i, j, k, True, FROM_BASELINE, identity)
                n += 1
    return n


@jit
def arrive(now, base, extra, sheets, seed, pool, n):  # type: ignore[no-untyped-def]
    """Draw the immigrants from one or both sheets; -1 where there is no room."""
    for second in range(sheets):
        sheet = extra if second else base
        state = seed + np.uint64(second) * FIFTH
        if n >= 0:
            n = immigrants(now, base, sheet, second > 0, child_of(state, DIRECTED), pool, n)
        if n >= 0:
            n = meetings(now, base, sheet, second > 0, child_of(state, MEETINGS), pool, n)
    return n


@jit
def offered(past, given, seed, pool):  # type: ignore[no-untyped-def]
    """Put past and given events (n, 5: step, source, target, instrument, joint) into the pool."""
    n = past.shape[0]
    stream = child_of(seed, OFFERED)
    for e in range(n):
        for field in range(5):
            pool.cells[e, field] = past[e, field]
        pool.identity[e] = child_of(stream, e)
        pool.order[e] = e
    stream = child_of(seed, OFFERED + 1)
    for e in range(given.shape[0]):
        row = given[e]
        identity = child_of(stream, e)
        put(
            pool.cells,
            pool.identity,
            pool.head,
            n,
            row[0],
            row[1],
            row[2],
            row[3],
            row[4],
            FROM_GIVEN,
            identity,
        )
        n += 1
    return n
