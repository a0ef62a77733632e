"""Courses in time of a simulated world: slow courses, the wave of attention, weekdays, kernels."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from melian.simulate.specs import Baseline, Kernel, Regime

__all__ = ["attention_wave", "kernel_mass", "slow_courses", "smooth_noise", "weekday_factor"]

FloatArray = NDArray[np.float64]


def smooth_noise(n_rows: int, n_days: int, days: float, rng: np.random.Generator) -> FloatArray:
    """Give smooth noise of unit variance: white noise under a Gaussian window of that many days.

    Parameters
    ----------
    n_rows, n_days : int
        Shape of the result.
    days : float
        Standard deviation of the window in steps.
    rng : numpy.random.Generator

    Returns
    -------
    (n_rows, n_days) float64
    """
    reach = int(np.ceil(3 * days))
    window = np.exp(-0.5 * (np.arange(-reach, reach + 1) / days) ** 2)
    window /= np.sqrt((window**2).sum())
    white = rng.standard_normal((n_rows, n_days + 2 * reach))
    return np.stack([np.convolve(row, window, mode="valid") for row in white])


def _sines(n_rows: int, n_days: int, periods: tuple[float, float], rng: np.random.Generator) -> FloatArray:
    period = rng.uniform(*periods, size=(n_rows, 1))
    phase = rng.uniform(0, 2 * np.pi, size=(n_rows, 1))
    wave: FloatArray = np.sqrt(2) * np.sin(2 * np.pi * np.arange(n_days) / period + phase)
    return wave


def slow_courses(
    baseline: Baseline,
    regime: Regime | None,
    *,
    shape: tuple[int, int, int],
    first_step: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Draw s_ik(t) with mean one: half of its log shared by the source's instruments, half its own.

    Parameters
    ----------
    baseline : Baseline
    regime : Regime or None
        A break: from its step on, every course is multiplied by a factor of its own.
    shape : (n_actors, n_instruments, n_days)
    first_step : int
        Step of the first simulated day (minus the warm-up).
    rng : numpy.random.Generator

    Returns
    -------
    (n_actors, n_instruments, n_days) float64
    """
    n, k, days = shape
    if baseline.course == "sine":
        common, own = (_sines(rows, days, baseline.periods, rng) for rows in (n, n * k))
    else:
        scale = sum(baseline.periods) / 2 / 6  # a Gaussian window of sd p/6 gives swells about p steps apart
        common, own = (smooth_noise(rows, days, scale, rng) for rows in (n, n * k))
    log = baseline.amplitude * np.sqrt(0.5) * (common[:, None, :] + own.reshape(shape))
    if regime is not None:
        jump = rng.normal(0, regime.spread, size=(n, k, 1))
        log = log + jump * (np.arange(days) + first_step >= regime.step)
    course: FloatArray = np.exp(log)
    course /= course.mean(axis=2, keepdims=True)
    return course


def attention_wave(baseline: Baseline, n_days: int, rng: np.random.Generator) -> FloatArray:
    """Draw the common wave of attention, mean one; flat if `baseline.wave` is 0. Shape (n_days,)."""
    wave: FloatArray = np.exp(baseline.wave * smooth_noise(1, n_days, baseline.wave_days / 3, rng)[0])
    wave /= wave.mean()
    return wave


def weekday_factor(weekend: float, origin: dt.date, *, first_step: int, n_days: int) -> FloatArray:
    """Give d(t), mean one over a week, with Saturdays and Sundays at `weekend` of a weekday. Shape (n_days,).

    Examples
    --------
    >>> weekday_factor(0.5, dt.date(2015, 1, 5), first_step=0, n_days=7).round(3).tolist()
    [1.167, 1.167, 1.167, 1.167, 1.167, 0.583, 0.583]
    """
    weekday = (np.arange(n_days) + first_step + origin.weekday()) % 7
    factor = np.where(weekday >= 5, weekend, 1.0)
    return factor * 7 / (5 + 2 * weekend)


def kernel_mass(kernel: Kernel, longest: int) -> FloatArray:
    """Give the probability of each lag 0..longest; what lies beyond is left out, so the sum may be below one.

    Examples
    --------
    >>> kernel_mass(Kernel(half_lives=(1.0,), weights=(1.0,)), 3).tolist()
    [0.0, 0.5, 0.25, 0.125]
    """
    lag = np.arange(1, longest + 1, dtype=float)
    if kernel.shape == "geometric":
        rho = 2.0 ** (-1 / np.array(kernel.half_lives))
        mass = ((1 - rho) * rho ** (lag[:, None] - 1)) @ np.array(kernel.weights)
    else:
        every = np.arange(1, kernel.reach + 1, dtype=float)
        law = (every + 2.0) ** -2.0 if kernel.shape == "power" else np.ones_like(every)
        mass = np.zeros_like(lag)
        n = min(kernel.reach, longest)
        mass[:n] = (law / law.sum())[:n]
    return np.concatenate([[kernel.same_step], (1 - kernel.same_step) * mass])
