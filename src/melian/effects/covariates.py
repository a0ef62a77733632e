"""Attributes of actors and of dyads as step functions of time: arrays of changes, asked for by time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError

__all__ = ["ActorCovariate", "Covariate", "DyadCovariate", "StepCovariate", "refuse_unknown"]

FloatArray = NDArray[np.float64]
LongArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Changes:
    """Numbers of cells that hold from one change to the next."""

    name: str
    n_actors: int
    time: FloatArray
    index: LongArray
    value: FloatArray
    fill: float = math.nan

    def lookup(self, time: FloatArray, index: LongArray) -> FloatArray:
        """Give the values of asked cells at asked times, shape of both, without a snapshot."""
        return _lookup(self, time, index)

    def breaks(self, since: float, until: float) -> FloatArray:
        """Give the sorted times in (since, until] at which some value changes."""
        return _breaks(self, since, until)


@dataclass(frozen=True, slots=True)
class ActorCovariate(_Changes):
    """A number per actor that holds from one change to the next.

    Attributes
    ----------
    name : str
    n_actors : int
    time : (n_changes,) float64
        Sorted, in the unit of the events; -inf for what holds from the beginning.
    index : (n_changes,) int64
        Actor of each change.
    value : (n_changes,) float64
        What holds from `time` on (that instant included); NaN: unknown from then on.
    fill : float
        What stands for unknown; NaN leaves it unknown.

    Examples
    --------
    >>> share = ActorCovariate("share", 2, np.array([-np.inf, 5.0]), np.array([0, 0]), np.array([0.1, 0.3]))
    >>> share.at(4.9), share.at(5.0)
    (array([0.1, nan]), array([0.3, nan]))
    """

    def __post_init__(self) -> None:
        _check_changes(self, self.n_actors)

    def at(self, time: float) -> FloatArray:
        """Give the value of every actor at a time, shape (n_actors,)."""
        return _snapshot(self, self.n_actors, time)


@dataclass(frozen=True, slots=True)
class DyadCovariate(_Changes):
    """A number per ordered pair of actors that holds from one change to the next.

    Attributes
    ----------
    name, n_actors, time, value, fill
        As in `ActorCovariate`.
    index : (n_changes,) int64
        Dyad of each change: sender * n_actors + receiver.

    Examples
    --------
    >>> allied = DyadCovariate("allied", 2, np.array([0.0]), np.array([1]), np.array([1.0]), fill=0.0)
    >>> allied.at(0.0).tolist(), allied.lookup(np.array([-1.0, 3.0]), np.array([1, 1])).tolist()
    ([[0.0, 1.0], [0.0, 0.0]], [0.0, 1.0])
    """

    def __post_init__(self) -> None:
        _check_changes(self, self.n_actors * self.n_actors)

    def at(self, time: float) -> FloatArray:
        """Give the value of every dyad at a time, shape (n_actors, n_actors), sender first."""
        n = self.n_actors
        return _snapshot(self, n * n, time).reshape(n, n)


@dataclass(frozen=True, slots=True)
class StepCovariate:
    """A number that is the same for all actors and holds from one change to the next, such as a crisis.

    Attributes
    ----------
    name, time, value, fill
        As in `ActorCovariate`.

    Examples
    --------
    >>> StepCovariate("crisis", np.array([2.0, 7.0]), np.array([1.0, 0.0]), fill=0.0).at(3.0)
    1.0
    """

    name: str
    time: FloatArray
    value: FloatArray
    fill: float = math.nan

    def __post_init__(self) -> None:
        _check_changes(self, 1)

    @property
    def index(self) -> LongArray:
        """Zeros, as there is one cell; shape (n_changes,)."""
        return np.zeros(len(self.time), np.int64)

    def at(self, time: float) -> float:
        """Give the value at a time."""
        return float(_snapshot(self, 1, time)[0])

    def lookup(self, time: FloatArray) -> FloatArray:
        """Give the values at asked times."""
        return _lookup(self, time, np.zeros(len(time), np.int64))

    def breaks(self, since: float, until: float) -> FloatArray:
        """Give the sorted times in (since, until] at which the value changes."""
        return _breaks(self, since, until)


Covariate = ActorCovariate | DyadCovariate | StepCovariate


def refuse_unknown(
    covariate: Covariate, actors: Sequence[str], *, since: float, until: float, when: Sequence[str] = ()
) -> None:
    """Refuse a covariate that is unknown for some actor or dyad somewhere from `since` to `until`.

    Parameters
    ----------
    covariate : ActorCovariate or DyadCovariate
    actors : sequence of str
        Labels, for the message.
    since, until : float
        The observed span, in the unit of the events.
    when : sequence of str
        Words for `since` and `until` in the message, such as dates.

    Raises
    ------
    InputError
        Naming the covariate, how many actors or dyads lack a value, the first of them, and what to do.

    Examples
    --------
    >>> share = ActorCovariate("share", 2, np.array([-np.inf]), np.array([0]), np.array([0.1]))
    >>> refuse_unknown(share, ["RUS", "EU"], since=0.0, until=9.0)
    Traceback (most recent call last):
    ...
    melian.errors.InputError: covariate 'share' has no value for 1 of 2 actors somewhere from 0 to 9: EU. \
Add rows for them, leave them out of the actors, or state what stands for missing (absent, extend).
    """
    moments = [since, *covariate.breaks(since, until)]
    unknown: NDArray[np.bool_] | None = None
    for moment in moments:
        now = np.asarray(np.isnan(covariate.at(float(moment))))
        unknown = now if unknown is None else unknown | now
    assert unknown is not None
    if unknown.ndim == 2:
        np.fill_diagonal(unknown, False)
    if not unknown.any():
        return
    low, high = when or (f"{since:g}", f"{until:g}")
    raise InputError(
        f"covariate {covariate.name!r} has no value for {_who(unknown, actors, f'{low} to {high}')}. "
        f"Add rows for them, leave them out of the actors, or state what stands for missing (absent, extend)."
    )


def _who(unknown: NDArray[np.bool_], actors: Sequence[str], span: str) -> str:
    """Name the first five actors or dyads without a value."""
    n = len(actors)
    if unknown.ndim == 0:
        return f"any actor somewhere from {span}"
    if unknown.ndim == 1:
        names = [actors[int(i)] for i in np.flatnonzero(unknown)]
        whole = f"{len(names):,} of {n:,} actors"
    else:
        names = [f"{actors[i]} → {actors[j]}" for i, j in np.argwhere(unknown)[:6]]
        whole = f"{int(unknown.sum()):,} of {n * (n - 1):,} dyads"
    more = ", ..." if int(unknown.sum()) > 5 else ""
    return f"{whole} somewhere from {span}: {', '.join(names[:5])}{more}"


def _check_changes(covariate: Covariate, n_cells: int) -> None:
    lengths = {len(covariate.time), len(covariate.index), len(covariate.value)}
    if len(lengths) != 1:
        raise InputError(f"covariate {covariate.name!r}: time, index and value differ in length: {lengths}.")
    if len(covariate.time) and (
        np.isnan(covariate.time).any() or (covariate.time[1:] < covariate.time[:-1]).any()
    ):
        raise InputError(f"covariate {covariate.name!r}: time must be sorted and known; sort the changes.")
    if len(covariate.index) and not 0 <= covariate.index.min() <= covariate.index.max() < n_cells:
        raise InputError(f"covariate {covariate.name!r}: index must lie in 0 to {n_cells - 1}.")
    if np.isinf(covariate.value).any():
        raise InputError(f"covariate {covariate.name!r}: values must be finite, or NaN for unknown.")


def _snapshot(covariate: Covariate, n_cells: int, time: float) -> FloatArray:
    out = np.full(n_cells, np.nan)
    last = int(np.searchsorted(covariate.time, time, side="right"))
    # Of repeated indices the last assignment stands, and changes are sorted by time.
    out[covariate.index[:last]] = covariate.value[:last]
    return np.where(np.isnan(out), covariate.fill, out)


def _lookup(covariate: _Changes | StepCovariate, time: FloatArray, index: LongArray) -> FloatArray:
    n = len(covariate.time)
    asked = np.r_[np.zeros(n, np.int8), np.ones(len(time), np.int8)]
    order = np.lexsort((asked, np.r_[covariate.time, time], np.r_[covariate.index, index]))
    # Each place takes the last change before it in the order; it counts only where the index is the same.
    latest = np.maximum.accumulate(np.where(order < n, np.arange(len(order)), -1))
    places = np.flatnonzero(order >= n)
    change = np.where(latest[places] >= 0, order[latest[places]], -1)
    queries = order[places] - n
    found = change >= 0
    found[found] = covariate.index[change[found]] == index[queries[found]]
    out = np.full(len(time), np.nan)
    out[queries[found]] = covariate.value[change[found]]
    return np.where(np.isnan(out), covariate.fill, out)


def _breaks(covariate: _Changes | StepCovariate, since: float, until: float) -> FloatArray:
    inside = (covariate.time > since) & (covariate.time <= until)
    return np.unique(covariate.time[inside])
