"""Sensitivity bound: how strong a hidden driver of all actors must be to explain the reaction away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtr

from melian.checks.dead import directed_events, pace_of, with_cells
from melian.checks.result import CheckResult
from melian.checks.subject import Subject, mean_share
from melian.history import EventHistory
from melian.models.weekday import weekday_factor

__all__ = ["driven_history", "hidden_driver", "same_day_correlation"]

Floats = NDArray[np.float64]
HALF_LIVES = (1.0, 5.0, 20.0)
"""Memory of the driver in days."""
STRENGTHS = (0.4, 1.0, 2.5)
"""Coefficients of variation of the daily rate that all actors share."""
WORLDS = 2
MOST_EXPLAINED = 0.75
"""Part of the share of reaction that a driver within the record's own correlation may give."""
WINDOW = 29


@dataclass(frozen=True, slots=True)
class Bound:
    """What the worlds of one half-life say.

    Attributes
    ----------
    half_life : float
    needed : float or None
        Least strength that gives the observed reaction; None where no strength tried does.
    correlation : float or None
        Correlation of daily counts that it leaves.
    allowed : float
        Strength that leaves the correlation of the record.
    reaction : float
        Share of reaction that a driver of that strength gives.
    """

    half_life: float
    needed: float | None
    correlation: float | None
    allowed: float
    reaction: float


def hidden_driver(subject: Subject, name: str, question: str) -> CheckResult:
    """Find the strength at which a driver gives the observed reaction, and what else it would leave behind.

    Worlds of the same sizes, courses and weekdays, in which nobody answers anybody and one driver, gamma
    distributed and autocorrelated, lifts the rates of all actors on the same days. It is the only link and
    all events follow it, so that it does what it can. A driver also makes the daily counts of actors
    correlate, which bounds its strength: the check passes where none within that bound gives the reaction.
    Not whether a hidden driver exists, but how strong it must be (Rosenbaum 2002). A driver of two actors
    among many is not excluded.
    """
    reaction = mean_share(subject.fit, subject.design)
    observed = same_day_correlation(subject, subject.history)
    figure = _tried(subject)
    bounds = [_bound(figure.filter(pl.col("half_life") == h), reaction, observed) for h in HALF_LIVES]
    most = max(bounds, key=lambda bound: bound.reaction)
    passed = most.reaction <= MOST_EXPLAINED * reaction
    least = min(bounds, key=lambda bound: np.inf if bound.needed is None else bound.needed)
    table = pl.DataFrame(
        {
            "half_life": HALF_LIVES,
            "needed": [bound.needed for bound in bounds],
            "correlation_needed": [bound.correlation for bound in bounds],
            "allowed": [bound.allowed for bound in bounds],
            "reaction_allowed": [bound.reaction for bound in bounds],
        },
        schema_overrides={"needed": pl.Float64, "correlation_needed": pl.Float64},
    )
    return CheckResult(
        name, question, STRENGTHS[-1] if least.needed is None else least.needed, None, passed, table,
        f"To give a share of reaction of {reaction:.3f} where nobody answers, {_said(least)}. Those of the "
        f"record correlate with {observed:.2f}; a driver that leaves so much gives {most.reaction:.3f} at "
        "most.",
        figure.with_columns(pl.lit(reaction).alias("observed")),
    )  # fmt: skip


def _said(bound: Bound) -> str:
    if bound.needed is None:
        return f"no driver with a coefficient of variation up to {STRENGTHS[-1]} of daily rates is enough"
    if bound.needed == 0.0:
        return "no driver of daily rates is needed: worlds without any link give as much"
    return (
        f"a hidden driver with a half-life of {bound.half_life:g} days must move the daily rates of all "
        f"actors with a coefficient of variation of {bound.needed:.2f}, and then their daily "
        f"counts correlate with {bound.correlation:.2f}"
    )


def _tried(subject: Subject) -> pl.DataFrame:
    """Reaction found and correlation left by half-life and strength, means of the worlds; 0 is no driver."""
    rows = []
    none = np.mean([_fitted(subject, 0.0, 1.0, world) for world in range(WORLDS)], axis=0)
    for half_life in HALF_LIVES:
        rows.append((half_life, 0.0, *none))
        for strength in STRENGTHS:
            worlds = [_fitted(subject, strength, half_life, world) for world in range(WORLDS)]
            rows.append((half_life, strength, *np.mean(worlds, axis=0)))
    names = ("half_life", "strength", "reaction", "correlation")
    return pl.DataFrame({name: [float(row[c]) for row in rows] for c, name in enumerate(names)})


def _fitted(subject: Subject, strength: float, half_life: float, world: int) -> tuple[float, float]:
    driven = driven_history(subject, strength, half_life=half_life, rng=subject.rng(10, world))
    return mean_share(subject.refit(driven), subject.design), same_day_correlation(subject, driven)


def _bound(tried: pl.DataFrame, reaction: float, observed: float) -> Bound:
    """Interpolate between the strengths tried; reaction and correlation are taken to rise with strength."""
    strength = tried["strength"].to_numpy()
    correlation = np.maximum.accumulate(tried["correlation"].to_numpy())
    found = np.maximum.accumulate(tried["reaction"].to_numpy())
    allowed = _crossing(observed, correlation, strength)
    needed = None if reaction > found[-1] else _crossing(reaction, found, strength)
    left = None if needed is None else float(np.interp(needed, strength, correlation))
    return Bound(
        float(tried["half_life"][0]), needed, left, allowed, float(np.interp(allowed, strength, found))
    )


def _crossing(value: float, rising: Floats, strength: Floats) -> float:
    """Strength at which a rising series reaches a value; 0 where it does at once, else the largest tried."""
    return float(np.interp(value, rising, strength)) if value > rising[0] else 0.0


def driven_history(
    subject: Subject, strength: float, *, half_life: float, rng: np.random.Generator
) -> EventHistory:
    """Give a world without reaction: the slow pace of every actor times one driver of all of them.

    Parameters
    ----------
    strength : float
        Coefficient of variation of the driver; 0 is none.
    half_life : float
        Days after which half of its autocorrelation (of normal scores) is left.
    """
    history, n_steps = subject.history, subject.history.n_steps
    days = subject.design.daily.max(axis=0) > 0.0
    driver = _driver(n_steps, strength, half_life, rng)
    parts = []
    for source in range(history.n_actors):
        pace = pace_of(subject, source) * driver
        per_day = directed_events(subject, source) / np.maximum(pace[:, :, days].sum(axis=2), 1e-300)
        target, instrument, step = np.nonzero(drawn := rng.poisson(per_day[:, :, None] * pace))
        cells = (step, np.full(len(step), source), target, instrument, drawn[target, instrument, step])
        parts.append(np.array(cells))
    return with_cells(history, history.joint, tuple(np.concatenate(parts, axis=1)))


def _driver(n_steps: int, strength: float, half_life: float, rng: np.random.Generator) -> Floats:
    """Gamma variables of mean 1, their normal scores an autoregression of order one, (n_steps,)."""
    score, rho = rng.standard_normal(n_steps), 2.0 ** (-1.0 / half_life)
    for t in range(1, n_steps):
        score[t] = rho * score[t - 1] + np.sqrt(1.0 - rho**2) * score[t]
    if strength == 0.0:
        return np.ones(n_steps)
    shape = strength**-2.0
    return np.asarray(gammaincinv(shape, ndtr(score)) / shape)


def same_day_correlation(subject: Subject, history: EventHistory) -> float:
    """Mean correlation of actors' daily counts, freed of weekday and of the mean of 29 days; by size."""
    design = subject.design
    directed = ~history.joint
    count = np.zeros(design.daily.shape)
    np.add.at(count, (history.source[directed], history.step[directed]), history.count[directed])
    weekday = weekday_factor(history, design.fit_from)
    box = np.ones(min(WINDOW, history.n_steps))
    around = np.convolve(np.ones(history.n_steps), box, "same")
    mean = np.array([np.convolve(row, box, "same") for row in count / weekday]) / around * weekday
    used = np.flatnonzero(subject.fit.events > 0.0)
    days = design.daily.max(axis=0) > 0.0
    left = ((count - mean) / np.sqrt(np.maximum(mean, 1e-9)))[used][:, days]
    some = left.std(axis=1) > 0.0
    if some.sum() < 2:
        return 0.0
    size = np.sqrt(subject.fit.events[used][some])
    pairs = np.triu_indices(len(size), 1)
    return float(np.average(np.corrcoef(left[some])[pairs], weights=np.outer(size, size)[pairs]))
