"""From an event history to the arrays that every estimator of the Hawkes model reads."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.history import EventHistory
from melian.kernels.exposure import column_sums, tail_sums
from melian.kernels.features import features
from melian.models.lead import add_past, past_exposure
from melian.models.weekday import weekday_factor

__all__ = ["Columns", "Design", "make_design", "reweight"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Columns:
    """The feature columns: relation (with bloc part), instrument answered, kernel; last index fastest.

    Attributes
    ----------
    names : tuple of str
        Relation columns: "persistence", "spread", ..., or "alarm[NATO]", "alarm[rest]" where split.
    relations : tuple of str
        The relation each column belongs to.
    opens : (n_columns,) float64
        Channels that one parent event opens: 1, or N - 2 for the third-party relations.
    n_instruments, n_kernels : int
    """

    names: tuple[str, ...]
    relations: tuple[str, ...]
    opens: Floats
    n_instruments: int
    n_kernels: int

    @property
    def width(self) -> int:
        """Features of one relation column."""
        return self.n_instruments * self.n_kernels

    @property
    def n_features(self) -> int:
        """All features."""
        return len(self.names) * self.width


@dataclass(frozen=True, slots=True)
class Design:
    """Arrays of one fit.

    Attributes
    ----------
    history : EventHistory
    columns : Columns
    fit_from : int
        First step of the likelihood; earlier steps are history.
    share_from : int
        First step whose events are shared out; the likelihood's steps before it are the lead-in.
    daily : (n_actors, n_steps) float64
        Weekday factor times the weight of the day in the likelihood; zero outside it.
    row_step, row_source, row_target : (n_rows,) int32
        The dyad-days with directed events.
    x : (n_rows, n_features) float32
        Decayed counts.
    exposure : (n_actors, n_actors, n_features) float64
        Column sums of d_i(t) x over the days of the likelihood, by source and target.
    cell_row, cell_instrument, cell_count : (n_cells,) int32
        Directed cells sorted by (source, instrument, step, target); `cell` is their index in the history.
    cell_weight : (n_cells,) float64
        Weight of the cell's day in the likelihood, zero outside.
    bloc : str or None
        Bloc by which relations to third parties are split.
    shift : int
        Steps by which the others' series is moved (placebo).
    """

    history: EventHistory
    columns: Columns
    half_lives: tuple[float, ...]
    fit_from: int
    share_from: int
    daily: Floats
    row_step: Ints
    row_source: Ints
    row_target: Ints
    x: NDArray[np.float32]
    exposure: Floats
    cell: Ints
    cell_row: Ints
    cell_instrument: Ints
    cell_count: Ints
    cell_weight: Floats
    bloc: str | None = None
    shift: int = 0

    @property
    def cell_source(self) -> Ints:
        """Source of every cell."""
        return self.row_source[self.cell_row]

    @property
    def cell_target(self) -> Ints:
        """Target of every cell."""
        return self.row_target[self.cell_row]

    @property
    def cell_step(self) -> Ints:
        """Step of every cell."""
        return self.row_step[self.cell_row]


def make_columns(n_actors: int, n_instruments: int, n_kernels: int, bloc: str | None) -> Columns:
    """Name the relation columns; relations to third parties are split by `bloc` where one is given."""
    parts = ("",) if bloc is None else (f"[{bloc}]", "[rest]")
    names: list[str] = ["persistence"]
    relations: list[str] = ["persistence"]
    for relation in ("spread", "reply", "alarm", "joining", "alignment"):
        for part in parts if relation != "reply" else ("",):
            names.append(relation + part)
            relations.append(relation)
    names.append("joint")
    relations.append("joint")
    third = ("spread", "alarm", "joining", "alignment")
    opens = np.array([max(n_actors - 2, 1) if r in third else 1 for r in relations], dtype=np.float64)
    return Columns(tuple(names), tuple(relations), opens, n_instruments, n_kernels)


def decay_table(half_lives: tuple[float, ...], n_steps: int) -> Floats:
    """rho_b^d for every kernel and lag, (n_kernels, n_steps + 2); rho_b = 2^(-1 / half-life)."""
    rho = np.exp2(-1.0 / np.asarray(half_lives, dtype=np.float64))
    return rho[:, None] ** np.arange(n_steps + 2)


def lead_days(half_lives: tuple[float, ...]) -> int:
    """Length of the burn-in and of the lead-in: three longest half-lives."""
    return int(np.ceil(3 * max(half_lives)))


def share_start(history: EventHistory, half_lives: tuple[float, ...]) -> int:
    """First step shared out: the window's, or three longest half-lives into a history without past."""
    wanted = lead_days(half_lives)
    start = max(history.window[0], min(wanted, history.n_steps))
    if start >= history.window[1]:
        raise InputError(
            f"The window has {history.window[1] - history.window[0]} days and no earlier history; the first "
            f"{wanted} days (three longest half-lives) are burn-in. Widen the window or shorten half_lives."
        )
    return start


@dataclass(frozen=True, slots=True)
class Stream:
    """Parent events as the kernels want them."""

    step: Ints
    source: Ints
    target: Ints
    instrument: Ints
    count: Ints
    joint: NDArray[np.bool_]
    source_in: Ints
    target_in: Ints
    dyad: Ints
    pair: Ints


def make_stream(
    history: EventHistory, bloc: str | None, dyads: NDArray[np.int64], pairs: NDArray[np.int64]
) -> Stream:
    """Give all events of the history with bloc groups (0 in the bloc, 1 the rest) and dyad ids."""
    n = history.n_actors
    source_in = np.zeros(len(history.step), dtype=np.int32)
    target_in = np.zeros(len(history.step), dtype=np.int32)
    if bloc is not None:
        member = history.blocs[bloc]
        source_in = np.where(member[history.source, history.step], 0, 1).astype(np.int32)
        target_in = np.where(member[history.target, history.step], 0, 1).astype(np.int32)
    key = history.source.astype(np.int64) * n + history.target
    dyad = np.where(history.joint, 0, np.searchsorted(dyads, key)).astype(np.int32)
    pair = np.where(history.joint, np.searchsorted(pairs, key), 0).astype(np.int32)
    return Stream(
        history.step, history.source, history.target, history.instrument, history.count, history.joint,
        source_in, target_in, dyad, pair,
    )  # fmt: skip


def shift_stream(stream: Stream, shift: int, n_steps: int) -> Stream:
    """Move all events around the circle of steps by `shift`; the placebo's parents."""
    step = (stream.step + shift) % n_steps
    order = np.argsort(step, kind="stable")
    fields = {name: getattr(stream, name)[order] for name in Stream.__slots__ if name != "step"}
    return Stream(step=step[order].astype(np.int32), **fields)


def _lookup(keys: NDArray[np.int64], wanted: NDArray[np.int64]) -> Ints:
    at = np.searchsorted(keys, wanted)
    at = np.minimum(at, max(len(keys) - 1, 0))
    found = keys[at] == wanted if len(keys) else np.zeros(len(wanted), dtype=bool)
    return np.where(found, at, -1).astype(np.int32)


def fill_features(
    history: EventHistory, stream: Stream, rows: tuple[Ints, Ints, Ints],
    keys: tuple[NDArray[np.int64], NDArray[np.int64]], columns: Columns, decay: Floats, n_split: int,
) -> NDArray[np.float32]:  # fmt: skip
    """Run the feature kernel for the asked (step, source, target) rows, in any order of rows."""
    n = history.n_actors
    row_step, row_source, row_target = rows
    order = np.argsort(row_step, kind="stable")
    i, j = row_source[order].astype(np.int64), row_target[order].astype(np.int64)
    out = np.zeros((len(row_step), columns.n_features), dtype=np.float32)
    low, high = np.minimum(i, j), np.maximum(i, j)
    features(
        stream.step, stream.source, stream.target, stream.instrument, stream.count, stream.joint,
        stream.source_in, stream.target_in, stream.dyad, stream.pair,
        row_step[order], row_source[order], row_target[order],
        _lookup(keys[0], i * n + j), _lookup(keys[0], j * n + i), _lookup(keys[1], low * n + high),
        n, len(keys[0]), len(keys[1]), columns.n_instruments, n_split, decay, out,
    )  # fmt: skip
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return out[back]


def make_design(
    history: EventHistory,
    half_lives: tuple[float, ...] = (1.0, 5.0, 20.0),
    *,
    bloc: str | None = None,
    day_weight: Floats | None = None,
    shift: int = 0,
    sources: NDArray[np.int64] | None = None,
) -> Design:
    """Build the arrays of a fit.

    Parameters
    ----------
    half_lives : tuple of float
        Half-lives of the geometric kernels in steps.
    bloc : str, optional
        Name of the bloc (in `history.blocs`) by which relations to third parties are split.
    day_weight : (n_steps,) array, optional
        Weight of each day in the likelihood (held-out days 0); features always see all days.
    shift : int
        Placebo: the others' series is moved around the circle by so many steps.
    sources : (n,) int array, optional
        Actors whose rows and cells are built (all by default); parents and exposures are always complete.
        Large histories are fitted in groups of sources so that `x` stays within memory.
    """
    n, n_steps = history.n_actors, history.n_steps
    if history.window[1] < n_steps:
        raise InputError("The history must end with its window; cut later events before the fit.")
    decay = decay_table(half_lives, n_steps)
    columns = make_columns(n, history.n_instruments, len(half_lives), bloc)
    n_split = 1 if bloc is None else 2
    keys = _keys(history)
    stream = make_stream(history, bloc, *keys)
    rows, cells = _rows_and_cells(history, sources)
    x = fill_features(history, stream, rows, keys, columns, decay, n_split)
    share_from = share_start(history, half_lives)
    fit_from = max(0, share_from - lead_days(half_lives))
    days, daily = _likelihood_days(history, fit_from, day_weight)
    moved = shift_stream(stream, shift, n_steps) if shift else None
    if moved is not None:
        others = _other_columns(columns)
        x[:, others] = fill_features(history, moved, rows, keys, columns, decay, n_split)[:, others]
    add_past(x, history, columns, decay, rows, share_from)
    exposure = _column_sums(stream, moved, daily, decay, columns, n_split)
    exposure += past_exposure(history, columns, decay, daily, share_from)
    cell, cell_row = cells
    return Design(
        history, columns, tuple(half_lives), fit_from, share_from, daily, *rows, x, exposure, cell, cell_row,
        history.instrument[cell], history.count[cell], days[history.step[cell]], bloc, shift,
    )  # fmt: skip


def reweight(design: Design, day_weight: Floats) -> Design:
    """Give the same design with other weights of the days in the likelihood; features are shared, not copied.

    Parameters
    ----------
    day_weight : (n_steps,) array
        0 leaves a day out; days before `fit_from` stay out.
    """
    history, columns = design.history, design.columns
    days, daily = _likelihood_days(history, design.fit_from, day_weight)
    stream = design_stream(design)
    moved = shift_stream(stream, design.shift, history.n_steps) if design.shift else None
    decay = decay_table(design.half_lives, history.n_steps)
    exposure = _column_sums(stream, moved, daily, decay, columns, 1 if design.bloc is None else 2)
    exposure += past_exposure(history, columns, decay, daily, design.share_from)
    return replace(design, daily=daily, exposure=exposure, cell_weight=days[history.step[design.cell]])


def _column_sums(
    stream: Stream, moved: Stream | None, daily: Floats, decay: Floats, columns: Columns, n_split: int
) -> Floats:
    """Column sums of d_i(t) x over the days of the likelihood; those of the others from `moved`, if given."""
    exposure = _exposure(stream, daily, decay, columns, n_split)
    if moved is not None:
        others = _other_columns(columns)
        exposure[..., others] = _exposure(moved, daily, decay, columns, n_split)[..., others]
    return exposure


def design_stream(design: Design) -> Stream:
    """Give the parent events of a design as the kernels want them, not shifted."""
    return make_stream(design.history, design.bloc, *_keys(design.history))


def _likelihood_days(history: EventHistory, start: int, day_weight: Floats | None) -> tuple[Floats, Floats]:
    """Weight of every day in the likelihood (n_steps,), and times the weekday factor (n_actors, n_steps)."""
    ones = np.ones(history.n_steps) if day_weight is None else np.asarray(day_weight, dtype=np.float64)
    if ones.shape != (history.n_steps,) or (ones < 0.0).any():
        raise InputError(
            f"day_weight must have {history.n_steps} weights >= 0, one a step; found shape {ones.shape}, "
            f"{int((ones < 0.0).sum())} negative."
        )
    days = np.where(np.arange(history.n_steps) >= start, ones, 0.0)
    return days, weekday_factor(history, start) * days


def _keys(history: EventHistory) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sorted ids of the dyads with directed events and of the pairs with joint events."""
    key = history.source.astype(np.int64) * history.n_actors + history.target
    return np.unique(key[~history.joint]), np.unique(key[history.joint])


def _rows_and_cells(
    history: EventHistory, sources: NDArray[np.int64] | None
) -> tuple[tuple[Ints, Ints, Ints], tuple[Ints, Ints]]:
    """Give the dyad-days with directed events, and the cells sorted by (source, instrument, step, target)."""
    n = history.n_actors
    wanted = ~history.joint
    if sources is not None:
        wanted &= np.isin(history.source, sources)
    cell = np.flatnonzero(wanted).astype(np.int32)
    key = (history.source[cell].astype(np.int64) * history.n_steps + history.step[cell]) * n + history.target[
        cell
    ]
    unique, row = np.unique(key, return_inverse=True)
    source = (unique // n // history.n_steps).astype(np.int32)
    step = (unique // n % history.n_steps).astype(np.int32)
    target = (unique % n).astype(np.int32)
    order = np.lexsort((target[row], step[row], history.instrument[cell], source[row]))
    return (step, source, target), (cell[order], row[order].astype(np.int32))


def _exposure(stream: Stream, daily: Floats, decay: Floats, columns: Columns, n_split: int) -> Floats:
    tails = tail_sums(daily, decay)
    return np.asarray(
        column_sums(
            stream.step, stream.source, stream.target, stream.instrument, stream.count, stream.joint,
            stream.source_in, stream.target_in, tails, columns.n_instruments, n_split,
        )
    )  # fmt: skip


def _other_columns(columns: Columns) -> NDArray[np.bool_]:
    """Features whose parents are acts of others: the reaction relations."""
    of_others = np.array([r in ("reply", "alarm", "joining", "alignment") for r in columns.relations])
    return np.repeat(of_others, columns.width)
