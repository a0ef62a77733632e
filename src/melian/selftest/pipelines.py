"""From reports to shares: the default pipeline and naive ones, on the same reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from melian.analysis.counts import count_draws
from melian.analysis.periods import make_periods
from melian.analysis.shares import actor_shares
from melian.analysis.units import live_units
from melian.data.connect import Store
from melian.data.frame import store_from_frame
from melian.data.load import load_history
from melian.history import EventHistory
from melian.models.chain import make_basis_and_waves
from melian.models.design import make_design
from melian.models.hawkes import HawkesConfig, fit_hawkes
from melian.models.newton import fit_newton
from melian.selftest.rival import textbook_shares
from melian.selftest.worlds import SINCE, Told
from melian.simulate import to_table

__all__ = ["DEFAULT", "NAIVE", "STEPS", "TEXTBOOK", "Found", "Pipeline", "run_pipelines"]

Floats = NDArray[np.float64]
STEPS = ("domestic", "statements", "re-reports", "co-reports", "mirrors")
"""Steps of the funnel that can be left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """What is done with the reports.

    Attributes
    ----------
    name : str
    without : tuple of str
        Steps of the funnel that are left out; without `re-reports` those of later days stay in, too.
    fit : {"model", "constant", "textbook"}
        The model as configured; the daily model with constant baseline and without attention; or a
        continuous-time fit with constant baseline (`melian.selftest.rival`).
    """

    name: str
    without: tuple[str, ...] = ()
    fit: Literal["model", "constant", "textbook"] = "model"


DEFAULT = Pipeline(name="default")
NAIVE = Pipeline(name="naive", without=STEPS, fit="constant")
TEXTBOOK = Pipeline(name="textbook", without=STEPS, fit="textbook")


@dataclass(frozen=True, slots=True)
class Found:
    """Shares of the components by actor, (n_actors, 4), with 90% intervals where the pipeline has any.

    `low` and `high` are None where it has none; rows of actors without events are nan.
    """

    pipeline: str
    events: int
    share: Floats
    low: Floats | None
    high: Floats | None


def run_pipelines(pipelines: Sequence[Pipeline], told: Told, config: HawkesConfig) -> tuple[Found, ...]:
    """Tell the world, store the reports, then run the funnel, fit and share out by each pipeline.

    Parameters
    ----------
    pipelines : sequence of Pipeline
    told : Told
    config : HawkesConfig
        Of the default fit; the naive fits take its half-lives and its seed.

    Returns
    -------
    tuple of Found
    """
    with store_from_frame(to_table(told.path, told.world.reporting)) as store:
        histories = {p.without: _history(store, p.without, told) for p in pipelines}
    return tuple(_found(pipeline, histories[pipeline.without], config) for pipeline in pipelines)


def _found(pipeline: Pipeline, history: EventHistory, config: HawkesConfig) -> Found:
    events = int(history.count[~history.joint & (history.step >= history.window[0])].sum())
    if pipeline.fit == "model":
        return Found(pipeline.name, events, *_model_shares(history, config))
    share = textbook_shares(history, seed=config.seed)
    if pipeline.fit == "constant":
        share = _constant_shares(history, config)
    return Found(pipeline.name, events, share, None, None)


def _history(store: Store, without: tuple[str, ...], told: Told) -> EventHistory:
    return load_history(
        store,
        actors=list(told.actors),
        since=told.path.world.origin + dt.timedelta(days=SINCE),
        without=without,
        re_report_days=0 if "re-reports" in without else "auto",
    )


def _model_shares(history: EventHistory, config: HawkesConfig) -> tuple[Floats, Floats, Floats]:
    fit = fit_hawkes(history, config)
    live = live_units(history, fit.draws, fit.summary)
    periods = make_periods(history, live)
    counts = count_draws(history, fit.draws, live, period=periods.of_cell, n_periods=len(periods.since))
    component = actor_shares(counts, fit.draws.columns).component
    return component.share, component.low, component.high


def _constant_shares(history: EventHistory, config: HawkesConfig) -> Floats:
    """Fit one level for each channel that never moves, by maximum likelihood."""
    design = make_design(history, config.half_lives)
    basis, _ = make_basis_and_waves(design, replace(config, exposure="off").chain())
    still = replace(basis, basis=np.ones((basis.n_blocks, 1)))
    fit = fit_newton(design, still)
    shares = fit.components(design.columns.relations)
    return np.where(fit.events[:, None] > 0.0, shares, np.nan)
