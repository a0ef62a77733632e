"""The branching itself: immigrants, then offspring generation by generation, in discrete days."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from melian.options import RELATIONS
from melian.simulate.openings import Openings
from melian.simulate.parameters import Parameters

__all__ = ["BASELINE", "Genealogy", "branch"]

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BASELINE = -1
CHUNK = 50_000  # events handled at once where a row is as wide as the openings of a pair
JOINT = RELATIONS.index("joint")


@dataclass(frozen=True, slots=True)
class Genealogy:
    """Unit events with their parents; one row is one event, M in all.

    Attributes
    ----------
    step, source, target, instrument : (M,) int64
        Day counted from the start of the simulation, actors, instrument. Joint events have source < target.
    joint : (M,) bool
    relation : (M,) int64
        Index into `RELATIONS` of the relation it was born by, or `BASELINE`.
    parent : (M,) int64
        Row of the parent, -1 for immigrants.
    root : (M,) int64
        Source of the immigrant that it descends from, or -1 where that is a joint event.
    """

    step: IntArray
    source: IntArray
    target: IntArray
    instrument: IntArray
    joint: BoolArray
    relation: IntArray
    parent: IntArray
    root: IntArray

    def __len__(self) -> int:
        """Give the number of events."""
        return len(self.step)

    def take(self, rows: IntArray | BoolArray) -> Genealogy:
        """Give some of the rows; parents keep the numbers that they had."""
        return Genealogy(*(getattr(self, field.name)[rows] for field in fields(self)))


def branch(parameters: Parameters, rng: np.random.Generator) -> Genealogy:
    """Simulate one path: immigrants first, then the offspring of each generation until none come.

    Parameters
    ----------
    parameters : Parameters
    rng : numpy.random.Generator

    Returns
    -------
    Genealogy
        Sorted by step; events of one step in random order.

    Notes
    -----
    The cluster representation of a Hawkes process (Hawkes and Oakes 1974), in discrete time: every event has
    independent Poisson numbers of offspring, whose lags are drawn from the kernel.
    """
    openings = parameters.openings()
    generation = _join([_immigrants(parameters, rng), _joint_immigrants(parameters, rng)])
    done = [generation]
    first_row = 0
    while len(generation):
        children = [_offspring(generation, first_row, parameters, openings, rng)]
        children.append(_of_joint(generation, first_row, parameters, openings, rng))
        children.append(_joint_of_joint(generation, first_row, parameters, rng))
        first_row += len(generation)
        generation = _join(children)
        done.append(generation)
    return _sorted(_join(done), rng)


def _join(parts: list[Genealogy]) -> Genealogy:
    return Genealogy(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Genealogy)))


def _sorted(events: Genealogy, rng: np.random.Generator) -> Genealogy:
    order = np.lexsort((rng.random(len(events)), events.step))
    place = np.empty(len(events) + 1, dtype=np.int64)
    place[order] = np.arange(len(events))
    place[-1] = -1
    out = events.take(order)
    return Genealogy(
        out.step, out.source, out.target, out.instrument, out.joint, out.relation, place[out.parent], out.root
    )


def _pick(cumulative: FloatArray, which: tuple[IntArray, ...], rng: np.random.Generator) -> IntArray:
    """Draw one index for each row of a table of cumulative weights that `which` points to."""
    draw = rng.random(len(which[0])) * cumulative[..., -1][which]
    picked = np.empty(len(draw), dtype=np.int64)
    for first in range(0, len(draw), CHUNK):
        some = slice(first, first + CHUNK)
        rows = cumulative[tuple(index[some] for index in which)]
        picked[some] = (rows <= draw[some, None]).sum(axis=1)
    return picked


def _immigrants(parameters: Parameters, rng: np.random.Generator) -> Genealogy:
    profile = parameters.course * (parameters.exposure * parameters.weekday)[:, None, :]
    counts = rng.poisson(parameters.level.sum(axis=1)[:, :, None] * profile)
    source, instrument, step = np.nonzero(counts)
    repeat = counts[source, instrument, step]
    source, instrument, step = (np.repeat(x, repeat) for x in (source, instrument, step))
    cumulative = np.cumsum(parameters.level, axis=1).transpose(0, 2, 1)
    target = _pick(cumulative, (source, instrument), rng)
    return _new(step, source, target, instrument, root=source)


def _joint_immigrants(parameters: Parameters, rng: np.random.Generator) -> Genealogy:
    low, high = np.nonzero(np.triu(np.ones(parameters.level.shape[:2]), 1))
    profile = parameters.course * (parameters.exposure * parameters.weekday)[:, None, :]
    rate = parameters.joint_level[low, high][:, :, None] * (profile[low] + profile[high]) / 2
    counts = rng.poisson(rate)
    pair, instrument, step = np.nonzero(counts)
    repeat = counts[pair, instrument, step]
    pair, instrument, step = (np.repeat(x, repeat) for x in (pair, instrument, step))
    return _new(step, low[pair], high[pair], instrument, joint=True)


def _new(
    step: IntArray,
    source: IntArray,
    target: IntArray,
    instrument: IntArray,
    *,
    joint: bool = False,
    relation: IntArray | int = BASELINE,
    parent: IntArray | int = -1,
    root: IntArray | int = -1,
) -> Genealogy:
    def column(value: IntArray | int) -> IntArray:
        return np.broadcast_to(np.asarray(value, dtype=np.int64), step.shape).copy()

    return Genealogy(
        column(step),
        column(source),
        column(target),
        column(instrument),
        np.full(step.shape, joint),
        column(relation),
        column(parent),
        column(root),
    )


def _offspring(
    parents: Genealogy, first_row: int, parameters: Parameters, openings: Openings, rng: np.random.Generator
) -> Genealogy:
    """Directed offspring of directed parents."""
    n = parameters.level.shape[0]
    who = np.flatnonzero(~parents.joint)
    pair = parents.source[who] * n + parents.target[who]
    ceiling = _ceiling(parameters)
    bound = openings.rate * ceiling[openings.relation, openings.responder]
    row, opening = _draw_openings(bound, openings, parameters, (pair, parents.instrument[who]), rng)
    place = (pair[row], opening)
    return _born(
        parents,
        who[row],
        first_row,
        parameters,
        rng,
        relation=openings.relation[place],
        source=openings.responder[place],
        target=openings.target[place],
    )


def _draw_openings(
    bound: FloatArray,
    openings: Openings,
    parameters: Parameters,
    parent: tuple[IntArray, IntArray],
    rng: np.random.Generator,
) -> tuple[IntArray, IntArray]:
    """Draw the offspring of parents given by pair and instrument: row of the parent and opening of each."""
    pair, instrument = parent
    rows, taken = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for first in range(0, len(pair), CHUNK):
        some = pair[first : first + CHUNK]
        tools = instrument[first : first + CHUNK]
        strength = parameters.provocation[openings.relation[some], tools[:, None]]
        counts = rng.poisson(bound[some] * strength)
        row, opening = np.nonzero(counts)
        repeat = counts[row, opening]
        rows.append(np.repeat(row + first, repeat))
        taken.append(np.repeat(opening, repeat))
    return np.concatenate(rows), np.concatenate(taken)


def _of_joint(
    parents: Genealogy, first_row: int, parameters: Parameters, openings: Openings, rng: np.random.Generator
) -> Genealogy:
    """Directed offspring of joint parents, towards either side."""
    who = np.flatnonzero(parents.joint)
    low, high = parents.source[who], parents.target[who]
    source, target = np.concatenate([low, high]), np.concatenate([high, low])
    both = np.concatenate([who, who])
    strength = parameters.provocation[JOINT, parents.instrument[both]] * _ceiling(parameters)[JOINT, source]
    counts = rng.poisson(openings.joint_rate[source, target] * strength)
    row = np.repeat(np.arange(len(both)), counts)
    relation = np.full(len(row), JOINT)
    return _born(
        parents,
        both[row],
        first_row,
        parameters,
        rng,
        relation=relation,
        source=source[row],
        target=target[row],
    )


def _joint_of_joint(
    parents: Genealogy, first_row: int, parameters: Parameters, rng: np.random.Generator
) -> Genealogy:
    """Joint offspring of joint parents."""
    who = np.flatnonzero(parents.joint)
    ceiling = _ceiling(parameters)[JOINT]
    counts = rng.poisson(
        parameters.joint_self * np.maximum(ceiling[parents.source[who]], ceiling[parents.target[who]])
    )
    row = np.repeat(who, counts)
    return _born(
        parents,
        row,
        first_row,
        parameters,
        rng,
        relation=np.full(len(row), JOINT),
        source=parents.source[row],
        target=parents.target[row],
        joint=True,
    )


def _ceiling(parameters: Parameters) -> FloatArray:
    """Largest factor on an offspring's rate, by relation and responding actor, (R, N)."""
    return np.outer(parameters.totals_course.max(axis=1), parameters.weekday.max(axis=1))


def _born(
    parents: Genealogy,
    row: IntArray,
    first_row: int,
    parameters: Parameters,
    rng: np.random.Generator,
    *,
    relation: IntArray,
    source: IntArray,
    target: IntArray,
    joint: bool = False,
) -> Genealogy:
    """Give each child its day and instrument; keep it with the weekday's and the regime's probability."""
    days = parameters.course.shape[2]
    cumulative = np.cumsum(parameters.kernel, axis=1)
    draw, lag = rng.random(len(row)), np.empty(len(row), dtype=np.int64)
    for r in range(len(RELATIONS)):
        mine = relation == r
        lag[mine] = np.searchsorted(cumulative[r], draw[mine], side="right")
    step = parents.step[row] + lag
    inside = step < days
    day = np.minimum(step, days - 1)
    weekday = parameters.weekday[source, day]
    ceiling = _ceiling(parameters)
    top = ceiling[relation, source]
    if joint:
        weekday = (weekday + parameters.weekday[target, day]) / 2
        top = np.maximum(top, ceiling[relation, target])
    kept = inside & (rng.random(len(row)) * top < weekday * parameters.totals_course[relation, day])
    instrument = parents.instrument[row]
    if not joint:
        maps = np.cumsum(parameters.instrument_map, axis=2)
        instrument = np.minimum(_pick(maps, (relation, instrument), rng), maps.shape[2] - 1)
    return _new(
        step,
        source,
        target,
        instrument,
        joint=joint,
        relation=relation,
        parent=row + first_row,
        root=parents.root[row],
    ).take(kept)
