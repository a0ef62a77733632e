"""The known weekday factor of a source: it thins every report, offspring too."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melian.history import EventHistory

__all__ = ["weekday_factor", "weekday_of"]

PRIOR_EVENTS = 200.0
"""Weight of the common weekday profile in events: a source with 200 events is half its own."""


def weekday_of(history: EventHistory, step: NDArray[np.int64]) -> NDArray[np.int64]:
    """Weekday of each step, Monday 0; where a step has several days there is none, and it is 0."""
    if history.step_days > 1:
        return np.zeros(len(step), dtype=np.int64)
    return np.asarray((step + history.origin.weekday()) % 7)


def weekday_factor(history: EventHistory, start: int) -> NDArray[np.float64]:
    """Give d_i(t), mean 1 over the week: the source's profile, shrunk to the one of all sources.

    Steps of several days have none.

    Returns
    -------
    (n_actors, n_steps) float64
    """
    n = history.n_actors
    if history.step_days > 1:
        return np.ones((n, history.n_steps))
    days = weekday_of(history, np.arange(history.n_steps))
    use = ~history.joint & (history.step >= start)
    weekday = days[history.step[use]]
    counts = np.zeros((n, 7))
    np.add.at(counts, (history.source[use], weekday), history.count[use])
    per_day = np.maximum(np.bincount(days[start:], minlength=7), 1)
    common = counts.sum(axis=0) / per_day + 1e-9
    common = common / common.mean()
    expected = common[None, :] * per_day
    profile = (counts + PRIOR_EVENTS * expected / expected.sum()) / per_day
    profile = profile / profile.mean(axis=1, keepdims=True)
    return np.ascontiguousarray(profile[:, days])
