"""Answers as plain aligned text, for the terminal: what is in a store, and the shares of an attribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from melian.options import COMPONENTS
from melian.report.floor import floor_sentence
from melian.report.numerals import UNDEFINED, count, listing, percent, plain_name, share_text
from melian.report.re_reports import re_report_sentences
from melian.report.reading import Reading
from melian.report.sections.checks import checks_line

if TYPE_CHECKING:
    from melian.report.contract import Attributed

__all__ = ["attribution_text", "describe_text"]

MOST_ROWS = 30
LONGEST = 28
FILE_COLUMNS = ("name", "source", "read", "stored", "duplicate", "rejected", "since", "until")
HAVE = (
    ("both_ends", "two known actors"),
    ("instrument", "an instrument"),
    ("day", "a date to the day"),
    ("coordinates", "coordinates"),
)


def attribution_text(attribution: Attributed) -> str:
    """Give the shares of every actor with 90% intervals, and who is not above the placebo floor.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> nothing = {"share": None, "reason": "no events in the window"}
    >>> fiji = {"events": 0, "proximate": {"initiative": nothing}, "root": {"self": nothing}}
    >>> data = {"events": 0, "since": "2018-01-01", "until": "2018-10-31", "snapshot": "ab"}
    >>> empty = SimpleNamespace(summary={"data": data, "actors": {"FJI": fiji}}, frames={})
    >>> print(attribution_text(empty).splitlines()[-1])
    FJI: undefined: no events in the window
    """
    summary = attribution.summary
    data = summary["data"]
    actors = sorted(summary["actors"].items(), key=lambda item: (-item[1]["events"], item[0]))
    header = ("actor", "events", *COMPONENTS, "placebo floor", "root: self")
    rows = [(_shorten(name), count(part["events"]), *_shares(part)) for name, part in actors]
    lines = [
        f"{count(data['events'])} directed events, {data['since']} to {data['until']}, snapshot "
        f"{data['snapshot']}.",
        "Shares of each actor's directed events; in brackets the 90% interval.",
        "",
        *_aligned(header, rows),
        "",
        *_floor(attribution),
        *_checks(summary),
        *_reasons(actors),
    ]
    return "\n".join(lines)


def _shorten(name: str) -> str:
    """Cut a name that is too long for a column."""
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _shares(part: Mapping[str, Any]) -> list[str]:
    proximate = part["proximate"]
    cells = [proximate.get(name) for name in (*COMPONENTS, "placebo_reaction")] + [part["root"].get("self")]
    return [_short(cell or {}) for cell in cells]


def _short(cell: Mapping[str, Any]) -> str:
    if cell.get("share") is None:
        return UNDEFINED
    low, high = cell.get("low"), cell.get("high")
    # One placebo fit has a figure and no range.
    return percent(cell["share"]) if low == high == cell["share"] else share_text(cell["share"], low, high)


def _floor(attribution: Attributed) -> list[str]:
    if "placebo" not in attribution.frames or "shares" not in attribution.frames:
        return []
    reading = Reading(attribution)
    return [floor_sentence(reading)] if reading.defined("reaction") else []


def _checks(summary: Mapping[str, Any]) -> list[str]:
    line = checks_line(summary.get("checks"))
    return [line] if line else []


def _reasons(actors: Sequence[tuple[str, Mapping[str, Any]]]) -> list[str]:
    lines = []
    for name, part in actors:
        cell = part["proximate"].get("initiative") or {}
        if cell.get("share") is None:
            lines.append(f"{name}: {share_text(None, None, None, cell.get('reason'))}")
    return lines


def describe_text(description: Mapping[str, Any]) -> str:
    r"""Give what is in a store, from the `describe --json` form.

    Examples
    --------
    >>> rows = {"read": 3, "stored": 2, "duplicate": 0, "rejected": 1}
    >>> text = describe_text({"rows": rows, "events": 2, "since": "2018-01-01", "until": "2018-03-02",
    ...                       "files": [], "actors": [], "instruments": {"force": 2}, "gaps": ["2018-02"],
    ...                       "funnel": [{"step": "resolve", "rows": 2}], "snapshot": "ab12"})
    >>> print(*text.splitlines()[:4], sep="\n")
    3 rows read: 2 stored, 0 duplicate, 1 rejected.
    2 events after the funnel, from rows of 2018-01-01 to 2018-03-02.
    Months without rows: 2018-02.
    Snapshot ab12.
    """
    rows = description["rows"]
    span = f"{description['since']} to {description['until']}" if description["since"] else "no day at all"
    gaps = list(description.get("gaps") or [])
    lines = [
        f"{count(rows['read'])} rows read: {count(rows['stored'])} stored, "
        f"{count(rows['duplicate'])} duplicate, {count(rows['rejected'])} rejected.",
        f"{count(description['events'])} events after the funnel, from rows of {span}.",
        f"Months without rows: {listing(gaps, 12)}." if gaps else "No month of the span is without rows.",
        f"Snapshot {description['snapshot']}.",
        *re_report_sentences(description.get("re_reports") or ()),
    ]
    for title, table in _parts(description):
        lines += ["", title, *table]
    return "\n".join(lines)


def _parts(description: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Give the titled tables that have rows."""
    coverage = description.get("coverage") or {}
    parts = [
        ("Files", _records(description.get("files") or [], FILE_COLUMNS)),
        ("Rejected rows", _records(description.get("rejects") or [], ("reason", "rows", "file", "row"))),
        (
            "Rows that have",
            [f"{percent(coverage[key]):>5}  {label}" for key, label in HAVE if key in coverage],
        ),
        ("Funnel: rows left after each step", _records(description["funnel"], ("step", "rows"))),
        ("Events by instrument", _counted(description["instruments"], "instrument", "events", "share")),
        ("Actors with most events, as source or target", _actors(description)),
        (
            "Codes without an instrument",
            _counted(description.get("unknown_codes") or {}, "code", "rows", "share"),
        ),
    ]
    return [(title, table) for title, table in parts if table]


def _counted(counts: Mapping[str, int], *header: str) -> list[str]:
    """Align names and counts, largest first; names without any are left out."""
    ranked = sorted(((n, name) for name, n in counts.items() if n), key=lambda pair: (-pair[0], pair[1]))
    total = sum(n for n, _ in ranked)
    cells = [(plain_name(name), count(n), percent(n / total)) for n, name in ranked[:MOST_ROWS]]
    more = [f"and {count(len(ranked) - MOST_ROWS)} more"] if len(ranked) > MOST_ROWS else []
    return [*_aligned(header, cells), *more] if cells else []


def _actors(description: Mapping[str, Any]) -> list[str]:
    events = description.get("actor_events")
    names = list(description["actors"])
    if not names:
        return []
    more = [f"and {count(len(names) - MOST_ROWS)} more"] if len(names) > MOST_ROWS else []
    if events is None:
        return [listing(names, MOST_ROWS)]
    return [*_aligned(("actor", "events"), [(n, count(events[n])) for n in names[:MOST_ROWS]]), *more]


def _records(records: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> list[str]:
    """Align those columns of records that any of them has."""
    kept = [name for name in columns if any(record.get(name) is not None for record in records)]
    return _aligned(kept, [[_text(record.get(name)) for name in kept] for record in records]) if kept else []


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return "" if value is None else str(value)
    return count(value)


def _aligned(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Align columns under a header: the first to the left, numbers to the right."""
    table = [list(header), *map(list, rows)]
    widths = [max(len(row[i]) for row in table) for i in range(len(header))]
    right = [
        i > 0 and all(row[i][:1].isdigit() or row[i] in ("", UNDEFINED) for row in rows)
        for i in range(len(header))
    ]
    return [
        "  ".join(
            c.rjust(w) if r else c.ljust(w) for c, w, r in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in table
    ]
