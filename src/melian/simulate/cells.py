"""From unit events to the event history that a fit reads, without the detour over reports."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from melian.history import Attention, EventHistory, Provenance
from melian.simulate.simulated import SimulatedWorld

__all__ = ["to_history"]

IntArray = NDArray[np.int64]


class _Seen(NamedTuple):
    """The visible events, actors numbered anew."""

    step: IntArray
    joint: IntArray
    source: IntArray
    target: IntArray
    instrument: IntArray
    reactive: NDArray[np.bool_]


def to_history(path: SimulatedWorld, *, since: int = 60, until: int | None = None) -> EventHistory:
    """Make the history that a perfect funnel would give: visible events only, aggregated to cells.

    Parameters
    ----------
    path : SimulatedWorld
    since, until : int
        The window of analysis; the record before `since` is history.

    Returns
    -------
    EventHistory
        With attention from the world's own reports (a joint event is told by both sides) and `elsewhere`.

    Examples
    --------
    >>> from melian.simulate import Baseline, World, simulate
    >>> world = World(actors=("A", "B", "C"), instruments=("coercion", "force"), n_steps=200,
    ...               baseline=Baseline(events=500))
    >>> to_history(simulate(world)).window
    (60, 200)
    """
    world = path.world
    actors = tuple(name for name in world.actors if name not in world.hidden)
    seen = _seen(path)
    shape = (world.n_steps, 2, len(actors), len(actors), world.n_instruments)
    key = np.ravel_multi_index((seen.step, seen.joint, seen.source, seen.target, seen.instrument), shape)
    cell, member, count = np.unique(key, return_inverse=True, return_counts=True)
    step, joint, source, target, instrument = (x.astype(np.int32) for x in np.unravel_index(cell, shape))
    reactive = np.bincount(member, weights=seen.reactive, minlength=len(cell)) == count
    return EventHistory(
        actors=actors,
        instruments=world.instruments,
        origin=world.origin,
        n_steps=world.n_steps,
        window=(since, world.n_steps if until is None else until),
        step=step,
        source=source,
        target=target,
        instrument=instrument,
        count=count.astype(np.int32),
        joint=joint.astype(bool),
        row=np.full(len(cell), -1, dtype=np.int64),
        attention=_attention(seen, path.elsewhere, len(actors)),
        reactive=reactive,
        provenance=Provenance(notes=(f"simulated world, seed {world.seed}",)),
    )


def _seen(path: SimulatedWorld) -> _Seen:
    hidden = np.isin(path.world.actors, path.world.hidden)
    number = np.cumsum(~hidden) - 1
    rows = np.flatnonzero(path.visible)
    return _Seen(
        path.step[rows],
        path.joint[rows].astype(np.int64),
        number[path.source[rows]],
        number[path.target[rows]],
        path.instrument[rows],
        path.reactive[rows],
    )


def _attention(seen: _Seen, elsewhere: IntArray, n: int) -> Attention:
    days = len(elsewhere)
    low, high = np.minimum(seen.source, seen.target), np.maximum(seen.source, seen.target)
    key = np.ravel_multi_index((low, high, seen.step), (n, n, days))
    pair, member = np.unique(key, return_inverse=True)
    count = np.bincount(member, weights=1.0 + seen.joint, minlength=len(pair))
    pair_low, pair_high, pair_step = (x.astype(np.int32) for x in np.unravel_index(pair, (n, n, days)))
    by_actor = np.zeros((n, days))
    np.add.at(by_actor, (pair_low, pair_step), count)
    np.add.at(by_actor, (pair_high, pair_step), count)
    total = elsewhere + np.bincount(pair_step, weights=count, minlength=days)
    return Attention(total.astype(float), by_actor, pair_low, pair_high, pair_step, count.astype(float))
