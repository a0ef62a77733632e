"""Decayed counts of past events in every relation to a channel: one pass over the sorted events.

Relation columns, in this order (S = 2 where third-party relations are split by a bloc, else 1):
persistence, spread x S, reply, alarm x S, joining x S, alignment x S, joint; in all 3 + 4 S.
A feature row is laid out (relation column, instrument of the past event, kernel), last index fastest.
"""

from __future__ import annotations

import numpy as np

from melian.kernels.jit import jit

__all__ = ["add_event", "features", "read_state", "split_states"]

TINY = 1e-12


@jit
def add_event(state, last, unit, k, step, n, decay):  # type: ignore[no-untyped-def]
    """Add `n` events of instrument `k` at `step` to a decayed state; O(kernels).

    state (units, instruments, kernels) holds sum_u rho^(last - u) n(u); last (units, instruments) int32.
    """
    gap = step - last[unit, k]
    for b in range(decay.shape[0]):
        state[unit, k, b] = state[unit, k, b] * decay[b, gap] + n
    last[unit, k] = step


@jit
def read_state(state, last, unit, k, b, step, decay):  # type: ignore[no-untyped-def]
    """Give sum_u g_b(step - u) n(u) with g_b(d) = (1 - rho_b) rho_b^(d - 1), d >= 1."""
    value = state[unit, k, b]
    if value == 0.0:
        return 0.0
    return value * (1.0 - decay[b, 1]) * decay[b, step - last[unit, k] - 1]


@jit
def split_states(n_units, n_split, n_instruments, n_kernels):  # type: ignore[no-untyped-def]
    """Make zero states for `n_units` x `n_split` units."""
    state = np.zeros((n_units * n_split, n_instruments, n_kernels))
    last = np.zeros((n_units * n_split, n_instruments), dtype=np.int32)
    return state, last


@jit
def features(  # type: ignore[no-untyped-def]  # noqa: C901 (one loop over rows, all relations at once)
    step, source, target, instrument, count, joint, source_in, target_in, dyad, pair,
    row_step, row_source, row_target, row_dyad, row_reverse, row_pair,
    n_actors, n_dyads, n_pairs, n_instruments, n_split, decay, out,
):  # fmt: skip
    """Fill `out` (rows, (3 + 4 S) x instruments x kernels) float32 with x[r, k', b](i, j, t).

    Events (sorted by step): step, source, target, instrument, count int32; joint bool; source_in and
    target_in int32 are the bloc group (0 .. S-1) of each end on that day; dyad and pair int32 ids.
    Rows (sorted by step): the asked (step, source, target), the ids of the dyad, of the reverse dyad and
    of the pair (-1 where none ever occurs). decay (kernels, steps + 1) is rho_b^d. Only events of earlier
    steps enter a row.
    Cost O(events x kernels + rows x columns); memory O(active dyads x instruments x kernels).
    """
    n_b = decay.shape[0]
    by_source_group, last_s = split_states(n_dyads, n_split, n_instruments, n_b)
    by_target_group, last_t = split_states(n_dyads if n_split > 1 else 0, n_split, n_instruments, n_b)
    sent, last_sent = split_states(n_actors, n_split, n_instruments, n_b)
    received, last_received = split_states(n_actors, n_split, n_instruments, n_b)
    met, last_met = split_states(n_pairs, 1, n_instruments, n_b)
    if n_split == 1:
        by_target_group, last_t = by_source_group, last_s
    n_events = step.shape[0]
    kb = n_instruments * n_b
    e = 0
    for row in range(row_step.shape[0]):
        t = row_step[row]
        while e < n_events and step[e] < t:
            u, k, n = step[e], instrument[e], count[e]
            if joint[e]:
                add_event(met, last_met, pair[e], k, u, n, decay)
            else:
                gs, gt = source_in[e], target_in[e]
                add_event(by_source_group, last_s, dyad[e] * n_split + gs, k, u, n, decay)
                if n_split > 1:
                    add_event(by_target_group, last_t, dyad[e] * n_split + gt, k, u, n, decay)
                add_event(sent, last_sent, source[e] * n_split + gt, k, u, n, decay)
                add_event(received, last_received, target[e] * n_split + gs, k, u, n, decay)
            e += 1
        i, j, d, v, p = row_source[row], row_target[row], row_dyad[row], row_reverse[row], row_pair[row]
        for k in range(n_instruments):
            for b in range(n_b):
                at = k * n_b + b
                own = 0.0
                reply = 0.0
                for s in range(n_split):
                    ds, dt, vs, vt = 0.0, 0.0, 0.0, 0.0
                    if d >= 0:
                        ds = read_state(by_source_group, last_s, d * n_split + s, k, b, t, decay)
                        dt = ds
                        if n_split > 1:
                            dt = read_state(by_target_group, last_t, d * n_split + s, k, b, t, decay)
                    if v >= 0:
                        vs = read_state(by_source_group, last_s, v * n_split + s, k, b, t, decay)
                        vt = vs
                        if n_split > 1:
                            vt = read_state(by_target_group, last_t, v * n_split + s, k, b, t, decay)
                    own += ds
                    reply += vs
                    spread = read_state(sent, last_sent, i * n_split + s, k, b, t, decay) - dt
                    alarm = read_state(received, last_received, i * n_split + s, k, b, t, decay) - vs
                    joining = read_state(received, last_received, j * n_split + s, k, b, t, decay) - ds
                    alignment = read_state(sent, last_sent, j * n_split + s, k, b, t, decay) - vt
                    third = (1 + s) * kb + at
                    out[row, third] = spread if spread > TINY else 0.0
                    third = (2 + n_split + s) * kb + at
                    out[row, third] = alarm if alarm > TINY else 0.0
                    third = (2 + 2 * n_split + s) * kb + at
                    out[row, third] = joining if joining > TINY else 0.0
                    third = (2 + 3 * n_split + s) * kb + at
                    out[row, third] = alignment if alignment > TINY else 0.0
                out[row, at] = own
                out[row, (1 + n_split) * kb + at] = reply
                joined = 0.0
                if p >= 0:
                    joined = read_state(met, last_met, p, k, b, t, decay)
                out[row, (2 + 4 * n_split) * kb + at] = joined
