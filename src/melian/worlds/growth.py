"""How a world grows: expected offspring as an operator, its spectral radius, and expected counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.worlds.form import WorldForm

__all__ = ["check_growth", "expected_counts", "expected_totals", "growth_radius", "offspring_of"]

Floats = NDArray[np.float64]
TOLERANCE = 1e-7
ROUNDS = 2000


def offspring_of(world: WorldForm, events: Floats, phase: int, *, share: Floats | None = None) -> Floats:
    """Give the expected direct offspring of directed events by channel, (N, N, K): Gamma v of MODEL.md 4.

    Weekdays are at their mean of one. Where a column is one side of a bloc, members are weighed by
    `share` (N,), their part of the days; the mean over the world's days if not given.
    """
    share = world.member.mean(axis=1) if share is None else share
    totals = world.theta[phase].sum(axis=4)
    out = np.zeros_like(events)
    for c, column in enumerate(world.columns[:-1]):
        v = world.trigger[phase, c]
        side = np.ones_like(share) if column.side < 0 else share if column.side == 0 else 1.0 - share
        seen = _seen(events, column.relation, v * side[None, :])
        out += (seen @ totals[:, :, c].transpose(0, 2, 1)) * world.spread[c][:, :, None]
    n = world.n_actors
    out[np.arange(n), np.arange(n)] = 0.0
    return np.asarray(out * world.channel[phase])


def _seen(events: Floats, relation: str, v: Floats) -> Floats:
    """Sum the events that a relation sees from each channel, weighed by v[i, m], m the other actor."""
    back = events.transpose(1, 0, 2)
    if relation == "persistence":
        return np.asarray(events * v[:, :, None])
    if relation == "reply":
        return np.asarray(back * v[:, :, None])
    if relation == "spread":
        mine = events * v[:, :, None]
        return np.asarray(mine.sum(axis=1)[:, None] - mine)
    if relation == "alarm":
        mine = back * v[:, :, None]
        return np.asarray(mine.sum(axis=1)[:, None] - mine)
    if relation == "joining":
        return np.asarray(np.tensordot(v, events, (1, 0)) - np.diag(v)[:, None, None] * events)
    return np.asarray(np.tensordot(v, events, (1, 1)) - np.diag(v)[:, None, None] * back)


def from_joint(world: WorldForm, joint: Floats, phase: int) -> Floats:
    """Give the expected directed offspring of joint events (N, N, K), low < high, by channel."""
    c = len(world.columns) - 1
    both = joint + joint.transpose(1, 0, 2)
    totals = world.theta[phase].sum(axis=4)[:, :, c]
    out = np.einsum("ikq,ijq->ijk", totals, both * world.trigger[phase, c][:, :, None])
    return np.asarray(out * world.spread[c][:, :, None] * world.channel[phase])


def growth_radius(world: WorldForm) -> float:
    """Spectral radius of the branching in the phase with most of it, joint events among themselves included.

    Power iteration on the operator shifted by one, so that a pure exchange of replies does not swing.
    """
    n, k = world.n_actors, len(world.instruments)
    radius = 0.0
    for phase in np.unique(world.phase):
        v = np.repeat(~np.eye(n, dtype=bool)[:, :, None], k, axis=2) / (n * max(n - 1, 1) * k)
        found, before = 0.0, -1.0
        for _ in range(ROUNDS):
            after = offspring_of(world, v, int(phase)) + v
            found, before = float(after.sum()) - 1.0, found
            v = after / after.sum()
            if abs(found - before) < TOLERANCE:
                break
        radius = max(radius, found)
    matrix = world.joint_theta.sum(axis=2)
    return max(radius, float(np.abs(np.linalg.eigvals(matrix)).max()) if k else 0.0)


def check_growth(world: WorldForm) -> float:
    """Give the spectral radius; raise `InputError` where the branching would explode."""
    radius = growth_radius(world)
    if not radius < 1.0:
        raise InputError(
            f"the world's branching has a spectral radius of {radius:.3f}: an event brings about "
            f"{radius:.2f} others in the long run, so counts would grow without end. It must be below 1; "
            "lower the totals of the relations."
        )
    return radius


def base_rates(world: WorldForm, phase: int, days: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Mean immigrants per day by channel on some days of one phase, directed and joint, both (N, N, K)."""
    profile = world.course * world.daily[:, None, :]
    if world.exposure.shape[1] == 1:
        mean = (profile * world.exposure)[:, :, days].mean(axis=2)
        directed = world.level[phase] * mean[:, None, :]
    else:
        directed = (
            world.level[phase]
            * np.einsum("ikt,ijt->ijk", profile[:, :, days], world.exposure[:, :, days])
            / days.sum()
        )
    swell = (world.joint_course * world.daily[:, None, :])[:, :, days].mean(axis=2)
    both = (swell[:, None, :] + swell[None, :, :]) / 2.0
    upper = np.triu(np.ones(directed.shape[:2]), 1)[:, :, None]
    n = world.n_actors
    directed = directed * world.channel[phase] * ~np.eye(n, dtype=bool)[:, :, None]
    return directed, world.joint_level[phase] * both * upper * world.joint_channel[phase]


def expected_counts(world: WorldForm) -> tuple[Floats, Floats]:
    """Give the events to expect over the world's days, directed and joint, both (N, N, K), in the long run.

    Immigrants of each phase and all their descendants, (I - Gamma)^-1 as a sum over generations (Hawkes
    1971). What the past still brings about and what falls beyond the last day are left out; weekdays at
    their mean.
    """
    total, joint_total = np.zeros(world.level.shape[1:]), np.zeros(world.level.shape[1:])
    for phase in np.unique(world.phase):
        days = world.phase == phase
        directed, joint = base_rates(world, int(phase), days)
        joint = _joint_descent(world, joint, int(phase))
        generation = directed + from_joint(world, joint, int(phase))
        sums = generation.copy()
        for _ in range(ROUNDS):
            generation = offspring_of(world, generation, int(phase))
            sums += generation
            if generation.sum() <= 1e-10 * max(sums.sum(), 1e-300):
                break
        total += sums * days.sum()
        joint_total += joint * days.sum()
    return total, joint_total


def _joint_descent(world: WorldForm, joint: Floats, phase: int) -> Floats:
    matrix = world.joint_theta.sum(axis=2)
    total, generation = joint.copy(), joint
    for _ in range(ROUNDS):
        generation = np.einsum("kq,ijq->ijk", matrix, generation) * world.joint_channel[phase]
        total += generation
        if generation.sum() <= 1e-10 * max(total.sum(), 1e-300):
            break
    return np.asarray(total)


def expected_totals(world: WorldForm) -> float:
    """Rough number of events of one path, what the past brings about included: for the room to make."""
    directed, joint = expected_counts(world)
    past = float(world.past.count.sum()) + float(world.given.count.sum())
    return float(directed.sum() + joint.sum()) * 1.2 + 2.0 * past
