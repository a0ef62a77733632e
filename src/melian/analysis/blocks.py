"""Cells of one size together, so that their draws stand in a matrix; a block at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from melian.analysis.units import Live

__all__ = ["cell_blocks"]

Ints = NDArray[np.int64]
BLOCK = 1 << 21
"""Entries (draws x units) worked on at a time."""


def cell_blocks(live: Live, n_draws: int) -> Iterator[tuple[Ints, Ints]]:
    """Yield cells with the same number of live units, (m,), and their columns of the draws, (m, size)."""
    order = live.unit[np.argsort(live.cell, kind="stable")]
    first = np.cumsum(live.size) - live.size
    for size in np.unique(live.size):
        cells = np.flatnonzero(live.size == size)
        step = max(1, BLOCK // int(size * n_draws))
        for start in range(0, len(cells), step):
            members = cells[start : start + step]
            yield members, order[first[members][:, None] + np.arange(size)]
