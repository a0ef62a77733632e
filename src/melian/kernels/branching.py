"""One path of a world by branching: immigrants, then the offspring of every event, in the order of days.

Candidates are drawn from tables that bound the world's rates, and kept by thinning. The tables come in two
sheets. The first bounds the factual world. A scenario's rates are compared with that bound: what the factual
tables offer is kept up to it, and a second sheet offers what lies above. So an event whose rates a scenario
leaves alone is the same event, and a scenario that changes nothing gives the same path (Poisson thinning and
superposition; Lewis and Shedler 1979; Hawkes and Oakes 1974 for the clusters).
"""

from __future__ import annotations

import numpy as np

from melian.kernels.arrivals import arrive, offered
from melian.kernels.jit import jit
from melian.kernels.streams import STEP, child_of, unit
from melian.kernels.world_tables import FIFTH, SECOND, THIRD, kept, place_without, put

__all__ = ["capped", "grow"]

PERSISTENCE, SPREAD, REPLY, ALARM, JOINING, ALIGNMENT = range(6)


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
