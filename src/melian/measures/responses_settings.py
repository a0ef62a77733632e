"""What the measure of responses is told, and whose responses it looks at."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.history import EventHistory
from melian.measures.instruments import FAMILIES, PRESSURE, family_matrix

__all__ = ["Kinds", "ResponseSettings", "directions_of", "kinds_of", "slug"]


@dataclass(frozen=True, slots=True)
class ResponseSettings:
    """Settings of `melian.measures.responses.measure_responses`; the defaults are those of `[responses]`.

    Attributes
    ----------
    days : int
    pairs : tuple of str
        "RUS:USA"; empty for the `top` with most events.
    top : int
    cut : str or tuple of datetime.date
        As in `melian.measures.spans.make_spans`.
    methods : tuple of str
        Of "model" and "study".
    pressure : tuple of str
        Instruments that press.
    refits, draws, seed : int
    """

    days: int = 30
    pairs: tuple[str, ...] = ()
    top: int = 6
    cut: str | tuple[dt.date, ...] = "halves"
    methods: tuple[str, ...] = ("model", "study")
    pressure: tuple[str, ...] = PRESSURE
    refits: int = 20
    draws: int = 400
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Kinds:
    """Kinds of acts or of responses: `matrix` (n_instruments, n_kinds) sums instruments into them."""

    names: tuple[str, ...]
    matrix: NDArray[np.float64]

    def place(self, name: str) -> int:
        """Position of a kind."""
        return self.names.index(name)


def slug(instrument: str) -> str:
    """Give an instrument's name as it stands in names of estimates.

    Examples
    --------
    >>> slug("contestation (answers)")
    'contestation-answers'
    """
    return instrument.replace(" (", "-").rstrip(")")


def kinds_of(instruments: tuple[str, ...], families: dict[str, tuple[str, ...]]) -> Kinds:
    """All acts together, the families, then every instrument."""
    summed = family_matrix(instruments, tuple(families.values()))
    parts = [np.ones((len(instruments), 1)), summed, np.eye(len(instruments))]
    return Kinds(("all", *families, *map(slug, instruments)), np.hstack(parts))


def act_families(settings: ResponseSettings) -> dict[str, tuple[str, ...]]:
    """Families of acts that are answered."""
    return {"pressure": settings.pressure, "cooperation": FAMILIES["cooperation"]}


def directions_of(history: EventHistory, settings: ResponseSettings) -> tuple[tuple[int, int], ...]:
    """Give (responder, actor) of every direction looked at, both directions of a pair together.

    Raises
    ------
    InputError
        If a pair is not of two actors of the history.
    """
    pairs = [_pair(text, history.actors) for text in settings.pairs] or _busiest(history, settings.top)
    return tuple(ends for low, high in pairs for ends in ((low, high), (high, low)))


def _pair(text: str, actors: tuple[str, ...]) -> tuple[int, int]:
    ends = tuple(part.strip() for part in text.split(":"))
    known = [end for end in ends if end in actors]
    if len(ends) != 2 or len(known) != 2 or ends[0] == ends[1]:
        raise InputError(
            f"response_pairs: {text!r} is not a pair of two actors of the history, as "
            f'"{actors[0]}:{actors[1]}"; its actors are {", ".join(actors)}.'
        )
    return actors.index(ends[0]), actors.index(ends[1])


def _busiest(history: EventHistory, top: int) -> list[tuple[int, int]]:
    """Pairs with most directed events in the window, by the direction that has fewer."""
    n = history.n_actors
    inside = (history.step >= history.window[0]) & (history.step < history.window[1]) & ~history.joint
    key = history.source[inside].astype(np.int64) * n + history.target[inside]
    events = np.bincount(key, history.count[inside], n * n).reshape(n, n)
    least = np.triu(np.minimum(events, events.T), 1).ravel()
    order = np.argsort(-least, kind="stable")[:top]
    return [(int(place // n), int(place % n)) for place in order if least[place] > 0]
