"""The fast fit of a diffusion history: which share of one kind of event follows which past, with placebo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.history import EventHistory
from melian.measures.refits import BLOCK
from melian.models.attention import Wave
from melian.models.chain import make_basis_and_waves
from melian.models.course import CourseBasis
from melian.models.design import Design, make_design, reweight
from melian.models.hawkes import HawkesConfig, placebo_shifts
from melian.models.newton import Hyper, NewtonConfig, fit_newton
from melian.models.parameters import Parameters, cell_terms, live_cells
from melian.models.quick import chosen_hyper

__all__ = ["Fit", "Parts", "drawn_parts", "fit_part", "main_parts", "parts_of", "placebo_parts"]

Floats = NDArray[np.float64]
KNOTS = 90.0
"""Days between the knots of the slow course of domestic events, where the study leaves them open: a wave of
protest lasts weeks, and with knots of 30 days the course takes much of it (`docs/diffusion.md`)."""
PATIENT = NewtonConfig(rounds=40, course_tolerance=1e-3)
"""The course and the weights of one channel per country pull at each other for longer than elsewhere."""


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A history with its fast fit, made for some sources only.

    Attributes
    ----------
    history : EventHistory
        HOME is its last actor.
    sources : (n,) int64
        Actors whose events are explained.
    design : Design
    basis : CourseBasis
    waves : tuple of Wave
    hyper : Hyper
    effort : NewtonConfig
    parameters : Parameters
    """

    history: EventHistory
    sources: NDArray[np.int64]
    design: Design
    basis: CourseBasis
    waves: tuple[Wave, ...]
    hyper: Hyper
    effort: NewtonConfig
    parameters: Parameters


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Expected events by origin.

    Attributes
    ----------
    events : (n_actors, n_actors, n_instruments) float64
        Events of the likelihood by source, target, instrument.
    after : (n_actors, n_actors, n_instruments, n_columns, n_instruments) float64
        Of those, the part that follows past events of a relation column and instrument.
    """

    events: Floats
    after: Floats


def fit_part(
    history: EventHistory, sources: Sequence[int], config: HawkesConfig, *, home_acted_on: bool
) -> Fit:
    """Fit the events of some sources by the fast estimator; all events of the history are parents.

    Parameters
    ----------
    history : EventHistory
        HOME is its last actor.
    sources : sequence of int
    config : HawkesConfig
    home_acted_on : bool
        Whether the sources act towards HOME (`home_history`) or on each other only (`abroad_history`).

    Raises
    ------
    InputError
        If the sources have no events on the days of the likelihood.
    """
    wanted = np.asarray(sources, np.int64)
    design = make_design(history, config.half_lives, sources=wanted)
    if not (design.cell_weight > 0.0).any():
        raise InputError(
            f"none of the {len(wanted)} actors has an event to explain from {history.date(design.fit_from)} "
            f"to {history.until}; widen the window or name others."
        )
    if home_acted_on and config.knots == "auto":
        config = replace(config, knots=KNOTS)
    effort = PATIENT if home_acted_on else NewtonConfig()
    basis, waves = make_basis_and_waves(design, config.chain())
    hyper = chosen_hyper(design, basis, waves, config)
    hyper = replace(hyper, factor=_even(hyper.factor, home_acted_on=home_acted_on))
    fit = fit_newton(design, basis, waves, hyper=hyper, config=effort)
    return Fit(history, wanted, design, basis, waves, hyper, effort, fit.parameters)


def _even(factor: Floats, *, home_acted_on: bool) -> Floats:
    """Spread evenly over the targets that can be acted on: the pairs' levels say nothing here."""
    even = np.ones_like(factor)
    if not home_acted_on:
        even[:, -1] = 0.0
    return even


def parts_of(fit: Fit, design: Design, parameters: Parameters) -> Parts:
    """Share the events out by relation column and instrument of the past."""
    history, columns = fit.history, design.columns
    n, k = history.n_actors, columns.n_instruments
    total = cell_terms(design, fit.basis, fit.waves, parameters).sum(axis=1)
    cells = np.flatnonzero(live_cells(design) & (total > 0.0))
    source, target = design.cell_source[cells], design.cell_target[cells]
    instrument, count = design.cell_instrument[cells], design.cell_count[cells]
    terms = design.x[design.cell_row[cells]] * parameters.weight[source, instrument]
    part = terms.reshape(len(cells), len(columns.names), k, columns.n_kernels).sum(axis=-1)
    part = part * parameters.factor[source, target][:, :, None] * (count / total[cells])[:, None, None]
    events, after = np.zeros((n, n, k)), np.zeros((n, n, k, len(columns.names), k))
    np.add.at(events, (source, target, instrument), count)
    np.add.at(after, (source, target, instrument), part)
    return Parts(events, after)


def main_parts(fit: Fit) -> Parts:
    """Share the events of the fit out."""
    return parts_of(fit, fit.design, fit.parameters)


def drawn_parts(fit: Fit, draws: int, *, seed: int) -> list[Parts]:
    """Refit under exponential weights on blocks of days, and draw which events follow what.

    Weights on the likelihood, never resampled series (Newton and Raftery 1994); blocks keep over-dispersion
    in.
    """
    rng = np.random.default_rng((seed, 773))
    block = np.arange(fit.history.n_steps) // BLOCK
    out = []
    for _ in range(draws):
        design = reweight(fit.design, rng.standard_exponential(block[-1] + 1)[block])
        made = fit_newton(
            design, fit.basis, fit.waves, hyper=fit.hyper, config=fit.effort, start=fit.parameters
        )
        found = parts_of(fit, fit.design, made.parameters)
        share = found.after / np.maximum(found.events, 1.0)[..., None, None]
        number = rng.binomial(found.events.astype(np.int64)[..., None, None], np.clip(share, 0.0, 1.0))
        out.append(Parts(found.events, number.astype(np.float64)))
    return out


def placebo_parts(fit: Fit, shifts: int) -> list[Parts]:
    """Share out with the past of others moved around the circle of days by whole weeks, own past as it is."""
    out = []
    for shift in placebo_shifts(fit.history.n_steps, shifts):
        design = make_design(fit.history, fit.design.half_lives, shift=shift, sources=fit.sources)
        made = fit_newton(design, fit.basis, fit.waves, hyper=fit.hyper, config=fit.effort)
        out.append(parts_of(fit, design, made.parameters))
    return out
