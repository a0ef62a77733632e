"""Events by day and weight on the scale from conflict to cooperation, after the funnel: for net series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from melian.codebook.weights import goldstein_weights
from melian.data.funnel import FunnelOptions, run_funnel
from melian.data.queries import statement
from melian.data.window import as_day
from melian.errors import InputError

if TYPE_CHECKING:
    import datetime as dt

    from melian.data.connect import Store

__all__ = ["NetConduct", "load_net_conduct"]

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class NetConduct:
    """Weighted events among some actors, a row per (day, joint, source, target, weight).

    Attributes
    ----------
    actors : tuple of str
    since : datetime.date
        Day 0.
    n_days : int
    day, source, target, count : (n_rows,) int64
    joint : (n_rows,) bool
    weight : (n_rows,) float64
        Goldstein points of one event.
    unweighted : int
        Events left out because their code has no weight.
    """

    actors: tuple[str, ...]
    since: dt.date
    n_days: int
    day: Ints
    source: Ints
    target: Ints
    count: Ints
    joint: NDArray[np.bool_]
    weight: NDArray[np.float64]
    unweighted: int


def load_net_conduct(
    store: Store,
    *,
    actors: Sequence[str],
    since: dt.date | str,
    until: dt.date | str,
    options: FunnelOptions | None = None,
) -> NetConduct:
    """Load weighted events after the funnel: the same events as those of a history with the same options.

    Parameters
    ----------
    store : Store
    actors : sequence of str
        At the level of the options.
    since, until : date or ISO text
    options : FunnelOptions, optional

    Raises
    ------
    InputError
        If no event among them has a weight.

    Examples
    --------
    >>> import polars as pl
    >>> from melian.data import store_from_frame
    >>> rows = {"date": ["2018-01-01"] * 2, "source": ["USA", "RUS"], "target": ["RUS", "USA"]}
    >>> frame = pl.DataFrame({**rows, "cameo": ["112", "190"]})
    >>> with store_from_frame(frame) as store:
    ...     net = load_net_conduct(store, actors=["RUS", "USA"], since="2018-01-01", until="2018-01-01")
    >>> net.source.tolist(), net.weight.tolist()
    ([0, 1], [-10.0, -2.0])
    """
    first, last = as_day("since", since), as_day("until", until)
    assert first is not None
    assert last is not None
    connection = store.connection
    with run_funnel(connection, options or FunnelOptions()) as run:
        numbers = {label: number for number, label in enumerate(run.labels)}
        ids = pa.array([numbers.get(actor, -1) for actor in actors], pa.int32())
        connection.register("load_chosen", pa.table({"id": ids, "at": pa.array(range(len(ids)), pa.int32())}))
        connection.register("load_weights", _weights())
        try:
            asked = {"since": first, "until": last}
            rows = connection.execute(statement("load_weights"), asked).fetchnumpy()
        finally:
            connection.unregister("load_weights")
    known = ~np.ma.getmaskarray(rows["weight"])
    if not known.any():
        raise InputError(
            f"none of the {int(rows['count'].sum())} events among {', '.join(actors)} from {first} to {last} "
            "has a "
            "Goldstein weight; net series need CAMEO, WEIS or PLOVER codes."
        )
    whole = {name: np.asarray(rows[name], np.int64)[known] for name in ("day", "source", "target", "count")}
    return NetConduct(
        tuple(actors), first, (last - first).days + 1, **whole,
        joint=np.asarray(rows["joint"], np.bool_)[known],
        weight=np.ma.getdata(rows["weight"])[known].astype(np.float64),
        unweighted=int(np.asarray(rows["count"])[~known].sum()),
    )  # fmt: skip


def _weights() -> pa.Table:
    weights = goldstein_weights()
    schemes, codes, modes = zip(*weights, strict=True)
    return pa.table({"scheme": schemes, "code": codes, "mode": modes, "weight": list(weights.values())})
