"""One path of a world by branching: immigrants, then the offspring of every event, in the order of days.

Candidates are drawn from tables that bound the world's rates, and kept by thinning. The tables come in two
sheets. The first bounds the factual world. A scenario's rates are compared with that bound: what the factual
tables offer is kept up to it, and a second sheet offers what lies above. So an event whose rates a scenario
leaves alone is the same event, and a scenario that changes nothing gives the same path (Poisson thinning and
superposition; Lewis and Shedler 1979; Hawkes and Oakes 1974 for the clusters).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from melian.kernels.jit import jit
from melian.kernels.streams import STEP, child_of, mixed, unit

__all__ = ["FROM_BASELINE", "FROM_GIVEN", "Pool", "Rates", "Sheet", "alias_tables", "grow"]

FROM_BASELINE, FROM_GIVEN = -1, -2
PERSISTENCE, SPREAD, REPLY, ALARM, JOINING, ALIGNMENT, JOINT = range(7)
DIRECTED, MEETINGS, OFFERED = 1, 2, 3
SECOND, THIRD, FOURTH = (np.uint64((many * int(STEP)) % 2**64) for many in (2, 3, 4))
FIFTH = np.uint64(0x8CB92BA72F3D8DD7)
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


class Rates(NamedTuple):
    """A world's rates on every day. P phases, N actors, K instruments, C columns, B kernels, T days.

    phase (T,) int32; level, channel, joint_level, joint_channel (P, N, N, K); course, joint_course (N, K, T);
    exposure (N, N or 1, T); daily (N, T); theta (P, N, K, C, K, B); joint_theta (K, K, B); spread (C, N, N);
    trigger (P, C, N, N); member (N, T) bool.
    """

    phase: Ints
    level: Floats
    channel: Floats
    joint_level: Floats
    joint_channel: Floats
    course: Floats
    joint_course: Floats
    exposure: Floats
    daily: Floats
    theta: Floats
    joint_theta: Floats
    spread: Floats
    trigger: Floats
    member: NDArray[np.bool_]


class Sheet(NamedTuple):
    """Tables from which candidates are drawn; `theta` and `level` bound the rates over days and phases.

    level (N, N, K) and level_sum (N, K, N), cumulative over targets; rate (N, K, T); pair_level (K, pairs),
    cumulative over pairs low < high, pair_low, pair_high (pairs,), joint_rate (K, T); theta (N, K, C, K, B);
    total (C, N, K) over child instruments and kernels; keep, other (C, N, K, K B): alias tables of child
    instrument and kernel; joint_total (K,), joint_keep, joint_other (K, K B), joint_bound (K, K, B);
    spread (C, N, N), spread_sum the same, cumulative over targets; towards_sum (C, N, K, N): total x spread
    towards the third index's actor, cumulative over sources; relation (C,), group (C,) -1 or the bloc side.
    """

    level: Floats
    level_sum: Floats
    rate: Floats
    pair_level: Floats
    pair_low: Ints
    pair_high: Ints
    joint_rate: Floats
    theta: Floats
    total: Floats
    keep: Floats
    other: Ints
    joint_total: Floats
    joint_keep: Floats
    joint_other: Ints
    joint_bound: Floats
    spread: Floats
    spread_sum: Floats
    towards_sum: Floats
    relation: Ints
    group: Ints
    log_rho: Floats


class Pool(NamedTuple):
    """Room for the events of one path; past events stand first.

    cells (room, 8) int32: step, source, target, instrument, joint, origin, next of the day, unused;
    identity (room,) uint64; head (T,) int32, first event of each day; order (room,) int32, kept ones by day.
    """

    cells: Ints
    identity: NDArray[np.uint64]
    head: Ints
    order: Ints


@jit
def alias_tables(weight, keep, other):  # type: ignore[no-untyped-def]
    """Fill Vose's alias tables (1991) of every row of `weight` (rows, n); rows of zeros stay as they are."""
    rows, n = weight.shape
    small, large = np.empty(n, dtype=np.int32), np.empty(n, dtype=np.int32)
    for r in range(rows):
        total = weight[r].sum()
        if total <= 0.0:
            continue
        few, many = 0, 0
        for at in range(n):
            keep[r, at] = weight[r, at] * n / total
            other[r, at] = at
            if keep[r, at] < 1.0:
                small[few] = at
                few += 1
            else:
                large[many] = at
                many += 1
        while few > 0 and many > 0:
            low, high = small[few - 1], large[many - 1]
            few -= 1
            other[r, low] = high
            keep[r, high] -= 1.0 - keep[r, low]
            if keep[r, high] < 1.0:
                many -= 1
                small[few] = high
                few += 1
        for at in range(few):
            keep[r, small[at]] = 1.0
        for at in range(many):
            keep[r, large[at]] = 1.0


@jit
def place_in(cumulative, wanted):  # type: ignore[no-untyped-def]
    """First place whose cumulative weight exceeds `wanted`; O(log n)."""
    low, high = 0, cumulative.shape[0] - 1
    while low < high:
        middle = (low + high) >> 1
        if cumulative[middle] > wanted:
            high = middle
        else:
            low = middle + 1
    return low


@jit
def place_without(cumulative, wanted, out):  # type: ignore[no-untyped-def]
    """Find the place as `place_in` does, among the weights without place `out`."""
    before = cumulative[out - 1] if out > 0 else 0.0
    if wanted >= before:
        wanted += cumulative[out] - before
    found = place_in(cumulative, wanted)
    if found == out:
        found = out - 1 if out > 0 and cumulative[out] >= cumulative[-1] else out + 1
    return min(found, cumulative.shape[0] - 1)


@jit
def put(cells, identities, head, n, t, i, j, k, joint, origin, identity):  # type: ignore[no-untyped-def]
    """Write an event into row n, at the head of its day.

    The first three numbers of `identity` made the event; its offspring draw from a stream of their own.
    """
    row = cells[n]
    row[0], row[1], row[2], row[3], row[4], row[5] = t, i, j, k, joint, origin
    row[6] = head[t]
    head[t] = n
    identities[n] = mixed(identity + FOURTH)


@jit
def kept(chance, now, base, over, second):  # type: ignore[no-untyped-def]
    """Thin a candidate: of the first sheet up to its bound, of the second what is above the first's."""
    if second:
        return chance * over < now - base
    return chance * base < now


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
def part_rates(relation, group, total, spread, spread_sum, towards, a, b, q, source_in, target_in, rates):  # type: ignore[no-untyped-def]
    """Fill the expected candidates of a directed parent a -> b of instrument q by column; give the sum."""
    whole = 0.0
    last = spread.shape[1] - 1
    for c in range(relation.shape[0]):
        kind, side, rate = relation[c], group[c], 0.0
        third = target_in if kind in (SPREAD, ALIGNMENT) else source_in
        if side < 0 or (side == 0) == third:
            if kind == PERSISTENCE:
                rate = total[c, a, q] * spread[c, a, b]
            elif kind == REPLY:
                rate = total[c, b, q] * spread[c, b, a]
            elif kind == SPREAD:
                rate = total[c, a, q] * (spread_sum[c, a, last] - spread[c, a, b])
            elif kind == ALARM:
                rate = total[c, b, q] * (spread_sum[c, b, last] - spread[c, b, a])
            elif kind == JOINING:
                rate = towards[c, b, q, last] - total[c, a, q] * spread[c, a, b]
            elif kind == ALIGNMENT:
                rate = towards[c, a, q, last] - total[c, b, q] * spread[c, b, a]
        rates[c] = max(rate, 0.0)
        whole += rates[c]
    return whole


@jit
def directed_offspring(now, base, sheet, second, salt, first, last, past_in, rates, pool, n):  # type: ignore[no-untyped-def]  # noqa: C901 (six relations)
    """Draw the offspring of the directed events among pool.order[first:last].

    past_in (past events, 2) tells whether source and target of a past event were in the bloc. Arrays are
    taken out of their tuples once, not per event: that is most of the speed. O(columns + offspring x log
    actors) an event.
    """
    phase, theta, spread, trigger, daily = now.phase, now.theta, now.spread, now.trigger, now.daily
    channel, member, base_theta, base_spread = now.channel, now.member, base.theta, base.spread
    over_theta, over_spread, over_sum, towards = (
        sheet.theta,
        sheet.spread,
        sheet.spread_sum,
        sheet.towards_sum,
    )
    total, keep, other, log_rho = sheet.total, sheet.keep, sheet.other, sheet.log_rho
    relation, group = sheet.relation, sheet.group
    cells, identities, head, order = pool.cells, pool.identity, pool.head, pool.order
    n_days, n_b, slots, room = phase.shape[0], log_rho.shape[0], keep.shape[3], cells.shape[0]
    for at in range(first, last):
        e = order[at]
        if cells[e, 4]:
            continue
        day, a, b, q = cells[e, 0], cells[e, 1], cells[e, 2], cells[e, 3]
        source_in = member[a, day] if day >= 0 else past_in[e, 0]
        target_in = member[b, day] if day >= 0 else past_in[e, 1]
        whole = part_rates(
            relation, group, total, over_spread, over_sum, towards, a, b, q, source_in, target_in, rates
        )
        state, passed = identities[e] + salt, 0.0
        while True:
            state += STEP
            passed -= np.log(unit(state))
            if passed >= whole:
                break
            identity = child_of(state, 0)
            c, rest = 0, passed
            while c < rates.shape[0] - 1 and rest >= rates[c]:
                rest -= rates[c]
                c += 1
            kind = relation[c]
            i, j, m = a, b, b
            if kind == REPLY:
                i, j, m = b, a, a
            elif kind == SPREAD:
                j = place_without(over_sum[c, a], rest / total[c, a, q], b)
            elif kind == ALARM:
                i, m = b, a
                j = place_without(over_sum[c, b], rest / total[c, b, q], a)
            elif kind == JOINING:
                i, m = place_without(towards[c, b, q], rest, a), a
            elif kind == ALIGNMENT:
                i, j = place_without(towards[c, a, q], rest, b), a
            place = unit(identity + STEP) * slots
            slot = int(place)
            if place - slot >= keep[c, i, q, slot]:
                slot = other[c, i, q, slot]
            k, kernel = slot // n_b, slot % n_b
            t = day + 1 + int(np.log(unit(identity + SECOND)) / log_rho[kernel])
            if t < 0 or t >= n_days or i == j:
                continue
            p = phase[t]
            rate = theta[p, i, k, c, q, kernel] * spread[c, i, j] * trigger[p, c, i, m]
            rate *= daily[i, t] * channel[p, i, j, k]
            bound = base_theta[i, k, c, q, kernel] * base_spread[c, i, j]
            over = over_theta[i, k, c, q, kernel] * over_spread[c, i, j]
            if kept(unit(identity + THIRD), rate, bound, over, second):
                if n >= room:
                    return -1
                put(cells, identities, head, n, t, i, j, k, False, c, identity)
                n += 1
    return n


@jit
def joint_offspring(now, base, sheet, second, salt, first, last, pool, n):  # type: ignore[no-untyped-def]  # noqa: C901 (two kinds of offspring)
    """Draw the offspring of the joint events of pool.order[first:last]: acts of either side, and meetings."""
    phase, theta, spread, trigger, daily = now.phase, now.theta, now.spread, now.trigger, now.daily
    channel, joint_channel, joint_theta = now.channel, now.joint_channel, now.joint_theta
    base_theta, base_spread, base_joint = base.theta, base.spread, base.joint_bound
    over_theta, over_spread, over_joint = sheet.theta, sheet.spread, sheet.joint_bound
    total, keep, other, log_rho = sheet.total, sheet.keep, sheet.other, sheet.log_rho
    joint_total, joint_keep, joint_other = sheet.joint_total, sheet.joint_keep, sheet.joint_other
    cells, identities, head, order = pool.cells, pool.identity, pool.head, pool.order
    n_days, n_b, slots, room = phase.shape[0], log_rho.shape[0], keep.shape[3], cells.shape[0]
    c = sheet.relation.shape[0] - 1
    for at in range(first, last):
        e = order[at]
        if not cells[e, 4]:
            continue
        day, a, b, q = cells[e, 0], cells[e, 1], cells[e, 2], cells[e, 3]
        mine, theirs = total[c, a, q] * over_spread[c, a, b], total[c, b, q] * over_spread[c, b, a]
        state, passed = identities[e] + salt, 0.0
        while True:
            state += STEP
            passed -= np.log(unit(state))
            if passed >= mine + theirs + joint_total[q]:
                break
            identity = child_of(state, 0)
            joint = passed >= mine + theirs
            i, j = (b, a) if not joint and passed >= mine else (a, b)
            place = unit(identity + STEP) * slots
            slot = int(place)
            if joint:
                if place - slot >= joint_keep[q, slot]:
                    slot = joint_other[q, slot]
            elif place - slot >= keep[c, i, q, slot]:
                slot = other[c, i, q, slot]
            k, kernel = slot // n_b, slot % n_b
            t = day + 1 + int(np.log(unit(identity + SECOND)) / log_rho[kernel])
            if t < 0 or t >= n_days:
                continue
            p = phase[t]
            if joint:
                rate = (
                    joint_theta[k, q, kernel] * joint_channel[p, i, j, k] * (daily[i, t] + daily[j, t]) / 2.0
                )
                bound, over = base_joint[k, q, kernel], over_joint[k, q, kernel]
            else:
                rate = theta[p, i, k, c, q, kernel] * spread[c, i, j] * trigger[p, c, i, j]
                rate *= daily[i, t] * channel[p, i, j, k]
                bound = base_theta[i, k, c, q, kernel] * base_spread[c, i, j]
                over = over_theta[i, k, c, q, kernel] * over_spread[c, i, j]
            if kept(unit(identity + THIRD), rate, bound, over, second):
                if n >= room:
                    return -1
                put(cells, identities, head, n, t, i, j, k, joint, c, identity)
                n += 1
    return n


@jit
def capped(caps, masks, spent, i, j, k, t):  # type: ignore[no-untyped-def]
    """Tell whether an event is beyond a cap; count it where not. caps (n, 4): most, days, from, to."""
    for at in range(caps.shape[0]):
        open_now = masks[at, i, j, k] and caps[at, 2] <= t < caps[at, 3]
        if open_now and spent[at, (t - caps[at, 2]) // caps[at, 1]] >= caps[at, 0]:
            return True
    for at in range(caps.shape[0]):
        if masks[at, i, j, k] and caps[at, 2] <= t < caps[at, 3]:
            spent[at, (t - caps[at, 2]) // caps[at, 1]] += 1
    return False


@jit
def beget(now, base, extra, sheets, first, last, past_in, rates, pool, n):  # type: ignore[no-untyped-def]
    """Draw the offspring of pool.order[first:last] from one or both sheets; -1 where there is no room."""
    for second in range(sheets):
        sheet = extra if second else base
        salt = np.uint64(second) * FIFTH
        if n >= 0:
            n = directed_offspring(now, base, sheet, second > 0, salt, first, last, past_in, rates, pool, n)
        if n >= 0:
            n = joint_offspring(now, base, sheet, second > 0, salt, first, last, pool, n)
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


@jit
def grow(now, base, extra, sheets, seed, past, past_in, given, caps, masks, spent, pool):  # type: ignore[no-untyped-def]
    """Simulate one path of the world `now`; give (events in the pool, events kept), or (-1, 0) without room.

    sheets is 1, or 2 where `extra` offers what the world has above the factual one. pool.order lists past
    events first, then the kept ones by day. O(events x log actors + actors x instruments x days). Every event
    draws from a stream of its own identity.
    """
    rates = np.empty(base.relation.shape[0])
    for t in range(pool.head.shape[0]):
        pool.head[t] = -1
    done = past.shape[0]
    n = arrive(now, base, extra, sheets, seed, pool, offered(past, given, seed, pool))
    for t in range(-1, now.phase.shape[0]):
        if n < 0:
            return -1, 0
        first = done if t >= 0 else 0
        e = pool.head[t] if t >= 0 else -1
        while e >= 0:
            if not capped(caps, masks, spent, pool.cells[e, 1], pool.cells[e, 2], pool.cells[e, 3], t):
                pool.order[done] = e
                done += 1
            e = pool.cells[e, 6]
        n = beget(now, base, extra, sheets, first, done, past_in, rates, pool, n)
    return (n, done) if n >= 0 else (-1, 0)
