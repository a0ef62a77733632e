"""Answers as plain aligned text, for the terminal: what is in a store, and the shares of an attribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from melian.options import COMPONENTS
from melian.report.contract import Attributed
from melian.report.numerals import UNDEFINED, count, listing, percent, plain_name, share_text

__all__ = ["attribution_text", "describe_text"]

MOST_ACTORS = 30
FLOOR_WORDING = "not above the placebo floor"


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
    rows = [(name, count(part["events"]), *_shares(part)) for name, part in actors]
    lines = [
        f"{count(data['events'])} directed events, {data['since']} to {data['until']}, snapshot "
        f"{data['snapshot']}.",
        "Shares of each actor's directed events; in brackets the 90% interval.",
        "",
        *_aligned(header, rows),
        "",
        *_floor(attribution, actors),
        *_reasons(actors),
    ]
    return "\n".join(lines)


def _shares(part: Mapping[str, Any]) -> list[str]:
    proximate = part["proximate"]
    cells = [proximate.get(name) for name in (*COMPONENTS, "placebo_reaction")] + [part["root"].get("self")]
    return [_short(cell or {}) for cell in cells]


def _short(cell: Mapping[str, Any]) -> str:
    if cell.get("share") is None:
        return UNDEFINED
    return share_text(cell["share"], cell.get("low"), cell.get("high"))


def _floor(attribution: Attributed, actors: Sequence[tuple[str, Mapping[str, Any]]]) -> list[str]:
    if "placebo" not in attribution.frames:
        return []
    frame = attribution.frames["placebo"]
    above = dict(zip(frame["actor"].to_list(), frame["above"].to_list(), strict=True))
    known = [
        name for name, part in actors if (part["proximate"].get("reaction") or {}).get("share") is not None
    ]
    below = [name for name in known if above.get(name) is False]
    if below:
        return [
            f"The share of reaction is {FLOOR_WORDING} for {len(below)} of {len(known)} actors: "
            f"{listing(below)}."
        ]
    return [f"The share of reaction is above the placebo floor for all {len(known)} actors."] if known else []


def _reasons(actors: Sequence[tuple[str, Mapping[str, Any]]]) -> list[str]:
    lines = []
    for name, part in actors:
        cell = part["proximate"].get("initiative") or {}
        if cell.get("share") is None:
            lines.append(f"{name}: {share_text(None, None, None, cell.get('reason'))}")
    return lines


def describe_text(description: Mapping[str, Any]) -> str:
    """Give what is in a store, from the `describe --json` form.

    Examples
    --------
    >>> rows = {"read": 3, "stored": 2, "duplicate": 0, "rejected": 1}
    >>> text = describe_text({"rows": rows, "events": 2, "since": "2018-01-01", "until": "2018-01-02",
    ...                       "files": [], "actors": [], "instruments": {"force": 2}, "snapshot": "ab12"})
    >>> print(text.splitlines()[0])
    3 rows read: 2 stored, 0 duplicate, 1 rejected.
    """
    rows = description["rows"]
    lines = [
        f"{count(rows['read'])} rows read: {count(rows['stored'])} stored, {count(rows['duplicate'])} "
        "duplicate, "
        f"{count(rows['rejected'])} rejected.",
        f"{count(description['events'])} events after the funnel, {description['since']} to "
        f"{description['until']}.",
        f"Snapshot {description['snapshot']}.",
    ]
    for title, table in _parts(description):
        lines += ["", title, *table]
    return "\n".join(lines)


def _parts(description: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    parts = []
    for key, title in (
        ("files", "Files"),
        ("actors", "Actors with most events"),
        ("gaps", "Months without rows"),
    ):
        records = list(description.get(key) or [])
        if records:
            shown = records[:MOST_ACTORS] if key == "actors" else records
            more = [f"and {count(len(records) - len(shown))} more"] if len(records) > len(shown) else []
            parts.append((title, [*_records(shown), *more]))
    instruments = description.get("instruments") or {}
    if instruments:
        total = sum(instruments.values()) or 1
        cells = [(plain_name(name), count(n), percent(n / total)) for name, n in instruments.items()]
        parts.append(("Instruments", _aligned(("instrument", "events", "share"), cells)))
    funnel = description.get("funnel") or []
    if funnel:
        parts.append(("Funnel", _records(funnel)))
    return parts


def _records(records: Sequence[Any]) -> list[str]:
    """Align records under the names of their keys; plain values come one a line."""
    if not isinstance(records[0], Mapping):
        return [str(record) for record in records]
    header = list(records[0])
    return _aligned(
        [key.replace("_", " ") for key in header], [[_text(r.get(key)) for key in header] for r in records]
    )


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
