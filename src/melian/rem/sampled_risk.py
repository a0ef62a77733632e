"""Who is at risk at each event, in a form from which the sampled path can draw without listing the dyads."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.kernels.sampled_draw import LISTED, ORDERED, PRODUCT, SINGLE, UNORDERED, Candidates
from melian.rem.config import RemConfig, RiskTable
from melian.rem.sampled_stream import label_rank
from melian.sequence import RelationalEvents

__all__ = ["Spell", "spells"]

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spell:
    """Events (indices `start` .. `stop` - 1) that share one risk set."""

    start: int
    stop: int
    risk: Candidates


def spells(events: RelationalEvents, config: RemConfig) -> list[Spell]:
    """Cut the events into spells with the same dyads at risk; one spell but for a `RiskTable`.

    Raises
    ------
    InputError
        If the risk set names an actor that the events do not have, or cannot be combined with the model.
    """
    if events.undirected and (config.conditional or config.model != "tie"):
        raise InputError(
            "Undirected events have no sender: use model='tie' and conditional=None with undirected=True."
        )
    if config.model == "rate" and config.typed:
        raise InputError("A rate model with typed=True cannot be sampled: leave controls and cases out.")
    table = config.risk_set
    if isinstance(table, RiskTable):
        return table_spells(events, config, table)
    if table == "active":
        live = np.flatnonzero(~events.joint | events.undirected)
        ends = events.sender[live].astype(np.int64), events.receiver[live].astype(np.int64)
        return [Spell(0, events.n_events, listed(events, config, *ends, events.type[live].astype(np.int64)))]
    return [Spell(0, events.n_events, formed(events, config, np.ones(events.n_actors, np.bool_)))]


def formed(events: RelationalEvents, config: RemConfig, present: NDArray[np.bool_]) -> Candidates:
    """Risk set of all dyads among the actors that are present, in alphabetical order of labels."""
    order = np.argsort(label_rank(events.actors))
    order = order[present[order]]
    if events.receivers is None:
        first = second = order
        form = UNORDERED if events.undirected else ORDERED
    else:
        only = np.isin(order, events.receivers)
        first, second = order[~only], order[only]
        form = PRODUCT
    if config.model == "rate":
        form = SINGLE
    return candidates(events, config, form, first, second, np.empty(0, np.int64))


def listed(
    events: RelationalEvents, config: RemConfig, sender: Longs, receiver: Longs, kind: Longs
) -> Candidates:
    """Risk set of the named dyads with their types; that of a rate model are the senders. 8 bytes a dyad."""
    n, rank = events.n_actors, label_rank(events.actors)
    order = np.argsort(rank)
    if config.model == "rate":
        return candidates(events, config, SINGLE, np.unique(rank[sender]), order, np.empty(0, np.int64))
    a, b = rank[sender], rank[receiver]
    if events.undirected:
        a, b = np.minimum(a, b), np.maximum(a, b)
    pair = b * n + a if config.conditional == "receiver" else a * n + b
    keys = np.unique(pair * len(events.types) + kind if config.typed and events.types else pair)
    return candidates(events, config, LISTED, order, order, keys)


def candidates(
    events: RelationalEvents, config: RemConfig, form: int, first: Longs, second: Longs, keys: Longs
) -> Candidates:
    """Put a risk set together; the receiver comes first where it is given."""
    turned = config.conditional == "receiver"
    if turned and form == PRODUCT:
        first, second = second, first
    places = []
    for members in (first, second):
        place = np.full(events.n_actors, -1, np.int64)
        place[members] = np.arange(len(members))
        places.append(place)
    return Candidates(
        form, turned, turned or config.conditional == "sender" or config.model == "choice",
        max(1, len(events.types)) if config.typed else 1,
        first.astype(np.int32), second.astype(np.int32), places[0], places[1], keys,
    )  # fmt: skip


def table_spells(events: RelationalEvents, config: RemConfig, table: RiskTable) -> list[Spell]:
    """Cut the events where a row of the table begins or ends to hold."""
    since, until = np.array(table.since), np.array(table.until)
    begun = np.searchsorted(np.sort(since), events.time, side="right")
    ended = np.searchsorted(np.sort(until), events.time, side="left")
    new = np.flatnonzero((np.diff(begun) != 0) | (np.diff(ended) != 0)) + 1
    bounds = [0, *new.tolist(), events.n_events]
    found = []
    for start, stop in pairwise(bounds):
        if start < stop:
            holds = (since <= events.time[start]) & (events.time[start] <= until)
            found.append(Spell(start, stop, table_risk(events, config, table, np.flatnonzero(holds))))
    return found


def table_risk(events: RelationalEvents, config: RemConfig, table: RiskTable, rows: Longs) -> Candidates:
    """Risk set of the rows of a table that hold."""
    place = {label: k for k, label in enumerate(events.actors)}
    if table.presence:
        present = np.zeros(events.n_actors, np.bool_)
        present[[of_label(place, table.sender[row], row) for row in rows]] = True
        return formed(events, config, present)
    everyone = np.arange(events.n_actors)
    parts = []
    for row in rows:
        ends = [
            everyone if label is None else np.array([of_label(place, label, row)])
            for label in (table.sender[row], table.receiver[row])
        ]
        parts.append(np.stack([grid.ravel() for grid in np.meshgrid(*ends, indexing="ij")]))
    pairs = np.concatenate([np.empty((2, 0), np.int64), *parts], axis=1)
    pairs = pairs[:, pairs[0] != pairs[1]]
    kinds = len(events.types) if config.typed and events.types else 1
    if events.receivers is not None:
        only = np.isin(everyone, events.receivers)
        pairs = pairs[:, ~only[pairs[0]] & only[pairs[1]]]
    kind = np.tile(np.arange(kinds), pairs.shape[1])
    return listed(events, config, np.repeat(pairs[0], kinds), np.repeat(pairs[1], kinds), kind)


def of_label(place: dict[str, int], label: str | None, row: int) -> int:
    """Index of an actor named in a risk table."""
    if label is None or label not in place:
        raise InputError(
            f"risk table: row {row} names the actor {label!r}, which is not among the {len(place)} actors of "
            "the events. Add it to the actors or drop the row."
        )
    return place[label]
