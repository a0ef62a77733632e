"""The days of a history: what the store holds, what the user asks for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from melian.data.queries import statement
from melian.errors import InputError

if TYPE_CHECKING:
    import duckdb

__all__ = ["Window", "as_day", "check_days", "fit_window"]


@dataclass(frozen=True, slots=True)
class Window:
    """Days of a history: its first, and first and last of the window that is analysed.

    `notes` say where the user's window was cut to the days that the store holds.
    """

    origin: dt.date
    since: dt.date
    until: dt.date
    notes: tuple[str, ...] = ()

    @property
    def first_step(self) -> int:
        """First step of the window."""
        return (self.since - self.origin).days

    @property
    def n_steps(self) -> int:
        """Steps of one day from the first day of the history to the last of the window."""
        return (self.until - self.origin).days + 1


def as_day(name: str, value: dt.date | str | None) -> dt.date | None:
    """Read a day given as date or ISO text; `name` is the argument's."""
    if isinstance(value, dt.datetime):
        return value.date()
    if value is None or isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value)
    except ValueError as error:
        raise InputError(f"{name}={value!r} is not a date; write it as 2018-01-31.") from error


def check_days(since: dt.date | None, until: dt.date | None) -> None:
    """Refuse reversed days."""
    if since and until and since > until:
        raise InputError(f"since={since} is after until={until}; swap them.")


def fit_window(
    connection: duckdb.DuckDBPyConnection, since: dt.date | None, until: dt.date | None, *, spread: bool
) -> Window:
    """Fit the wanted days into the days of `funnel_rows`; with `spread`, of spans too."""
    first, last = connection.execute(statement("load_span"), {"spread": spread}).fetchall()[0]
    if first is None or last is None:
        raise InputError(
            "the store holds no report that is dated to a day; "
            "ingest files, or spread spans by span='spread'."
        )
    if (since and since > last) or (until and until < first):
        raise InputError(
            f"the window from {since or first} to {until or last} is empty: "
            f"the store holds {first} to {last}."
        )
    notes = []
    if since and since < first:
        notes.append(f"since={since} is before the store's first day; the window begins on {first}.")
    if until and until > last:
        notes.append(f"until={until} is after the store's last day; the window ends on {last}.")
    return Window(first, max(since or first, first), min(until or last, last), tuple(notes))
