"""Calibration of one-day-ahead forecasts on the last days of the record."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats

from melian.checks.result import CheckResult, not_run
from melian.checks.subject import Subject
from melian.models.choose import trial_ridge
from melian.models.daily import source_day_intensity
from melian.models.design import reweight
from melian.models.newton import NewtonConfig, fit_newton

__all__ = ["forecasts"]

Floats = NDArray[np.float64]
HELD_OUT = 0.2
EVERY = 28
"""Days after which the forecaster fits again; seven times at most."""
MOST_FITS = 7
LEAST_TRAINED = 90
LEAST_DAYS = 28
DECILES = 10
NOMINAL = (0.5, 0.8, 0.9)
JUDGED = 0.8
MOST_OFF = 0.05
"""Coverage of the 80% intervals may lie so far from 80%."""
MOST_ASTRAY = 3
"""Tenths of ten that may lie outside their 90% band: more have a chance of 1.3% where one is expected."""


@dataclass(frozen=True, slots=True)
class Forecasts:
    """Forecasts of source-days: what came, what was expected, and its dispersion; (n,) each."""

    actor: NDArray[np.int64]
    count: Floats
    mean: Floats
    dispersion: Floats


def forecasts(subject: Subject, name: str, question: str) -> CheckResult:
    """Forecast every actor's events of each of the last days, one day ahead, by fits to the days before.

    Levels, courses and weights are those of the last fit before the day, decayed counts those of the evening
    before; attention, which is known only afterwards, is left out. Quantiles are negative-binomial with the
    dispersion that the actor showed before. Weekdays' factors and the roughness of courses come from the
    whole record. Coverage needs no drawn numbers: a count adds the part of its probability that lies inside
    (Czado, Gneiting and Held 2009); tenths are those of the expected count.
    """
    design, n_steps = subject.design, subject.history.n_steps
    span = n_steps - design.share_from
    ahead = int(HELD_OUT * span)
    if ahead < LEAST_DAYS or span - ahead < LEAST_TRAINED:
        least = max(LEAST_TRAINED + LEAST_DAYS, int(LEAST_DAYS / HELD_OUT))
        return not_run(name, question, f"{span} days are shared out; {least} are needed.")
    made = _forecasts(subject, n_steps - ahead)
    if len(made.count) < DECILES * 10:
        return not_run(name, question, f"{len(made.count):,} source-days have a forecast; 100 are needed.")
    covered = {level: _coverage(made, level) for level in NOMINAL}
    tenths = _tenths(made)
    astray = int(((tenths["observed"] < tenths["low"]) | (tenths["observed"] > tenths["high"])).sum())
    passed = abs(covered[JUDGED] - JUDGED) <= MOST_OFF and astray <= MOST_ASTRAY
    wide = ", ".join(f"{covered[level]:.1%} for {level:.0%}" for level in NOMINAL)
    return CheckResult(
        name, question, covered[JUDGED], None, passed, tenths,
        f"Of {len(made.count):,} source-days on the last {ahead} days the forecast intervals hold {wide}; "
        f"{made.count.sum():,.0f} events came and {made.mean.sum():,.0f} were expected. Of ten tenths by "
        f"expected count, the events of {astray} lie outside the band that holds nine of ten.",
        tenths.select("tenth", "expected", "observed", "low", "high"),
    )  # fmt: skip


def _forecasts(subject: Subject, first: int) -> Forecasts:
    """Forecast the days from `first`, fitting again as they come."""
    n_steps, kappa = subject.history.n_steps, np.zeros(subject.history.n_actors)
    hyper = replace(subject.hyper, kappa=kappa)
    design = subject.design
    count = np.zeros(design.daily.shape)
    np.add.at(count, (design.cell_source, design.cell_step), design.cell_count * design.cell_weight)
    mean, dispersion = np.zeros_like(count), np.ones_like(count)
    every = max(EVERY, int(np.ceil((n_steps - first) / MOST_FITS)))
    for start in range(first, n_steps, every):
        train = reweight(design, (np.arange(n_steps) < start).astype(np.float64))
        ridge = trial_ridge(train, subject.basis, (), hyper, NewtonConfig())
        fit = fit_newton(train, subject.basis, hyper=hyper, ridge=ridge)
        expected = source_day_intensity(design, subject.basis, (), fit.predictive()).sum(axis=2)
        known = slice(design.share_from, start)
        mean[:, start : start + every] = expected[:, start : start + every]
        dispersion[:, start : start + every] = _dispersion(count[:, known], expected[:, known])[:, None]
    days = np.broadcast_to(np.arange(n_steps) >= first, mean.shape) & (mean > 0.0)
    return Forecasts(np.nonzero(days)[0], count[days], mean[days], dispersion[days])


def _dispersion(count: Floats, mean: Floats) -> Floats:
    """Pearson's dispersion by actor, at least that of Poisson's law; (n_actors,)."""
    part = (count - mean) ** 2 / np.where(mean > 0.0, mean, 1.0)
    return np.asarray(np.maximum(part.mean(axis=1), 1.0))


def _below(made: Forecasts, count: Floats) -> Floats:
    """P(Y <= count), negative-binomial with variance dispersion times mean; Poisson's where that is 1."""
    over = made.dispersion > 1.0 + 1e-6
    spread = np.where(over, made.dispersion, 2.0)
    wide = stats.nbinom.cdf(count, made.mean / (spread - 1.0), 1.0 / spread)
    return np.asarray(np.where(over, wide, stats.poisson.cdf(count, made.mean)))


def _coverage(made: Forecasts, level: float) -> float:
    """Mean probability that the randomised transform of a count lies in the central interval."""
    low, high = _below(made, made.count - 1), _below(made, made.count)
    least, most = 0.5 - level / 2, 0.5 + level / 2
    inside = np.clip(np.minimum(high, most) - np.maximum(low, least), 0.0, None)
    return float((inside / np.maximum(high - low, 1e-300)).mean())


def _tenths(made: Forecasts) -> pl.DataFrame:
    """Give expected and observed events by tenths of the source-days, with the band of the forecasts."""
    order = np.argsort(made.mean, kind="stable")
    rows = []
    for tenth, at in enumerate(np.array_split(order, DECILES), start=1):
        expected, spread = float(made.mean[at].sum()), float((made.dispersion * made.mean)[at].sum())
        half = stats.norm.ppf(0.95) * np.sqrt(spread)
        rows.append(
            {
                "tenth": tenth,
                "source_days": len(at),
                "expected": expected,
                "observed": float(made.count[at].sum()),
                "low": max(expected - half, 0.0),
                "high": expected + half,
            }
        )
    return pl.DataFrame(rows)
