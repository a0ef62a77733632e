"""Histories in steps of several days: for asking whether an answer hangs on the length of the step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.history import Attention, EventHistory

__all__ = ["coarsen"]


def coarsen(history: EventHistory, days: int, *, once: bool = False) -> EventHistory:
    """Give the history in steps of `days` days; the steps begin with the window.

    Days at either end that do not fill a step are left out: `since` and `until` of the result say so.

    Parameters
    ----------
    history : EventHistory
        In steps of one day.
    days : int
    once : bool
        Count each cell of the new steps at most once (`unit="active-step"`).

    Returns
    -------
    EventHistory

    Raises
    ------
    InputError
        If the history is in longer steps already, or its window is shorter than one step.

    Examples
    --------
    >>> from melian.simulate import Baseline, World, simulate, to_history
    >>> world = World(actors=("A", "B"), instruments=("force",), n_steps=30, baseline=Baseline(events=60))
    >>> history = to_history(simulate(world), since=0)
    >>> coarse = coarsen(history, 7)
    >>> coarse.n_steps, str(coarse.since) == str(history.since), (coarse.until - coarse.since).days
    (4, True, 27)
    """
    if days == 1 and not once:
        return history
    if history.step_days != 1 or days < 1:
        raise InputError(f"days={days} from steps of {history.step_days} days; only days can be joined.")
    first, end = history.window
    lead = first % days
    steps = (end - lead) // days
    window = ((first - lead) // days, steps)
    if window[0] >= window[1]:
        raise InputError(f"The window has {end - first} days, less than one step of {days}; widen it.")
    kept = (history.step >= lead) & (history.step < lead + steps * days)
    return replace(
        history,
        origin=history.origin + dt.timedelta(days=lead),
        n_steps=steps,
        window=window,
        attention=_attention(history.attention, lead, steps, days),
        blocs={name: member[:, lead : lead + steps * days : days] for name, member in history.blocs.items()},
        step_days=days,
        **_cells(history, kept, (history.step[kept] - lead) // days, once=once),
    )


def _cells(
    history: EventHistory, kept: NDArray[np.bool_], step: NDArray[np.int32], *, once: bool
) -> Mapping[str, Any]:
    """Join the cells of each new step; a cell keeps the report of its first day."""
    names = ("joint", "source", "target", "instrument")
    parts = [step.astype(np.int64), *(getattr(history, name)[kept].astype(np.int64) for name in names)]
    sizes = (2, history.n_actors, history.n_actors, history.n_instruments)
    key = parts[0]
    for part, size in zip(parts[1:], sizes, strict=True):
        key = key * size + part
    _, at, group = np.unique(key, return_index=True, return_inverse=True)
    count = np.bincount(group, history.count[kept], len(at)).astype(np.int32)
    out = {name: getattr(history, name)[kept][at] for name in (*names, "row")}
    reactive = None
    if history.reactive is not None:
        reactive = np.bincount(group, ~history.reactive[kept], len(at)) == 0
    return {
        **out,
        "step": parts[0][at].astype(np.int32),
        "count": np.minimum(count, 1).astype(np.int32) if once else count,
        "reactive": reactive,
    }


def _attention(seen: Attention | None, lead: int, steps: int, days: int) -> Attention | None:
    """Add up reports within each new step."""
    if seen is None:
        return None
    end = lead + steps * days
    n = len(seen.by_actor)
    kept = (seen.pair_step >= lead) & (seen.pair_step < end)
    step = (seen.pair_step[kept].astype(np.int64) - lead) // days
    key = (seen.pair_low[kept].astype(np.int64) * n + seen.pair_high[kept]) * steps + step
    unique, group = np.unique(key, return_inverse=True)
    return Attention(
        total=seen.total[lead:end].reshape(steps, days).sum(axis=1),
        by_actor=seen.by_actor[:, lead:end].reshape(n, steps, days).sum(axis=2),
        pair_low=(unique // steps // n).astype(np.int32),
        pair_high=(unique // steps % n).astype(np.int32),
        pair_step=(unique % steps).astype(np.int32),
        pair_count=np.bincount(group, seen.pair_count[kept], len(unique)).astype(np.float64),
    )
