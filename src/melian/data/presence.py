"""What a store has of what a claim needs: days, names as the source writes them, actors that act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from melian.data.queries import statement
from melian.errors import StoreError

if TYPE_CHECKING:
    from melian.data.connect import Store

__all__ = ["Presence", "presence"]


@dataclass(frozen=True, slots=True)
class Presence:
    """What was found.

    Attributes
    ----------
    since, until : date
        First and last day of the reports.
    no_name : tuple of str
        Names asked for that stand in no report.
    no_actor : tuple of str
        Actors asked for that are the source of none.
    """

    since: dt.date
    until: dt.date
    no_name: tuple[str, ...]
    no_actor: tuple[str, ...]


def presence(store: Store, *, names: Sequence[str] = (), actors: Sequence[str] = ()) -> Presence:
    """Look for names and actors in the reports of a store.

    A country may have events without being there: where its own name is absent, those of its ministers and
    firms are all that is left of it.

    Raises
    ------
    StoreError
        If the store holds no report.

    Examples
    --------
    >>> import polars as pl
    >>> from melian.data import store_from_frame
    >>> rows = {"date": ["2018-01-01"], "source": ["Russia"], "target": ["China"], "cameo": ["112"]}
    >>> with store_from_frame(pl.DataFrame(rows), as_is=False) as store:
    ...     found = presence(store, names=["Russia", "Ukraine"], actors=["RUS", "CHN"])
    >>> found.no_name, found.no_actor
    (('Ukraine',), ('CHN',))
    """
    values = {"names": list(names), "actors": list(actors)}
    row = store.connection.execute(statement("presence"), values).fetchall()[0]
    since, until, has_names, has_actors = row
    if since is None:
        raise StoreError("the store holds no reports; ingest files first.")
    return Presence(
        since,
        until,
        tuple(name for name in names if name not in (has_names or ())),
        tuple(actor for actor in actors if actor not in (has_actors or ())),
    )
