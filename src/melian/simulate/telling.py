"""How the acts of a simulated world are told: a code and a mirror for each, one row per report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.options import RELATIONS
from melian.simulate.codes import JOINT_CODES, PLAIN_CODES, REACTIVE_CODES
from melian.simulate.simulated import SimulatedWorld

__all__ = ["Reports", "joined", "mirrored_acts", "tell_by_code", "tell_by_instrument"]

IntArray = NDArray[np.int64]
TextArray = NDArray[np.object_]
PLAIN, REACTIVE, JOINT = range(3)
PERSISTENCE = RELATIONS.index("persistence")


@dataclass(frozen=True, slots=True)
class Reports:
    """Reports as columns, all (n_reports,): day of the record, labels, code or instrument, multiplicity."""

    step: IntArray
    source: TextArray
    target: TextArray
    code: TextArray
    weight: IntArray

    def take(self, rows: IntArray) -> Reports:
        """Give some of the rows."""
        return Reports(*(getattr(self, field.name)[rows] for field in fields(self)))


def joined(parts: list[Reports]) -> Reports:
    """Put reports under one another."""
    return Reports(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Reports)))


def tell_by_instrument(path: SimulatedWorld) -> Reports:
    """Tell the visible directed acts by their instrument, one row per cell."""
    rows = np.flatnonzero(path.visible)
    names = np.array(path.world.instruments, dtype=object)
    return _with_weights(
        path,
        step=path.step[rows],
        source=path.source[rows],
        target=path.target[rows],
        code=names[path.instrument[rows]],
    )


def tell_by_code(
    path: SimulatedWorld,
    rng: np.random.Generator,
    *,
    mirrored: float = 0.0,
    one_sided: float = 0.0,
    inertia: float = 0.0,
) -> Reports:
    """Tell the visible acts by CAMEO code, joint events from both sides.

    Parameters
    ----------
    path : SimulatedWorld
    rng : numpy.random.Generator
        Its first numbers decide which acts are mirrored.
    mirrored, one_sided, inertia : float
        See `melian.simulate.reporting.Reporting`.
    """
    rows = np.flatnonzero(path.visible)
    kind = np.where(path.joint[rows], JOINT, np.where(path.reactive[rows], REACTIVE, PLAIN))
    kind[mirrored_acts(path, mirrored, rng)[rows]] = JOINT
    step, source, target = path.step[rows], path.source[rows], path.target[rows]
    code, mirror = _codes(path, rows, kind, rng)
    if inertia:
        carried = _carried(path, rows, kind, rng.random(len(rows)) < inertia)
        code, mirror = code[carried], mirror[carried]
    back = (kind == JOINT) & ~(path.joint[rows] & (rng.random(len(rows)) < one_sided))
    return _with_weights(
        path,
        step=np.concatenate([step, step[back]]),
        source=np.concatenate([source, target[back]]),
        target=np.concatenate([target, source[back]]),
        code=np.concatenate([code, mirror[back]]),
    )


def mirrored_acts(path: SimulatedWorld, mirrored: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Draw the one-sided acts that are told from both sides, (M,)."""
    rows = np.flatnonzero(path.visible)
    can_mirror = np.isin(path.world.instruments, list(JOINT_CODES))[path.instrument[rows]]
    plain = ~path.joint[rows] & ~path.reactive[rows]
    out = np.zeros(len(path), dtype=np.bool_)
    out[rows] = plain & can_mirror & (rng.random(len(rows)) < mirrored)
    return out


def _carried(path: SimulatedWorld, rows: IntArray, kind: IntArray, inert: NDArray[np.bool_]) -> IntArray:
    """Give for each row the row whose code it carries: an inert act that continues another, that one's."""
    own = np.arange(len(rows))
    place = np.full(len(path) + 1, -1)
    place[rows] = own
    parent = place[path.parent[rows]]
    tool = path.instrument[rows]
    goes_on = (path.relation[rows] == PERSISTENCE) & (tool == tool[parent]) & (kind == kind[parent])
    carried = np.where(inert & goes_on & (parent >= 0), parent, own)
    while (carried[carried] != carried).any():
        carried = carried[carried]
    return carried


def _codes(
    path: SimulatedWorld, rows: IntArray, kind: IntArray, rng: np.random.Generator
) -> tuple[TextArray, TextArray]:
    """Give each act a code and its mirror; acts of one cell go round the pool from a random start."""
    world = path.world
    n, k = world.n_actors, world.n_instruments
    key = np.ravel_multi_index(
        (path.step[rows], path.source[rows], path.target[rows], path.instrument[rows], kind),
        (world.n_steps, n, n, k, 3),
    )
    _, cell, size = np.unique(key, return_inverse=True, return_counts=True)
    order = np.argsort(cell, kind="stable")
    rank = np.empty(len(rows), dtype=np.int64)
    rank[order] = np.arange(len(rows)) - np.repeat(np.cumsum(size) - size, size)
    turn = rank + rng.integers(0, 1 << 20, size=len(size))[cell]
    code, mirror = np.empty(len(rows), dtype=object), np.empty(len(rows), dtype=object)
    for index, name in enumerate(world.instruments):
        for which in (PLAIN, REACTIVE, JOINT):
            mine = np.flatnonzero((path.instrument[rows] == index) & (kind == which))
            if len(mine):
                pool = np.array(_pool(name, which), dtype=object)
                chosen = pool[turn[mine] % len(pool)]
                code[mine], mirror[mine] = chosen[:, 0], chosen[:, 1]
    return code, mirror


def _pool(instrument: str, kind: int) -> list[tuple[str, str]]:
    tables: tuple[Mapping[str, tuple[str, ...]], ...] = (PLAIN_CODES, REACTIVE_CODES)
    if kind == JOINT and instrument in JOINT_CODES:
        return list(JOINT_CODES[instrument])
    if kind != JOINT and instrument in tables[kind]:
        return [(code, "") for code in tables[kind][instrument]]
    word = ("plain", "reactive", "joint")[kind]
    allowed = ", ".join((*tables, JOINT_CODES)[kind])
    raise InputError(
        f"instrument {instrument!r} has no {word} CAMEO codes to tell it by; allowed: {allowed}."
    )


def _with_weights(
    path: SimulatedWorld, *, step: IntArray, source: IntArray, target: IntArray, code: TextArray
) -> Reports:
    """Make one row, with its multiplicity, of reports that no source could tell apart."""
    pool, number = np.unique(code.astype(str), return_inverse=True)
    n = path.world.n_actors
    shape = (path.world.n_steps, n, n, max(len(pool), 1))
    cell, weight = np.unique(np.ravel_multi_index((step, source, target, number), shape), return_counts=True)
    step, source, target, number = np.unravel_index(cell, shape)
    names = np.array(path.world.actors, dtype=object)
    return Reports(step, names[source], names[target], pool.astype(object)[number], weight)
