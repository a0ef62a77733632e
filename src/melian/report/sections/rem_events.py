"""The most telling events of a relational event model: what each effect contributes to their log rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from melian.report.numerals import count, number, percent, plain_name
from melian.report.page import Figure, Key, Section, make_figure
from melian.report.rem_labels import said
from melian.report.rem_reading import RemReading
from melian.report.sections.telling import SourceRow, SourceRows, rows_by_id
from melian.report.tables import Column, Table, make_table

__all__ = ["flat_telling", "telling"]

DRAWN: Final = 4
"""Waterfalls of each kind of event."""
WORDS: Final = {"expected": "as expected", "surprising": "surprising"}


def telling(reading: RemReading, source_rows: SourceRows | None) -> Section:
    """Show the events that the model expected most and those that surprised it, with waterfalls."""
    records = reading.frames["telling"].to_dicts()
    rows = rows_by_id([record["row"] for record in records], source_rows)
    drawn = [record for kind in WORDS for record in [r for r in records if r["kind"] == kind][:DRAWN]]
    figures = tuple(_waterfall(reading, record, rows, place) for place, record in enumerate(drawn, 1))
    table = _table(reading, records, rows)
    return Section(
        "events",
        "Telling events, taken apart",
        "Events",
        paragraphs=(
            "What an effect contributes to the log rate of an event: the estimate times how far the pair's "
            "statistic lies above the average of the pairs at risk at that moment. Contributions add up to "
            "the log of how much faster the pair acts than the (geometric) average pair. They can be "
            "negative and are no shares.",
            f"The first {len([r for r in drawn if r['kind'] == 'expected'])} events are those that the model "
            "expected most, the others those that it expected least.",
        ),
        figures=figures,
        tables=((table, flat_telling(reading.frames["telling"]).write_csv()),),
    )


def _waterfall(
    reading: RemReading, record: Mapping[str, Any], rows: Mapping[int, SourceRow], place: int
) -> Figure:
    parts = sorted(record["contributions"], key=lambda part: -abs(part["contribution"]))
    bars, total = _bars([{**part, "term": said(part["term"])} for part in parts])
    low = min(0.0, *(min(b["start"], b["end"]) for b in bars))
    high = max(0.0, *(max(b["start"], b["end"]) for b in bars))
    room = 0.16 * max(high - low, 1e-6)
    source = rows.get(record["row"])
    return make_figure(
        f"waterfall-{place}",
        "rem_waterfall",
        wide={
            "rows": bars,
            "terms": [bar["term"] for bar in bars],
            "width": 520,
            "step": 24,
            "domain": [low - 0.02 * (high - low), high + room],
            "ticks": 5,
            "label_limit": 380,
        },
        narrow={"width": 165, "label_limit": 165, "ticks": 3, "domain": [low, high + 2.2 * room]},
        title=f"{reading.moment(record)}: {_deed(reading, record)}",
        finding=_finding(record, total),
        table=_parts_table(f"waterfall-{place}-table", _deed(reading, record), parts),
        frame=pl.DataFrame(parts),
        keys=[Key("initiative", "raises the rate"), Key("reaction", "lowers it"), Key("joint", "sum")],
        note="" if source is None else f"{source.where}. {source.says} {source.text}".strip(),
    )


def _parts_table(name: str, deed: str, parts: Sequence[Mapping[str, Any]]) -> Table:
    return make_table(
        name,
        f"Contributions, {deed}",
        columns=[
            Column("term", "Effect"),
            Column("statistic", "Of the pair", "number"),
            Column("mean", "Average at risk", "number"),
            Column("contribution", "Contribution to the log rate", "number"),
        ],
        rows=parts,
    )


def _bars(parts: Sequence[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], float]:
    """Lay the contributions one after the other; the last bar is their sum."""
    bars: list[dict[str, Any]] = []
    at = 0.0
    for part in parts:
        value = part["contribution"]
        direction = "more" if value >= 0 else "less"
        bars.append(_bar(part["term"], at, at + value, direction, value))
        at += value
    bars.append(_bar("sum", 0.0, at, "sum", at))
    return bars, at


def _bar(term: str, start: float, end: float, direction: str, value: float) -> dict[str, Any]:
    sign = "+" if value >= 0 else ""
    return {
        "term": term,
        "start": start,
        "end": end,
        "right": max(start, end),
        "direction": direction,
        "label": f"{sign}{number(value, 2)}",
    }


def _finding(record: Mapping[str, Any], total: float) -> str:
    place = f"{count(round(record['rank']))} of {count(record['at_risk'])}"
    kind = "As expected" if record["kind"] == "expected" else "Surprising"
    return (
        f"{kind}: place {place} among the pairs at risk, with a probability of "
        f"{percent(record['probability'])} that the next event is this one; log rate {number(total)} beside "
        "the average pair."
    )


def _kind(record: Mapping[str, Any]) -> str:
    return f", {plain_name(record['type'])}" if record["type"] else ""


def _deed(reading: RemReading, record: Mapping[str, Any]) -> str:
    arrow = "and" if reading.data.get("undirected") else "→"
    return f"{record['sender']} {arrow} {record['receiver']}{_kind(record)}"


def _table(reading: RemReading, records: Sequence[Mapping[str, Any]], rows: Mapping[int, SourceRow]) -> Table:
    def source(record: Mapping[str, Any]) -> str:
        found = rows.get(record["row"])
        return "" if found is None else f"{found.where}: {found.says}"

    return make_table(
        "telling-table",
        f"The {count(len(records))} most telling events",
        columns=[
            Column("when", "When"),
            Column("deed", "Event"),
            Column("kind", "For the model"),
            Column("probability", "Probability", "share"),
            Column("rank", "Place", "number"),
            Column("at_risk", "Of", "count"),
            Column("source", "Source row"),
        ],
        rows=[
            {
                **record,
                "when": reading.moment(record),
                "deed": _deed(reading, record),
                "kind": WORDS[record["kind"]],
                "source": source(record),
            }
            for record in records
        ],
    )


def flat_telling(frame: pl.DataFrame) -> pl.DataFrame:
    """Give the telling events with a row per contribution, for a CSV file."""
    return frame.explode("contributions").unnest("contributions")
