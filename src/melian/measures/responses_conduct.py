"""What share of conduct is cooperative or defiant in the days after pressure, and otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from melian.measures.answer import Estimate
from melian.measures.bands import band
from melian.measures.ratios import edge_width
from melian.measures.responses_study import Frame

__all__ = ["LEAST_BLOCKS", "conduct_after", "conduct_band"]

Floats = NDArray[np.float64]
LEAST_BLOCKS = 5
"""Blocks of days with acts from which a share has an interval."""


def conduct_after(
    frame: Frame, dyads: Sequence[tuple[int, int]], *, pressure: Floats, kinds: Floats
) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Share of the responder's acts towards the actor that are of each kind, after pressure and otherwise.

    An act counts once however many acts of pressure came in the days before it.

    Parameters
    ----------
    dyads : sequence of (responder, actor)
    pressure : (n_instruments,) float64
        1 for instruments that press.
    kinds : (n_instruments, n_kinds) float64

    Returns
    -------
    share : (1 + D, 1 + P, 2, n_kinds) float64
        The estimate, then draws under weights of blocks of days; all days, then each period; after pressure,
        and on the other days. NaN where acts lie in fewer than `LEAST_BLOCKS` blocks.
    events : (1 + P, 2) int64
        Acts of the responder behind them.
    worth : (1 + P, 2) int64
        Blocks of days with such acts: what they are worth where all of them are of a kind, or none.
    """
    n_periods, first = frame.n_periods, frame.history.window[0]
    inside = np.arange(frame.history.n_steps) >= first
    period = np.hstack([inside[:, None], np.eye(n_periods)[frame.period] * inside[:, None]])
    n_blocks, n_kinds = frame.weights.shape[1], kinds.shape[1]
    sums = np.zeros((n_blocks, 1 + n_periods, 2, 1 + n_kinds))
    for responder, actor in dyads:
        pressed = frame.counts.pair(actor, responder) @ pressure
        run = np.cumsum(np.concatenate([[0.0], pressed]))
        days = np.arange(len(pressed))
        after = (run[days] - run[np.maximum(days - frame.days, 0)]) > 0.0
        back = frame.counts.pair(responder, actor)
        counted = np.hstack([back.sum(axis=1, keepdims=True), back @ kinds])
        where = np.stack([after, ~after], axis=1)
        each = np.einsum("tp,tw,tk->tpwk", period, where, counted)
        np.add.at(sums, frame.block, each)
    weights = np.vstack([np.ones(n_blocks), frame.weights])
    total = np.tensordot(weights, sums, (1, 0))
    acts = total[..., 0]
    blocks = (sums[..., 0] > 0.0).sum(axis=0)
    enough = blocks >= LEAST_BLOCKS
    share = np.where(
        ((acts > 0.0) & enough)[..., None], total[..., 1:] / np.maximum(acts, 1e-300)[..., None], np.nan
    )
    return share, np.rint(sums.sum(axis=0)[..., 0]).astype(np.int64), blocks.astype(np.int64)


def conduct_band(
    values: Floats, *, worth: int, events: int, reason: str = "", floor: float = 0.0
) -> Estimate:
    """Give a share of conduct, or a difference of two, with its interval.

    Resampled blocks of which none (or all) hold a kind of act give the same share each time. That is no
    certainty: an end that is the estimate itself moves out to that of none (or all) of so many blocks.

    Parameters
    ----------
    values : (1 + D,) float64
        The estimate, then draws.
    worth : int
        Blocks behind it; of a difference, behind the share with fewer.
    events : int
    reason : str
        Why there is none, where there is none.
    floor : float
        Least value: 0 for a share, -1 for a difference.

    Examples
    --------
    >>> found = conduct_band(np.zeros(100), worth=10, events=40)
    >>> found.value, found.low, round(found.high, 3)
    (0.0, 0.0, 0.259)
    """
    found = band(values, events=events, reason=reason)
    if found.value is None or found.low is None or found.high is None or found.low < found.high:
        return found
    width = edge_width(min(worth, events))
    low, high = max(floor, found.value - width), min(1.0, found.value + width)
    return Estimate(found.value, low, high, events=events)
