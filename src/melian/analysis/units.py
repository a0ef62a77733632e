"""The events that are shared out, and the check that draws, fit and history belong together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.history import EventHistory
from melian.models.draws import Draws, FitSummary

__all__ = ["Live", "live_units", "take_draws"]

Ints = NDArray[np.int64]
Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Live:
    """Directed units inside the span that is shared out, and the cells they belong to.

    Attributes
    ----------
    unit : (n_live,) int64
        Column of the draws.
    cell : (n_live,) int64
        Index into `cells`.
    cells : (n_cells,) int64
        Rows of the event history with live units, in its order (by step).
    size : (n_cells,) int64
        Live units of the cell.
    source, target, instrument, step : (n_cells,) int64
    reactive : (n_cells,) bool
    start, end : int
        First and one-past-last step of the span.
    """

    unit: Ints
    cell: Ints
    cells: Ints
    size: Ints
    source: Ints
    target: Ints
    instrument: Ints
    step: Ints
    reactive: NDArray[np.bool_]
    start: int
    end: int


def live_units(history: EventHistory, draws: Draws, fit: FitSummary) -> Live:
    """Give the live units of draws that were checked against the history."""
    check_draws(history, draws, fit)
    unit = np.flatnonzero(draws.live)
    cells, cell, size = np.unique(draws.cell[unit], return_inverse=True, return_counts=True)
    reactive = np.zeros(len(history.step), np.bool_) if history.reactive is None else history.reactive
    return Live(
        unit=unit,
        cell=cell.astype(np.int64),
        cells=cells.astype(np.int64),
        size=size.astype(np.int64),
        source=history.source[cells].astype(np.int64),
        target=history.target[cells].astype(np.int64),
        instrument=history.instrument[cells].astype(np.int64),
        step=history.step[cells].astype(np.int64),
        reactive=reactive[cells],
        start=max(history.window[0], fit.share_from),
        end=history.window[1],
    )


def take_draws(array: NDArray[Scalar], first: int, last: int, live: Live) -> NDArray[Scalar]:
    """Give the live columns of some draws, row-major; a view where all columns are live."""
    block = array[first:last]
    return block if len(live.unit) == array.shape[1] else np.take(block, live.unit, axis=1)


def check_draws(history: EventHistory, draws: Draws, fit: FitSummary) -> None:
    """Raise `InputError` naming the first part of the draws that does not fit the history."""
    _check_shapes(draws)
    columns = draws.columns
    if columns.n_instruments != history.n_instruments or columns.n_kernels != len(fit.half_lives):
        raise InputError(
            f"draws.columns is for {columns.n_instruments} instruments and {columns.n_kernels} kernels; the "
            f"history has {history.n_instruments}, the fit {len(fit.half_lives)}."
        )
    n_cells = len(history.step)
    _check_range("cell", draws.cell, 0, n_cells)
    _check_range("term", draws.term, -1, columns.n_features)
    _check_range("parent", draws.parent, -1, n_cells)
    _check_range("root", draws.root, 0, history.n_actors + 1)
    joint = np.flatnonzero(history.joint[draws.cell])
    if len(joint):
        raise InputError(
            f"draws.cell has {len(joint)} units of joint cells (first: unit {joint[0]}); joint events are "
            "parents only and are not shared out."
        )
    start, end = max(history.window[0], fit.share_from), history.window[1]
    step = history.step[draws.cell[draws.live]]
    outside = np.flatnonzero((step < start) | (step >= end))
    if len(outside):
        raise InputError(
            f"draws.live marks {len(outside)} units outside the steps {start} to {end - 1} of the likelihood "
            f"(first: step {step[outside[0]]})."
        )


def _check_shapes(draws: Draws) -> None:
    shape = draws.term.shape
    if len(shape) != 2 or not shape[0]:
        raise InputError(f"draws.term has shape {shape}; it needs (n_draws, n_units) with at least one draw.")
    for name in ("parent", "root"):
        if getattr(draws, name).shape != shape:
            raise InputError(f"draws.{name} has shape {getattr(draws, name).shape}, draws.term {shape}.")
    for name in ("cell", "live"):
        if getattr(draws, name).shape != shape[1:]:
            raise InputError(f"draws.{name} has shape {getattr(draws, name).shape}; it needs {shape[1:]}.")


def _check_range(name: str, values: NDArray[np.integer], low: int, high: int) -> None:
    """Raise `InputError` where values lie outside low .. high - 1."""
    if values.size and (values.min() < low or values.max() >= high):
        raise InputError(
            f"draws.{name} holds {values.min()} to {values.max()}; allowed are {low} to {high - 1}."
        )
