"""What is expected, and what was least expected."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from melian.report.forecast_reading import ForecastReading
from melian.report.numerals import count, listing, number, plain_name
from melian.report.page import Figure, Key, Section, make_figure, milliseconds, time_axis
from melian.report.tables import Column, Table, make_table

__all__ = ["ahead", "surprise"]

NOTABLE = 2.0


def ahead(reading: ForecastReading) -> Section:
    """Show the fans, and the table of channels."""
    return Section(
        "ahead",
        "What is expected",
        "Expected",
        paragraphs=(
            "Each day's count has a distribution given all events before. The band holds 90% of it, the "
            "darker part the middle half; the line before the date is what was recorded.",
        ),
        figures=(_fan(reading),),
        tables=(_channels(reading),),
    )


def _fan(reading: ForecastReading) -> Figure:
    frame = reading.frames["fan"]
    actors = frame["actor"].unique(maintain_order=True).to_list()
    names = {name: "all actors" if name == "all" else name for name in actors}
    start = frame.filter(pl.col("mean").is_not_null())["date"].min()
    rows = [_point(row, names, start) for row in frame.iter_rows(named=True)]
    first, last = frame["date"].min(), frame["date"].max()
    assert isinstance(first, dt.date)
    assert isinstance(last, dt.date)
    total = frame.filter((pl.col("actor") == "all") & pl.col("mean").is_not_null())
    sums = reading.sums("all", reading.horizons[-1]).row(0, named=True)
    return make_figure(
        "fan",
        "forecast_fan",
        wide={
            "rows": rows, "panels": list(names.values()), "columns": 2, "width": 440, "height": 120,
            **time_axis(first, last, most=4),
        },
        narrow={"columns": 1, "width": 290, "height": 100, **time_axis(first, last, most=3)},
        title="Events a day: recorded, and expected",
        finding=(
            f"For the first day {number(total['mean'][0])} events are expected "
            f"({number(total['low'][0])}–{number(total['high'][0])}), for all {reading.horizons[-1]} days "
            f"{number(sums['mean'])} ({sums['low']}–{sums['high']})."
        ),
        table=make_table(
            "fan-table",
            "Events a day, recorded and expected",
            columns=[
                Column("actor", "Actor"), Column("date", "Day", "date"), Column("events", "Recorded"),
                Column("mean", "Expected"), Column("low", "5%"), Column("high", "95%"),
            ],
            rows=[{**row, **_short(row)} for row in frame.iter_rows(named=True)],
        ),
        frame=frame,
        keys=[Key("ink", "recorded"), Key("initiative", "expected, with the 50% and 90% band")],
    )  # fmt: skip


def _point(row: dict[str, Any], names: dict[str, str], start: Any) -> dict[str, Any]:
    out = {key: value for key, value in row.items() if key not in ("actor", "date")}
    return {
        **out, "panel": names[row["actor"]], "date": milliseconds(row["date"]), "first": row["date"] == start,
    }  # fmt: skip


def _short(row: dict[str, Any]) -> dict[str, str]:
    kept = ("events", "mean", "low", "high")
    return {key: "" if row[key] is None else number(row[key]) for key in kept}


def _channels(reading: ForecastReading) -> tuple[Table, str]:
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    order = reading.sums("channel", reading.horizons[-1])
    for row in order.iter_rows(named=True):
        name = (row["source"], row["target"], row["instrument"])
        found[name] = {key: row[key] for key in ("source", "target", "instrument")}
    for horizon in reading.horizons:
        for row in reading.sums("channel", horizon).iter_rows(named=True):
            record = found[row["source"], row["target"], row["instrument"]]
            record[f"mean{horizon}"] = row["mean"]
            record[f"range{horizon}"] = f"{row['low']}–{row['high']}"
            record[f"any{horizon}"] = row["at_least_one"]
    columns = [
        Column("source", "Source"),
        Column("target", "Target"),
        Column("instrument", "Instrument", "name"),
    ]
    for horizon in reading.horizons:
        group = "1 day" if horizon == 1 else f"{horizon} days"
        columns += [
            Column(f"mean{horizon}", "expected", "number", group),
            Column(f"range{horizon}", "90%", "text", group),
            Column(f"any{horizon}", "at least one", "share", group),
        ]
    table = make_table(
        "forecast-table", "Expected events by channel", columns=columns, rows=list(found.values())
    )
    return table, reading.frames["forecast"].write_csv()


def surprise(reading: ForecastReading) -> Section:
    """Show the least expected acts and the surprise of each week."""
    of = reading.summary["surprise"]["of"]
    frame = reading.frames["surprising_weeks"]
    return Section(
        "surprise",
        "What was least expected",
        "Surprise",
        paragraphs=(
            "The surprise of an act is minus the log of the probability that it had on the evening before, "
            "less what that was expected to be; of a week, the same summed over all days and channels, "
            f"quiet ones too, in its standard deviations. These are the {of}: their parameters are older "
            "than they.",
            *_drift(reading),
        ),
        figures=(_weeks(frame),) if frame.height else (),
        tables=(_events(reading),),
    )


def _drift(reading: ForecastReading) -> list[str]:
    drift = reading.summary["drift"]
    if drift["shortfall"] is None:
        return []
    said = "which is drift: the model should be fitted anew" if drift["drift"] else "no drift"
    return [
        "The log score has fallen short of what it was when the model was made by "
        f"{number(drift['shortfall'])} standard deviations in cumulative sum; the threshold is "
        f"{number(drift['threshold'])}: {said}."
    ]


def _weeks(frame: pl.DataFrame) -> Figure:
    dated = frame.with_columns(pl.col("since", "until").cast(pl.String).str.to_date())
    whole = dated.filter(pl.col("actor") == "all").sort("since")
    rows = [
        {
            "since": milliseconds(row["since"]),
            "until": milliseconds(row["until"] + dt.timedelta(days=1)) - 10_000_000,
            "z": row["z"],
            "direction": "more" if row["z"] > NOTABLE else "expected",
        }
        for row in whole.iter_rows(named=True)
    ]
    last = whole["until"][-1] + dt.timedelta(days=1)
    ranked = whole.sort("z", descending=True)
    notable = ranked.filter(pl.col("z") > NOTABLE)
    worst = [
        f"that from {row['since'].isoformat()} ({number(row['z'])})" for row in ranked.head(2).to_dicts()
    ]
    table = make_table(
        "weeks-table",
        "Surprise by week and actor, most surprising first",
        columns=[
            Column("since", "From", "date"), Column("until", "To", "date"), Column("actor", "Actor"),
            Column("events", "Events", "count"), Column("expected", "Expected", "number"),
            Column("z", "Surprise (sd)", "number"),
        ],
        rows=dated.sort("z", descending=True).head(200).to_dicts(),
    )  # fmt: skip
    return make_figure(
        "weeks",
        "forecast_weeks",
        wide={"rows": rows, "width": 920, "height": 150, **time_axis(whole["since"][0], last, most=8)},
        narrow={"width": 290, "height": 120, **time_axis(whole["since"][0], last, most=3)},
        title="Surprise of each week, in standard deviations above its expectation",
        finding=(
            f"{count(notable.height)} of {count(whole.height)} weeks are more than two standard deviations "
            f"above their expectation; the most surprising are {listing(worst)}."
        ),
        table=table,
        frame=frame,
        keys=[Key("reaction", "more than two standard deviations"), Key("floor", "less")],
    )


def _events(reading: ForecastReading) -> tuple[Table, str]:
    frame = reading.frames["surprising_events"]
    rows = [{**row, "instrument": plain_name(row["instrument"])} for row in frame.iter_rows(named=True)]
    table = make_table(
        "events-table",
        f"The {count(frame.height)} least expected acts",
        columns=[
            Column("date", "Day", "date"), Column("source", "Source"), Column("target", "Target"),
            Column("instrument", "Instrument"), Column("events", "Events", "count"),
            Column("expected", "Expected", "number"), Column("surprise", "Surprise (nats)", "number"),
        ],
        rows=rows,
    )  # fmt: skip
    return table, frame.write_csv()
