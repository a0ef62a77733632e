"""What estimation alone leaves in the residuals: a parametric bootstrap without full refits.

Levels, courses and weekdays are learned from the record that the residuals come from. That pulls the
residuals to the uniform distribution (Lilliefors 1967); an error of the course is that of the next days
too; and weights of the own past are learned too low where a course is learned beside them (Hurwicz 1950).
So the tests set their statistic beside those of counts drawn from the model and learned anew, fold by fold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats
from scipy.optimize import nnls

from melian.checks.subject import Subject
from melian.models.choose import LEVEL_PSEUDO, WEIGHT_PSEUDO
from melian.models.course import make_roughness
from melian.models.newton import nearest_precision
from melian.models.weekday import PRIOR_EVENTS

__all__ = ["DRAWS", "SourceDays", "learned_draws", "matched_p", "residual_draws", "transform"]

Floats = NDArray[np.float64]
DRAWS = 199
LEAST_LEFT = 0.05
"""A learned mean falls at most to this part of the one that the counts were drawn from."""
LEAST_INFORMATION = 1e-6
MOST_AGAIN = 0.95
"""Most events that one event of an actor brings about in itself, so that drawn counts stay finite."""


@dataclass(frozen=True, slots=True, eq=False)
class SourceDays:
    """Events and expected events by source and day of the likelihood.

    Attributes
    ----------
    count : (n_actors, n_days) float64
    part : (n_actors, n_days, 1 + n_columns) float64
        Expected events by a fit that did not see the day: baseline, then the relation columns.
    own : (n_columns,) bool
        Columns of the own past: persistence and spread.
    past : (n_actors, n_days, n_kernels) float64
        Decayed counts of the actor's own earlier events.
    fade : (n_kernels,) float64
        What a decayed count keeps from one day to the next.
    daily : (n_actors, n_days) float64
        Weekday factor.
    weekday, fold : (n_days,) int64
        Day of the week; which fit did not see the day.
    block : (n_days,) int32
        Block of the course basis.
    used : (n_actors, n_days) bool
    targets : (n_actors,) float64
        Targets of the source, as many equally busy ones as tell as much (inverse Herfindahl index).
    source : tuple of str
    """

    count: Floats
    part: Floats
    own: NDArray[np.bool_]
    past: Floats
    fade: Floats
    daily: Floats
    weekday: NDArray[np.int64]
    fold: NDArray[np.int64]
    block: NDArray[np.int32]
    used: NDArray[np.bool_]
    targets: Floats
    source: tuple[str, ...]

    @property
    def mean(self) -> Floats:
        """Expected events, (n_actors, n_days)."""
        return np.asarray(self.part.sum(axis=2))


@dataclass(frozen=True, slots=True)
class Drawn:
    """Counts drawn from the model with their means, (DRAWS, n_actors, n_days), and the own part of those.

    `own` is (DRAWS, n_actors, n_days, n_kernels).
    """

    count: Floats
    mean: Floats
    own: Floats


def transform(count: Floats, mean: Floats, rng: np.random.Generator) -> Floats:
    """Randomised probability integral transform, uniform under the model; shapes broadcast.

    F(y - 1) + v (F(y) - F(y - 1)), v uniform (Brockwell 2007; Czado, Gneiting and Held 2009), F Poisson.

    Examples
    --------
    >>> u = transform(np.array([0.0, 3.0]), np.array([2.0, 2.0]), np.random.default_rng(1))
    >>> bool(u[0] < np.exp(-2.0) < u[1])
    True
    """
    below = np.where(count > 0.0, special.pdtr(count - 1.0, mean), 0.0)
    at = np.exp(special.xlogy(count, mean) - mean - special.gammaln(count + 1.0))
    return np.asarray(below + rng.random(count.shape) * at)


def residual_draws(subject: Subject, days: SourceDays, rng: np.random.Generator) -> Floats:
    """Draw counts from the model, learn it from them and transform them, (DRAWS, n_actors, n_days)."""
    return transform(*learned_draws(subject, days, rng), rng)


def learned_draws(subject: Subject, days: SourceDays, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Draw counts from the model and learn their means anew, both (DRAWS, n_actors, n_days).

    Counts are drawn from the out-of-fold means, with the actor's own past as drawn and that of the others as
    it was. In each fold level, course, the own past and the relations are learned from the other days by one
    step of Fisher scoring, with the priors of the fit, and give the means of the days left out; weekdays are
    learned from all days, as in the fit. The fit also compares targets, which days' totals do not show: that
    adds as much information on the weights of the own past as there are targets beside the first.
    """
    drawn = _draw(days, rng)
    precision = nearest_precision(make_roughness(subject.basis), subject.hyper)
    learned = drawn.mean.copy()
    for i in np.flatnonzero(days.used.any(axis=1)):
        at = days.used[i]
        level = days.part[i, at, :1]
        others = days.part[i, at, 1:][:, ~days.own]
        fixed = np.concatenate([level, level * subject.basis.basis[days.block[at]], others], axis=1)
        prior = _prior(precision, others.shape[1])
        excess = (drawn.count - drawn.mean)[:, i, at]
        mean = drawn.mean[:, i, at]
        more = days.targets[i] - 1.0, rng.standard_normal((DRAWS, len(days.fade), 1))
        error = _errors(
            fixed, drawn.own[:, i, at], excess, weight=1.0 / days.mean[i, at], prior=prior,
            fold=days.fold[at], more=more,
        )  # fmt: skip
        learned[:, i, at] = _balanced(mean, error, drawn.count[:, i, at], days.fold[at])
    return drawn.count, learned * _weekdays(drawn, days.weekday)


def _draw(days: SourceDays, rng: np.random.Generator) -> Drawn:
    """Draw counts day by day, each actor's own past fed back."""
    own_part = days.part[:, :, 1:][:, :, days.own].sum(axis=2)
    rest = np.where(days.used, days.mean - own_part, 0.0)
    daily = np.where(days.used, days.daily, 0.0)[:, :, None]
    weight = np.array([nnls(x, y)[0] for x, y in zip(days.past * daily, own_part, strict=True)])
    weight *= np.minimum(1.0, MOST_AGAIN / np.maximum(weight.sum(axis=1), 1e-9))[:, None]
    n_actors, n_days = days.count.shape
    state = np.repeat(days.past[None, :, 0], DRAWS, axis=0)
    count, own = np.zeros((DRAWS, n_actors, n_days)), np.zeros((DRAWS, n_actors, n_days, len(days.fade)))
    for t in range(n_days):
        own[:, :, t] = daily[:, t] * weight * state
        count[:, :, t] = rng.poisson(rest[:, t] + own[:, :, t].sum(axis=2))
        state = days.fade * state + (1.0 - days.fade) * count[:, :, t, None]
    return Drawn(count, rest + own.sum(axis=3), own)


def _prior(precision: Floats, n_others: int) -> Floats:
    """Precision of level, course and relations, all of them as parts of what they are."""
    n = 1 + len(precision)
    prior = np.diag(np.repeat([LEVEL_PSEUDO, 0.0, WEIGHT_PSEUDO], [1, n - 1, n_others]))
    prior[1:n, 1:n] = precision
    return np.asarray(prior)


def _errors(
    fixed: Floats,
    own: Floats,
    excess: Floats,
    *,
    weight: Floats,
    prior: Floats,
    fold: NDArray[np.int64],
    more: tuple[float, Floats],
) -> Floats:
    """Error of each day's mean if learned without one fold, (n_folds, DRAWS, n_days).

    Weighted least squares on `fixed` (n_days, n_fixed), the same in all draws, and `own` (DRAWS, n_days,
    n_kernels); the former are eliminated. `more` is the information that targets add, in parts of what there
    is, with the standard normal numbers (DRAWS, n_kernels, 1) behind its score.
    """
    out = np.zeros((int(fold.max()) + 1, *excess.shape))
    for k in np.unique(fold):
        rest = fold != k
        scaled = fixed[rest].T * weight[rest]
        mixed = scaled @ own[:, rest]
        inverse = np.linalg.inv(scaled @ fixed[rest] + prior)
        score = (excess[:, rest] @ scaled.T)[:, :, None]
        back = (own[:, rest] * weight[rest, None]).transpose(0, 2, 1)
        left = mixed.transpose(0, 2, 1) @ inverse
        information = back @ own[:, rest] - left @ mixed + LEAST_INFORMATION * np.eye(own.shape[2])
        beside = np.sqrt(more[0]) * np.linalg.cholesky(information) @ more[1]
        own_score = back @ excess[:, rest, None] - left @ score + beside
        own_prior = WEIGHT_PSEUDO * np.eye(own.shape[2])
        own_error = np.linalg.solve((1.0 + more[0]) * information + own_prior, own_score)
        own_error = np.maximum(own_error, -1.0)
        fixed_error = inverse @ (score - mixed @ own_error)
        out[k] = (fixed @ fixed_error + own @ own_error)[:, :, 0]
    return out


def _balanced(mean: Floats, error: Floats, count: Floats, fold: NDArray[np.int64]) -> Floats:
    """Learned means of the days left out, scaled as a fit is: so many expected as seen on the other days."""
    out = np.empty_like(mean)
    for k in np.unique(fold):
        learned = np.maximum(mean + error[k], LEAST_LEFT * mean)
        ratio = count[:, fold != k].sum(axis=1) / learned[:, fold != k].sum(axis=1)
        out[:, fold == k] = learned[:, fold == k] * ratio[:, None]
    return out


def _weekdays(drawn: Drawn, weekday: NDArray[np.int64]) -> Floats:
    """Error of the weekday factors as `weekday_factor` learns them, (DRAWS, n_actors, n_days)."""
    day = np.eye(7)[weekday]
    seen, due = drawn.count @ day, np.maximum(drawn.mean @ day, 1e-9)
    common = (seen.sum(axis=1) / due.sum(axis=1))[:, None]
    pull = PRIOR_EVENTS / due.sum(axis=2, keepdims=True)
    profile = (seen + pull * common * due) / (due + pull * due)
    live = np.bincount(weekday, minlength=7) > 0
    profile /= profile[:, :, live].mean(axis=2, keepdims=True)
    return np.asarray(profile[:, :, weekday])


def matched_p(statistic: float, draws: Floats) -> float:
    """Upper tail probability by the gamma law with mean and variance of the draws.

    The rank among the draws could not fall below 1 / (1 + DRAWS), and so would survive no adjustment.

    Examples
    --------
    >>> draws = np.random.default_rng(1).chisquare(7.0, 2000)
    >>> abs(matched_p(14.07, draws) - 0.05) < 0.01
    True
    """
    mean, variance = float(draws.mean()), float(draws.var())
    return float(stats.gamma.sf(statistic, mean**2 / variance, scale=variance / mean))
