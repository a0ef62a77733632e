"""A forecast for the terminal: what is expected, how good it was before, what was least expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import polars as pl

from melian.report.answer_reading import Answered
from melian.report.numerals import count, listing, number, percent, plain_name

__all__ = ["Forecasted", "forecast_text", "skill_sentences"]

SHOWN = 20
EVENTS = 8


class Forecasted(Answered, Protocol):
    """What the report needs of a forecast."""


def forecast_text(answer: Forecasted) -> str:
    """Write the forecast as plain text."""
    data, model = answer.summary["data"], answer.summary["model"]
    lines = [
        f"As of {data['as_of']}, among {count(len(data['actors']))} actors; parameters from events up to "
        f"{model['parameters_until']}.",
        "Expected events, in brackets the 90% interval.",
        "",
        *_aligned(_expected(answer)),
        "",
        *skill_sentences(answer),
        *_unexpected(answer),
        *_drift(answer),
        *(f"Note: {note}." for note in model["notes"]),
    ]
    return "\n".join(lines)


def _expected(answer: Forecasted) -> list[list[str]]:
    horizons = answer.summary["model"]["horizons"]
    frame = answer.frames["forecast"]
    table = [["", "", "", *(f"{h} day{'s' if h > 1 else ''}" for h in horizons)]]
    wanted = frame.filter(pl.col("kind").is_in(["all", "channel"]))
    found: dict[tuple[str, ...], dict[int, str]] = {}
    for row in wanted.sort("mean", descending=True).iter_rows(named=True):
        name = (row["kind"], row["source"], row["target"], row["instrument"])
        text = f"{number(row['mean'])} ({row['low']}–{row['high']})"
        found.setdefault(name, {})[row["horizon"]] = text
    for (kind, source, target, instrument), cells in list(found.items())[: SHOWN + 1]:
        head = ["all", "", ""] if kind == "all" else [source, target, plain_name(instrument)]
        table.append([*head, *(cells.get(h, "") for h in horizons)])
    return table


def skill_sentences(answer: Forecasted) -> list[str]:
    """Say per horizon whether the forecast beat every baseline on the held-out days, and by how much."""
    part = answer.summary["evaluation"]
    out = []
    for horizon in answer.summary["model"]["horizons"]:
        rows = [row for row in part["scores"] if row["horizon"] == horizon]
        others = [row for row in rows if row["model"] != "melian"]
        if not others:
            out.append(f"{_days(horizon)}: the held-out days are too few to score.")
            continue
        lost = [row for row in others if row["gain"] <= 0]
        nearest = min(others, key=lambda row: row["gain"])
        if lost:
            names = listing([f"{row['model']} (by {number(-row['gain'])} nats an event)" for row in lost])
            out.append(
                f"{_days(horizon)}: the log score on held-out days ({part['since']} to {part['until']}) is "
                f"WORSE than that of {names}."
            )
        else:
            out.append(
                f"{_days(horizon)}: the log score on held-out days ({part['since']} to {part['until']}) is "
                f"better than that of every baseline; the nearest is {nearest['model']}, "
                f"{number(nearest['gain'])} nats an event behind ({_interval(nearest)})."
            )
    return out


def _interval(row: Mapping[str, Any]) -> str:
    if row["gain_low"] is None:
        return "too few weeks for an interval"
    return f"90% interval {number(row['gain_low'])} to {number(row['gain_high'])}"


def _days(horizon: int) -> str:
    return "1 day ahead" if horizon == 1 else f"{horizon} days ahead"


def _unexpected(answer: Forecasted) -> list[str]:
    surprise = answer.summary["surprise"]
    rows = surprise["events"][:EVENTS]
    if not rows:
        return []
    table = [["date", "source", "target", "instrument", "events", "expected"]]
    table += [
        [
            row["date"], row["source"], row["target"], plain_name(row["instrument"]), count(row["events"]),
            number(row["expected"], 2),
        ]
        for row in rows
    ]  # fmt: skip
    return ["", f"Least expected acts of the {surprise['of']}:", *_aligned(table)]


def _drift(answer: Forecasted) -> list[str]:
    drift = answer.summary["drift"]
    if drift["shortfall"] is None:
        return []
    said = "drift: fit again" if drift["drift"] else "no drift"
    return [
        "",
        f"Cumulative shortfall of the log score {number(drift['shortfall'])} standard deviations, threshold "
        f"{number(drift['threshold'])}: {said}.",
    ]


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[c]) for row in table) for c in range(len(table[0]))]
    left = 3 if table[0][0] == "" else 4
    return [
        "  ".join(
            cell.ljust(width) if c < left else cell.rjust(width)
            for c, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]


def coverage_words(rows: Sequence[Mapping[str, Any]], horizon: int) -> str:
    """Say what the 90% intervals held, beside what they should."""
    for row in rows:
        if (row["horizon"], row["level"], row["which"]) == (horizon, 0.9, "all"):
            return f"{percent(row['observed'], 1)} of the counts (expected {percent(row['expected'], 1)})"
    return "too few counts to say"
