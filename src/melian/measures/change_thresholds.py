"""Red lines: whether B's conduct towards A changes where A's cumulated pressure passes a threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.history import EventHistory
from melian.measures.answer import Estimate
from melian.measures.day_counts import DayCounts, decayed
from melian.measures.instruments import family_matrix
from melian.measures.responses_settings import ResponseSettings, directions_of
from melian.measures.responses_study import LEAD_IN, calendar_of
from melian.measures.thresholds import LEVEL, Threshold, find_threshold

__all__ = ["LEAST", "Line", "find_lines"]

Floats = NDArray[np.float64]
LEAST = 30
"""Acts of pressure, and of response, that a threshold needs."""
QUICK, SLOW = 2.0, 14.0
"""Half-lives of the decayed counts of both sides' acts."""


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

    @property
    def placed(self) -> Estimate:
        """Where the line lies; undefined where there is none to place."""
        got = self.threshold
        if got is None or got.p > LEVEL:
            return Estimate.undefined(self.why_not, events=self.events)
        return Estimate(got.at, got.low, got.high, events=self.events)

    @property
    def jump(self) -> Estimate:
        """Acts a day that the line adds; undefined where there is none to place."""
        got = self.threshold
        if got is None or got.p > LEVEL:
            return Estimate.undefined(self.why_not, events=self.events)
        return Estimate(got.jump, got.jump_low, got.jump_high, events=self.events)

    @property
    def why_not(self) -> str:
        """Say why there is no line to place."""
        if self.threshold is None:
            return self.reason
        return (
            f"no line to place: a straight response is not rejected at {LEVEL:.0%} (p {self.threshold.p:.3f})"
        )


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
        rest = back.sum(axis=1, keepdims=True) - y[:, None]
        there = counts.pair(actor, responder).sum(axis=1, keepdims=True)
        past = [decayed(rest, QUICK), decayed(there, QUICK), decayed(rest, SLOW)]
        own = [(days, float(decayed(y[:, None], days)[rows[0], 0])) for days in (QUICK, SLOW)]
        controls = np.hstack([calendar, *past])[rows]
        got = find_threshold(y[rows], felt[rows], controls, own=own, draws=draws, seed=seed)
        reason = "" if got else "the pressure hardly varies"
        found[responder, actor] = Line(got, felt[rows], n, reason)
    return found
