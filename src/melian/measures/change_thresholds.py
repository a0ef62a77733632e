"""Red lines: whether B's conduct towards A changes where A's cumulated pressure passes a threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.history import EventHistory
from melian.measures.day_counts import DayCounts, decayed
from melian.measures.instruments import family_matrix
from melian.measures.responses_settings import ResponseSettings, directions_of
from melian.measures.responses_study import LEAD_IN, calendar_of
from melian.measures.thresholds import Threshold, find_threshold

__all__ = ["LEAST", "Line", "find_lines"]

Floats = NDArray[np.float64]
LEAST = 30
"""Acts of pressure, and of response, that a threshold needs."""


@dataclass(frozen=True, slots=True)
class Line:
    """What was found for one direction; `threshold` is None with the `reason` where nothing can be tested.

    Attributes
    ----------
    threshold : Threshold or None
        In acts of pressure that are still felt: the decayed sum in which a new act counts 1.
    pressure : (n_days,) float64
        That sum on each day that was looked at.
    events : int
        Acts of response behind it.
    reason : str
    """

    threshold: Threshold | None
    pressure: Floats
    events: int
    reason: str = ""


def find_lines(
    history: EventHistory, *, pairs: Sequence[str], top: int, half_life: float, pressure: Sequence[str],
    response: Sequence[str], draws: int, seed: int,
) -> dict[tuple[int, int], Line]:  # fmt: skip
    """Search each direction of each pair.

    Controls are weekday, a slow course, attention, and the decayed counts of both sides' recent acts; each
    direction's p-value is its own, so they are to be adjusted for their number.

    Returns
    -------
    dict of (responder, actor) to Line
    """
    counts = DayCounts(history)
    kinds = family_matrix(history.instruments, (tuple(pressure), tuple(response)))
    calendar = calendar_of(history)
    rows = np.arange(max(history.window[0], min(LEAD_IN, history.n_steps)), history.n_steps)
    found = {}
    for responder, actor in directions_of(history, ResponseSettings(pairs=tuple(pairs), top=top)):
        pressed = counts.pair(actor, responder) @ kinds[:, 0]
        back = counts.pair(responder, actor)
        y = back @ kinds[:, 1]
        n_pressed, n = int(pressed[rows].sum()), int(y[rows].sum())
        rho = 2.0 ** (-1.0 / half_life)
        felt = decayed(pressed[:, None], half_life)[:, 0] / (1.0 - rho)
        if min(n_pressed, n) < LEAST:
            reason = f"{n_pressed} acts of pressure and {n} of response; at least {LEAST} of each are needed"
            found[responder, actor] = Line(None, felt[rows], n, reason)
            continue
        past = np.stack([y, back.sum(axis=1) - y, counts.pair(actor, responder).sum(axis=1)], axis=1)
        controls = np.hstack([calendar, decayed(past, 2.0), decayed(past[:, :2], 14.0)])[rows]
        got = find_threshold(y[rows], felt[rows], controls, draws=draws, seed=seed)
        reason = "" if got else "the pressure hardly varies"
        found[responder, actor] = Line(got, felt[rows], n, reason)
    return found
