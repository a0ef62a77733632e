"""Directed and joint events by day, dyad and instrument, made when asked for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from melian.history import EventHistory

__all__ = ["DayCounts", "decayed"]

Floats = NDArray[np.float64]


class DayCounts:
    """Daily counts of a history; a dyad's matrix is made from its own cells only.

    Parameters
    ----------
    history : EventHistory
    """

    def __init__(self, history: EventHistory) -> None:
        self.history = history
        n = history.n_actors
        key = (history.joint.astype(np.int64) * n + history.source) * n + history.target
        self._order = np.argsort(key, kind="stable")
        self._bound = np.searchsorted(key[self._order], np.arange(2 * n * n + 1))

    def pair(self, source: int, target: int, *, joint: bool = False) -> Floats:
        """Events from source to target, (n_steps, n_instruments); of both where `joint`."""
        n = self.history.n_actors
        if joint:
            source, target = min(source, target), max(source, target)
        place = (int(joint) * n + source) * n + target
        return self._counted(self._order[self._bound[place] : self._bound[place + 1]])

    def sent(self, actor: int) -> Floats:
        """Directed events of an actor, (n_steps, n_instruments)."""
        return self._counted(np.flatnonzero((self.history.source == actor) & ~self.history.joint))

    def received(self, actor: int) -> Floats:
        """Directed events towards an actor, (n_steps, n_instruments)."""
        return self._counted(np.flatnonzero((self.history.target == actor) & ~self.history.joint))

    def _counted(self, cells: NDArray[np.int64]) -> Floats:
        h = self.history
        key = h.step[cells].astype(np.int64) * h.n_instruments + h.instrument[cells]
        size = h.n_steps * h.n_instruments
        counted = np.bincount(key, h.count[cells], size).astype(np.float64)
        return counted.reshape(h.n_steps, h.n_instruments)


def decayed(counts: Floats, half_life: float) -> Floats:
    """Decayed counts of earlier days, (n_steps, ...): sum over d >= 1 of (1 - rho) rho^(d - 1) counts(t - d).

    Examples
    --------
    >>> decayed(np.array([[1.0], [0.0], [0.0]]), 1.0).ravel()
    array([0.  , 0.5 , 0.25])
    """
    rho = 2.0 ** (-1.0 / half_life)
    return np.asarray(lfilter([0.0, 1.0 - rho], [1.0, -rho], counts, axis=0))
