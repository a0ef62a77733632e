"""Realised counts over drawn genealogies: every share and interval is one of these over a total."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.analysis.units import Live, take_draws
from melian.errors import InputError
from melian.history import EventHistory
from melian.models.design import Columns
from melian.models.draws import Draws
from melian.options import COMPONENTS, OWN_RELATIONS, REACTION_RELATIONS

__all__ = ["Counts", "component_of_column", "count_draws"]

Ints = NDArray[np.int64]
BLOCK = 1 << 19
"""Entries (draws x units) counted at a time: the work arrays stay within tens of MiB."""
INITIATIVE, MOMENTUM, REACTION, JOINT = range(len(COMPONENTS))


@dataclass(frozen=True, slots=True)
class Counts:
    """Live units counted by draw.

    Attributes
    ----------
    column : (n_draws, n_actors, n_periods, n_columns + 1) int64
        By source, period and relation column that they came from; the last place is the baseline.
    to : (n_draws, n_actors, n_actors) int64
        Reactions by source of the event and source of its parent.
    root : (n_draws, n_actors, n_actors + 1) int64
        By actor whose immigrant they descend from; the last place is joint events.
    initiative : (n_draws, n_instruments, 2) int64
        Initiative by instrument, without and with codes that answer by their own meaning.
    component : (n_cells, 4) int64
        Over all draws and units of the cell, by `melian.options.COMPONENTS`.
    answered : (n_actors, n_instruments, n_instruments) int64
        Reactions over all draws, by instrument done and instrument answered.
    """

    column: Ints
    to: Ints
    root: Ints
    initiative: Ints
    component: Ints
    answered: Ints


@dataclass(frozen=True, slots=True)
class _Tables:
    """Look-ups whose last place is that of index -1, the baseline."""

    column: Ints
    component: Ints
    answered: Ints


def component_of_column(columns: Columns) -> Ints:
    """Component of every relation column, and of the baseline in the last place, (n_columns + 1,)."""
    of: dict[str, int] = {"joint": JOINT}
    of |= {relation: MOMENTUM for relation in OWN_RELATIONS}
    of |= {relation: REACTION for relation in REACTION_RELATIONS}
    return np.array([*(of[relation] for relation in columns.relations), INITIATIVE])


def count_draws(history: EventHistory, draws: Draws, live: Live, *, period: Ints, n_periods: int) -> Counts:
    """Count all draws, a block of them at a time; O(draws x units).

    Parameters
    ----------
    period : (n_cells,) int64
        Period of every live cell, 0 .. n_periods - 1.
    n_periods : int
    """
    out = _zeros(history, draws, live, n_periods=n_periods)
    tables = _tables(draws.columns)
    source = live.source[live.cell]
    by_period = (live.source * n_periods + period)[live.cell]
    by_code = (live.instrument * 2 + live.reactive)[live.cell]
    n_draws = len(draws.term)
    size = max(1, BLOCK // max(len(live.unit), 1))
    for first in range(0, n_draws, size):
        last = min(first + size, n_draws)
        term = take_draws(draws.term, first, last, live)
        parent = take_draws(draws.parent, first, last, live)
        root = take_draws(draws.root, first, last, live)
        _check_parents(term, parent)
        out.column[first:last] = _by_group(by_period, tables.column[term], out.column.shape[1:])
        out.root[first:last] = _by_group(source, root, out.root.shape[1:])
        component = tables.component[term]
        out.to[first:last] = _reactions(history, component, parent, source)
        _add_components(out, live, component)
        _add_answers(out, live, tables.answered[term])
        out.initiative[first:last] = _by_group(by_code, term < 0, (*out.initiative.shape[1:], 2))[..., 1]
    return out


def _zeros(history: EventHistory, draws: Draws, live: Live, *, n_periods: int) -> Counts:
    n, k, n_draws = history.n_actors, history.n_instruments, len(draws.term)
    return Counts(
        column=np.zeros((n_draws, n, n_periods, len(draws.columns.names) + 1), np.int64),
        to=np.zeros((n_draws, n, n), np.int64),
        root=np.zeros((n_draws, n, n + 1), np.int64),
        initiative=np.zeros((n_draws, k, 2), np.int64),
        component=np.zeros((len(live.cells), len(COMPONENTS)), np.int64),
        answered=np.zeros((n, k, k), np.int64),
    )


def _tables(columns: Columns) -> _Tables:
    """Look-ups by feature; what is not a reaction answers the instrument one past the last."""
    column = np.append(np.repeat(np.arange(len(columns.names)), columns.width), len(columns.names))
    component = component_of_column(columns)[column]
    feature = np.arange(len(column)) % columns.width // columns.n_kernels
    return _Tables(column, component, np.where(component == REACTION, feature, columns.n_instruments))


def _by_group(group: Ints, code: NDArray[np.integer | np.bool_], shape: tuple[int, ...]) -> Ints:
    """Count each draw's units by group and code, (n_draws, *shape); the last axis is the code."""
    per_draw = int(np.prod(shape))
    key = code + group * shape[-1]
    key += (np.arange(len(code)) * per_draw)[:, None]
    counts = np.bincount(key.ravel(), minlength=len(code) * per_draw)
    return counts.reshape(len(code), *shape)


def _reactions(history: EventHistory, component: Ints, parent: NDArray[np.int32], source: Ints) -> Ints:
    """Count reactions by the source of the parent, (n_draws, n_actors, n_actors)."""
    n = history.n_actors
    to = np.where(component == REACTION, history.source.astype(np.int64)[parent], n)
    return _by_group(source, to, (n, n + 1))[..., :n]


def _add_components(out: Counts, live: Live, component: Ints) -> None:
    """Add a block's components by cell."""
    cells, parts = out.component.shape
    key = component + live.cell * parts
    out.component[:] += np.bincount(key.ravel(), minlength=cells * parts).reshape(cells, parts)


def _add_answers(out: Counts, live: Live, answered: Ints) -> None:
    """Add a block's reactions by source, instrument done and instrument answered."""
    n, k, _ = out.answered.shape
    key = answered + ((live.source * k + live.instrument) * (k + 1))[live.cell]
    answers = np.bincount(key.ravel(), minlength=n * k * (k + 1)).reshape(n, k, k + 1)
    out.answered[:] += answers[..., :k]


def _check_parents(term: NDArray[np.int16], parent: NDArray[np.int32]) -> None:
    """Raise `InputError` where a unit has a parent without a term, or a term without a parent."""
    wrong = (term < 0) != (parent < 0)
    if wrong.any():
        draw, unit = np.argwhere(wrong)[0]
        raise InputError(
            f"{int(wrong.sum())} drawn units have a term without a parent or a parent without a term (first: "
            f"unit {unit} of its block, term {term[draw, unit]}, parent {parent[draw, unit]})."
        )
