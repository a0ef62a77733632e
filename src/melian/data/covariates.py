"""Attributes of actors and of pairs of actors: from the field's tables to the events' actors and clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from melian.data.covariate_rows import ENDS, Clock, canonical_rows, read_table
from melian.effects.covariates import (
    ActorCovariate,
    Covariate,
    DyadCovariate,
    StepCovariate,
    refuse_unknown,
)
from melian.errors import InputError

if TYPE_CHECKING:
    import polars as pl

    from melian.sequence import RelationalEvents

__all__ = ["CovariateTable", "bind_covariate", "bind_covariates", "covariate"]

PER_DAY: Final = {"days": 1.0, "hours": 24.0, "minutes": 1440.0, "seconds": 86400.0}


@dataclass(frozen=True, slots=True)
class CovariateTable:
    """One attribute as its table has it: who, from when to when, and the value.

    Attributes
    ----------
    name : str
        As the formula calls it.
    kind : {'actor', 'dyad', 'step'}
    rows : polars.DataFrame
        actor, or source and target, or neither; start, stop (days since 1970 or the events' own time; stop
        excluded, null: open); value.
    clock : {'date', 'events', 'always'}
        What start and stop count.
    categories : tuple of str
        The texts that the values 0, 1, ... stand for; empty for numbers.
    absent : float or None
        What stands where the table has nothing.
    """

    name: str
    kind: str
    rows: pl.DataFrame
    clock: Clock
    categories: tuple[str, ...] = ()
    absent: float | None = None


def covariate(
    table: Any,
    name: str,
    *,
    column: str | None = None,
    columns: Mapping[str, str] | None = None,
    absent: float | None = None,
    extend: bool = False,
    undirected: bool = False,
) -> CovariateTable:
    """Read an attribute of actors, or of pairs of actors, from a table.

    The table says **who** by `actor` (a code as in the events), `iso3` or `ccode` (Correlates of War
    number); for pairs by `source, target`, `iso3_1, iso3_2` or `ccode1, ccode2`. It says **when** by `year`
    (holds that year), `since` and `until` (both days included; no `until` column: until the next row of the
    same actor; an empty `until`: to the end), `date` (from that day to the next row) or `time` (the events'
    own clock); without any of these the value holds always. A table of a time and a value alone holds for
    all.

    Parameters
    ----------
    table : path or frame
        CSV, Parquet, or a Polars, pandas or Arrow table.
    name : str
        As the formula calls it.
    column : str, optional
        The column of the values; default `name`. Texts are taken as categories, for `same`.
    columns : mapping of our column name to the table's, optional
        Such as `{"since": "stdate", "until": "enddate"}`.
    absent : float, optional
        What stands where the table has nothing, such as 0 for pairs without an alliance. Default: an error.
    extend : bool
        What holds at the table's last day holds after it. Default: unknown after it.
    undirected : bool
        Each row of a table of pairs speaks of both directions.

    Returns
    -------
    CovariateTable

    Raises
    ------
    InputError
        If a column is missing, two rows contradict each other, or a row cannot be read; the message names
        table, column and row.

    Examples
    --------
    >>> import polars as pl
    >>> power = pl.DataFrame({"ccode": [365, 2], "year": [2018, 2018], "cinc": [0.04, 0.13]})
    >>> covariate(power, "cinc").rows["actor"].to_list()
    ['RUS', 'USA']
    """
    where = str(table) if isinstance(table, str | Path) else f"the table of {name!r}"
    frame = read_table(table, where)
    canonical = canonical_rows(
        frame, column or name, columns=columns or {}, extend=extend, undirected=undirected, where=where
    )
    kind = "dyad" if "source" in canonical.rows.columns else "actor"
    kind = kind if "actor" in canonical.rows.columns or kind == "dyad" else "step"
    return CovariateTable(name, kind, canonical.rows, canonical.clock, canonical.categories, absent)


def bind_covariate(
    table: CovariateTable, actors: Sequence[str], *, origin: dt.date | None = None, unit: str = "days"
) -> Covariate:
    """Bind an attribute to the actors and the clock of events; what the table lacks stays unknown.

    Parameters
    ----------
    table : CovariateTable
    actors : sequence of str
        Labels; rows of others are left out.
    origin : date, optional
        Calendar day of time 0; needed where the table has dates.
    unit : str
        Unit of the events' time: days, hours, minutes or seconds where the table has dates.

    Raises
    ------
    InputError
        If the table has none of the actors, or dates while the events have no calendar.

    Examples
    --------
    >>> import polars as pl
    >>> power = covariate(pl.DataFrame({"ccode": [365], "year": [2018], "cinc": [0.04]}), "cinc")
    >>> bind_covariate(power, ["RUS"], origin=dt.date(2017, 1, 1)).time.tolist()
    [365.0, 730.0]
    """
    place = {actor: index for index, actor in enumerate(actors)}
    rows, index = _known_rows(table, place)
    start, stop = _clocked(table, rows, origin=origin, unit=unit)
    value = rows["value"].to_numpy().astype(np.float64)
    # Where a row ends and no other begins, the value is unknown from there on.
    begins = set(zip(index.tolist(), start.tolist(), strict=True))
    ends = np.array(
        [np.isfinite(s) and (int(i), float(s)) not in begins for i, s in zip(index, stop, strict=True)], bool
    )
    time = np.r_[start, stop[ends]]
    order = np.argsort(time, kind="stable")
    time, cell = time[order], np.r_[index, index[ends]][order]
    value = np.r_[value, np.full(int(ends.sum()), np.nan)][order]
    fill = np.nan if table.absent is None else float(table.absent)
    if table.kind == "step":
        return StepCovariate(table.name, time, value, fill)
    kind = DyadCovariate if table.kind == "dyad" else ActorCovariate
    return kind(table.name, len(actors), time, cell, value, fill)


def bind_covariates(tables: Sequence[CovariateTable], events: RelationalEvents) -> tuple[Covariate, ...]:
    """Bind attributes to a relational event sequence; what is unknown in its observed span is refused.

    Raises
    ------
    InputError
        Naming the attribute, how many actors or dyads lack a value, the first of them, and what to do.
    """
    bound = []
    for table in tables:
        one = bind_covariate(table, events.actors, origin=events.origin, unit=events.unit)
        refuse_unknown(one, events.actors, since=events.since, until=events.until, when=_days(events))
        bound.append(one)
    return tuple(bound)


def _days(events: RelationalEvents) -> tuple[str, ...]:
    """Give the observed span as dates where the events have a calendar."""
    if events.origin is None or events.unit not in PER_DAY:
        return ()
    ends = (events.since, events.until)
    return tuple(
        (events.origin + dt.timedelta(days=float(t) / PER_DAY[events.unit])).isoformat() for t in ends
    )


def _known_rows(table: CovariateTable, place: Mapping[str, int]) -> tuple[pl.DataFrame, Any]:
    import polars as pl

    ends = ENDS[{"dyad": 2, "actor": 1, "step": 0}[table.kind]]
    if not ends:
        return table.rows, np.zeros(table.rows.height, np.int64)
    known = list(place)
    rows = table.rows.filter(pl.all_horizontal(pl.col(end).is_in(known) for end in ends))
    if rows.is_empty() and table.absent is None:
        first = table.rows.select(ends).unique(maintain_order=True).head(3).rows()
        raise InputError(
            f"covariate {table.name!r} names none of the {len(known)} actors (first: "
            f"{', '.join(known[:3])}); its table has "
            f"{'; '.join(' → '.join(row) for row in first) or 'no rows'}."
        )
    numbers = [
        rows[end].replace_strict(list(place), list(range(len(place))), return_dtype=pl.Int64).to_numpy()
        for end in ends
    ]
    index = numbers[0] if len(ends) == 1 else numbers[0] * len(place) + numbers[1]
    return rows, index.astype(np.int64)


def _clocked(
    table: CovariateTable, rows: pl.DataFrame, *, origin: dt.date | None, unit: str
) -> tuple[Any, Any]:
    """Give start and stop of the rows on the events' clock; an open stop is infinite."""
    if table.clock == "always":
        return np.full(rows.height, -np.inf), np.full(rows.height, np.inf)
    start = rows["start"].to_numpy().astype(np.float64)
    stop = rows["stop"].fill_null(np.inf).to_numpy().astype(np.float64)
    if table.clock == "events":
        return start, stop
    if origin is None or unit not in PER_DAY:
        raise InputError(
            f"covariate {table.name!r} has dates, the events have none (unit {unit!r}); give the covariate a "
            f"column 'time' on the events' clock, or events with dates."
        )
    zero = (origin - dt.date(1970, 1, 1)).days
    return (start - zero) * PER_DAY[unit], (stop - zero) * PER_DAY[unit]
