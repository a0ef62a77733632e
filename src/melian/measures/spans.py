"""Named periods of a window: halves, thirds, years, or what lies between given days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.history import EventHistory

__all__ = ["Spans", "make_spans"]

LEAST_DAYS = 28


@dataclass(frozen=True, slots=True)
class Spans:
    """Periods that cut the window.

    Attributes
    ----------
    names : tuple of str
        `before`, `after` for two; `first`, `second`, `third` for three; years by number; else `period1` ...
    since, until : tuple of datetime.date
    of_step : (n_steps,) int64
        Period of each step; steps before the window belong to the first.
    """

    names: tuple[str, ...]
    since: tuple[dt.date, ...]
    until: tuple[dt.date, ...]
    of_step: NDArray[np.int64]

    def said(self, place: int) -> str:
        """Give a period's days in words."""
        return f"{self.since[place]} to {self.until[place]}"


def make_spans(history: EventHistory, cut: str | Sequence[dt.date]) -> Spans:
    """Cut the window.

    Parameters
    ----------
    cut : str or sequence of datetime.date
        "halves", "thirds", "years", or the first days of the second and later periods.

    Raises
    ------
    InputError
        If a day lies outside the window, or a period has fewer than 28 days.

    Examples
    --------
    >>> from melian.simulate import Baseline, World, simulate, to_history
    >>> world = World(actors=("A", "B", "C"), instruments=("coercion", "force"), n_steps=200,
    ...               baseline=Baseline(events=500))
    >>> make_spans(to_history(simulate(world)), "halves").names
    ('before', 'after')
    """
    first, last = history.window
    starts = [first, *_starts(history, cut)]
    lengths = np.diff([*starts, last])
    if (lengths < LEAST_DAYS).any():
        at = int(np.argmin(lengths))
        raise InputError(
            f"the period from {history.date(starts[at])} has {lengths[at]} days; a period needs at least "
            f"{LEAST_DAYS}. Cut the window ({history.since} to {history.until}) into fewer periods."
        )
    of_step = np.searchsorted(starts, np.arange(history.n_steps), side="right") - 1
    since = tuple(history.date(start) for start in starts)
    until = tuple(history.date(end - 1) for end in [*starts[1:], last])
    return Spans(_names(history, cut, since), since, until, np.maximum(of_step, 0))


def _starts(history: EventHistory, cut: str | Sequence[dt.date]) -> list[int]:
    first, last = history.window
    if isinstance(cut, str):
        if cut == "years":
            return [
                (dt.date(year, 1, 1) - history.origin).days
                for year in range(history.since.year + 1, history.until.year + 1)
            ]
        parts = {"halves": 2, "thirds": 3}[cut]
        return [first + round((last - first) * part / parts) for part in range(1, parts)]
    for day in cut:
        if not history.since < day <= history.until:
            raise InputError(
                f"a period is to begin on {day}, outside the window from {history.since} to {history.until}."
            )
    return [(day - history.origin).days for day in sorted(cut)]


def _names(
    history: EventHistory, cut: str | Sequence[dt.date], since: tuple[dt.date, ...]
) -> tuple[str, ...]:
    if cut == "years":
        return tuple(str(day.year) for day in since)
    named = {1: ("whole",), 2: ("before", "after"), 3: ("first", "second", "third")}
    return named.get(len(since), tuple(f"period{place + 1}" for place in range(len(since))))
