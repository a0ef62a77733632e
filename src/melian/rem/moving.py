"""Coefficients in a moving window: the same model fitted to the events of one stretch of time after another.

Mulder, Leenders (2019), Modeling the evolution of interaction behavior in social networks, Chaos, Solitons &
Fractals 119.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from melian.effects.term import Product, Term
from melian.errors import InputError
from melian.rem.config import RemConfig
from melian.rem.fit import DEFAULT, fit_rem
from melian.rem.result import RemFit
from melian.sequence import RelationalEvents

__all__ = ["WindowFit", "fit_moving"]


@dataclass(frozen=True, slots=True)
class WindowFit:
    """A fit to the events with start <= time < stop, or the reason why there is none."""

    start: float
    stop: float
    fit: RemFit | None
    reason: str = ""


def fit_moving(
    events: RelationalEvents,
    terms: Sequence[Term | Product],
    *,
    width: float,
    step: float,
    config: RemConfig = DEFAULT,
    covariates: Sequence[Any] = (),
) -> tuple[WindowFit, ...]:
    """Fit a model in windows of time; the statistics of a window know all events before it.

    Parameters
    ----------
    width, step : float
        Length of a window and distance between two begins, in the unit of the events. Windows that overlap
        share events, so that neighbouring estimates are not independent.

    Raises
    ------
    InputError
        If width or step is not positive, or not one window fits.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> ends = np.array([rng.choice(5, 2, replace=False) for _ in range(80)])
    >>> frame = {"time": range(80), "sender": ends[:, 0], "receiver": ends[:, 1]}
    >>> events = RelationalEvents.from_frame(frame)
    >>> [(w.start, w.fit.n_events) for w in fit_moving(events, (Term("inertia"),), width=40, step=20)]
    [(0.0, 39), (20.0, 40), (40.0, 40)]
    """
    if not (width > 0 and step > 0):
        raise InputError(f"width={width} and step={step} must be positive.")
    end = events.until + (1.0 if events.resolution == "day" else 0.0)
    starts = np.arange(events.since, end - width + step, step)
    starts = starts[starts < end]
    out = [_one(events, terms, float(start), width, config, covariates) for start in starts]
    whole = [window for window in out if window.stop <= end + step]
    if not any(window.fit for window in whole):
        reason = whole[0].reason if whole else f"the observation is shorter than {width:g}"
        raise InputError(f"No window of width {width:g} can be fitted: {reason}")
    return tuple(whole)


def _one(
    events: RelationalEvents,
    terms: Sequence[Term | Product],
    start: float,
    width: float,
    config: RemConfig,
    covariates: Sequence[Any],
) -> WindowFit:
    """Fit one window."""
    stop = start + width
    low, high = np.searchsorted(events.time, [start, stop], side="left")
    low = max(int(low), events.first)
    names = ("time", "sender", "receiver", "type", "weight", "joint", "row")
    last = stop - 1.0 if events.resolution == "day" else min(stop, events.until)
    part = replace(
        events,
        **{name: getattr(events, name)[:high] for name in names},
        first=min(low, int(high)),
        since=max(start, events.since),
        until=last,
    )
    try:
        return WindowFit(start, stop, fit_rem(part, terms, config=config, covariates=covariates))
    except InputError as error:
        return WindowFit(start, stop, None, str(error))
