"""The rival: a continuous-time Hawkes fit with constant baseline, as a reader of a textbook would run it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melian.history import EventHistory
from melian.options import COMPONENTS

__all__ = ["HALF_LIVES", "event_times", "fit_source", "textbook_shares"]

Floats = NDArray[np.float64]
HALF_LIVES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
PASSES = 400
OWN, OTHERS = COMPONENTS.index("momentum"), COMPONENTS.index("reaction")


def textbook_shares(history: EventHistory, *, seed: int = 1, ties: bool = False) -> Floats:
    """Fit one exponential kernel per actor by maximum likelihood and share its events out.

    lambda_i(t) = mu_i + sum_j alpha_ij sum_{s in N_j, s < t} beta_i exp(-beta_i (t - s)), each actor's deeds
    being one stream (Ozaki 1979; EM as Veen and Schoenberg 2008). The half-life is the best of `HALF_LIVES`.

    Parameters
    ----------
    history : EventHistory
    seed : int
        Of the times of day, which the data do not tell.
    ties : bool
        Leave all deeds of a day at one moment, where none can follow another.

    Returns
    -------
    (n_actors, 4) float64
        Shares by `melian.options.COMPONENTS`; nan for actors without events in the window.
    """
    time, source = event_times(history, seed=seed, ties=ties)
    shares = np.full((history.n_actors, len(COMPONENTS)), np.nan)
    begin, end = (float(step) for step in history.window)
    for i in range(history.n_actors):
        if ((source == i) & (time >= begin)).any():
            shares[i] = fit_source(time, source, i, history.n_actors, begin, end)
    return shares


def event_times(history: EventHistory, *, seed: int, ties: bool) -> tuple[Floats, NDArray[np.int64]]:
    """Give a time in days for every directed event, in order, and its source; (n_events,) each."""
    use = ~history.joint
    step = np.repeat(history.step[use], history.count[use]).astype(np.float64)
    source = np.repeat(history.source[use], history.count[use]).astype(np.int64)
    within = np.full(len(step), 0.5) if ties else np.random.default_rng([seed, 6]).random(len(step))
    order = np.argsort(step + within, kind="stable")
    return (step + within)[order], source[order]


def fit_source(
    time: Floats, source: NDArray[np.int64], i: int, n_actors: int, begin: float, end: float
) -> Floats:
    """Give the shares (4,) of the events of actor `i` on [begin, end) at the best half-life.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> time = np.sort(rng.random(600) * 400.0)
    >>> shares = fit_source(time, rng.integers(0, 2, 600), 0, 2, 0.0, 400.0)
    >>> bool(shares[0] > 0.8)
    True
    """
    at = np.flatnonzero((source == i) & (time >= begin))
    lag = time[at][:, None] - time[None, :]
    before = lag > 0.0
    owner = np.eye(n_actors)[source]
    best, shares = -np.inf, np.zeros(len(COMPONENTS))
    for half_life in HALF_LIVES:
        beta = np.log(2.0) / half_life
        decayed = np.where(before, np.exp(-beta * np.where(before, lag, 0.0)), 0.0)
        column = np.concatenate([np.ones((len(at), 1)), beta * decayed @ owner], axis=1)
        reached = np.exp(-beta * np.maximum(begin - time, 0.0)) - np.exp(-beta * (end - time))
        exposure = np.concatenate([[end - begin], reached @ owner])
        weight, score = _em(column, exposure)
        if score > best:
            best, part = score, column * weight
            mean = (part / part.sum(axis=1, keepdims=True)).mean(axis=0)
            shares = np.zeros(len(COMPONENTS))
            shares[0], shares[OWN] = mean[0], mean[1 + i]
            shares[OTHERS] = mean[1:].sum() - mean[1 + i]
    return shares


def _em(column: Floats, exposure: Floats) -> tuple[Floats, float]:
    """Maximise sum log(column @ w) - exposure @ w over w >= 0; the weights and the log-likelihood."""
    live = exposure > 0.0
    weight = np.where(live, len(column) / np.maximum(exposure, 1e-300) / len(exposure), 0.0)
    for _ in range(PASSES):
        total = column @ weight
        weight = np.where(
            live, weight * (column / total[:, None]).sum(axis=0) / np.maximum(exposure, 1e-300), 0
        )
    return weight, float(np.log(column @ weight).sum() - exposure @ weight)
