"""Reports of the whole store per step, by the actors they name."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from melian.data.queries import statement
from melian.history import Attention

if TYPE_CHECKING:
    import duckdb

__all__ = ["load_attention"]


def load_attention(
    connection: duckdb.DuckDBPyConnection, *, n_actors: int, origin: dt.date, until: dt.date
) -> Attention:
    """Count the reports of `funnel_rows` by day and actors of `load_chosen`; rows dated to one day only.

    A row with a weight counts as that many reports.
    """
    n_steps = (until - origin).days + 1
    found = connection.execute(statement("load_attention"), {"origin": origin, "until": until}).fetchnumpy()
    step, low, high = (np.asarray(found[name], np.int32) for name in ("step", "low", "high"))
    rows = np.asarray(found["rows"], np.float64)
    pair = np.asarray(found["pair"], np.bool_)
    # One actor at both ends stands in `low` and `high`; it counts once.
    actor = np.concatenate([low, np.where(low == high, -1, high)])
    cell = actor.astype(np.int64) * n_steps + np.tile(step, 2)
    named = actor >= 0
    size = n_actors * n_steps
    by_actor = np.bincount(cell[named], weights=np.tile(rows, 2)[named], minlength=size).reshape(
        n_actors, n_steps
    )
    return Attention(
        total=np.bincount(step, weights=rows, minlength=n_steps).astype(np.float64),
        by_actor=by_actor.astype(np.float64),
        pair_low=low[pair],
        pair_high=high[pair],
        pair_step=step[pair],
        pair_count=rows[pair],
    )
