"""Everything that a likelihood on the full risk set needs, laid out once before any estimation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melian.effects.own import OwnEffect
from melian.effects.term import Product, Term
from melian.kernels.rem_state import Changes, Observed
from melian.rem.attributes import attribute_breaks, covariate_of, own_effects
from melian.rem.checks import check_effects, check_efron, check_request, check_size
from melian.rem.columns import Columns, expand
from melian.rem.config import RemConfig
from melian.rem.entries import build_changes, decay, epochs, window_ends
from melian.rem.layout import Plan, build_plan
from melian.rem.riskset import RiskSet, build_risk_set, observed_rows, risk_breaks
from melian.rem.splines import basis
from melian.rem.timeline import Timeline, build_timeline
from melian.sequence import RelationalEvents

__all__ = ["Problem", "build_problem"]

LongArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Problem:
    """A relational event model, ready to be evaluated at any coefficients.

    Attributes
    ----------
    events, config, timeline, risk, plan
        What is asked, its steps, rows at risk, and columns.
    changes, observed
        Arrays of the kernels.
    covariates : tuple
        One a base column; None where it has none.
    own : tuple of OwnEffect
        The user's own effects, in the order of `plan.own`.
    segments : (n_segments + 1,) int64
        Steps at which something outside the counts changes; between two of them the kernels run alone.
    blocks : int
        Types that dyads are at risk for, 1 if untyped.
    """

    events: RelationalEvents
    config: RemConfig
    timeline: Timeline
    risk: RiskSet
    plan: Plan
    changes: Changes
    observed: Observed
    covariates: tuple[Any, ...]
    own: tuple[OwnEffect, ...]
    segments: LongArray
    blocks: int

    @property
    def columns(self) -> Columns:
        """Base and model columns."""
        return self.plan.columns

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the coefficients."""
        return self.plan.columns.labels

    @property
    def n_events(self) -> int:
        """Events in the likelihood."""
        return len(self.timeline.event)

    @property
    def stratified(self) -> bool:
        """True where each event is compared with the dyads of its own sender or receiver."""
        return self.side is not None

    @property
    def side(self) -> str | None:
        """The side that is given: 'sender', 'receiver' or None."""
        return "sender" if self.config.model == "choice" else self.config.conditional


def build_problem(
    events: RelationalEvents,
    terms: Sequence[Term | Product],
    *,
    config: RemConfig,
    covariates: Sequence[Any] = (),
) -> Problem:
    """Lay a model out; nothing is computed yet.

    Raises
    ------
    InputError
        For anything that cannot be fitted as asked, named in the message.
    """
    check_request(events, config)
    mine = own_effects(covariates)
    baseline = config.likelihood != "ordinal"
    columns = expand(terms, events, baseline=baseline, typed=config.typed, own=tuple(mine))
    check_effects(columns, events, config)
    blocks = len(events.types) if config.typed else 1
    check_size(events, columns, blocks)
    plan = build_plan(columns, events, blocks=blocks)
    given = tuple(
        covariate_of(base.term, base.effect.covariate, covariates) if base.effect.covariate else None
        for base in columns.base
    )
    timeline = build_timeline(events, config, breaks=_breaks(events, config, plan, given))
    risk = build_risk_set(events, config, timeline, blocks=blocks)
    observed = _observed(events, config, timeline, risk, plan, blocks)
    if config.ties == "efron":
        check_efron(timeline, observed.row, events)
    return Problem(
        events=events,
        config=config,
        timeline=timeline,
        risk=risk,
        plan=plan,
        changes=build_changes(events, timeline, plan.keys),
        observed=observed,
        covariates=given,
        own=tuple(mine[columns.base[k].effect.name] for k in plan.own),
        segments=_segments(timeline, risk, plan, given),
        blocks=blocks,
    )


def _breaks(
    events: RelationalEvents, config: RemConfig, plan: Plan, given: tuple[Any, ...]
) -> NDArray[np.float64]:
    """Collect the times at which statistics or the risk set change without an event."""
    if config.likelihood != "interval":
        return np.empty(0)
    parts = [attribute_breaks(c, events.since, events.until) for c in given if c is not None]
    parts += [window_ends(events, plan.keys), risk_breaks(config)]
    # Joint events, and those of history, change statistics too.
    return np.unique(np.concatenate([*parts, events.time]))


def _observed(
    events: RelationalEvents, config: RemConfig, timeline: Timeline, risk: RiskSet, plan: Plan, blocks: int
) -> Observed:
    """Arrays of what is observed in each step."""
    columns = plan.columns
    gain = np.ones((timeline.n_steps, len(columns.base)))
    for k, base in enumerate(columns.base):
        places = plan.layout.source[k]
        key = plan.keys[places[0]] if places[0] >= 0 else None
        if key is not None and key.memory.kind == "halflife" and base.term.scaling != "prop":
            gain[:, k] = decay(key, timeline)
    multiplier = np.ones((timeline.n_steps, len(columns.model)))
    for q, column in enumerate(columns.model):
        if column.spline:
            multiplier[:, q] = basis(timeline.time, *column.spline)
    return Observed(
        first=timeline.first,
        row=observed_rows(events, config, timeline, risk, blocks=blocks),
        exposure=timeline.exposure,
        now=timeline.time,
        gain=gain,
        multiplier=multiplier,
    )


def _segments(timeline: Timeline, risk: RiskSet, plan: Plan, given: tuple[Any, ...]) -> LongArray:
    """Find the steps at which Python has to change something, with both ends."""
    begin = [np.zeros(1, np.int64), risk.begin]
    read_at = timeline.attributes_at
    for covariate in given:
        if covariate is not None:
            times = attribute_breaks(covariate, float(read_at[0]), float(read_at[-1]))
            begin.append(np.searchsorted(read_at, times, side="left"))
    for key in plan.keys:
        if key.memory.kind == "halflife":
            begin.append(1 + np.flatnonzero(np.diff(epochs(key, timeline))))
    if plan.own:
        begin.append(np.arange(timeline.n_steps))
    inside = np.unique(np.concatenate(begin))
    segments: LongArray = np.r_[inside[inside < timeline.n_steps], timeline.n_steps].astype(np.int64)
    return segments
