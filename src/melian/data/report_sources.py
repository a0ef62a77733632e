"""Who told the reports behind a history: the hosts of their addresses, else the kinds of their files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from melian.data.funnel import FunnelOptions, run_funnel
from melian.data.queries import statement

if TYPE_CHECKING:
    from melian.data.connect import Store

__all__ = ["report_sources"]


def report_sources(
    store: Store,
    options: FunnelOptions | None = None,
    *,
    actors: Sequence[str],
    since: dt.date,
    until: dt.date,
) -> dict[str, int]:
    """Count the reports among some actors by who told them, before re-reports and mirrors are joined.

    Parameters
    ----------
    store : Store
    options : FunnelOptions, optional
    actors : sequence of str
        As a history names them.
    since, until : datetime.date

    Returns
    -------
    dict of str to int
        By host of the report's address (without `www.`), or kind of source where it has none; sorted by name.

    Examples
    --------
    >>> import polars as pl
    >>> from melian.data import store_from_frame
    >>> rows = {"date": ["2018-01-01"] * 2, "source": ["USA", "RUS"], "target": ["RUS", "USA"]}
    >>> addresses = ["https://www.one.example/a", "http://two.example/b?c"]
    >>> frame = pl.DataFrame({**rows, "cameo": ["112", "112"], "url": addresses})
    >>> day = dt.date(2018, 1, 1)
    >>> with store_from_frame(frame) as store:
    ...     report_sources(store, actors=("RUS", "USA"), since=day, until=day)
    {'one.example': 1, 'two.example': 1}
    """
    connection = store.connection
    with run_funnel(connection, options or FunnelOptions()) as run:
        ids = [number for number, label in enumerate(run.labels) if label in set(actors)]
        connection.register("load_chosen", pa.table({"id": pa.array(ids, pa.int32())}))
        connection.execute(statement("report_source"))
        days = {"since": since, "until": until}
        found = connection.execute(statement("report_sources"), days).fetchall()
    return dict(found)
