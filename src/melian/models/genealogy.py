"""From the sampler's terms to drawn parents and roots."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.kernels.parents import draw_parents, trace_roots
from melian.models.design import Design, design_stream
from melian.models.units import Units

__all__ = ["Lists", "draw_genealogy", "make_lists"]

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Lists:
    """Past events by dyad, source, target and pair, sorted by step, with the bounds of each list."""

    by_dyad: NDArray[np.int64]
    dyad_at: NDArray[np.int64]
    by_source: NDArray[np.int64]
    source_at: NDArray[np.int64]
    by_target: NDArray[np.int64]
    target_at: NDArray[np.int64]
    by_pair: NDArray[np.int64]
    pair_at: NDArray[np.int64]
    order: NDArray[np.int64]
    cell_first: NDArray[np.int64]
    rho: NDArray[np.float64]


def _listed(
    key: NDArray[np.int64], rows: NDArray[np.int64], size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    order = rows[np.argsort(key[rows], kind="stable")]
    return order, np.searchsorted(key[order], np.arange(size + 1))


def make_lists(design: Design, units: Units) -> Lists:
    """Sort the history's events into the lists that parents are drawn from; O(events log events)."""
    h = design.history
    n = h.n_actors
    source, target = h.source.astype(np.int64), h.target.astype(np.int64)
    directed, joint = np.flatnonzero(~h.joint), np.flatnonzero(h.joint)
    first = np.full(len(h.step), -1, dtype=np.int64)
    first[units.cell[::-1]] = np.arange(len(units))[::-1]
    return Lists(
        *_listed(source * n + target, directed, n * n),
        *_listed(source, directed, n),
        *_listed(target, directed, n),
        *_listed(source * n + target, joint, n * n),
        order=np.argsort(units.step, kind="stable"),
        cell_first=first,
        rho=np.exp2(-1.0 / np.asarray(design.half_lives)),
    )


def draw_genealogy(
    design: Design, units: Units, lists: Lists, term: Ints, rng: np.random.Generator
) -> tuple[Ints, NDArray[np.int16]]:
    """Draw the parent event of every unit and follow it to the root.

    Returns
    -------
    parent : (n_units,) int32
        Row of the event history, -1 for immigrants.
    root : (n_units,) int16
        Source of the immigrant, `n_actors` for a joint event.
    """
    h, s = design.history, design_stream(design)
    parent = np.empty(len(units), dtype=np.int32)
    root = np.empty(len(units), dtype=np.int16)
    draw_parents(
        units.row, units.source, units.target, units.step, term, design.x, h.n_instruments,
        2 if design.bloc else 1, lists.rho,
        s.step, s.source, s.target, s.instrument, s.count, s.source_in, s.target_in,
        lists.by_dyad, lists.dyad_at, lists.by_source, lists.source_at, lists.by_target, lists.target_at,
        lists.by_pair, lists.pair_at, h.n_actors, parent, rng,
    )  # fmt: skip
    trace_roots(lists.order, units.source, parent, lists.cell_first, h.count, h.n_actors, root, rng)
    return parent, root
