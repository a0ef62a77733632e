"""The steps at which a likelihood looks at the statistics, and the events and exposure of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.rem.config import RemConfig
from melian.sequence import RelationalEvents

__all__ = ["Timeline", "build_timeline", "likelihood_events"]

FloatArray = NDArray[np.float64]
LongArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Steps of the likelihood.

    Attributes
    ----------
    time : (n_steps,) float64
        Events before it are the history of the step.
    previous : (n_steps,) float64
        Time of the last earlier step that holds an event; the step's own time where there is none.
    exposure : (n_steps,) float64
        Time at risk that the step stands for; 0 in an ordinal likelihood.
    first : (n_steps + 1,) int64
        Where the events of a step begin in `event`.
    event : (n_events,) int64
        Indices of the events of the likelihood, by step.
    attributes_at : (n_steps,) float64
        Time at which covariates and the risk table are read.
    """

    time: FloatArray
    previous: FloatArray
    exposure: FloatArray
    first: LongArray
    event: LongArray
    attributes_at: FloatArray

    @property
    def n_steps(self) -> int:
        """Number of steps."""
        return len(self.time)


def likelihood_events(events: RelationalEvents, config: RemConfig) -> LongArray:
    """Give the indices of the events that the likelihood is made of.

    Joint events of directed data are history only; so is the first step of a sequence without earlier
    history, where the settings condition on it.

    Raises
    ------
    InputError
        If no event is left, or one lies outside the observation.
    """
    use = np.arange(events.n_events) >= events.first
    if not events.undirected:
        use &= ~events.joint
    if config.first_event == "condition" and events.first == 0 and events.n_events:
        use &= events.time > events.time[0]
    chosen = np.flatnonzero(use)
    if not len(chosen):
        raise InputError(
            f"No event is left for the likelihood: of {events.n_events} events the first {events.first} are "
            "history, joint events and (with first_event='condition') the first step are left out."
        )
    outside = chosen[(events.time[chosen] < events.since) | (events.time[chosen] > events.until)]
    if len(outside):
        raise InputError(
            f"{len(outside)} events lie outside the observation from {events.since:g} to {events.until:g} "
            f"(first: row {outside[0]} at {events.time[outside[0]]:g}). Widen since/until or move `first`."
        )
    return chosen


def build_timeline(events: RelationalEvents, config: RemConfig, *, breaks: FloatArray) -> Timeline:
    """Lay out the steps.

    Parameters
    ----------
    breaks : (n,) float64
        Times at which covariates, the risk set or windowed counts change; they part the waiting times of an
        interval likelihood.

    Examples
    --------
    >>> events = RelationalEvents.from_frame({"time": [1.0, 2.0, 4.0], "sender": "aba", "receiver": "bab"})
    >>> build_timeline(events, RemConfig(likelihood="interval"), breaks=np.array([3.0])).exposure.tolist()
    [1.0, 1.0, 1.0]
    """
    chosen = likelihood_events(events, config)
    start = _start(events, config)
    if config.likelihood == "ordinal":
        time = np.unique(events.time[chosen])
        exposure = np.zeros(len(time))
    elif config.likelihood == "interval":
        inside = breaks[(breaks > start) & (breaks < events.until)]
        time = np.unique(np.r_[events.time[chosen], inside, events.until])
        exposure = np.diff(np.r_[start, time])
    else:
        time = np.arange(start, events.until + 1.0)
        exposure = np.ones(len(time))
    step = np.searchsorted(time, events.time[chosen])
    order = np.argsort(step, kind="stable")
    first = np.searchsorted(step[order], np.arange(len(time) + 1))
    seen = np.searchsorted(events.time, time, side="left") - 1
    previous = np.where(seen >= 0, events.time[np.maximum(seen, 0)], time)
    # A value that changes at a time holds from then on, so a wait that ends there still has the old one.
    read_at = np.nextafter(time, -np.inf) if config.likelihood == "interval" else time
    return Timeline(time, previous, exposure, first.astype(np.int64), chosen[order].astype(np.int64), read_at)


def _start(events: RelationalEvents, config: RemConfig) -> float:
    """Time from which the likelihood observes."""
    if config.first_event == "condition" and events.first == 0:
        return float(events.time[0]) + (1.0 if config.likelihood == "daily" else 0.0)
    return float(events.since)
