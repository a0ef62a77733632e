"""From drawn genealogies to who acts and who reacts: realised shares, and what stands beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from melian.analysis.counts import count_draws
from melian.analysis.coverage import (
    coefficients_frame,
    funnel_frame,
    gaps_frame,
    ladder_frame,
    placebo_frame,
)
from melian.analysis.events import events_frame
from melian.analysis.evidence import Evidence, check_evidence
from melian.analysis.parents import top_parents
from melian.analysis.periods import make_periods, period_frame
from melian.analysis.roots import top_roots
from melian.analysis.shares import actor_shares, share_frames
from melian.analysis.summary import summarise
from melian.analysis.telling import telling_frame
from melian.analysis.toolkit import answers_frames, reactive_frame, timeline_frame, toolkit_frame
from melian.analysis.units import live_units
from melian.history import EventHistory
from melian.models.draws import Draws, FitSummary

__all__ = ["Attribution", "attribute"]


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who acts and who reacts, as numbers.

    Attributes
    ----------
    summary : dict
        The JSON form, plain types: `data`, `model`, `actors`, `wording`.
    frames : dict of str to polars.DataFrame
        shares, relations, periods, reactions, roots, toolkit, answers, answers_by_actor, timeline, telling,
        funnel, gaps, ladder, placebo, coefficients, reactive, events. Intervals are 90%; an undefined figure
        is null.
    """

    summary: dict[str, Any]
    frames: dict[str, pl.DataFrame]


def attribute(
    history: EventHistory, draws: Draws, fit: FitSummary, evidence: Evidence, *, telling: int = 50
) -> Attribution:
    """Share out the live directed events of every actor over what precedes them.

    All shares are realised: counts over each drawn genealogy among the live events. The point is the mean
    over draws, the interval their 5% and 95% quantiles (Zhuang, Ogata and Vere-Jones 2002 for the
    declustering; drawn here by the sampler). O(draws x units), a block of draws at a time.

    Parameters
    ----------
    history : EventHistory
    draws : Draws
        Genealogies of its directed events.
    fit : FitSummary
    evidence : Evidence
        Placebo, same-step and ladder fits, where they were run.
    telling : int
        How many of the most telling events are singled out.

    Returns
    -------
    Attribution

    Raises
    ------
    InputError
        Where draws or evidence do not belong to the history.
    """
    check_evidence(evidence, history.n_actors)
    live = live_units(history, draws, fit)
    periods = make_periods(history, live)
    counts = count_draws(history, draws, live, period=periods.of_cell, n_periods=len(periods.since))
    shares = actor_shares(counts, draws.columns)
    parents = top_parents(draws, live)
    frames = {
        **share_frames(shares, history.actors),
        "periods": period_frame(counts, draws.columns, actors=history.actors, periods=periods),
        "toolkit": toolkit_frame(history, counts, live),
        **answers_frames(history, counts),
        "timeline": timeline_frame(history, live),
        "telling": telling_frame(
            history, counts, live=live, parents=parents, columns=draws.columns, most=telling
        ),
        "funnel": funnel_frame(history),
        "gaps": gaps_frame(history),
        "ladder": ladder_frame(evidence),
        "placebo": placebo_frame(shares, evidence, history.actors),
        "coefficients": coefficients_frame(history, fit, draws.columns),
        "reactive": reactive_frame(history, counts, live),
        "events": events_frame(
            history, counts, live=live, parents=parents, roots=top_roots(draws, live, history.n_actors)
        ),
    }
    summary = summarise(history, draws, fit=fit, evidence=evidence, live=live, shares=shares)
    return Attribution(summary | {"reactive_by_definition": frames["reactive"].to_dicts()}, frames)
