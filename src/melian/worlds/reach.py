"""How far outside the observed range a scenario goes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.history import EventHistory
from melian.worlds.contrast import Contrast
from melian.worlds.tally import Calendar, calendar_of

__all__ = ["Reach", "reach_of"]

Floats = NDArray[np.float64]
LEAST_DAYS = 20
"""Days a month must have to count: a month cut short has no range."""


@dataclass(frozen=True, slots=True)
class Reach:
    """An actor's months in the scenario against the range of the months that were observed.

    Attributes
    ----------
    actor : str
    low, high : float
        Fewest and most events a day in an observed month (in the factual runs, where nothing was observed).
    months : int
        Months of the range.
    mean : float
        Events a day in the scenario.
    outside, factual : float
        Share of the scenario's months (of all runs) that lie outside the range, and of the factual world's.
    observed : bool
        Whether the range comes from observed events.
    """

    actor: str
    low: float
    high: float
    months: int
    mean: float
    outside: float
    factual: float
    observed: bool


def reach_of(contrast: Contrast, history: EventHistory | None = None) -> tuple[Reach, ...]:
    """Measure for each actor how far the scenario's months lie outside the observed range.

    Parameters
    ----------
    history : EventHistory, optional
        What was observed; the factual runs if not given.
    """
    changed = contrast.changed
    calendar = changed.calendar
    whole = calendar.days >= min(LEAST_DAYS, calendar.days.max())
    days = calendar.days[whole]
    scenario = changed.counts["actors"][:, :, whole] / days
    low, high, months = _observed(history) if history is not None else _factual(contrast, whole, days)
    factual = contrast.factual.counts["actors"][:, :, whole] / days
    out, base = (
        ((rate < low[:, None]) | (rate > high[:, None])).mean(axis=(0, 2)) for rate in (scenario, factual)
    )
    return tuple(
        Reach(
            name, float(low[i]), float(high[i]), months, float(scenario[:, i].mean()), float(out[i]),
            float(base[i]), history is not None,
        )
        for i, name in enumerate(changed.world.actors)
    )  # fmt: skip


def _observed(history: EventHistory) -> tuple[Floats, Floats, int]:
    calendar: Calendar = calendar_of(history.origin, history.n_steps)
    directed = ~history.joint & (history.step >= history.window[0])
    table = np.zeros((history.n_actors, len(calendar.labels)))
    np.add.at(
        table, (history.source[directed], calendar.month[history.step[directed]]), history.count[directed]
    )
    days = np.bincount(calendar.month[history.window[0] :], minlength=len(calendar.labels))
    whole = days >= min(LEAST_DAYS, days.max())
    rate = table[:, whole] / days[whole]
    return rate.min(axis=1), rate.max(axis=1), int(whole.sum())


def _factual(
    contrast: Contrast, whole: NDArray[np.bool_], days: NDArray[np.int64]
) -> tuple[Floats, Floats, int]:
    rate = contrast.factual.counts["actors"][:, :, whole] / days
    return rate.min(axis=(0, 2)), rate.max(axis=(0, 2)), int(whole.sum() * len(rate))
