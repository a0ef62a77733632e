"""The response of an actor to all others in moving windows, without a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from melian.measures.responses_settings import Kinds
from melian.measures.responses_study import LEAST_BLOCK, Frame, follow, study_pieces

__all__ = ["Windowed", "window_days", "windowed_responses"]

Floats = NDArray[np.float64]
BLOCKS = 10
"""Blocks of days in a window."""


@dataclass(frozen=True, slots=True)
class Windowed:
    """Acts of one actor that follow one act of anybody towards it in a window.

    Attributes
    ----------
    first, last : int
        Days whose acts are followed, `last` not among them.
    values : (1 + D,) float64
        All acts within the days followed: the estimate, then its draws.
    acts : int
    """

    first: int
    last: int
    values: Floats
    acts: int


def window_days(days: int) -> int:
    """How long a window is where acts are followed for some days: ten blocks of the bootstrap.

    Examples
    --------
    >>> window_days(13), window_days(30)
    (140, 300)
    """
    return BLOCKS * max(days, LEAST_BLOCK)


def windowed_responses(
    frame: Frame, actors: Sequence[int], *, acts: Kinds, kinds: Kinds, tell: Callable[[str, float], None]
) -> dict[int, tuple[Windowed, ...]]:
    """Follow acts in windows of `BLOCKS` blocks of days, half a window apart.

    Every second window stands in one regression, so that no day is in two; controls are those of the whole
    record. O(2 x dyads x cost of `study_pieces`).

    Returns
    -------
    dict of actor to windows in order of time
        Without windows where the record is shorter than two.
    """
    length = window_days(frame.days)
    if frame.last - frame.first < 2 * length:
        return {}
    out: dict[int, tuple[Windowed, ...]] = {}
    for number, actor in enumerate(actors):
        found = [
            one for first in (frame.first, frame.first + length // 2)
            for one in _windows(frame, actor, first, length, acts, kinds)
        ]  # fmt: skip
        out[actor] = tuple(sorted(found, key=lambda one: one.first))
        tell("responses in moving windows", (number + 1) / len(actors))
    return out


def _windows(frame: Frame, actor: int, first: int, length: int, acts: Kinds, kinds: Kinds) -> list[Windowed]:
    """Give the windows from a day on that do not overlap; days in none of them are one more period."""
    n = (frame.last - first) // length
    place = (np.arange(frame.history.n_steps) - first) // length
    apart = replace(frame, period=np.where((place >= 0) & (place < n), place, n))
    everything = [part.matrix[:, [part.place("all")]] for part in (acts, kinds)]
    parts = [
        study_pieces(apart, other, actor, acts=everything[0], kinds=everything[1])[0]
        for other in range(frame.history.n_actors) if other != actor
    ]  # fmt: skip
    got = follow(apart, parts)
    starts = [first + window * length for window in range(n)]
    return [
        Windowed(start, start + length, got.by_period[:, window, 0], int(got.acts[window]))
        for window, start in enumerate(starts)
    ]
