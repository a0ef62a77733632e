"""What a relational event model refuses, before anything is computed."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.rem.columns import Columns
from melian.rem.config import RemConfig
from melian.rem.timeline import Timeline
from melian.sequence import RelationalEvents

__all__ = ["check_effects", "check_efron", "check_request", "check_size"]

MEMORY_LIMIT: Final = 2e9
"""Bytes that the statistics of all dyads at risk may take; beyond it the risk set has to be sampled."""


def check_request(events: RelationalEvents, config: RemConfig) -> None:
    """Refuse likelihoods that the times, and models that the kind of events, do not allow.

    Raises
    ------
    InputError
    """
    if not events.n_events:
        raise InputError("There are no events.")
    _check_times(events, config)
    if events.undirected and (config.model != "tie" or config.conditional):
        raise InputError(
            "Undirected events have no sender and no receiver: use model='tie' without `conditional`."
        )
    if config.typed and len(events.types) < 2:
        raise InputError(f"typed=True needs events of two types or more; there are {len(events.types)}.")
    _check_joins(config)
    if events.undirected and config.errors in ("sender", "receiver"):
        raise InputError(f"errors={config.errors!r} needs directed events; use errors='dyad'.")


def _check_times(events: RelationalEvents, config: RemConfig) -> None:
    """Refuse likelihoods of waiting times where times are not measured."""
    if config.likelihood == "interval" and events.resolution != "exact":
        stamps = {"day": "whole days", "order": "only the order of events"}[events.resolution]
        other = "likelihood='daily', a count model by day, or " if events.resolution == "day" else ""
        raise InputError(
            f"likelihood='interval' models exact waiting times, but the times are {stamps}. "
            f"Use {other}likelihood='ordinal'."
        )
    if config.likelihood == "daily" and events.resolution != "day":
        raise InputError(
            f"likelihood='daily' counts events by day; the times have resolution {events.resolution!r}. "
            "Use likelihood='interval' for exact times or likelihood='ordinal'."
        )


def _check_joins(config: RemConfig) -> None:
    """Refuse settings that do not go together."""
    stratified = config.model == "choice" or config.conditional is not None
    if config.ties == "efron" and (config.likelihood != "ordinal" or stratified):
        raise InputError("ties='efron' belongs to the ordinal likelihood of the tie or rate model.")
    if config.frailty and config.likelihood != "ordinal":
        raise InputError("frailty is estimated with likelihood='ordinal'.")
    if config.frailty and (stratified or config.model == "rate" or config.penalty):
        raise InputError("frailty is estimated for model='tie', not conditional, without another penalty.")


def check_effects(columns: Columns, events: RelationalEvents, config: RemConfig) -> None:
    """Refuse effects that the events or the model cannot carry.

    Raises
    ------
    InputError
    """
    for base in columns.base:
        effect, label = base.effect, base.term.label
        if events.undirected and not (effect.undirected or effect.family in ("own", "static")):
            raise InputError(f"{label}: {effect.name} is defined for directed events; these are undirected.")
        if not events.undirected and not effect.directed:
            raise InputError(f"{label}: {effect.name} is defined for undirected events; these are directed.")
        if config.model == "rate" and effect.level not in ("sender", "step") and effect.family != "static":
            raise InputError(
                f"{label}: a rate model is of the sender alone; {effect.name} needs the receiver. "
                "Use effects such as outdegree_sender, indegree_sender or ego."
            )
        previous = base.term.memory.kind != "full" and base.term.memory.clock == "previous"
        if events.has_ties and (effect.ordered or previous):
            what = "clock='previous'" if previous else effect.name
            raise InputError(
                f"{label}: {what} needs to know which event came right before, but events share a time "
                f"(first at {_first_tie(events):g}) and their order is unknown. Leave it out"
                + (", or use clock='now'." if previous else ".")
            )


def check_efron(timeline: Timeline, row: NDArray[np.int64], events: RelationalEvents) -> None:
    """Refuse Efron's ties where a dyad acts twice in one step: it cannot leave the risk set and act again."""
    step = np.repeat(np.arange(timeline.n_steps), np.diff(timeline.first))
    pairs, count = np.unique(np.stack([step, row]), axis=1, return_counts=True)
    again = np.flatnonzero(count > 1)
    if len(again):
        n = events.n_actors
        where, cell = pairs[:, again[0]]
        one, two = events.actors[cell // n % n], events.actors[cell % n]
        raise InputError(
            f"ties='efron' takes a dyad out of the risk set once it has acted, but in {len(again)} cases one "
            f"acts more than once in a step (first: {one!r} to {two!r} at {timeline.time[where]:g}). "
            "Use ties='breslow'."
        )


def _first_tie(events: RelationalEvents) -> float:
    """Time of the first tie."""
    return next(float(b) for a, b in zip(events.time, events.time[1:], strict=False) if a == b)


def check_size(events: RelationalEvents, columns: Columns, blocks: int) -> None:
    """Refuse a full risk set that does not fit in memory."""
    rows = blocks * events.n_actors**2
    needed = 8.0 * rows * (len(columns.base) + len(columns.model) + 4)
    if needed > MEMORY_LIMIT:
        raise InputError(
            f"The full risk set has {rows:,} dyads of {events.n_actors:,} actors; its statistics would take "
            f"{needed / 1e9:.1f} GB (limit {MEMORY_LIMIT / 1e9:.0f} GB). Sample non-events: controls=10."
        )
