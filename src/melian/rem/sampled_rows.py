"""Sampled events and non-events: which rows are asked, and their statistics, in one pass over the events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.kernels.sampled_draw import draw_rows, locate
from melian.rem.config import RemConfig
from melian.rem.sampled_columns import Plan
from melian.rem.sampled_risk import Spell, spells
from melian.rem.sampled_stream import Rows, canonical_order, label_rank, start_pass
from melian.rem.timeline import likelihood_events
from melian.sequence import RelationalEvents

__all__ = ["SINGLE_ABOVE", "SampledRows", "Strata", "asked_rows", "sampled_statistics", "strata_of"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
SINGLE_ABOVE: Final = 2**27
"""Rows times coefficients above which statistics are held in single precision (1 GiB in double)."""
MOST_CELLS: Final = 2**31
"""Rows times coefficients that are held at most (8 GiB in single precision)."""
PART: Final = 2**16
"""Rows that are drawn and asked at once."""


@dataclass(frozen=True, slots=True)
class Strata:
    """Sampled events with their risk sets, in canonical order.

    Attributes
    ----------
    events : RelationalEvents
        All events, in canonical order.
    event : (n_strata,) int64
        Index of each sampled event.
    first : (n_strata + 1,) int64
        Where the rows of each event begin: itself, then its sampled non-events.
    base, size, own : (n_strata,) int64
        First number and size of the event's risk set, and its own place in it.
    spells : tuple of Spell
    span : tuple of float
        First and last time of the likelihood, before events are sampled.
    """

    events: RelationalEvents
    event: Longs
    first: Longs
    base: Longs
    size: Longs
    own: Longs
    spells: tuple[Spell, ...]
    span: tuple[float, float]


def strata_of(events: RelationalEvents, config: RemConfig, *, rng: np.random.Generator) -> Strata:
    """Sample events and find how many non-events each is compared with.

    Raises
    ------
    InputError
        If an event is not at risk, or has fewer non-events than `config.controls`: how many, the first.
    """
    events = in_canonical_order(events)
    event = likelihood_events(events, config)
    span = float(events.time[event[0]]), float(events.time[event[-1]])
    if config.cases is not None:
        wanted = max(1, round(config.cases * len(event)))
        event = np.sort(rng.choice(event, wanted, replace=False, shuffle=False))
    found = tuple(spells(events, config))
    base, size, own = (np.empty(len(event), np.int64) for _ in range(3))
    kind = events.type if config.typed else np.zeros_like(events.type)
    for spell in found:
        low, high = np.searchsorted(event, (spell.start, spell.stop))
        at = event[low:high]
        ends = oriented(events, at)
        locate(spell.risk, *ends, kind[at], base[low:high], size[low:high], own[low:high])
    refuse_outside(events, event, own)
    rows = 1 + controls_of(events, event, size, config.controls)
    first = np.concatenate([np.zeros(1, np.int64), np.cumsum(rows)])
    return Strata(events, event, first, base, size, own, found, span)


def in_canonical_order(events: RelationalEvents) -> RelationalEvents:
    """Put events in an order that does not depend on that of rows within a step, nor on that of actors."""
    if not events.has_ties:
        return events
    order = canonical_order(events)
    return replace(
        events,
        time=events.time[order],
        sender=events.sender[order],
        receiver=events.receiver[order],
        type=events.type[order],
        weight=events.weight[order],
        joint=events.joint[order],
        row=events.row[order],
    )


def oriented(events: RelationalEvents, at: Longs) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Give the ends of events; undirected ones by the order of labels, as listed risk sets have them."""
    one, two = events.sender[at], events.receiver[at]
    if not events.undirected:
        return one, two
    rank = label_rank(events.actors)
    first = rank[one] < rank[two]
    return np.where(first, one, two), np.where(first, two, one)


def refuse_outside(events: RelationalEvents, event: Longs, own: Longs) -> None:
    """Refuse events that are not at risk when they happen."""
    outside = event[own < 0]
    if len(outside):
        e = outside[0]
        one, two = events.actors[events.sender[e]], events.actors[events.receiver[e]]
        raise InputError(
            f"{len(outside)} events are outside the risk set (first: {one!r} to {two!r} at time "
            f"{events.time[e]:g}). Add the dyads to the risk table, or make these events history."
        )


def controls_of(events: RelationalEvents, event: Longs, size: Longs, controls: int | None) -> Longs:
    """Give the number of non-events sampled for each event: all where none is asked."""
    if controls is None:
        return size - 1
    few = np.flatnonzero(size - 1 < controls)
    if len(few):
        e, there = event[few[0]], size[few[0]] - 1
        one, two = events.actors[events.sender[e]], events.actors[events.receiver[e]]
        raise InputError(
            f"controls={controls} is larger than the risk set: {len(few)} of {len(event)} events have fewer "
            f"non-events at risk (first: {one!r} to {two!r} at time {events.time[e]:g} has {there}). "
            f"Ask for at most {int(size.min()) - 1}, or for the full risk set (controls=None)."
        )
    return np.full(len(event), controls, np.int64)


def asked_rows(strata: Strata, *, rng: np.random.Generator, typed: bool) -> Iterator[Rows]:
    """Draw the rows of all strata in order, PART rows at a time."""
    events = strata.events
    frontier = np.searchsorted(events.time, events.time[strata.event], side="left")
    for spell in strata.spells:
        low, high = np.searchsorted(strata.event, (spell.start, spell.stop))
        while low < high:
            beyond = int(np.searchsorted(strata.first, strata.first[low] + PART, side="right")) - 1
            stop = min(high, max(low + 1, beyond))
            yield draw_part(strata, spell, frontier, low, stop, rng, typed)
            low = stop


def draw_part(
    strata: Strata, spell: Spell, frontier: Longs, low: int, stop: int, rng: np.random.Generator, typed: bool
) -> Rows:
    """Draw the rows of strata low .. stop - 1."""
    events, part = strata.events, slice(low, stop)
    at = strata.event[part]
    first = strata.first[low : stop + 1] - strata.first[low]
    sender, receiver, kind = (np.empty(first[-1], np.int32) for _ in range(3))
    kinds = events.type[at] if typed else np.zeros(len(at), np.int32)
    draw_rows(
        spell.risk, events.sender[at], events.receiver[at], kinds,
        strata.base[part], strata.size[part], strata.own[part], first, sender, receiver, kind, rng,
    )  # fmt: skip
    if events.undirected:
        sender, receiver = np.minimum(sender, receiver), np.maximum(sender, receiver)
    return Rows(frontier[part], events.time[at], first, sender, receiver, kind)


@dataclass(frozen=True, slots=True)
class SampledRows:
    """Statistics of the sampled events and non-events, rows as in `Strata.first`.

    Attributes
    ----------
    x : (n_rows, n_coefficients) float64, or float32 above SINGLE_ABOVE cells
    cluster : (n_rows,) int64
        Index of the sender, receiver or dyad; empty where errors are not clustered.
    """

    x: NDArray[Any]
    cluster: Longs


def sampled_statistics(
    strata: Strata, plan: Plan, *, config: RemConfig, covariates: Sequence[Any], rng: np.random.Generator
) -> SampledRows:
    """Draw all rows and compute their statistics, PART rows at a time.

    Memory: 8 bytes a row and coefficient (4 above SINGLE_ABOVE cells), 8 a row where errors are clustered,
    and the states of `start_pass`.

    Raises
    ------
    InputError
        If there would be more than MOST_CELLS cells.
    """
    shape = int(strata.first[-1]), len(plan.columns.model)
    cells = shape[0] * shape[1]
    if cells > MOST_CELLS:
        raise InputError(
            f"{shape[0]:,} sampled rows with {shape[1]} coefficients are {cells:,} numbers; at most "
            f"{MOST_CELLS:,} are held. Take fewer non-events (controls), or a part of the events (cases)."
        )
    out = np.empty(shape, np.float64 if cells <= SINGLE_ABOVE else np.float32)
    cluster = np.empty(0 if config.errors == "information" else shape[0], np.int64)
    states = start_pass(strata.events, plan, covariates=covariates, span=strata.span)
    filled = 0
    for rows in asked_rows(strata, rng=rng, typed=config.typed):
        part = slice(filled, filled + len(rows.sender))
        out[part] = states.statistics(rows)
        if len(cluster):
            cluster[part] = cluster_of(rows, config.errors, strata.events.n_actors)
        filled = part.stop
    return SampledRows(out, np.unique(cluster, return_inverse=True)[1].astype(np.int64))


def cluster_of(rows: Rows, errors: str, n_actors: int) -> Longs:
    """Give a number of each row's sender, receiver or dyad."""
    sender, receiver = rows.sender.astype(np.int64), rows.receiver.astype(np.int64)
    return {"sender": sender, "receiver": receiver, "dyad": sender * n_actors + receiver}[errors]
