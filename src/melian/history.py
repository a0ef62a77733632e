"""The relational event history: what every model reads and every source is turned into.

Frozen, time-sorted, integer-coded arrays with labels. `melian.data` makes it, `melian.models` reads it;
the two never import each other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.options import ReReportVerdict
from melian.results import Share

__all__ = ["Attention", "EventHistory", "FunnelCount", "Provenance", "ReReports", "Repeats"]

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int32]
LongArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FunnelCount:
    """Rows left after one step of the funnel from reports to events."""

    step: str
    rows: int


@dataclass(frozen=True, slots=True)
class Repeats:
    """Reports that come some days after another of the same raw pair and code.

    `share` is the estimated share of them that are the earlier report told again.
    """

    days: int
    reports: int
    share: Share


@dataclass(frozen=True, slots=True)
class ReReports:
    """What the reports of one kind of source say of re-reports on later days, and what was done.

    Attributes
    ----------
    source : str
        Kind of source, of `melian.options.SOURCES`.
    reports : int
        Reports that were compared.
    repeats : tuple of Repeats
        One and more days later.
    reach : int
        Days within which the step `re-reports` joins; 0 is the same day only.
    verdict : ReReportVerdict
        Why.
    """

    source: str
    reports: int
    repeats: tuple[Repeats, ...]
    reach: int
    verdict: ReReportVerdict

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form of `describe` and `attribute`."""
        return {
            "source": self.source,
            "reports": self.reports,
            "repeats": [
                {"days": lag.days, "reports": lag.reports, **lag.share.as_dict()} for lag in self.repeats
            ],
            "reach": self.reach,
            "verdict": self.verdict,
        }


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a history came from: enough to find the rows again.

    `snapshot` is the hash over the store's manifest and the codebook version; `store` the path as given.
    `re_reports` is what was estimated of re-reports on later days, where the step was left to the data.
    """

    snapshot: str = ""
    store: str = ""
    sources: tuple[str, ...] = ()
    funnel: tuple[FunnelCount, ...] = ()
    without: tuple[str, ...] = ()
    unresolved_rows: int = 0
    notes: tuple[str, ...] = ()
    re_reports: tuple[ReReports, ...] = ()


@dataclass(frozen=True, slots=True)
class Attention:
    """Reports in the whole store per step, to compute the attention that a dyad did not make itself.

    Attributes
    ----------
    total : (n_steps,) float64
        Report rows in the whole store (all actors, before any funnel step but unreadable rows).
    by_actor : (n_actors, n_steps) float64
        Those rows in which the actor is source or target (a row with both ends the same counts once).
    pair_low, pair_high, pair_step : (n_pairs,) int32
        Sparse rows with both ends among the actors of the history: low < high actor index, and step.
    pair_count : (n_pairs,) float64
        Number of such rows.
    """

    total: FloatArray
    by_actor: FloatArray
    pair_low: IntArray
    pair_high: IntArray
    pair_step: IntArray
    pair_count: FloatArray


@dataclass(frozen=True, slots=True)
class EventHistory:
    """A relational event history in discrete steps, among a fixed set of actors.

    One row is a cell: the `count` events of one (step, source, target, instrument). Rows are sorted by
    (step, joint, source, target, instrument) and unique in it. Joint events have source < target.

    Attributes
    ----------
    actors, instruments : tuple of str
        Labels; array entries index them. Both are in sorted order, so row order never matters.
    origin : datetime.date
        Calendar day of step 0.
    n_steps : int
        Steps 0 .. n_steps - 1 span history and window.
    window : (int, int)
        First and one-past-last step of the window that is analysed; earlier steps are history.
    step, source, target, instrument, count : (n_cells,) int32
    joint : (n_cells,) bool
        True where the cell holds joint events of the undirected dyad.
    row : (n_cells,) int64
        Row id in the store of the cell's first report, -1 where there is none.
    attention : Attention or None
        Whole-store reports per step; None where the history was made without a store.
    blocs : mapping of str to (n_actors, n_steps) bool
        Dated membership in the blocs that relations are split by.
    reactive : (n_cells,) bool
        True where all events of the cell carry codes that are `reactive_by_definition`.
    provenance : Provenance
    step_days : int
        Days of one step; longer ones are made by `melian.measures.steps.coarsen`.
    """

    actors: tuple[str, ...]
    instruments: tuple[str, ...]
    origin: dt.date
    n_steps: int
    window: tuple[int, int]
    step: IntArray
    source: IntArray
    target: IntArray
    instrument: IntArray
    count: IntArray
    joint: BoolArray
    row: LongArray
    attention: Attention | None = None
    blocs: Mapping[str, BoolArray] = field(default_factory=dict)
    reactive: BoolArray | None = None
    provenance: Provenance = field(default_factory=Provenance)
    step_days: int = 1

    def __post_init__(self) -> None:
        n = len(self.step)
        for name in ("source", "target", "instrument", "count", "joint", "row"):
            if len(getattr(self, name)) != n:
                raise InputError(f"history.{name} has {len(getattr(self, name))} rows, step has {n}.")
        if n and (np.diff(self.step) < 0).any():
            raise InputError("history.step must be sorted; sort the rows by step first.")
        first, last = self.window
        if not 0 <= first < last <= self.n_steps:
            raise InputError(
                f"window {self.window} is empty or outside the {self.n_steps} steps of the history."
            )

    @property
    def n_actors(self) -> int:
        """Number of actors."""
        return len(self.actors)

    @property
    def n_instruments(self) -> int:
        """Number of instruments."""
        return len(self.instruments)

    @property
    def n_events(self) -> int:
        """Directed events in the window (units, not cells)."""
        inside = (self.step >= self.window[0]) & (self.step < self.window[1]) & ~self.joint
        return int(self.count[inside].sum())

    @property
    def since(self) -> dt.date:
        """First day of the window."""
        return self.date(self.window[0])

    @property
    def until(self) -> dt.date:
        """Last day of the window."""
        return self.date(self.window[1]) - dt.timedelta(days=1)

    def date(self, step: int) -> dt.date:
        """First calendar day of a step."""
        return self.origin + dt.timedelta(days=int(step) * self.step_days)
