"""The true shares of a simulated world: counts over its genealogy, never expectations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.options import COMPONENTS, RELATIONS
from melian.simulate.simulated import COMPONENT_OF_RELATION, SimulatedWorld

__all__ = ["Truth", "truth_of"]

IntArray = NDArray[np.int64]
COMPONENT = np.array([COMPONENTS.index(name) for name in COMPONENT_OF_RELATION])
REACTION = COMPONENTS.index("reaction")


@dataclass(frozen=True, slots=True)
class Truth:
    """Counts of directed events between visible actors within [since, until); N visible actors, A in all.

    Attributes
    ----------
    actors : tuple of str
        The N visible actors.
    counterparts : tuple of str
        All A actors, hidden ones too: what `to` and `root` are counted by.
    instruments : tuple of str
    since, until : int
        First step and one past the last.
    events : (N,) int64
        Directed events of the actor.
    joint_events : (N,) int64
        Joint events that it took part in.
    component : (N, 4) int64
        By `melian.options.COMPONENTS`.
    relation : (N, 7) int64
        By `melian.options.RELATIONS`; what is left of `events` is initiative.
    to : (N, A) int64
        Reactions by the source of the parent event.
    root : (N, A + 1) int64
        By the actor whose initiative they descend from; the last column is joint events.
    toolkit : (N, K, 4) int64
        By instrument and component.
    answered : (K, K) int64
        Reactions by instrument of the parent (row) and their own (column).
    reactive : (K, 4) int64
        Events with codes that are answers by their own meaning.
    """

    actors: tuple[str, ...]
    counterparts: tuple[str, ...]
    instruments: tuple[str, ...]
    since: int
    until: int
    events: IntArray
    joint_events: IntArray
    component: IntArray
    relation: IntArray
    to: IntArray
    root: IntArray
    toolkit: IntArray
    answered: IntArray
    reactive: IntArray

    def shares(self) -> NDArray[np.float64]:
        """Give the shares of the components, (N, 4); nan where an actor has no events."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.component / self.events[:, None], dtype=np.float64)

    def root_self(self) -> NDArray[np.float64]:
        """Give the share of each actor's events that descend from its own initiative, (N,)."""
        own = [self.counterparts.index(name) for name in self.actors]
        with np.errstate(invalid="ignore"):
            return np.asarray(self.root[np.arange(len(own)), own] / self.events, dtype=np.float64)

    def as_dict(self) -> dict[str, Any]:
        """Give the form of PRODUCT.md's `attribute --json`, actor by actor, without intervals."""
        return {name: self._of(row) for row, name in enumerate(self.actors)}

    def _of(self, row: int) -> dict[str, Any]:
        total = int(self.events[row])
        own = self.counterparts.index(self.actors[row])
        by = {n: self.root[row, c] for c, n in enumerate(self.counterparts) if c != own}
        by["joint"] = self.root[row, -1]
        proximate: dict[str, Any] = _each(dict(zip(COMPONENTS, self.component[row], strict=True)), total)
        proximate["relations"] = _each(dict(zip(RELATIONS, self.relation[row], strict=True)), total)
        proximate["to"] = _each(dict(zip(self.counterparts, self.to[row], strict=True)), total)
        return {
            "events": total,
            "joint_events": int(self.joint_events[row]),
            "proximate": proximate,
            "root": {"self": _share(self.root[row, own], total), "by": _each(by, total)},
        }


def _each(counts: Mapping[str, Any], total: int) -> dict[str, Any]:
    return {name: _share(count, total) for name, count in counts.items()}


def _share(count: Any, total: int) -> dict[str, Any]:
    if total == 0:
        return {"share": None, "reason": "no events in the window"}
    return {"share": float(count) / total, "events": int(count)}


def truth_of(path: SimulatedWorld, *, since: int = 0, until: int | None = None) -> Truth:
    """Count the true shares over the steps [since, until) of the record.

    Parameters
    ----------
    path : SimulatedWorld
    since : int
        First step counted; the fit's own burn-in where it has one.
    until : int, optional
        One past the last step; the whole record if not given.

    Returns
    -------
    Truth

    Raises
    ------
    InputError
        Where the window is empty or outside the record.

    Examples
    --------
    >>> from melian.simulate import Baseline, World, simulate
    >>> world = World(actors=("A", "B", "C"), instruments=("coercion", "force"), n_steps=200,
    ...               baseline=Baseline(events=500))
    >>> truth = truth_of(simulate(world), since=60)
    >>> bool((truth.component.sum(axis=1) == truth.events).all())
    True
    """
    world = path.world
    end = world.n_steps if until is None else until
    if not 0 <= since < end <= world.n_steps:
        raise InputError(
            f"since={since}, until={end} is empty or outside the {world.n_steps} steps of the world."
        )
    inside = path.visible & (path.step >= since) & (path.step < end)
    rows, meetings = np.flatnonzero(inside & ~path.joint), np.flatnonzero(inside & path.joint)
    seen = [a for a, name in enumerate(world.actors) if name not in world.hidden]
    n, k = world.n_actors, world.n_instruments
    source, tool = path.source[rows], path.instrument[rows]
    component = COMPONENT[path.relation[rows]]
    reaction = component == REACTION
    parent = path.parent[rows[reaction]]
    answered = _count(path.instrument[parent], tool[reaction], shape=(k, k))
    both = np.concatenate([path.source[meetings], path.target[meetings]])
    born = path.relation[rows] >= 0
    return Truth(
        actors=tuple(world.actors[a] for a in seen),
        counterparts=world.actors,
        instruments=world.instruments,
        since=since,
        until=end,
        events=_count(source, shape=(n,))[seen],
        joint_events=_count(both, shape=(n,))[seen],
        component=_count(source, component, shape=(n, len(COMPONENTS)))[seen],
        relation=_count(source[born], path.relation[rows][born], shape=(n, len(RELATIONS)))[seen],
        to=_count(source[reaction], path.source[parent], shape=(n, n))[seen],
        root=_count(source, path.root[rows] % (n + 1), shape=(n, n + 1))[seen],
        toolkit=_count(source, tool, component, shape=(n, k, len(COMPONENTS)))[seen],
        answered=answered,
        reactive=_count(
            tool[path.reactive[rows]], component[path.reactive[rows]], shape=(k, len(COMPONENTS))
        ),
    )


def _count(*indices: IntArray, shape: tuple[int, ...]) -> IntArray:
    flat = np.ravel_multi_index(indices, shape)
    return np.bincount(flat, minlength=int(np.prod(shape))).reshape(shape)
