"""Baselines, one predictive distribution per channel, origin and horizon: what a forecast has to beat.

All are negative-binomial around their mean, alpha by maximum likelihood on the training days, and know the
same weekday factor as the model. Exponential smoothing and the autoregression are fitted by statsmodels
(Seabold and Perktold 2010).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.forecast.dispersion import channel_alphas
from melian.forecast.distribution import log_probability

__all__ = ["BASELINES", "Prediction", "Series"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEAST = 0.25
"""Events that a channel is expected to have at least in as many days as were trained on."""
WEIGHTS = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75)
YEARS = 2
"""Years of training days from which the month of the year takes part in the seasonal baseline."""
ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Prediction:
    """Mean and alpha by origin and channel, (n_origins, n_channels) each."""

    mean: Floats
    alpha: Floats


@dataclass(frozen=True, slots=True)
class Series:
    """Daily counts of channels, and where training ends.

    Attributes
    ----------
    count : (n_days, n_channels) float64
    weekday : (n_days, n_channels) float64
        Weekday factor of the channel's source.
    month : (n_days,) int64
        Month of the year, 0 .. 11.
    trained : int
        First day that is held out.
    """

    count: Floats
    weekday: Floats
    month: Ints
    trained: int

    def sums(self, values: Floats, origins: Ints, horizon: int) -> Floats:
        """Sum over the days of the horizon from every origin, (n_origins, n_channels)."""
        total = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
        return np.asarray(total[origins + horizon] - total[origins])

    def before(self, origins: Ints, days: int) -> Floats:
        """Count the last days before every origin; fewer at the beginning."""
        total = np.concatenate([np.zeros((1, self.count.shape[1])), np.cumsum(self.count, axis=0)])
        return np.asarray(total[origins] - total[np.maximum(origins - days, 0)])

    def training_origins(self, horizon: int, *, first: int = 28) -> Ints:
        """Origins whose days all lie in training; every day for a horizon of one, else every seventh."""
        return np.arange(first, self.trained - horizon + 1, 1 if horizon == 1 else 7)


def _with_alpha(series: Series, horizon: int, mean: Callable[[Ints], Floats], origins: Ints) -> Prediction:
    """Learn alpha on the training origins, and predict from the others."""
    at = series.training_origins(horizon)
    alpha = channel_alphas(series.sums(series.count, at, horizon), _above_zero(series, mean(at), horizon))
    found = _above_zero(series, mean(origins), horizon)
    return Prediction(found, np.broadcast_to(alpha, found.shape))


def _above_zero(series: Series, mean: Floats, horizon: int) -> Floats:
    return np.maximum(mean, LEAST * horizon / series.trained)


def constant(series: Series, horizon: int, origins: Ints) -> Prediction:
    """Mean of the training days."""
    level = series.count[: series.trained].mean(axis=0)
    return _with_alpha(series, horizon, lambda at: np.tile(level * horizon, (len(at), 1)), origins)


def seasonal(series: Series, horizon: int, origins: Ints) -> Prediction:
    """Mean of the training days by weekday, and by month of the year where there are years enough."""
    days = slice(0, series.trained)
    factor = series.weekday.copy()
    if series.trained >= YEARS * 365:
        total = np.zeros((12, series.count.shape[1]))
        np.add.at(total, series.month[days], series.count[days])
        share = np.bincount(series.month[days], minlength=12)[:, None] / series.trained
        factor *= ((total + 5.0 * share) / (share * (total.sum(axis=0) + 5.0)))[series.month]
    level = series.count[days].sum(axis=0) / factor[days].sum(axis=0)
    return _with_alpha(series, horizon, lambda at: series.sums(level * factor, at, horizon), origins)


def last_value(series: Series, horizon: int, origins: Ints) -> Prediction:
    """Count of the last days, as many as the horizon has, drawn to the mean by the weight that fits best."""
    level = series.count[: series.trained].mean(axis=0) * horizon

    def mean(weight: float) -> Callable[[Ints], Floats]:
        return lambda at: weight * series.before(at, horizon) + (1.0 - weight) * level

    return _best(series, horizon, origins, [mean(weight) for weight in WEIGHTS])


def _best(series: Series, horizon: int, origins: Ints, means: list[Callable[[Ints], Floats]]) -> Prediction:
    """Take for every channel the mean with the best log score on the training origins."""
    at = series.training_origins(horizon)
    y = series.sums(series.count, at, horizon)
    scores, found = [], []
    for mean in means:
        past = _above_zero(series, mean(at), horizon)
        alpha = channel_alphas(y, past)
        scores.append(log_probability(y, past, alpha).sum(axis=0))
        found.append((_above_zero(series, mean(origins), horizon), alpha))
    chosen = np.argmax(scores, axis=0)
    columns = np.arange(len(chosen))
    mean_out = np.stack([m for m, _ in found])[chosen, :, columns].T
    alpha_out = np.stack([a for _, a in found])[chosen, columns]
    return Prediction(mean_out, np.broadcast_to(alpha_out, mean_out.shape))


def smoothing(series: Series, horizon: int, origins: Ints) -> Prediction:
    """Smooth exponentially: counts over their weekday factor, weight and start by statsmodels."""
    level = np.empty((len(series.count) + 1, series.count.shape[1]))
    adjusted = series.count / series.weekday
    for c in range(adjusted.shape[1]):
        weight, start = _smoothing_weight(adjusted[: series.trained, c])
        level[0, c] = start
        for t, value in enumerate(adjusted[:, c]):
            level[t + 1, c] = level[t, c] + weight * (value - level[t, c])
    ahead = lambda at: level[at] * series.sums(series.weekday, at, horizon)  # noqa: E731
    return _with_alpha(series, horizon, ahead, origins)


def _smoothing_weight(values: Floats) -> tuple[float, float]:
    from statsmodels.tools.sm_exceptions import ConvergenceWarning
    from statsmodels.tsa.holtwinters import SimpleExpSmoothing

    with warnings.catch_warnings():
        # Squared errors of sparse counts are flat in the weight; where the optimiser stops is good enough.
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = SimpleExpSmoothing(values, initialization_method="estimated").fit()
    return float(found.params["smoothing_level"]), float(found.params["initial_level"])


def autoregression(series: Series, horizon: int, origins: Ints) -> Prediction:
    """Negative-binomial regression on log counts of the last 1, 7 and 28 days, one for every horizon.

    Log link, weekday factor as offset; alpha and coefficients in turn (Lawless 1987; Venables
    and Ripley, MASS, 7.4).
    """
    at = series.training_origins(horizon)
    y = series.sums(series.count, at, horizon)
    features = [np.log1p(np.stack([series.before(o, d) for d in (1, 7, 28)])) for o in (at, origins)]
    offset = [np.log(series.sums(series.weekday, o, horizon)) for o in (at, origins)]
    mean, alpha = np.empty((len(origins), y.shape[1])), np.empty(y.shape[1])
    limit = 3.0 * y.max(axis=0) + 3.0
    for c in range(y.shape[1]):
        past, future = (np.column_stack([np.ones(f.shape[1]), f[:, :, c].T]) for f in features)
        coefficient, alpha[c] = _regression(y[:, c], past, offset[0][:, c])
        with np.errstate(over="ignore"):
            mean[:, c] = np.exp(future @ coefficient + offset[1][:, c])
    mean = _above_zero(series, np.minimum(mean, limit), horizon)
    return Prediction(mean, np.broadcast_to(alpha, mean.shape))


def _regression(y: Floats, x: Floats, offset: Floats) -> tuple[Floats, float]:
    """Coefficients and alpha of one channel; a slope that no event informs is left at zero."""
    from statsmodels.genmod.families import NegativeBinomial
    from statsmodels.genmod.generalized_linear_model import GLM

    out = np.zeros(x.shape[1])
    use = np.concatenate([[True], x[:, 1:].std(axis=0) > 0.0])
    if not y.any():
        out[0] = np.log(0.5 / np.exp(offset).sum())
        return out, 1.0
    alpha = 1.0
    for _ in range(ROUNDS):
        fit = GLM(y, x[:, use], family=NegativeBinomial(alpha=alpha), offset=offset).fit(maxiter=100)
        alpha = float(channel_alphas(y[:, None], np.maximum(fit.fittedvalues, 1e-9)[:, None])[0])
    out[use] = fit.params
    return out, alpha


BASELINES: dict[str, Callable[[Series, int, Ints], Prediction]] = {
    "constant": constant,
    "seasonal": seasonal,
    "last value": last_value,
    "exponential smoothing": smoothing,
    "negative-binomial autoregression": autoregression,
}
