"""The most frequent drawn parents of every cell of events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.analysis.blocks import cell_blocks
from melian.analysis.units import Live
from melian.models.draws import Draws

__all__ = ["MOST_PARENTS", "Parents", "top_parents"]

Ints = NDArray[np.int64]
MOST_PARENTS = 3


@dataclass(frozen=True, slots=True)
class Parents:
    """The three most frequent parents of every live cell, most frequent first.

    Attributes
    ----------
    cell : (n_cells, 3) int64
        Row of the event history, -1 where fewer parents were drawn.
    column : (n_cells, 3) int64
        Relation column by which they are parents.
    probability : (n_cells, 3) float64
        Share of the draws (and of the units of the cell) in which they are the parent.
    """

    cell: Ints
    column: Ints
    probability: NDArray[np.float64]


def top_parents(draws: Draws, live: Live) -> Parents:
    """Count the drawn parents of every live cell; ties go to the earlier parent.

    Cells of one size are sorted together, a block at a time: O(draws x units x log(draws)).
    """
    shape = (len(live.cells), MOST_PARENTS)
    cell, column = np.full(shape, -1, np.int64), np.full(shape, -1, np.int64)
    probability = np.zeros(shape)
    n_codes = len(draws.columns.names) + 1
    of_term = np.append(np.repeat(np.arange(n_codes - 1), draws.columns.width), n_codes - 1)
    for members, units in cell_blocks(live, len(draws.term)):
        drawn = draws.parent[:, units.ravel()].astype(np.int64) + 1
        drawn *= n_codes
        drawn += of_term[draws.term[:, units.ravel()]]
        key = np.ascontiguousarray(drawn.T).reshape(len(members), -1)
        key.sort(axis=1)
        for place, (code, times) in enumerate(_most_frequent(key, n_codes)):
            known = times > 0
            cell[members[known], place] = code[known] // n_codes - 1
            column[members[known], place] = code[known] % n_codes
            probability[members, place] = times / key.shape[1]
    return Parents(cell, column, probability)


def _most_frequent(key: Ints, smallest: int) -> Iterator[tuple[Ints, Ints]]:
    """Yield, three times, the next most frequent key of every sorted row and how often it stands there.

    Keys below `smallest` (immigrants) do not count.
    """
    new = np.ones(key.shape, np.bool_)
    new[:, 1:] = key[:, 1:] != key[:, :-1]
    start = np.flatnonzero(new)
    code, row = key.ravel()[start], start // key.shape[1]
    times = np.diff(np.append(start, key.size))
    times[code < smallest] = 0
    first = np.flatnonzero(np.append(True, row[1:] != row[:-1]))
    for _ in range(MOST_PARENTS):
        best = np.flatnonzero(times == np.maximum.reduceat(times, first)[row])
        chosen = best[np.append(True, row[best[1:]] != row[best[:-1]])]
        yield code[chosen], times[chosen].copy()
        times[chosen] = 0
