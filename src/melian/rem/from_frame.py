"""A relational event sequence from any frame, with dates where it has them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from melian.errors import InputError
from melian.sequence import RelationalEvents

__all__ = ["events_from_frame"]


def events_from_frame(
    frame: Any,
    *,
    time: str | None = "time",
    sender: str = "sender",
    receiver: str = "receiver",
    actors: Sequence[str] | None = None,
    **settings: Any,
) -> RelationalEvents:
    """Make a relational event sequence from a Polars, pandas or Arrow table, or a mapping of columns.

    Parameters
    ----------
    frame : frame or mapping of str to sequence
    time : str or None
        Column of the time: numbers in any unit; dates (steps of one day, whose inner order is unknown); dates
        with time of day (exact, in days). None: the rows are in order, and only the order is known.
    sender, receiver : str
        Columns of the actors.
    actors : sequence of str, optional
        All actors that could act; default those of the events.
    **settings
        As in `RelationalEvents.from_frame`: `type`, `weight`, `joint`, `receivers`, `unit`, `undirected`, ...

    Raises
    ------
    InputError
        If a column is missing, a time cannot be read, or an event's actor is not among `actors`.

    Examples
    --------
    >>> events = events_from_frame(
    ...     {"day": ["2018-01-01", "2018-01-03"], "sender": ["USA", "RUS"], "receiver": ["RUS", "USA"]},
    ...     time="day")
    >>> events.time.tolist(), events.origin, events.resolution
    ([0.0, 2.0], datetime.date(2018, 1, 1), 'day')
    """
    columns = _columns(frame)
    if time is not None and time in columns and len(columns[time]) and not _is_number(columns[time][0]):
        days, origin, whole = _days(columns[time], time)
        columns[time] = days
        calendar = {"unit": "days", "origin": origin, "resolution": "day" if whole else "exact"}
        settings = {**calendar, **settings}
    return RelationalEvents.from_frame(
        columns, time=time, sender=sender, receiver=receiver, actors=actors, **settings
    )


def _columns(frame: Any) -> dict[str, list[Any]]:
    if isinstance(frame, Mapping):
        return {str(name): list(values) for name, values in frame.items()}
    if hasattr(frame, "to_pydict"):
        return dict(frame.to_pydict())
    if not hasattr(frame, "columns"):
        raise InputError(f"frame is a {type(frame).__name__}; give a table or a mapping of columns.")
    return {str(name): list(frame[name]) for name in frame.columns}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number)


def _days(values: Sequence[Any], name: str) -> tuple[list[float], dt.date, bool]:
    """Give days since the first date, that date, and whether all are whole days."""
    read = [_moment(value, row, name) for row, value in enumerate(values)]
    origin = min(read).date()
    zero = dt.datetime.combine(origin, dt.time())
    days = [(moment - zero) / dt.timedelta(days=1) for moment in read]
    return days, origin, all(day == int(day) for day in days)


def _moment(value: Any, row: int, name: str) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    try:
        return dt.datetime.fromisoformat(str(value)).replace(tzinfo=None)
    except ValueError as error:
        raise InputError(
            f"row {row}, column {name!r}: {value!r} is neither a number nor a date as 2018-01-31."
        ) from error
