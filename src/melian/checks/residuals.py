"""Residuals of the events of an actor on a day: uniform, independent, as scattered as Poisson's."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import special, stats
from scipy.signal import lfilter

from melian.checks.learned import SourceDays, matched_p, residual_draws, transform
from melian.checks.result import LEVEL, CheckResult, not_run, p_text
from melian.checks.subject import Subject
from melian.models.choose import trial_ridge
from melian.models.daily import source_day_intensity
from melian.models.design import Design, reweight
from melian.models.newton import NewtonConfig, fit_newton
from melian.models.weekday import weekday_of
from melian.options import OWN_RELATIONS

__all__ = ["autocorrelation", "dispersion", "source_days", "uniformity"]

Floats = NDArray[np.float64]
BINS = 10
LAGS = 7
NEGLIGIBLE = 0.005
"""Autocorrelation that the one step of the bootstrap leaves out: a fit has smoother courses than the truth.
Set by study (bench/null_worlds.py), where the test without it rejected in 8% of 363 worlds of the model."""
BLOCK = 14
FOLDS = 5
FEWEST = 50
"""Expected events of an actor below which its row of the table says little; all are tested together."""


@lru_cache(maxsize=1)
def source_days(subject: Subject) -> SourceDays:
    """Give the counts beside what a fit expects that did not see the day, on the days of the likelihood.

    Days are cut into blocks, blocks into folds; each fold is expected by a fit to the others, with the pooled
    priors of the held-out ladder. In-sample residuals scatter too little: the fit has followed them.
    """
    design, history = subject.design, subject.history
    block = np.arange(history.n_steps) // BLOCK
    fold = (subject.rng(2).permutation(block[-1] + 1) % FOLDS)[block]
    part = np.zeros((history.n_actors, history.n_steps, 1 + len(design.columns.names)))
    for out in (fold == k for k in range(FOLDS)):
        train = reweight(design, (~out).astype(np.float64))
        ridge = trial_ridge(train, subject.basis, subject.waves, subject.hyper, NewtonConfig())
        fit = fit_newton(train, subject.basis, subject.waves, hyper=subject.hyper, ridge=ridge)
        expected = source_day_intensity(design, subject.basis, subject.waves, fit.predictive())
        part[:, out] = expected[:, out]
    count = np.zeros(part.shape[:2])
    np.add.at(count, (design.cell_source, design.cell_step), design.cell_count)
    days = design.daily.sum(axis=0) > 0.0
    fade = np.exp2(-1.0 / np.asarray(design.half_lives))
    past = np.stack([lfilter([0.0, 1.0 - rho], [1.0, -rho], count, axis=1) for rho in fade], axis=2)
    return SourceDays(
        count=count[:, days],
        part=part[:, days],
        own=np.isin(design.columns.relations, OWN_RELATIONS),
        past=past[:, days],
        fade=fade,
        daily=design.daily[:, days],
        weekday=weekday_of(history, np.flatnonzero(days)),
        fold=fold[days],
        block=subject.basis.block[days],
        used=((part.sum(axis=2) > 0.0) & (subject.fit.events > 0.0)[:, None])[:, days],
        targets=_targets(design),
        source=history.actors,
    )


def _targets(design: Design) -> Floats:
    """Inverse Herfindahl index of the targets of each source, 1 where it has no events; (n_actors,)."""
    n = design.history.n_actors
    live = design.cell_weight > 0.0
    pair = design.cell_source[live].astype(np.int64) * n + design.cell_target[live]
    events = np.bincount(pair, design.cell_count[live], n * n).reshape(n, n)
    return np.asarray(np.maximum(events.sum(axis=1) ** 2 / np.maximum((events**2).sum(axis=1), 1.0), 1.0))


@lru_cache(maxsize=1)
def residuals(subject: Subject) -> tuple[Floats, Floats]:
    """Give the transformed counts, (n_actors, n_days), and those of worlds of the model; NaN: not used."""
    days = source_days(subject)
    seen = np.where(days.used, transform(days.count, days.mean, subject.rng(1)), np.nan)
    return seen, np.where(days.used, residual_draws(subject, days, subject.rng(3)), np.nan)


def too_short(subject: Subject) -> str:
    """Say why there are no residuals; "" where there are."""
    days = int((subject.design.daily.sum(axis=0) > 0.0).sum())
    least = 2 * FOLDS * BLOCK
    return "" if days >= least else f"The likelihood has {days} days; {least} are needed."


def uniformity(subject: Subject, name: str, question: str) -> CheckResult:
    """Kolmogorov and Smirnov's statistic of the transformed counts, beside those of worlds of the model."""
    if reason := too_short(subject):
        return not_run(name, question, reason)
    seen, drawn = residuals(subject)
    value = seen[np.isfinite(seen)]
    distance = _distance(value[None, :])[0]
    # Squared: the tail of the distance is that of a normal law.
    p_value = matched_p(distance**2, _distance(drawn[:, np.isfinite(seen)]) ** 2)
    counts, edges = np.histogram(value, BINS, (0.0, 1.0))
    table = pl.DataFrame({"from": edges[:-1], "to": edges[1:], "share": counts / len(value)})
    passed = p_value >= LEVEL
    words = "is told apart from" if not passed else "is not told apart from"
    return CheckResult(
        name, question, float(distance), p_value, passed, table,
        f"Over {len(value):,} source-days the distribution of the residuals {words} that of worlds of "
        f"the model: the largest distance from the uniform one is {distance:.3f} ({p_text(p_value)}).",
        table,
    )  # fmt: skip


def _distance(value: Floats) -> Floats:
    """Largest distance from the uniform distribution, (n,) of (n, n_values)."""
    value, n = np.sort(value, axis=1), value.shape[1]
    below = np.arange(n) / n
    return np.asarray(np.maximum(value - below, below + 1.0 / n - value).max(axis=1))


def autocorrelation(subject: Subject, name: str, question: str) -> CheckResult:
    """Box and Pierce's statistic of the first lags, actors pooled, beside those of worlds of the model."""
    if reason := too_short(subject):
        return not_run(name, question, reason)
    seen, drawn = residuals(subject)
    rho, pairs = _lagged(seen)
    statistic = float((rho**2 * pairs).sum())
    none = np.array([((rho + NEGLIGIBLE) ** 2 * pairs).sum() for rho, pairs in map(_lagged, drawn)])
    p_value = matched_p(statistic, none)
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


def _lagged(value: Floats) -> tuple[Floats, Floats]:
    """Pooled autocorrelation of the normal scores at lags 1 .. LAGS, and the pairs behind it."""
    z = special.ndtri(np.clip(value, 1e-9, 1 - 1e-9))
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
