"""Joint events of a fitted world: a small model of their own, since the fit takes them as given.

Joint events of a pair come at a level by pair and instrument times a smooth common course, and follow the
pair's own past joint events, of the same instrument and of others, with weights pooled over pairs. Fitted by
EM on the window; nothing else begets them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.history import EventHistory
from melian.kernels.meetings import past_meetings

__all__ = ["Meetings", "fit_meetings"]

Floats = NDArray[np.float64]
WIDTH = 45.0
"""Standard deviation in days of the window that smooths the common course of joint events."""
ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Meetings:
    """What drives joint events.

    Attributes
    ----------
    level : (N, N, K) float64
        Per day, source < target only.
    course : (n_steps,) float64
        Common slow course, mean 1 over the window.
    theta : (K, K, B) float64
        Expected joint offspring: instrument, the parent's, kernel.
    """

    level: Floats
    course: Floats
    theta: Floats


def fit_meetings(
    history: EventHistory, profile: Floats, half_lives: tuple[float, ...], since: int
) -> Meetings:
    """Fit the model of joint events to a history from step `since` on.

    Parameters
    ----------
    profile : (n_actors, n_steps) float64
        Weekday factors; a pair has the mean of its ends'.
    """
    n, k, b = history.n_actors, history.n_instruments, len(half_lives)
    rho = np.exp2(-1.0 / np.asarray(half_lives))
    at = np.flatnonzero(history.joint)
    pair = history.source[at].astype(np.int64) * n + history.target[at]
    order = np.lexsort((history.step[at], pair))
    at, pair = at[order], pair[order]
    step, tool, y = history.step[at], history.instrument[at], history.count[at].astype(np.float64)
    course = _smooth(np.bincount(step, y, history.n_steps).astype(np.float64), since)
    if not (y * (step >= since)).sum():
        return Meetings(np.zeros((n, n, k)), course, np.zeros((k, k, b)))
    same, others = np.zeros((len(at), b)), np.zeros((len(at), b))
    past_meetings(pair, step, tool, y, k, rho, same, others)
    low, high = pair // n, pair % n
    live = step >= since
    days = course * (np.arange(history.n_steps) >= since)
    exposure = (profile @ days)[low] / 2.0 + (profile @ days)[high] / 2.0
    reach = 1.0 - rho[None, :] ** (history.n_steps - 1 - step)[:, None]
    before = rho[None, :] ** np.maximum(since - 1 - step, 0)[:, None]
    offered = (y[:, None] * np.maximum(reach - (1.0 - before), 0.0)).sum(axis=0)
    key, slot = np.unique(pair * k + tool, return_inverse=True)
    level, phi, psi = _solve(y * live, course[step], same, others, exposure, slot, offered, max(k - 1, 1))
    out = np.zeros((n, n, k))
    out[key // k // n, key // k % n, key % k] = level
    eye = np.eye(k)[:, :, None]
    theta = eye * phi + (1.0 - eye) * psi
    return Meetings(out, course, np.asarray(theta))


def _solve(
    y: Floats, course: Floats, same: Floats, others: Floats, exposure: Floats, slot: NDArray[np.int64],
    offered: Floats, n_others: int,
) -> tuple[Floats, Floats, Floats]:  # fmt: skip
    """EM for levels by (pair, instrument) and the pooled weights of the own and of other instruments."""
    count = np.bincount(slot, y)
    exposed = np.zeros(len(count))
    exposed[slot] = exposure
    level = 0.5 * count / np.maximum(exposed, 1e-9)
    phi = np.full(len(offered), 0.3 / len(offered))
    psi = np.full(len(offered), 0.05 / len(offered) / n_others)
    for _ in range(ROUNDS):
        base = level[slot] * course
        own, cross = same * phi, others * psi
        share = y / np.maximum(base + own.sum(axis=1) + cross.sum(axis=1), 1e-300)
        level = np.bincount(slot, base * share, len(count)) / np.maximum(exposed, 1e-9)
        phi = (own * share[:, None]).sum(axis=0) / np.maximum(offered, 1e-9)
        psi = (cross * share[:, None]).sum(axis=0) / np.maximum(offered * n_others, 1e-9)
    return np.asarray(level), np.asarray(phi), np.asarray(psi)


def _smooth(daily: Floats, since: int) -> Floats:
    """Smooth daily counts by a Gaussian window that knows its edges; mean 1 from `since` on."""
    reach = int(3 * WIDTH)
    window = np.exp(-0.5 * (np.arange(-reach, reach + 1) / WIDTH) ** 2)
    seen = (np.arange(len(daily)) >= since).astype(np.float64)
    above = np.convolve(daily * seen, window)[reach : reach + len(daily)]
    below = np.convolve(seen, window)[reach : reach + len(daily)]
    smooth = above / np.maximum(below, 1e-9)
    mean = smooth[since:].mean()
    return np.asarray(np.where(seen > 0, smooth / mean if mean > 0 else 1.0, 1.0))
