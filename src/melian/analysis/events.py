"""One row per live cell of events: its mean shares and most probable parents."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from melian.analysis.counts import Counts
from melian.analysis.parents import MOST_PARENTS, Parents
from melian.analysis.roots import Roots
from melian.analysis.units import Live
from melian.history import EventHistory
from melian.options import COMPONENTS

__all__ = ["cell_shares", "events_frame"]


def cell_shares(counts: Counts) -> NDArray[np.float64]:
    """Posterior probability of each component for every live cell, mean over its units, (n_cells, 4)."""
    return np.asarray(counts.component / counts.component.sum(axis=1, keepdims=True), dtype=np.float64)


def events_frame(
    history: EventHistory, counts: Counts, *, live: Live, parents: Parents, roots: Roots
) -> pl.DataFrame:
    """Give every live cell with its shares, its three most probable parents and its most probable root.

    `root` is an actor or "joint". `row` and `parent1` .. `parent3` are row ids of the store, null where the
    history has none.
    """
    shares = cell_shares(counts)
    actors, instruments = (np.array(names, dtype=object) for names in (history.actors, history.instruments))
    columns: dict[str, Any] = {
        "row": store_rows(history, live.cells),
        "date": np.datetime64(history.origin, "D") + live.step,
        "source": pl.Series(actors[live.source].tolist(), dtype=pl.String),
        "target": pl.Series(actors[live.target].tolist(), dtype=pl.String),
        "instrument": pl.Series(instruments[live.instrument].tolist(), dtype=pl.String),
        "count": live.size,
        **{name: shares[:, c] for c, name in enumerate(COMPONENTS)},
    }
    frame = pl.DataFrame(columns)
    for place in range(MOST_PARENTS):
        known = parents.cell[:, place] >= 0
        probability = pl.Series(np.where(known, parents.probability[:, place], np.nan)).fill_nan(None)
        frame = frame.with_columns(
            store_rows(history, parents.cell[:, place]).alias(f"parent{place + 1}"),
            probability.alias(f"parent{place + 1}_probability"),
        )
    root = np.array([*history.actors, "joint"], dtype=object)[roots.actor]
    return frame.with_columns(
        pl.Series("root", root.tolist(), dtype=pl.String), pl.Series("root_probability", roots.probability)
    )


def store_rows(history: EventHistory, cells: NDArray[np.int64]) -> pl.Series:
    """Row ids in the store of rows of the history; null for -1 and where the history has none."""
    rows = np.where(cells >= 0, history.row[cells] if len(history.row) else -1, -1)
    return pl.Series(rows, dtype=pl.Int64).set(pl.Series(rows < 0), None)
