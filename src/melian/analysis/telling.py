"""The most telling events: on which the model is most decided, with most behind it.

Each component ranks the live cells that it holds most of, by p * q * w: p the posterior of the component,
q the probability of the most frequent parent (1/2 for initiative, behind which nothing stands), w = 1 for
force, coercion and concession and 3/4 for the other instruments. The components then take turns (`TURNS`);
a pair of actors is taken at most five times and a source at most ten times, or as often as it must be where
there are few of them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from melian.analysis.counts import INITIATIVE, JOINT, MOMENTUM, REACTION, Counts
from melian.analysis.events import cell_shares
from melian.analysis.parents import Parents
from melian.analysis.units import Live
from melian.history import EventHistory
from melian.models.design import Columns
from melian.options import COMPONENTS

__all__ = ["telling_frame"]

Ints = NDArray[np.int64]
TURNS: Final = (REACTION, INITIATIVE, REACTION, MOMENTUM, INITIATIVE, JOINT)
WEIGHTY: Final = ("force", "coercion", "concession")
OTHER_WEIGHT = 0.75
NOTHING_BEHIND = 0.5
MOST_OF_A_PAIR = 5
MOST_OF_A_SOURCE = 10
PARENT_SCHEMA: Final[dict[str, Any]] = {
    "date": pl.Date,
    "source": pl.String,
    "target": pl.String,
    "instrument": pl.String,
    "relation": pl.String,
    "probability": pl.Float64,
    "row": pl.Int64,
}
SCHEMA: Final[dict[str, Any]] = {
    "rank": pl.Int64,
    "row": pl.Int64,
    "date": pl.Date,
    "source": pl.String,
    "target": pl.String,
    "instrument": pl.String,
    **{name: pl.Float64 for name in COMPONENTS},
    "why": pl.String,
    "parents": pl.List(pl.Struct(PARENT_SCHEMA)),
}


def telling_frame(
    history: EventHistory, counts: Counts, *, live: Live, parents: Parents, columns: Columns, most: int
) -> pl.DataFrame:
    """Give the `most` telling events by rank, each with one sentence and its most frequent drawn parents."""
    shares = cell_shares(counts)
    chosen = choose_cells(live, shares, parents=parents, weight=_weights(history, live), most=most)
    rows = []
    for rank, cell in enumerate(chosen, start=1):
        behind = _parents_of(history, parents, int(cell), columns)
        event: dict[str, Any] = {"rank": rank, **_deed(history, int(live.cells[cell]))}
        event |= {name: float(share) for name, share in zip(COMPONENTS, shares[cell], strict=True)}
        rows.append({**event, "why": why(event, behind), "parents": behind})
    return pl.DataFrame(rows, schema=SCHEMA)


def choose_cells(
    live: Live, shares: NDArray[np.float64], *, parents: Parents, weight: NDArray[np.float64], most: int
) -> list[int]:
    """Choose at most `most` live cells by the rule of this module, best first."""
    component = shares.argmax(axis=1)
    behind = np.where(component == INITIATIVE, NOTHING_BEHIND, parents.probability[:, 0])
    score = shares.max(axis=1) * behind * weight
    low, high = np.minimum(live.source, live.target), np.maximum(live.source, live.target)
    order = np.lexsort((np.arange(len(score)), -live.size, -score.round(12)))
    pair = list(zip(low.tolist(), high.tolist(), strict=True))
    source = live.source.tolist()
    of_pair = max(MOST_OF_A_PAIR, -(-most // max(len(set(pair)), 1)))
    of_source = max(MOST_OF_A_SOURCE, -(-2 * most // max(len(set(source)), 1)))
    queues = {c: iter(order[component[order] == c].tolist()) for c in set(TURNS)}
    pairs: Counter[tuple[int, int]] = Counter()
    sources: Counter[int] = Counter()
    chosen: list[int] = []
    turns = list(TURNS)
    while len(chosen) < most and turns:
        turn = turns.pop(0)
        free = (c for c in queues[turn] if pairs[pair[c]] < of_pair and sources[source[c]] < of_source)
        cell = next(free, None)
        if cell is not None:
            pairs[pair[cell]] += 1
            sources[source[cell]] += 1
            chosen.append(cell)
            turns.append(turn)
    return chosen


def _weights(history: EventHistory, live: Live) -> NDArray[np.float64]:
    of = [1.0 if name in WEIGHTY else OTHER_WEIGHT for name in history.instruments]
    return np.array(of, dtype=np.float64)[live.instrument]


def _deed(history: EventHistory, cell: int) -> dict[str, Any]:
    """Give who did what to whom and when in a row of the history."""
    row = int(history.row[cell])
    return {
        "row": row if row >= 0 else None,
        "date": history.date(int(history.step[cell])),
        "source": history.actors[history.source[cell]],
        "target": history.actors[history.target[cell]],
        "instrument": history.instruments[history.instrument[cell]],
    }


def _parents_of(history: EventHistory, parents: Parents, cell: int, columns: Columns) -> list[dict[str, Any]]:
    found = zip(parents.cell[cell], parents.column[cell], parents.probability[cell], strict=True)
    return [
        {
            **_deed(history, int(parent)),
            "relation": columns.names[column],
            "probability": float(probability),
        }
        for parent, column, probability in found
        if parent >= 0
    ]


def why(event: dict[str, Any], parents: list[dict[str, Any]]) -> str:
    """Say in one sentence, from the numbers, why an event is telling.

    Examples
    --------
    >>> event = {"initiative": 0.97, "momentum": 0.0, "reaction": 0.03, "joint": 0.0}
    >>> why(event, [])
    'the model puts 97% on initiative: no earlier recorded deed was drawn as its parent'
    """
    component = max(COMPONENTS, key=lambda name: float(event[name]))
    opening = f"the model puts {_percent(event[component])} on {component}"
    if not parents:
        return f"{opening}: no earlier recorded deed was drawn as its parent"
    first = parents[0]
    if component == "initiative":
        return f"{opening}: the most probable single earlier deed has {_percent(first['probability'])}"
    return (
        f"{opening}: the most probable parent ({_percent(first['probability'])}, {first['relation']}) is "
        f"{_deed_words(first)} {_days_before(event['date'], first['date'])}"
    )


def _deed_words(parent: dict[str, Any]) -> str:
    kind = str(parent["instrument"]).replace("_", " ")
    if parent["relation"] == "joint":
        return f"a joint event ({kind}) of {parent['source']} and {parent['target']}"
    return f"a deed ({kind}) of {parent['source']} towards {parent['target']}"


def _days_before(date: dt.date, parent: dt.date) -> str:
    days = (date - parent).days
    return f"{days} day{'' if days == 1 else 's'} before"


def _percent(share: float) -> str:
    """Write a share as a whole percentage, never 0% or 100% for one that is not."""
    if 0.0 < share < 0.01:
        return "less than 1%"
    return "more than 99%" if 0.99 < share < 1.0 else f"{100.0 * share:.0f}%"
