"""From a world to the tables that the branching kernel draws from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from melian.kernels.world_tables import Rates, Sheet, alias_tables
from melian.options import RELATIONS
from melian.worlds.form import Cap, Events, WorldForm

__all__ = ["cap_tables", "extra_sheet", "rates_of", "relation_numbers", "sheet_of", "units_of"]

Floats = NDArray[np.float64]


def rates_of(world: WorldForm) -> Rates:
    """Give the world's arrays in the kernel's order, contiguous."""
    return Rates(*(np.ascontiguousarray(getattr(world, name)) for name in Rates._fields))


def relation_numbers(world: WorldForm) -> NDArray[np.int32]:
    """Give each column's relation as its place in `melian.options.RELATIONS`, (C,)."""
    known = [str(name) for name in RELATIONS]
    return np.array([known.index(column.relation) for column in world.columns], dtype=np.int32)


def units_of(events: Events, n_steps: int, *, past: bool) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Give past (below step 0) or given events one by one: rows (n, 5), and who was in the bloc (n, 2)."""
    keep = events.step < 0 if past else (events.step >= 0) & (events.step < n_steps)
    at = np.repeat(np.flatnonzero(keep), events.count[keep])
    names = ("step", "source", "target", "instrument", "joint")
    rows = np.stack([getattr(events, name)[at] for name in names], axis=1).astype(np.int32)
    return rows, np.stack([events.source_in[at], events.target_in[at]], axis=1)


def bounds_of(world: WorldForm) -> tuple[Floats, Floats, Floats, Floats]:
    """Bound theta (N, K, C, K, B), joint theta (K, K, B), level and joint level (N, N, K) over all days."""
    n, k = world.n_actors, len(world.instruments)
    used = np.unique(world.phase)
    busiest = world.daily.max(axis=1)
    channel = world.channel[used].max(axis=(0, 2))
    answers = world.trigger[used].max(axis=(0, 3)).T
    theta = world.theta[used].max(axis=0) * (channel * busiest[:, None])[:, :, None, None, None]
    theta = theta * answers[:, None, :, None, None]
    off = ~np.eye(n, dtype=bool)[:, :, None]
    level = (world.level * world.channel)[used].max(axis=0) * off
    upper = np.triu(np.ones((n, n)), 1)[:, :, None]
    joint_level = (world.joint_level * world.joint_channel)[used].max(axis=0) * upper
    joint_channel = (world.joint_channel[used].max(axis=0) * upper).max(axis=(0, 1)) if k else np.zeros(0)
    joint = world.joint_theta * (joint_channel * busiest.max())[:, None, None]
    return theta, joint, level, joint_level


def sheet_of(world: WorldForm) -> Sheet:
    """Make the tables that bound a world."""
    return _sheet(world, *bounds_of(world))


def extra_sheet(factual: WorldForm, world: WorldForm) -> Sheet | None:
    """Make the tables of what `world` has above the factual world's bounds; None where there is nothing."""
    theta0, joint0, level0, pairs0 = bounds_of(factual)
    theta, joint, level, pairs = bounds_of(world)
    if np.array_equal(factual.spread, world.spread):
        theta = np.maximum(theta - theta0, 0.0)
    same = _same_profiles(factual, world)
    level = np.where(same[:, None, :], np.maximum(level - level0, 0.0), level)
    joint = np.maximum(joint - joint0, 0.0)
    if np.array_equal(factual.joint_course, world.joint_course) and np.array_equal(
        factual.daily, world.daily
    ):
        pairs = np.maximum(pairs - pairs0, 0.0)
    if not (theta.any() or joint.any() or level.any() or pairs.any()):
        return None
    return _sheet(world, theta, joint, level, pairs)


def _same_profiles(one: WorldForm, other: WorldForm) -> NDArray[np.bool_]:
    """Tell for which (source, instrument) course, weekday factor and exposure are the same on all days."""
    if one.exposure.shape != other.exposure.shape:
        return np.zeros(one.course.shape[:2], dtype=bool)
    course = (one.course == other.course).all(axis=2)
    rest = (one.daily == other.daily).all(axis=1) & (one.exposure == other.exposure).all(axis=(1, 2))
    return np.asarray(course & rest[:, None])


def _sheet(world: WorldForm, theta: Floats, joint: Floats, level: Floats, pairs: Floats) -> Sheet:
    n, k = world.n_actors, len(world.instruments)
    columns, n_b = len(world.columns), len(world.rho)
    total = np.ascontiguousarray(theta.sum(axis=(1, 4)).transpose(1, 0, 2))
    weight = np.ascontiguousarray(theta.transpose(2, 0, 3, 1, 4).reshape(columns * n * k, k * n_b))
    keep, other = np.zeros_like(weight), np.zeros(weight.shape, dtype=np.int32)
    alias_tables(weight, keep, other)
    joint_weight = np.ascontiguousarray(joint.transpose(1, 0, 2).reshape(k, k * n_b))
    joint_keep, joint_other = np.zeros_like(joint_weight), np.zeros(joint_weight.shape, dtype=np.int32)
    alias_tables(joint_weight, joint_keep, joint_other)
    low, high = np.nonzero(np.triu(np.ones((n, n)), 1))
    profile = world.course * (world.daily * world.exposure.max(axis=1))[:, None, :]
    towards = np.einsum("cmq,cmb->cbqm", total, world.spread)
    return Sheet(
        level=np.ascontiguousarray(level),
        level_sum=np.ascontiguousarray(level.cumsum(axis=1).transpose(0, 2, 1)),
        rate=np.ascontiguousarray(profile),
        pair_level=np.ascontiguousarray(pairs[low, high].cumsum(axis=0).T),
        pair_low=low.astype(np.int32),
        pair_high=high.astype(np.int32),
        joint_rate=np.ascontiguousarray((world.joint_course * world.daily[:, None, :]).max(axis=0)),
        theta=np.ascontiguousarray(theta),
        total=total,
        keep=keep.reshape(columns, n, k, k * n_b),
        other=other.reshape(columns, n, k, k * n_b),
        joint_total=joint.sum(axis=(0, 2)),
        joint_keep=joint_keep,
        joint_other=joint_other,
        joint_bound=np.ascontiguousarray(joint),
        spread=np.ascontiguousarray(world.spread),
        spread_sum=np.ascontiguousarray(world.spread.cumsum(axis=2)),
        towards_sum=np.ascontiguousarray(towards.cumsum(axis=3)),
        relation=relation_numbers(world),
        group=np.array([c.side for c in world.columns], dtype=np.int32),
        log_rho=np.log(np.maximum(world.rho, 1e-300)),
    )


def cap_tables(
    caps: Sequence[Cap], shape: tuple[int, int, int], n_steps: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64]]:
    """Give caps as (most, days, since, until) rows, their masks, and room for what is spent of them."""
    table = np.array([(c.most, c.days, c.since, c.until) for c in caps], dtype=np.int64).reshape(len(caps), 4)
    masks = np.array([c.mask for c in caps], dtype=bool).reshape(len(caps), *shape)
    return table, masks, np.zeros((len(caps), n_steps + 1), dtype=np.int64)
