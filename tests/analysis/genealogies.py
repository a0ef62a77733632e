"""Draws without a sampler: the true genealogy of a simulated world, random ones, and a summary of no fit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from melian.history import EventHistory
from melian.models.design import Columns, make_columns
from melian.models.draws import Draws, FitSummary
from melian.simulate import SimulatedWorld

HALF_LIVES = (1.0, 5.0)


def columns_of(history: EventHistory, bloc: str | None = None) -> Columns:
    return make_columns(history.n_actors, history.n_instruments, len(HALF_LIVES), bloc)


def summary_of_fit(history: EventHistory, columns: Columns, *, share_from: int, **changes: Any) -> FitSummary:
    n, k = history.n_actors, history.n_instruments
    weights = np.zeros((3, n, k, columns.n_features))
    weights[:, 0, 0, 0] = 0.2, 0.1, 0.3
    settings: dict[str, Any] = {
        "half_lives": HALF_LIVES,
        "share_from": share_from,
        "total": np.full((4, n, len(columns.names)), 0.1),
        "weights": weights,
        "kappa": np.tile(np.arange(n) / 10, (4, 1)),
        "spectral_radius": np.array([0.4, 0.5, 0.6, 0.7]),
        "dispersion": 1.25,
        "r_hat": 1.01,
        "seed": 7,
        "sweeps": 100,
        "chains": 2,
    }
    return FitSummary(**settings | changes)


def true_draws(path: SimulatedWorld, history: EventHistory, *, since: int, draws: int = 1) -> Draws:
    """The genealogy of a world without hidden actors; the relation's first kernel stands for all."""
    columns = columns_of(history)
    cell_of = cells_of(path, history)
    rows = np.flatnonzero(path.visible & ~path.joint)
    live = path.step[rows] >= since
    known = live & (path.relation[rows] >= 0)
    parent = np.where(known, path.parent[rows], -1)
    assert (cell_of[parent[known]] >= 0).all(), "a live event has a parent before the record"
    feature = path.relation[rows] * columns.width + path.instrument[parent] * columns.n_kernels
    root = np.where(path.root[rows] < 0, history.n_actors, path.root[rows])

    def repeated(values: NDArray[Any], kind: type) -> NDArray[Any]:
        return np.tile(values.astype(kind), (draws, 1))

    return Draws(
        columns,
        cell_of[rows].astype(np.int32),
        live,
        repeated(np.where(known, feature, -1), np.int16),
        repeated(np.where(known, cell_of[parent], -1), np.int32),
        repeated(root, np.int16),
    )


def cells_of(path: SimulatedWorld, history: EventHistory) -> NDArray[np.int64]:
    """Row of the history for every event of a world, -1 for what no source saw."""
    n, k = history.n_actors, history.n_instruments
    shape = (history.n_steps, 2, n, n, k)
    parts = (history.step, history.joint, history.source, history.target, history.instrument)
    key = np.ravel_multi_index(tuple(part.astype(np.int64) for part in parts), shape)
    seen = np.flatnonzero(path.visible)
    events = (path.step, path.joint, path.source, path.target, path.instrument)
    wanted = np.ravel_multi_index(tuple(part[seen].astype(np.int64) for part in events), shape)
    out = np.full(len(path), -1, np.int64)
    out[seen] = np.searchsorted(key, wanted)
    assert (key[out[seen]] == wanted).all()
    return out


def random_draws(
    history: EventHistory, rng: np.random.Generator, *, draws: int = 5, bloc: str | None = None, live: int = 0
) -> Draws:
    """Give draws in which every parent fits its relation; the roots are any."""
    columns = columns_of(history, bloc)
    directed = np.flatnonzero(~history.joint)
    cell = np.repeat(directed, history.count[directed]).astype(np.int32)
    term = np.full((draws, len(cell)), -1, np.int16)
    parent = np.full((draws, len(cell)), -1, np.int32)
    earlier = np.searchsorted(history.step, history.step[cell])
    for unit in np.flatnonzero((history.step[cell] >= live) & (earlier > 0)):
        for draw in np.flatnonzero(rng.random(draws) < 0.8):
            candidate = int(rng.integers(earlier[unit]))
            column = column_of_pair(history, int(cell[unit]), candidate, columns, bloc)
            if column is None:
                continue
            within = history.instrument[candidate] * columns.n_kernels + rng.integers(columns.n_kernels)
            term[draw, unit] = column * columns.width + within
            parent[draw, unit] = candidate
    root = rng.integers(0, history.n_actors + 1, term.shape).astype(np.int16)
    return Draws(columns, cell, history.step[cell] >= live, term, parent, root)


def column_of_pair(
    history: EventHistory, child: int, parent: int, columns: Columns, bloc: str | None
) -> int | None:
    """Relation column by which one event can be the parent of another, None if by none."""
    i, j = int(history.source[child]), int(history.target[child])
    a, b = int(history.source[parent]), int(history.target[parent])
    if history.joint[parent]:
        return columns.names.index("joint") if {a, b} == {i, j} else None
    relation, third = relation_of(i, j, a, b)
    if relation is None:
        return None
    if third is None or bloc is None:
        return columns.names.index(relation)
    inside = history.blocs[bloc][third, history.step[parent]]
    return columns.names.index(f"{relation}[{bloc if inside else 'rest'}]")


def relation_of(i: int, j: int, a: int, b: int) -> tuple[str | None, int | None]:
    """Relation of a deed a -> b to a later deed i -> j, and the third party."""
    if (a, b) in ((i, j), (j, i)):
        return ("persistence" if a == i else "reply"), None
    third = b if a in (i, j) else a
    by = {(a == i): "spread", (b == i): "alarm", (b == j): "joining", (a == j): "alignment"}
    return by.get(True), third
