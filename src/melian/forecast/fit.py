"""Parameters turned towards the future: a fit of the days before a step, with pooled weights and weak levels.

What decides a forecast is seldom what decides a share: weights pooled over sources predict better than free
ones, and no KKT residual below 1e-4 is felt in a count.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.forecast.rates import Rates
from melian.history import EventHistory
from melian.models.chain import make_course_basis
from melian.models.choose import LEVEL_PSEUDO, held_out_ridge, pooled_ridge
from melian.models.course import CourseBasis
from melian.models.design import Design, make_design
from melian.models.newton import NewtonConfig, default_hyper, fit_newton
from melian.models.parameters import Parameters, baseline_exposure, feature_exposure, live_cells
from melian.models.weekday import weekday_factor

__all__ = ["WARM", "ForecastConfig", "Forward", "cut_history", "fit_forward", "forward_of"]

Floats = NDArray[np.float64]
ROUGH, FINE = NewtonConfig(tolerance=1e-3, rounds=3), NewtonConfig(tolerance=1e-4, rounds=5)
LEAST_SCALE = 0.3
"""Most that levels may be taken down to balance a source: its channels have events of their own."""
EDGE = 28
"""Last days whose mean course the future begins from: the very edge of a spline is its least certain part."""
WARM = 160
"""Days before the parameters' date that the multipliers begin on, with the fitted course of each day."""


@dataclass(frozen=True, slots=True)
class ForecastConfig:
    """How forecasts are made.

    Attributes
    ----------
    horizons : tuple of int
        Days ahead; the first is 1.
    min_events : int
        Channels with so many events before the parameters' date are scored and listed.
    held_out : int
        Last days that are predicted from parameters fitted before them.
    half_lives : tuple of float
    knots : float
    bloc : str or None
    """

    horizons: tuple[int, ...] = (1, 7, 30)
    min_events: int = 50
    held_out: int = 60
    half_lives: tuple[float, ...] = (1.0, 5.0, 20.0)
    knots: float = 30.0
    bloc: str | None = None


@dataclass(frozen=True, slots=True)
class Forward:
    """Parameters fitted up to a step, with what the multipliers begin on.

    Attributes
    ----------
    rates : Rates
    step : int
        First day that the parameters have not seen.
    events : (N, N, K) float64
        Events of every channel before it.
    course : (N, K, n_warm) float64
        Course of the warm days over its mean in the window.
    """

    rates: Rates
    step: int
    events: Floats
    course: Floats

    def tracked(self, min_events: float) -> NDArray[np.bool_]:
        """Channels with so many events before the parameters' date, (N, N, K)."""
        return self.events >= min_events


def cut_history(history: EventHistory, end: int) -> EventHistory:
    """Give the history of the steps before `end`; the window ends there too."""
    use = history.step < end
    rows = ("step", "source", "target", "instrument", "count", "joint", "row")
    if not history.window[0] < end <= history.n_steps:
        raise InputError(f"step {end} is outside the window {history.window}; nothing can be cut there.")
    return replace(
        history,
        n_steps=end,
        window=(history.window[0], end),
        attention=None,
        blocs={name: member[:, :end] for name, member in history.blocs.items()},
        reactive=None if history.reactive is None else history.reactive[use],
        **{name: getattr(history, name)[use] for name in rows},
    )


def fit_forward(history: EventHistory, config: ForecastConfig, end: int) -> Forward:
    """Fit the days before `end`: fast estimator, weights pooled over sources, weak prior on levels."""
    past = cut_history(history, end)
    design = make_design(past, config.half_lives, bloc=config.bloc)
    basis = make_course_basis(design, config.knots)
    hyper, levels = default_hyper(design), held_out_ridge(design, LEVEL_PSEUDO)
    rough = fit_newton(design, basis, hyper=hyper, config=ROUGH, ridge=levels)
    ridge = pooled_ridge(design, rough.parameters, levels)
    fit = fit_newton(design, basis, hyper=hyper, config=FINE, ridge=ridge, start=rough.parameters)
    return forward_of(design, basis, _balanced(design, basis, fit.predictive()))


def _balanced(design: Design, basis: CourseBasis, parameters: Parameters) -> Parameters:
    """Scale each source's levels so that its expected events are its events.

    The weak prior keeps thousands of empty channels a little above zero: no channel feels it, a sum does.
    """
    live = live_cells(design)
    weight = (design.cell_count * design.cell_weight)[live]
    events = np.bincount(design.cell_source[live], weight, design.history.n_actors)
    baseline = (parameters.level * baseline_exposure(design, basis, (), parameters)).sum(axis=(1, 2))
    offspring = parameters.weight.sum(axis=1) * feature_exposure(design, parameters.factor)
    scale = (events - offspring.sum(axis=1)) / np.maximum(baseline, 1e-9)
    return replace(parameters, level=parameters.level * np.clip(scale, LEAST_SCALE, 1.0)[:, None, None])


def forward_of(design: Design, basis: CourseBasis, parameters: Parameters) -> Forward:
    """Turn fitted parameters towards the future; attention stands at its mean."""
    history = design.history
    n, kk, end = history.n_actors, history.n_instruments, history.n_steps
    mean = np.maximum(parameters.course[:, :, basis.block[design.fit_from :]].mean(axis=2), 1e-9)
    edge = parameters.course[:, :, basis.block[-min(EDGE, end - design.fit_from) :]].mean(axis=2)
    warm = np.arange(max(design.fit_from, end - WARM), end)
    weekday = weekday_factor(history, design.fit_from)[:, -7:]
    shift = (history.origin + dt.timedelta(days=end - 7)).weekday()
    rates = Rates(
        parameters.level * mean[:, None, :], np.log(np.maximum(edge / mean, 1e-9)), history.date(end),
        parameters.weight, parameters.factor, np.roll(weekday, shift, axis=1), design.columns.relations,
        design.half_lives,
    )  # fmt: skip
    inside = ~history.joint & (history.step >= design.fit_from)
    events = np.zeros((n, n, kk))
    cell = (history.source[inside], history.target[inside], history.instrument[inside])
    np.add.at(events, cell, history.count[inside])
    course = parameters.course[:, :, basis.block[warm]] / mean[:, :, None]
    return Forward(rates, end, events, course)
