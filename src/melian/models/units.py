"""Events one by one: a cell of count 3 is three units, each with a parent of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.models.design import Design

__all__ = ["Units", "make_units"]

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Units:
    """Directed events of the history sorted by (source, instrument, step, target).

    Attributes
    ----------
    cell : (n_units,) int32
        Row of the event history.
    row : (n_units,) int32
        Row of the design's features.
    source, target, instrument, step : (n_units,) int32
    live : (n_units,) bool
        True where the likelihood sees the event.
    shared : (n_units,) bool
        True where the event is shared out: seen by the likelihood, and after the lead-in.
    bounds : (n_actors + 1,) int64
        Where each source's units begin.
    """

    cell: Ints
    row: Ints
    source: Ints
    target: Ints
    instrument: Ints
    step: Ints
    live: NDArray[np.bool_]
    shared: NDArray[np.bool_]
    bounds: NDArray[np.int64]

    def __len__(self) -> int:
        """Give the number of units."""
        return len(self.cell)

    def counts(self, chosen: NDArray[np.bool_], shape: tuple[int, int, int]) -> NDArray[np.float64]:
        """Count chosen units by (source, target, instrument)."""
        n, _, k = shape
        key = (self.source[chosen].astype(np.int64) * n + self.target[chosen]) * k + self.instrument[chosen]
        return np.bincount(key, minlength=n * n * k).reshape(shape).astype(np.float64)


def make_units(design: Design) -> Units:
    """Repeat each directed cell by its count."""
    at = np.repeat(np.arange(len(design.cell), dtype=np.int32), design.cell_count)
    row = design.cell_row[at]
    source, step = design.row_source[row], design.row_step[row]
    live = design.cell_weight[at] > 0
    return Units(
        cell=design.cell[at],
        row=row,
        source=source,
        target=design.row_target[row],
        instrument=design.cell_instrument[at],
        step=step,
        live=live,
        shared=live & (step >= design.share_from),
        bounds=np.searchsorted(source, np.arange(design.history.n_actors + 1)),
    )
