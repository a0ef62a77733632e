"""Statistics of asked rows of an event sequence, in one pass, without a matrix over all dyads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from melian.kernels.sampled_layers import (
    Counts,
    Last,
    Memories,
    Stream,
    make_counts,
    make_last,
    make_memories,
)
from melian.kernels.sampled_pairs import Pairs, make_pairs
from melian.kernels.sampled_pass import statistics_pass
from melian.rem.sampled_columns import LayerSpec, Plan, shares
from melian.rem.sampled_outside import Asked, outside_values
from melian.rem.splines import basis
from melian.sequence import RelationalEvents

__all__ = ["MOST_DENSE", "AskedPass", "Rows", "canonical_order", "start_pass"]

MOST_DENSE: Final = 512
"""Most actors for whom states of all pairs are kept; above it only pairs that have occurred have any."""

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Asked dyads in strata sorted by time: rows first[s] .. first[s + 1] - 1 are asked at stratum s.

    Attributes
    ----------
    frontier : (n_strata,) int64
        Number of events of earlier steps.
    now : (n_strata,) float64
        Time of the stratum, in the unit of the events.
    first : (n_strata + 1,) int64
    sender, receiver, kind : (n_rows,) int32
    """

    frontier: Longs
    now: Floats
    first: Longs
    sender: Ints
    receiver: Ints
    kind: Ints


@dataclass(frozen=True, slots=True)
class AskedPass:
    """States on their way along the events; each call of `statistics` goes on where the last one stopped.

    Attributes
    ----------
    plan : Plan
    covariates : tuple
    span : tuple of float
        First and last time of the likelihood, between which splines over time lie.
    stream, pairs, memories, counts, last
        Arrays of the kernels, changed in place.
    """

    plan: Plan
    covariates: tuple[Any, ...]
    span: tuple[float, float]
    stream: Stream
    pairs: Pairs
    memories: Memories
    counts: Counts
    last: Last

    def statistics(self, rows: Rows) -> Floats:
        """Give the model columns of the rows, shape (n_rows, n_coefficients)."""
        plan = self.plan
        past = np.empty((len(rows.sender), len(plan.past)))
        statistics_pass(
            self.stream, self.pairs, self.memories, self.counts, self.last, plan.codes,
            rows.frontier, rows.now, rows.first, rows.sender, rows.receiver, rows.kind, past,
        )  # fmt: skip
        asked = Asked(np.repeat(rows.now, np.diff(rows.first)), rows.sender, rows.receiver, rows.kind)
        value = {k: past[:, c] for c, k in enumerate(plan.past)}
        for k in plan.outside:
            value[k] = outside_values(plan.columns.base[k], asked, self.covariates)
        out = np.empty((len(rows.sender), len(plan.columns.model)))
        for q, column in enumerate(plan.columns.model):
            out[:, q] = value[column.factors[0]]
            for k in column.factors[1:]:
                out[:, q] *= value[k]
            if column.spline:
                out[:, q] *= basis(np.r_[self.span[0], asked.time, self.span[1]], *column.spline)[1:-1]
        return out


def canonical_order(events: RelationalEvents) -> Longs:
    """Order of events that rows within a step and the order of actors do not decide; shape (n_events,).

    By time, then the alphabetical rank of sender and receiver, type and weight.
    """
    rank = label_rank(events.actors)
    keys = (events.weight, events.type, rank[events.receiver], rank[events.sender], events.time)
    return np.arange(events.n_events) if not events.has_ties else np.lexsort(keys)


def label_rank(actors: Sequence[str]) -> Longs:
    """Alphabetical rank of each actor's label, shape (n_actors,)."""
    rank = np.empty(len(actors), np.int64)
    rank[np.argsort(np.array(actors))] = np.arange(len(actors))
    return rank


def start_pass(
    events: RelationalEvents,
    plan: Plan,
    *,
    covariates: Sequence[Any] = (),
    span: tuple[float, float] = (0.0, 0.0),
) -> AskedPass:
    """Make a pass over the events, in the order given, that has seen none of them yet.

    Memory: 8 bytes an event; 16 bytes, 12 for each layer and 8 for each set of last times, a pair that
    occurs (up to MOST_DENSE actors 20 for each layer and 8 for each set, of all pairs); 40 bytes an actor
    and layer.
    """
    n, dense = events.n_actors, events.n_actors <= MOST_DENSE
    both = events.joint | events.undirected
    turned = [events.receiver[both]], [events.sender[both]]
    out_bound = np.bincount(np.concatenate([events.sender, *turned[0]]), minlength=n)
    in_bound = np.bincount(np.concatenate([events.receiver, *turned[1]]), minlength=n)
    pairs = make_pairs(n, out_bound, in_bound, dense=dense)
    slots = n * n if dense else len(pairs.out_to)
    work = event_slots(events, dense=dense)
    silent = events.joint & (not events.undirected)
    stream = Stream(
        events.time, events.sender, events.receiver, events.type, events.weight, both, silent, *work
    )
    counts = make_counts(len(plan.layers), n, slots, dense=dense)
    last = make_last(plan.hears, n, slots)
    return AskedPass(
        plan, tuple(covariates), span, stream, pairs, memories_of(events, plan.layers), counts, last
    )


def event_slots(events: RelationalEvents, *, dense: bool) -> tuple[Ints, Ints]:
    """Slots of each event's pair and of the reverse one; where not dense, room for them."""
    if not dense:
        turned = events.undirected or bool(events.joint.any())
        return np.empty(events.n_events, np.int32), np.empty(events.n_events if turned else 0, np.int32)
    n, i, j = np.int32(events.n_actors), events.sender, events.receiver
    return i * n + j, j * n + i


def memories_of(events: RelationalEvents, specs: tuple[LayerSpec, ...]) -> Memories:
    """Make memories for the specifications."""
    memories = [spec.memory for spec in specs]
    return make_memories(
        np.array([m.span[0] if m.kind == "interval" else -np.inf for m in memories]),
        np.array([m.span[-1] if m.kind in ("window", "interval") else np.inf for m in memories]),
        half_life=np.array([m.span[0] if m.kind == "halflife" else np.inf for m in memories]),
        previous=np.array([m.clock == "previous" for m in memories], np.bool_),
        share=shares(specs, events),
        origin=float(events.time[0]) if events.n_events else 0.0,
    )
