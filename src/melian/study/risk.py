"""A table of who could act when, from a file, on the clock of the events."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any, Final

from melian.errors import InputError

if TYPE_CHECKING:
    import polars as pl

    from melian.rem.config import RiskTable

__all__ = ["risk_table"]

PER_DAY: Final = {"days": 1.0, "hours": 24.0, "minutes": 1440.0, "seconds": 86400.0}


def risk_table(path: str, *, origin: dt.date | None, unit: str) -> RiskTable:
    """Read who could act when.

    Parameters
    ----------
    path : str
        CSV or Parquet. With `actor, since, until`: an actor is there from `since` to `until` (both included;
        an empty cell is no limit), and pairs of those there are at risk. With `source, target, since, until`:
        these pairs alone are at risk; an empty actor stands for all.
    origin : date or None
        Calendar day of time 0; without it `since` and `until` are numbers on the clock of the events.
    unit : str

    Raises
    ------
    InputError
        If a column is missing, or a date or number cannot be read.
    """
    from melian.data.covariate_rows import read_table
    from melian.rem.config import RiskTable

    frame = read_table(path, path)
    since = _times(frame, "since", path, origin=origin, unit=unit, empty=-math.inf)
    until = _times(frame, "until", path, origin=origin, unit=unit, empty=math.inf)
    if "actor" in frame.columns:
        actors = _labels(frame, "actor", path)
        if None in actors:
            raise InputError(f"risk table {path}, row {actors.index(None) + 1}: actor is empty.")
        return RiskTable.of_actors(tuple(map(str, actors)), since=since, until=until)
    missing = [name for name in ("source", "target") if name not in frame.columns]
    if missing:
        raise InputError(
            f"risk table {path} has no column 'actor', nor {' and '.join(missing)}; it has "
            f"{', '.join(frame.columns)}. It needs actor, since, until, or source, target, since, until."
        )
    return RiskTable(_labels(frame, "source", path), _labels(frame, "target", path), since, until)


def _labels(frame: pl.DataFrame, column: str, path: str) -> tuple[str | None, ...]:
    return tuple(str(v).strip() if v is not None and str(v).strip() else None for v in frame[column])


def _times(
    frame: pl.DataFrame, column: str, path: str, *, origin: dt.date | None, unit: str, empty: float
) -> tuple[float, ...]:
    """Read a column of dates or numbers; without the column there is no limit."""
    if column not in frame.columns:
        return (empty,) * frame.height
    return tuple(
        _time(
            value, f"risk table {path}, row {row}, column {column!r}", origin=origin, unit=unit, empty=empty
        )
        for row, value in enumerate(frame[column], start=1)
    )


def _time(value: Any, where: str, *, origin: dt.date | None, unit: str, empty: float) -> float:
    if value is None or value == "":
        return empty
    try:
        if origin is None or unit not in PER_DAY:
            return float(value)
        day = value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value).strip())
        return (day - origin).days * PER_DAY[unit]
    except (TypeError, ValueError) as error:
        kind = "a number on the clock of the events" if origin is None else "a date as 2018-01-31"
        raise InputError(f"{where}: found {value!r}; allowed: {kind}, or empty.") from error
