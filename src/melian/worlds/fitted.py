"""From a fitted model to a world that can be run."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.history import EventHistory
from melian.models.hawkes import HawkesFit
from melian.models.parameters import Parameters, attention_of, baseline_exposure, feature_exposure
from melian.models.units import make_units
from melian.models.weekday import weekday_factor
from melian.worlds.extend import ATTENTION_LENGTH, COURSE_LENGTH, RULE, extended
from melian.worlds.form import Column, Events, WorldForm
from melian.worlds.meetings import fit_meetings

__all__ = ["drawn_parameters", "past_events", "redrawn", "world_from_fit"]

Floats = NDArray[np.float64]
LEVEL_SHAPE, WEIGHT_SHAPE = 0.75, 0.1
"""Pseudo-events at the posterior mean, which keep a drawn rate without events from being 0 for sure."""
PAST_HALF_LIVES = 14.0


def world_from_fit(
    fit: HawkesFit,
    since: dt.date | None = None,
    until: dt.date | None = None,
    *,
    history: EventHistory | None = None,
    draw: int | None = None,
    seed: int = 1,
) -> WorldForm:
    """Make the world that a fit describes, from one day to another; earlier events are its past.

    Parameters
    ----------
    fit : HawkesFit
    since, until : datetime.date, optional
        First and last day, both included; the days of the likelihood if not given. Days after the fitted
        window are reached by `melian.worlds.extend.RULE`.
    history : EventHistory, optional
        Where the past is read from: the fit's own history if not given, else one with the same actors and
        instruments that may reach further.
    draw : int, optional
        Rates as drawn from the posterior given the fit's genealogy of that number; the point estimate if not
        given. Courses, attention and target weights stay at their posterior mean.
    seed : int
        Seed of the drawn rates.

    Returns
    -------
    WorldForm

    Raises
    ------
    InputError
        If the days are not in order, lie before the fit's history, or the history has other actors.
    """
    source = fit.history
    seen = history or source
    _check_labels(source, seen)
    first = fit.design.fit_from if since is None else (since - source.origin).days
    last = source.n_steps - 1 if until is None else (until - source.origin).days
    if not 0 <= first <= last:
        raise InputError(
            f"the world is to run from {source.date(first)} to {source.date(last)}; it must begin on or "
            f"after {source.origin}, the first day of the fit's history, and not end before it begins."
        )
    days = np.arange(first, last + 1)
    parameters = fit.mean
    profile = _profile(fit, days)
    meetings = fit_meetings(source, _profile(fit, np.arange(source.n_steps)), fit.config.half_lives,
                            fit.design.fit_from)  # fmt: skip
    n, k = source.n_actors, source.n_instruments
    columns = _columns(fit)
    course, joint_course = (
        _courses(fit, parameters, days),
        extended(meetings.course[None], days, COURSE_LENGTH),
    )
    past = past_events(seen, source.date(first), fit.config.half_lives, fit.design.bloc)
    world = WorldForm(
        actors=source.actors, instruments=source.instruments, origin=source.date(first), n_steps=len(days),
        columns=columns, rho=np.exp2(-1.0 / np.asarray(fit.config.half_lives)),
        phase=np.zeros(len(days), dtype=np.int32), level=parameters.level[None],
        channel=np.ones((1, n, n, k)),
        joint_level=meetings.level[None], joint_channel=np.ones((1, n, n, k)), course=course,
        joint_course=np.broadcast_to(joint_course, (n, k, len(days))).copy(),
        exposure=_exposure(fit, parameters, days), daily=profile,
        theta=parameters.weight.reshape(n, k, len(columns), k, -1)[None], joint_theta=meetings.theta,
        spread=np.ascontiguousarray(parameters.factor.transpose(2, 0, 1)) * ~np.eye(n, dtype=bool),
        trigger=np.ones((1, len(columns), n, n)), bloc=fit.design.bloc,
        member=_member(seen, fit, first, last),
        past=past, notes=_notes(last >= source.n_steps),
    )  # fmt: skip
    return world if draw is None else redrawn(world, fit, draw, seed=seed)


def redrawn(world: WorldForm, fit: HawkesFit, draw: int, *, seed: int = 1) -> WorldForm:
    """Give the world of a fit with levels and weights drawn given the fit's genealogy of that number."""
    drawn = drawn_parameters(fit, draw, seed)
    theta = drawn.weight.reshape(world.theta.shape[1:])
    return replace(world, level=drawn.level[None], theta=theta[None])


def drawn_parameters(fit: HawkesFit, draw: int, seed: int = 1) -> Parameters:
    """Draw levels and weights given the fit's genealogy number `draw`: Gamma, as in a step of the sampler."""
    n_draws = len(fit.draws.term)
    if not 0 <= draw < n_draws:
        raise InputError(f"draw={draw} is not a draw of the fit; it has draws 0 to {n_draws - 1}.")
    design, mean = fit.design, fit.mean
    n, k, p = mean.weight.shape
    units, term = make_units(design), fit.draws.term[draw]
    baseline, child = units.live & (term < 0), units.live & (term >= 0)
    immigrants = units.counts(baseline, (n, n, k))
    key = (units.source[child].astype(np.int64) * k + units.instrument[child]) * p + term[child]
    offspring = np.bincount(key, minlength=n * k * p).reshape(n, k, p)
    level_days = baseline_exposure(design, fit.basis, fit.waves, mean)
    offered = feature_exposure(design, mean.factor)[:, None, :]
    rng = np.random.default_rng((seed, draw))
    level = _gamma(immigrants, level_days, mean.level, LEVEL_SHAPE, rng)
    weight = _gamma(offspring, offered, mean.weight, WEIGHT_SHAPE, rng)
    return replace(mean, level=level, weight=weight)


def _gamma(
    count: NDArray[Any], exposure: Floats, mean: Floats, shape: float, rng: np.random.Generator
) -> Floats:
    rate = exposure + shape / np.maximum(mean, 1e-300)
    return np.asarray(np.where(mean > 0.0, rng.standard_gamma(shape + count) / rate, 0.0))


def past_events(
    history: EventHistory, since: dt.date, half_lives: tuple[float, ...], bloc: str | None
) -> Events:
    """Give the events before a day that are still answered, with steps below 0.

    Events older than 14 of the longest half-lives are left out: less than 1 in 16,000 of what they bring
    about is still to come.
    """
    first = (since - history.origin).days
    reach = int(np.ceil(PAST_HALF_LIVES * max(half_lives)))
    at = np.flatnonzero((history.step < first) & (history.step >= first - reach))
    step, source, target = history.step[at], history.source[at], history.target[at]
    inside = np.zeros((2, len(at)), dtype=bool)
    if bloc is not None:
        member = history.blocs[bloc]
        inside = np.stack([member[source, step], member[target, step]])
    return Events(
        (step - first).astype(np.int32), source, target, history.instrument[at], history.count[at],
        history.joint[at], inside[0], inside[1],
    )  # fmt: skip


def _check_labels(fitted: EventHistory, seen: EventHistory) -> None:
    for name in ("actors", "instruments"):
        if getattr(fitted, name) != getattr(seen, name):
            other = sorted(set(getattr(fitted, name)) ^ set(getattr(seen, name)))
            raise InputError(
                f"the history has other {name} than the fit (in one only: "
                f"{', '.join(other) or 'order differs'}); load it with the fit's actors."
            )


def _columns(fit: HawkesFit) -> tuple[Column, ...]:
    columns = fit.design.columns
    bloc = fit.design.bloc
    sides = [-1 if "[" not in name else 0 if name.endswith(f"[{bloc}]") else 1 for name in columns.names]
    return tuple(Column(n, r, s) for n, r, s in zip(columns.names, columns.relations, sides, strict=True))


def _profile(fit: HawkesFit, days: NDArray[np.int64]) -> Floats:
    """Weekday factors of any days, (n_actors, n_days)."""
    known = weekday_factor(fit.history, fit.design.fit_from)
    if fit.history.n_steps < 7:
        return np.asarray(known[:, np.clip(days, 0, fit.history.n_steps - 1)])
    return np.ascontiguousarray(known[:, days % 7])


def _courses(fit: HawkesFit, parameters: Parameters, days: NDArray[np.int64]) -> Floats:
    start = fit.basis.start
    daily = parameters.course[:, :, fit.basis.block[start:]]
    return extended(daily, days - start, COURSE_LENGTH)


def _exposure(fit: HawkesFit, parameters: Parameters, days: NDArray[np.int64]) -> Floats:
    """e_ij(t), (N, N, T); (N, 1, T) of ones where nobody follows attention."""
    n = fit.history.n_actors
    on = np.flatnonzero(parameters.kappa > 0.0) if fit.waves else np.zeros(0, dtype=np.int64)
    if not len(on):
        return np.ones((n, 1, len(days)))
    out = np.ones((n, n, len(days)))
    start = fit.basis.start
    for i in on:
        seen = attention_of(fit.waves[parameters.wave[i]], i)[:, fit.basis.block[start:]]
        kappa = parameters.kappa[i]
        out[i] = 1.0 - kappa + kappa * extended(seen, days - start, ATTENTION_LENGTH)
    return out


def _member(seen: EventHistory, fit: HawkesFit, first: int, last: int) -> NDArray[np.bool_]:
    n, days = fit.history.n_actors, np.arange(first, last + 1)
    if fit.design.bloc is None:
        return np.zeros((n, len(days)), dtype=bool)
    shift = (fit.history.origin - seen.origin).days
    member = seen.blocs[fit.design.bloc]
    return np.ascontiguousarray(member[:, np.clip(days + shift, 0, member.shape[1] - 1)])


def _notes(beyond: bool) -> tuple[str, ...]:
    joint = (
        "Joint events, which the fit takes as given, come at their level by pair and instrument and follow "
        "the pair's own past joint events."
    )
    return (joint, RULE) if beyond else (joint,)
