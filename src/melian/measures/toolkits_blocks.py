"""Directed conduct by block of days, actor and instrument, and the shares that resampled blocks give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from melian.history import EventHistory

__all__ = ["BlockCounts", "Shares", "block_counts", "block_sums", "composition", "shares_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
TAILS = (0.05, 0.95)


@dataclass(frozen=True, slots=True, eq=False)
class BlockCounts:
    """Directed events of the window by block, and joint events beside them.

    Attributes
    ----------
    actors, instruments : tuple of str
    counts : (n_blocks, n_actors, n_instruments) int64
        Directed events by source.
    joint : (n_actors, n_instruments) int64
        Joint events that the actor has part in.
    starts : (n_blocks,) int64
        First step of every block.
    days : int
        Days of a block; the last one takes what is left over.
    """

    actors: tuple[str, ...]
    instruments: tuple[str, ...]
    counts: Ints
    joint: Ints
    starts: Ints
    days: int

    @property
    def n_blocks(self) -> int:
        """Number of blocks."""
        return len(self.starts)


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Shares with 90% intervals from resampled blocks; NaN where an actor has no events.

    Attributes
    ----------
    value, low, high : (n_actors, n_parts) float64
    design_effect : (n_actors,) float64
        Variance of the shares over blocks in parts of the multinomial one; 1 without clustering.
    """

    value: Floats
    low: Floats
    high: Floats
    design_effect: Floats


def block_counts(history: EventHistory, *, days: int, instruments: tuple[str, ...] = ()) -> BlockCounts:
    """Count the window's events by block of days, actor and instrument.

    Parameters
    ----------
    history : EventHistory
    days : int
        Days of a block; days left over at the end join the last one.
    instruments : tuple of str
        Those that are looked at; all of the history if empty.
    """
    kept = [k for k, name in enumerate(history.instruments) if not instruments or name in instruments]
    first, end = history.window
    n_blocks = max((end - first) // days, 1)
    shape = (n_blocks, history.n_actors, history.n_instruments)
    inside = (history.step >= first) & (history.step < end)
    directed, joint = inside & ~history.joint, inside & history.joint
    block = np.minimum((history.step[directed] - first) // days, n_blocks - 1)
    counts = np.zeros(shape, np.int64)
    np.add.at(
        counts, (block, history.source[directed], history.instrument[directed]), history.count[directed]
    )
    meetings = np.zeros(shape[1:], np.int64)
    for end_of_pair in (history.source, history.target):
        np.add.at(meetings, (end_of_pair[joint], history.instrument[joint]), history.count[joint])
    names = tuple(history.instruments[k] for k in kept)
    starts = first + days * np.arange(n_blocks)
    return BlockCounts(history.actors, names, counts[..., kept], meetings[:, kept], starts, days)


def block_sums(counts: Ints, draws: int, rng: np.random.Generator) -> Ints:
    """Add counts up over blocks drawn with replacement (Efron 1979; blocks: Künsch 1989).

    Events come in clusters: an offensive, a round of expulsions. Drawing events one by one takes them as
    independent, and intervals come out too narrow. All actors share the drawn blocks, so that what a common
    wave of attention does to all of them stays common.

    Parameters
    ----------
    counts : (n_blocks, ...) int64
    draws : int

    Returns
    -------
    (draws, ...) int64
    """
    n_blocks = len(counts)
    weight = rng.multinomial(n_blocks, np.full(n_blocks, 1.0 / n_blocks), draws)
    return np.asarray(np.tensordot(weight, counts, axes=1))


def composition(counts: NDArray[np.integer]) -> Floats:
    """Shares over the last axis; NaN where there are no events.

    Examples
    --------
    >>> composition(np.array([[1, 3], [0, 0]])).tolist()
    [[0.25, 0.75], [nan, nan]]
    """
    total = counts.sum(axis=-1, keepdims=True)
    return np.asarray(counts / np.where(total > 0, total, np.nan))


def shares_of(counts: Ints, drawn: Ints) -> Shares:
    """Shares of events with percentile intervals; shares of 0 and 1 have Jeffreys' own.

    Parameters
    ----------
    counts : (n_actors, n_parts) int64
    drawn : (draws, n_actors, n_parts) int64
        The same sums over resampled blocks.
    """
    value = composition(counts)
    total = counts.sum(axis=-1)
    with np.errstate(invalid="ignore"):
        parts = composition(drawn)
        low, high = _quantiles(parts)
        variance = np.where(np.isnan(parts).all(axis=0), np.nan, _variance(parts)).sum(axis=-1)
        plain = (value * (1.0 - value)).sum(axis=-1) / np.maximum(total, 1)
        effect = np.where(plain > 0.0, variance / np.where(plain > 0.0, plain, 1.0), np.nan)
    # Blocks without a kind of event cannot say how rare it is: there the interval is that of fewer,
    # independent events, as many as the clustered ones are worth.
    worth = total / np.maximum(np.nan_to_num(effect, nan=1.0), 1.0)
    edge = (value == 0.0) | (value == 1.0)
    at = np.broadcast_to(worth[:, None], value.shape)[edge]
    share = value[edge]
    low[edge] = np.where(share == 0.0, 0.0, betaincinv(at * share + 0.5, at * (1 - share) + 0.5, TAILS[0]))
    high[edge] = np.where(share == 1.0, 1.0, betaincinv(at * share + 0.5, at * (1 - share) + 0.5, TAILS[1]))
    return Shares(value, low, high, effect)


def _quantiles(parts: Floats) -> tuple[Floats, Floats]:
    """Quantiles over draws; where no draw has events NaN, where some have none those are left out."""
    empty = np.isnan(parts).all(axis=0)
    filled = np.where(empty, 0.0, parts)
    low, high = np.nanquantile(filled, TAILS, axis=0)
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)


def _variance(parts: Floats) -> Floats:
    filled = np.where(np.isnan(parts).all(axis=0), 0.0, parts)
    return np.asarray(np.nanvar(filled, axis=0))
