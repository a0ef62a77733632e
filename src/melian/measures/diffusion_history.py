"""The two histories in which domestic events and conduct from outside stand as the model can relate them.

HOME is a pseudo-actor. Asked of domestic events (`at_home`), a country's protest and repression are channels
country -> HOME, and conduct from outside on it is an event HOME -> country. So for a country's protest the
model's relations are what is asked: persistence is its own protest before, joining is protest elsewhere,
reply is conduct from outside. Asked of outside conduct (`abroad`), actors act on each other and domestic
events are HOME -> country: joining is then protest in the target.

With outside conduct left as events of its actors (alarm), its weights would be spread over channels country
-> country in which there can be no protest, and come out too small by the number of countries; in these two
forms every channel that a weight opens can have events.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.history import Attention, EventHistory
from melian.measures.conduct_classes import COOPERATIVE
from melian.options import ANSWERS

if TYPE_CHECKING:
    from melian.data.domestic import Domestic

__all__ = ["CLASSES", "HOME", "KINDS", "abroad_history", "class_of", "home_history"]

Rows = dict[str, NDArray[Any]]
HOME: Final = "HOME"
KINDS: Final = ("protest", "repression")
CLASSES: Final = ("cooperation", "pressure", "force")
"""Conduct from outside: cooperative instruments; contestation and coercion; force."""


def class_of(instrument: str) -> str:
    """Give the class of conduct that an instrument belongs to.

    Examples
    --------
    >>> class_of("soft_power"), class_of("contestation (answers)"), class_of("force")
    ('cooperation', 'pressure', 'force')
    """
    name = instrument.removesuffix(ANSWERS)
    return "cooperation" if name in COOPERATIVE else "force" if name == "force" else "pressure"


def home_history(foreign: EventHistory, domestic: Domestic, countries: tuple[str, ...]) -> EventHistory:
    """Give the history that is asked of domestic events.

    Parameters
    ----------
    foreign : EventHistory
        Among the countries and any other actors.
    domestic : Domestic
        From the same first day.
    countries : tuple of str
        Those whose domestic events are asked about.
    """
    directed = np.flatnonzero(~foreign.joint)
    place = _place(foreign.actors, countries)
    target = place[foreign.target[directed]]
    kept = directed[target >= 0]
    outside: Rows = {
        "step": foreign.step[kept], "source": np.full(len(kept), len(countries)),
        "target": place[foreign.target[kept]], "instrument": _classes(foreign)[foreign.instrument[kept]],
        "count": foreign.count[kept], "joint": np.zeros(len(kept), np.bool_),
    }  # fmt: skip
    own = _domestic_rows(domestic, countries, homeward=True)
    return _history(foreign, domestic, countries, [outside, own])


def abroad_history(foreign: EventHistory, domestic: Domestic) -> EventHistory:
    """Give the history that is asked of conduct from outside, by class; joint events stay joint."""
    actors = foreign.actors
    conduct: Rows = {
        "step": foreign.step, "source": foreign.source, "target": foreign.target,
        "instrument": _classes(foreign)[foreign.instrument], "count": foreign.count, "joint": foreign.joint,
    }  # fmt: skip
    return _history(foreign, domestic, actors, [conduct, _domestic_rows(domestic, actors, homeward=False)])


def _place(actors: tuple[str, ...], among: tuple[str, ...]) -> NDArray[np.int64]:
    return np.array([among.index(actor) if actor in among else -1 for actor in actors], np.int64)


def _classes(foreign: EventHistory) -> NDArray[np.int64]:
    """Give the index of each instrument's class among the instruments of the new history."""
    return np.array([CLASSES.index(class_of(name)) for name in foreign.instruments], np.int64)


def _domestic_rows(domestic: Domestic, actors: tuple[str, ...], *, homeward: bool) -> Rows:
    place = _place(domestic.countries, actors)[domestic.country]
    kept = place >= 0
    country, home = place[kept], np.full(int(kept.sum()), len(actors))
    ends = (country, home) if homeward else (home, country)
    return {
        "step": domestic.step[kept], "source": ends[0], "target": ends[1],
        "instrument": domestic.instrument[kept] + len(CLASSES), "count": domestic.count[kept],
        "joint": np.zeros(len(home), np.bool_),
    }  # fmt: skip


def _history(
    foreign: EventHistory,
    domestic: Domestic,
    actors: tuple[str, ...],
    parts: list[Rows],
) -> EventHistory:
    """Join parts to one history among `actors` and HOME; equal cells are added up."""
    if HOME in actors:
        raise InputError(f"an actor is named {HOME!r}, which stands for domestic events here; rename it.")
    names = ("step", "joint", "source", "target", "instrument")
    columns = [np.concatenate([part[name] for part in parts]).astype(np.int64) for name in names]
    count = np.concatenate([part["count"] for part in parts]).astype(np.int64)
    inside = (columns[0] >= 0) & (columns[0] < foreign.n_steps)
    key = np.stack(columns, axis=1)[inside]
    cells, of = np.unique(key, axis=0, return_inverse=True)
    return replace(
        foreign,
        actors=(*actors, HOME),
        instruments=(*CLASSES, *KINDS),
        step=cells[:, 0].astype(np.int32),
        joint=cells[:, 1].astype(np.bool_),
        source=cells[:, 2].astype(np.int32),
        target=cells[:, 3].astype(np.int32),
        instrument=cells[:, 4].astype(np.int32),
        count=np.bincount(of.ravel(), count[inside], len(cells)).astype(np.int32),
        row=np.full(len(cells), -1, np.int64),
        reactive=None,
        blocs={},
        attention=_attention(domestic, actors),
    )


def _attention(domestic: Domestic, actors: tuple[str, ...]) -> Attention:
    """Give reports by country; none name HOME, so a country's own events are not its attention."""
    seen = domestic.attention
    place = _place(domestic.countries, actors)
    by_actor = np.zeros((len(actors) + 1, seen.by_actor.shape[1]))
    by_actor[place[place >= 0]] = seen.by_actor[place >= 0]
    low, high = place[seen.pair_low], place[seen.pair_high]
    kept = (low >= 0) & (high >= 0)
    ends = np.sort(np.stack([low[kept], high[kept]]), axis=0).astype(np.int32)
    return Attention(
        seen.total, by_actor, ends[0], ends[1], seen.pair_step[kept], seen.pair_count[kept]
    )  # fmt: skip
