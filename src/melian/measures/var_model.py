"""Vector autoregression: least squares, order, Granger tests and impulse responses with bootstrap bands."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from statsmodels.tools.sm_exceptions import InterpolationWarning
from statsmodels.tsa.api import VAR
from statsmodels.tsa.stattools import adfuller

from melian.errors import InputError

__all__ = ["Responses", "System", "fit_system", "granger_p", "least_squares", "responses", "unit_root_p"]

Floats = NDArray[np.float64]
TAILS = (0.05, 0.95)
MULTIPLIERS = (-np.sqrt(2.0), 0.0, 0.0, np.sqrt(2.0))
"""Mean 0, variance 1, fourth moment 2. Signs alone leave every step's products of residuals as they are, so
that the covariance, and with it the first step of a response, would have no error (Brueggemann, Jentsch and
Trenkler 2016); with a fourth moment of 2 its variance is that of independent innovations or a little more."""


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """A fitted vector autoregression y(t) = c + A1 y(t-1) + ... + Ap y(t-p) + e(t).

    Attributes
    ----------
    y : (n_steps, n_series) float64
    order : int
    constant : (n_series,) float64
    lags : (order, n_series, n_series) float64
        A_l; row is the answer, column the past.
    residual : (n_steps - order, n_series) float64
    covariance : (n_series, n_series) float64
        Of the residuals, per degree of freedom.
    modulus : float
        Greatest modulus of the companion matrix's roots; below 1 the system is stable.
    """

    y: Floats
    order: int
    constant: Floats
    lags: Floats
    residual: Floats
    covariance: Floats
    modulus: float


@dataclass(frozen=True, slots=True, eq=False)
class Responses:
    """Cumulated responses to an innovation of one standard deviation, with 90% bands.

    Attributes
    ----------
    first, first_low, first_high : (horizon + 1, n_series, n_series) float64
        The innovation comes first in the order: what moves with it in its own step counts as response (the
        generalised response of Pesaran and Shin 1998). Axes: steps after, answer, innovation.
    last, last_low, last_high : (horizon + 1, n_series, n_series) float64
        The innovation comes last: only what follows in later steps counts.
    unstable : int
        Bootstrap systems that were not stable.
    """

    first: Floats
    first_low: Floats
    first_high: Floats
    last: Floats
    last_low: Floats
    last_high: Floats
    unstable: int


def least_squares(y: Floats, order: int) -> System:
    """Fit all equations by least squares (Lütkepohl 2005, section 3.2).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> y = rng.normal(size=(200, 2))
    >>> least_squares(y, 2).lags.shape
    (2, 2, 2)
    """
    n_steps, n = y.shape
    x = _regressors(y, order)
    beta = np.linalg.lstsq(x, y[order:], rcond=None)[0]
    residual = y[order:] - x @ beta
    lags = np.asarray(beta[1:].reshape(order, n, n).transpose(0, 2, 1), np.float64)
    freedom = n_steps - order - (1 + n * order)
    return System(y, order, beta[0], lags, residual, residual.T @ residual / freedom, _modulus(lags))


def _regressors(y: Floats, order: int) -> Floats:
    past = [y[order - lag : len(y) - lag] for lag in range(1, order + 1)]
    return np.hstack([np.ones((len(y) - order, 1)), *past])


def _modulus(lags: Floats) -> float:
    order, n, _ = lags.shape
    companion = np.eye(order * n, k=-n)
    companion[:n] = np.hstack(list(lags))
    return float(np.abs(np.linalg.eigvals(companion)).max())


def fit_system(y: Floats, *, lags: str | int, most: int) -> System:
    """Choose the order and fit.

    Parameters
    ----------
    y : (n_steps, n_series) float64
    lags : 'aic', 'bic' or int
        Information criterion over 1 .. `most` steps, or the order itself.
    most : int
        Fewer are tried where an equation would have less than two steps a coefficient.

    Raises
    ------
    InputError
        If there are too few steps for the order.
    """
    n_steps, n = y.shape
    room = (n_steps - 2) // (2 * n + 1)
    if room < (1 if isinstance(lags, str) else lags):
        raise InputError(
            f"{n_steps} steps are too few for {n} series with {1 if isinstance(lags, str) else lags} lags: "
            "each equation "
            "needs two steps a coefficient. Take a longer window, fewer actors, a shorter step or fewer lags "
            "(var_lags)."
        )
    if isinstance(lags, str):
        chosen = VAR(y).select_order(min(most, room), trend="c").selected_orders[lags]
        return least_squares(y, max(int(chosen), 1))
    return least_squares(y, lags)


def granger_p(
    y: Floats, order: int, *, answer: int, past: int, control: Floats | None = None
) -> float | None:
    """Give p of the F test that the past of one series adds nothing to the answer's equation (Granger 1969).

    The other series of the system, the answer's own past among them, stay in.

    Parameters
    ----------
    y : (n_steps, n_series) float64
    order : int
    answer, past : int
        Columns of `y`.
    control : (n_steps,) float64, optional
        A series of the same steps that stands in every equation.

    Returns
    -------
    float or None
        None where a series is constant.
    """
    if np.ptp(y, axis=0).min() == 0.0:
        return None
    exog = None if control is None else control[:, None]
    result = VAR(y, exog=exog).fit(order, trend="c")
    return float(result.test_causality(answer, past, kind="f").pvalue)


def unit_root_p(series: Floats) -> float | None:
    """Give p of the augmented Dickey-Fuller test: small if stationary; None if the series is constant."""
    if np.ptp(series) == 0.0:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InterpolationWarning)
        return float(adfuller(series, autolag="AIC", regression="c", result_object=True).pvalue)


def moving_average(lags: Floats, horizon: int) -> Floats:
    """Give Psi_0 .. Psi_horizon of the moving-average form, (horizon + 1, n, n)."""
    order, n, _ = lags.shape
    psi = np.zeros((horizon + 1, n, n))
    psi[0] = np.eye(n)
    for h in range(1, horizon + 1):
        for lag in range(1, min(order, h) + 1):
            psi[h] += lags[lag - 1] @ psi[h - lag]
    return psi


def _cumulated(lags: Floats, covariance: Floats, horizon: int) -> tuple[Floats, Floats]:
    """Responses with the innovation first and last in the order, (horizon + 1, n, n) each."""
    psi = moving_average(lags, horizon).cumsum(axis=0)
    first = psi @ (covariance / np.sqrt(np.diag(covariance)))
    # The part of an innovation that the others' leave unexplained has the variance 1 / (S^-1)_jj.
    last = psi / np.sqrt(np.diag(np.linalg.inv(covariance)))
    return first, last


def responses(system: System, *, horizon: int, draws: int, rng: np.random.Generator) -> Responses:
    """Give cumulated impulse responses with bands from a wild bootstrap after a bootstrap for the bias.

    Least squares makes a lasting series look less lasting. Kilian (1998): a first bootstrap estimates by how
    much; the lags are cleared of it, series are made from the cleared system, and what is fitted to them is
    cleared again; a system that would not be stable is cleared only so far that it is. New series are made
    with the system's own residuals, each step's with a random multiplier (Goncalves and Kilian 2004):
    conflict comes in bursts, and multipliers by step keep their size where it is. The value is that of least
    squares.
    Systems that are not stable as fitted are left out and counted.

    Parameters
    ----------
    horizon : int
        Steps after the innovation.
    draws : int
        Of each of both bootstraps.
    """
    first, last = _cumulated(system.lags, system.covariance, horizon)
    cleared, bias = _cleared(system, draws, rng)
    drawn = [least_squares(y, system.order) for y in _resampled(cleared, draws, rng)]
    stable = [one for one in drawn if one.modulus < 1.0]
    if not stable:
        empty = np.full_like(first, np.nan)
        return Responses(first, empty, empty, last, empty, empty, draws)
    made = [_cumulated(_without(one.lags, bias), one.covariance, horizon) for one in stable]
    first_low, first_high = np.quantile(np.stack([pair[0] for pair in made]), TAILS, axis=0)
    last_low, last_high = np.quantile(np.stack([pair[1] for pair in made]), TAILS, axis=0)
    return Responses(first, first_low, first_high, last, last_low, last_high, draws - len(stable))


def _cleared(system: System, draws: int, rng: np.random.Generator) -> tuple[System, Floats]:
    """Clear the lags of the bias that a bootstrap finds; the constant keeps the mean where it is."""
    if system.modulus >= 1.0:
        return system, np.zeros_like(system.lags)
    drawn = [least_squares(y, system.order).lags for y in _resampled(system, draws, rng)]
    bias = np.mean(drawn, axis=0) - system.lags
    lags = _without(system.lags, bias)
    constant = (np.eye(len(system.constant)) - lags.sum(axis=0)) @ system.y.mean(axis=0)
    return replace(system, lags=lags, constant=constant, modulus=_modulus(lags)), bias


def _without(lags: Floats, bias: Floats) -> Floats:
    """Take the bias off stable lags, or as many hundredths of it as leave them stable."""
    for hundredths in range(100, 0, -1):
        less = lags - bias * (hundredths / 100)
        if _modulus(less) < 1.0:
            return less
    return lags


def _resampled(system: System, draws: int, rng: np.random.Generator) -> Floats:
    """Make series from a system with its residuals times random multipliers, (draws, n_steps, n_series)."""
    order, n_steps = system.order, len(system.residual)
    # Residuals of a fit are smaller than the innovations by the degrees of freedom that it took.
    wider = np.sqrt(n_steps / (n_steps - 1 - order * system.y.shape[1]))
    shocks = rng.choice(MULTIPLIERS, (draws, n_steps))[:, :, None] * system.residual * wider
    y = np.empty((draws, *system.y.shape))
    y[:, :order] = system.y[:order]
    for t in range(order, y.shape[1]):
        y[:, t] = system.constant + shocks[:, t - order]
        for lag in range(1, order + 1):
            y[:, t] += y[:, t - lag] @ system.lags[lag - 1].T
    return y
