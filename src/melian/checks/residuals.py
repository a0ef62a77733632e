"""Residuals of the events of an actor on a day: uniform, independent, as scattered as Poisson's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats

from melian.checks.result import LEVEL, CheckResult, not_run, p_text
from melian.checks.subject import Subject
from melian.models.choose import trial_ridge
from melian.models.daily import source_day_intensity
from melian.models.design import reweight
from melian.models.newton import NewtonConfig, fit_newton

__all__ = ["autocorrelation", "dispersion", "uniformity"]

Floats = NDArray[np.float64]
BINS = 10
LAGS = 7
NEGLIGIBLE = 0.015
"""Autocorrelation (root mean square over lags) that estimation leaves in worlds of the model itself: on 200
of them a test against exactly none rejected in 13%."""
BLOCK = 14
FOLDS = 5
FEWEST = 50
"""Expected events of an actor below which its row of the table says little; all are tested together."""


@dataclass(frozen=True, slots=True)
class SourceDays:
    """Events and expected events by source and day of the likelihood, (n_actors, n_days); labels."""

    count: Floats
    mean: Floats
    used: NDArray[np.bool_]
    source: tuple[str, ...]


@lru_cache(maxsize=1)
def source_days(subject: Subject) -> SourceDays:
    """Give the counts beside what a fit expects that did not see the day, on the days of the likelihood.

    Days are cut into blocks, blocks into folds; each fold is expected by a fit to the others, with the pooled
    priors of the held-out ladder. In-sample residuals scatter too little: the fit has followed them.
    """
    design, history = subject.design, subject.history
    block = np.arange(history.n_steps) // BLOCK
    fold = (subject.rng(2).permutation(block[-1] + 1) % FOLDS)[block]
    mean = np.zeros((history.n_actors, history.n_steps))
    for out in (fold == k for k in range(FOLDS)):
        train = reweight(design, (~out).astype(np.float64))
        ridge = trial_ridge(train, subject.basis, subject.waves, subject.hyper, NewtonConfig())
        fit = fit_newton(train, subject.basis, subject.waves, hyper=subject.hyper, ridge=ridge)
        expected = source_day_intensity(design, subject.basis, subject.waves, fit.predictive())
        mean[:, out] = expected[:, out].sum(axis=2)
    count = np.zeros_like(mean)
    np.add.at(count, (design.cell_source, design.cell_step), design.cell_count * design.cell_weight)
    days = design.daily.sum(axis=0) > 0.0
    used = (mean > 0.0) & (subject.fit.events > 0.0)[:, None]
    return SourceDays(count[:, days], mean[:, days], used[:, days], history.actors)


def too_short(subject: Subject) -> str:
    """Say why there are no residuals; "" where there are."""
    days = int((subject.design.daily.sum(axis=0) > 0.0).sum())
    least = 2 * FOLDS * BLOCK
    return "" if days >= least else f"The likelihood has {days} days; {least} are needed."


def pit(days: SourceDays, rng: np.random.Generator) -> Floats:
    """Randomised probability integral transform, uniform under the model, (n_actors, n_days).

    F(y - 1) + v (F(y) - F(y - 1)), v uniform (Brockwell 2007; Czado, Gneiting and Held 2009).
    """
    below = stats.poisson.cdf(days.count - 1, days.mean)
    at = stats.poisson.pmf(days.count, days.mean)
    return np.asarray(below + rng.random(days.count.shape) * at)


def uniformity(subject: Subject, name: str, question: str) -> CheckResult:
    """Kolmogorov and Smirnov's test that the transformed counts are uniform."""
    if reason := too_short(subject):
        return not_run(name, question, reason)
    days = source_days(subject)
    value = pit(days, subject.rng(1))[days.used]
    test = stats.kstest(value, "uniform")
    counts, edges = np.histogram(value, BINS, (0.0, 1.0))
    table = pl.DataFrame({"from": edges[:-1], "to": edges[1:], "share": counts / len(value)})
    passed = bool(test.pvalue >= LEVEL)
    words = "is told apart from" if not passed else "is not told apart from"
    return CheckResult(
        name, question, float(test.statistic), float(test.pvalue), passed, table,
        f"Over {len(value)} source-days the distribution of the residuals {words} the uniform one: the "
        f"largest distance is {test.statistic:.3f} ({p_text(test.pvalue)}).",
        table,
    )  # fmt: skip


def autocorrelation(subject: Subject, name: str, question: str) -> CheckResult:
    """Box and Pierce's test of the first lags, all actors pooled, against more than `NEGLIGIBLE`."""
    if reason := too_short(subject):
        return not_run(name, question, reason)
    days = source_days(subject)
    z = np.where(days.used, stats.norm.ppf(np.clip(pit(days, subject.rng(1)), 1e-9, 1 - 1e-9)), np.nan)
    rho, pairs = _lagged(z)
    statistic = float((rho**2 * pairs).sum())
    p_value = float(stats.ncx2.sf(statistic, LAGS, NEGLIGIBLE**2 * pairs.sum()))
    passed = p_value >= LEVEL
    table = pl.DataFrame(
        {"lag": np.arange(1, LAGS + 1), "autocorrelation": rho, "band": 1.96 / np.sqrt(pairs)}
    )
    largest = int(np.argmax(np.abs(rho)))
    words = "this is no more than estimation leaves" if passed else "this is more than estimation leaves"
    return CheckResult(
        name, question, statistic, p_value, passed, table,
        f"The residuals of one actor correlate most at lag {largest + 1} (days), with {rho[largest]:.3f}; "
        f"over lags 1 to {LAGS} {words} ({p_text(p_value)}).",
        table,
    )  # fmt: skip


def _lagged(z: Floats) -> tuple[Floats, Floats]:
    """Pooled autocorrelation at lags 1 .. LAGS and the pairs behind it; NaN is left out."""
    z = z - np.nanmean(z)
    variance = np.nanmean(z**2)
    products = [z[:, lag:] * z[:, :-lag] for lag in range(1, LAGS + 1)]
    pairs = np.array([np.isfinite(p).sum() for p in products], dtype=np.float64)
    return np.array([np.nanmean(p) for p in products]) / variance, pairs


def dispersion(subject: Subject, name: str, question: str) -> CheckResult:
    """Pearson's statistic of the source-days against its normal approximation under Poisson's law."""
    if reason := too_short(subject):
        return not_run(name, question, reason)
    days = source_days(subject)
    mean = np.where(days.used, days.mean, 1.0)
    part = np.where(days.used, (days.count - mean) ** 2 / mean, 0.0)
    noise = np.where(days.used, 2.0 + 1.0 / mean, 0.0)
    n = days.used.sum(axis=1)
    value = float(part.sum() / n.sum())
    z = (value - 1.0) * n.sum() / np.sqrt(noise.sum())
    p_value = float(stats.norm.sf(z))
    passed = p_value >= LEVEL
    live = np.flatnonzero(n)
    table = pl.DataFrame(
        {
            "actor": [days.source[i] for i in live],
            "events": days.count[live].sum(axis=1),
            "dispersion": part[live].sum(axis=1) / n[live],
            "few": (days.mean * days.used)[live].sum(axis=1) < FEWEST,
        }
    )
    words = "no more than" if passed else "more than"
    return CheckResult(
        name, question, value, p_value, passed, table,
        f"Pearson's dispersion of the source-days is {value:.2f}: counts scatter {words} Poisson's law "
        f"allows ({p_text(p_value)}).",
        table.select("actor", "dispersion"),
    )  # fmt: skip
