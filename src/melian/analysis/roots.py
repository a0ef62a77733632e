"""The most frequent drawn root of every cell of events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.analysis.blocks import cell_blocks
from melian.analysis.units import Live
from melian.models.draws import Draws

__all__ = ["Roots", "top_roots"]


@dataclass(frozen=True, slots=True)
class Roots:
    """Where the chain of every live cell most often begins.

    Attributes
    ----------
    actor : (n_cells,) int64
        Actor of the immigrant; `n_actors` for a joint event.
    probability : (n_cells,) float64
        Share of the draws (and of the units of the cell) in which it is the root.
    """

    actor: NDArray[np.int64]
    probability: NDArray[np.float64]


def top_roots(draws: Draws, live: Live, n_actors: int) -> Roots:
    """Count the drawn roots of every live cell; ties go to the first actor. O(draws x units)."""
    out = Roots(np.zeros(len(live.cells), np.int64), np.zeros(len(live.cells)))
    n_draws, places = len(draws.term), n_actors + 1
    for members, units in cell_blocks(live, n_draws):
        row = np.repeat(np.arange(len(members)), units.shape[1])
        key = np.take(draws.root, units.ravel(), axis=1) + row * places
        times = np.bincount(key.ravel(), minlength=len(members) * places).reshape(-1, places)
        out.actor[members] = times.argmax(axis=1)
        out.probability[members] = times.max(axis=1) / (n_draws * units.shape[1])
    return out
