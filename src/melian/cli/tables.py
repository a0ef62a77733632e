"""Plain tables for stdout: aligned columns that survive a pipe, a mail and a narrow terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from melian.options import COMPONENTS

__all__ = ["aligned", "interval", "shares_text"]


def aligned(header: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1) -> str:
    """Align columns under a header; the first `left` columns to the left, numbers to the right.

    Examples
    --------
    >>> print(aligned(("actor", "events"), [("ATH", "1,200"), ("SPA", "7")]))
    actor  events
    ATH     1,200
    SPA         7
    """
    table = [tuple(header), *(tuple(row) for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(header))]
    lines = (
        "  ".join(
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in table
    )
    return "\n".join(line.rstrip() for line in lines)


def interval(share: Mapping[str, Any]) -> str:
    """Write a share with its 90% interval in percent, or a dash where it is undefined.

    Examples
    --------
    >>> interval({"share": 0.4213, "low": 0.39, "high": 0.455})
    '42% (39-46)'
    >>> interval({"share": None, "reason": "no events"})
    '-'
    """
    if share.get("share") is None:
        return "-"
    text = f"{share['share']:.0%}"
    if share.get("low") is None:
        return text
    return f"{text} ({100 * share['low']:.0f}-{100 * share['high']:.0f})"


def shares_text(summary: Mapping[str, Any]) -> str:
    """Write the proximate shares of all actors, most events first, with the placebo floor beside."""
    header = ("actor", "events", *COMPONENTS, "placebo", "root: self")
    actors = sorted(summary["actors"].items(), key=lambda item: (-item[1]["events"], item[0]))
    rows = [(code, f"{actor['events']:,}", *_cells(actor)) for code, actor in actors]
    data = summary["data"]
    head = f"{data['events']:,} events, {data['since']} to {data['until']}; shares of events, 90% intervals"
    reasons = [
        f"{code}: {actor['proximate']['initiative']['reason']}" for code, actor in actors if _undefined(actor)
    ]
    return "\n".join([head, "", aligned(header, rows), *(["", *reasons] if reasons else []), "", WORDING])


WORDING = (
    "Initiative is what earlier recorded deeds of the listed actors do not predict; reaction is attributed\n"
    "statistically. Neither says that an actor was free, or forced."
)


def _cells(actor: Mapping[str, Any]) -> list[str]:
    proximate, root = actor["proximate"], actor["root"]
    shares = [proximate[component] for component in COMPONENTS]
    return [interval(share) for share in (*shares, proximate.get("placebo_reaction", {}), root["self"])]


def _undefined(actor: Mapping[str, Any]) -> bool:
    return actor["proximate"]["initiative"].get("share") is None
