"""Numbers, shares, dates and lists as text: one way of writing each, for prose, tables and the terminal."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

__all__ = [
    "FLOOR_WORDING",
    "UNDEFINED",
    "count",
    "day",
    "decimals",
    "interval",
    "listing",
    "number",
    "percent",
    "period",
    "plain_name",
    "possessive",
    "share_text",
]

FLOOR_WORDING = "not above the placebo floor"
UNDEFINED = "undefined"


def decimals(share: float) -> int:
    """Give the decimals of a percentage in a sentence: one below 10%, none above."""
    return 1 if abs(share) < 0.0995 else 0


def percent(share: float, digits: int | None = None) -> str:
    """Write a share as a percentage: one decimal below 10%, none above, or `digits` where given.

    Examples
    --------
    >>> percent(0.412), percent(0.0312), percent(0.412, digits=1)
    ('41%', '3.1%', '41.2%')
    """
    places = digits if digits is not None else decimals(share)
    return f"{100.0 * share:.{places}f}%"


def interval(low: float | None, high: float | None, digits: int | None = None) -> str:
    """Write an interval as `38–44%`, or say that there is none.

    Examples
    --------
    >>> interval(0.381, 0.44), interval(None, None)
    ('38–44%', 'no interval')
    """
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return "no interval"
    places = digits if digits is not None else decimals(high)
    return f"{100.0 * low:.{places}f}–{percent(high, places)}"


def share_text(share: float | None, low: float | None, high: float | None, reason: str | None = None) -> str:
    """Write a share with its interval, or the reason why it has no value.

    Examples
    --------
    >>> share_text(0.412, 0.381, 0.44)
    '41% (38–44%)'
    >>> share_text(None, None, None, "no events in the window")
    'undefined: no events in the window'
    """
    if share is None or not math.isfinite(share):
        return f"{UNDEFINED}: {reason or 'no reason was given'}"
    if low is None or high is None:
        return percent(share)
    places = decimals(share)
    return f"{percent(share, places)} ({interval(low, high, places)})"


def count(value: int) -> str:
    """Write a whole number with thousands separated.

    Examples
    --------
    >>> count(51640)
    '51,640'
    """
    return f"{value:,}"


def number(value: float | int | None, digits: int = 3) -> str:
    """Write a number to `digits` significant digits, or say that it is undefined.

    Examples
    --------
    >>> number(0.412345), number(-4.63), number(None)
    ('0.412', '−4.63', 'undefined')
    """
    if value is None or not math.isfinite(value):
        return UNDEFINED
    if isinstance(value, int):
        return count(value).replace("-", "−")
    text = f"{value:,.{digits}g}" if abs(value) < 10**digits else f"{value:,.0f}"
    return text.replace("-", "−")


def day(value: dt.date) -> str:
    """Write a date as `4 March 2018` (years before 1000 are written without leading zeros).

    Examples
    --------
    >>> day(dt.date(2018, 3, 4))
    '4 March 2018'
    """
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def period(since: dt.date, until: dt.date) -> str:
    """Write a span of days, without repeating the year.

    Examples
    --------
    >>> period(dt.date(2018, 1, 1), dt.date(2018, 10, 31))
    '1 January to 31 October 2018'
    """
    first = f"{since.day} {_MONTHS[since.month - 1]}" if since.year == until.year else day(since)
    return f"{first} to {day(until)}"


def listing(items: Sequence[str], limit: int = 0) -> str:
    """Join names as `a, b and c`; beyond `limit` (0 = all) as `a, b and 3 more`.

    Examples
    --------
    >>> listing(["a", "b", "c"]), listing(["a", "b", "c", "d", "e"], limit=2)
    ('a, b and c', 'a, b and 3 more')
    """
    if limit and len(items) > limit + 1:
        return f"{', '.join(items[:limit])} and {len(items) - limit} more"
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def possessive(name: str) -> str:
    """Give the possessive of a name.

    Examples
    --------
    >>> possessive("RUS"), possessive("United States")
    ("RUS's", "United States'")
    """
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def plain_name(label: str) -> str:
    """Write an option's name for readers: `security_cooperation` as `security cooperation`."""
    return label.replace("_", " ")


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
