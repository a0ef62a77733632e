"""Reports on simulated worlds and contrasts: one self-contained HTML file, with tables beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from melian.report.document import render
from melian.report.files import make_folder, result_json, write_files
from melian.report.numerals import listing, plain_name
from melian.report.page import Figure, Key, Section, make_figure, milliseconds, panel_columns, time_axis
from melian.report.tables import Column, Table, make_table
from melian.report.worlds_text import (
    change_sentence,
    contrast_sentences,
    reach_sentences,
    rounded,
    world_sentences,
)

if TYPE_CHECKING:
    from melian.worlds.contrast import Contrast, Ensemble

__all__ = ["write_contrast_report", "write_world_report"]

PANELS: Final = 9
"""Actors with a fan of their own."""
MOST_ROWS: Final = 24
INTERVAL: Final = (Column("low", "90% interval from", "number"), Column("high", "to", "number"))
OF_RUNS: Final = (Column("run_low", "90% of runs from", "number"), Column("run_high", "to", "number"))
SMALL_WORLD: Final = (
    "Intervals of expected counts hold 90%; “90% of runs” is where nine of ten single futures lie."
)
SMALL_CONTRAST: Final = (
    "In brackets the 90% interval of the expected difference. Both worlds draw the same random numbers, "
    "event by event, so what the scenario leaves alone is the same."
)
LIMITS: Final = (
    "These are statements about a model, not about history: which events would be expected, had its rates "
    "been otherwise and had all else stayed as fitted or written. People would have answered a changed world "
    "in ways that no recorded event tells of.",
    "The model knows no inhibition (nobody does less after a deed of others) and no hidden drivers. Where "
    "the scenario leaves the range of what was observed the answer rests on the model's form alone.",
)


def write_world_report(
    summary: Mapping[str, Any], ensemble: Ensemble, out: Path | str, *, events: str
) -> Path:
    """Write `report.html`, `result.json`, the tables and `events.csv`, the first run as reports.

    Returns
    -------
    pathlib.Path
        The HTML file.
    """
    fans = _frame(ensemble, None)
    names = _ranked(summary, "mean")
    tables = tuple((_world_table(summary, g), _csv(summary[g])) for g in ("actors", "instruments"))
    sections = [
        Section(
            "fans", "Month by month", "Months", figures=(_fan(fans, names, ensemble, None),), tables=tables
        ),
        _method(summary),
    ]  # fmt: skip
    page = _page(summary, sections, world_sentences(summary), "simulated futures", SMALL_WORLD)
    extra = {"events.csv": events, "tables/months.csv": fans.write_csv()}
    return _write(summary, page, out, extra)


def write_contrast_report(summary: Mapping[str, Any], contrast: Contrast, out: Path | str) -> Path:
    """Write `report.html`, `result.json` and the tables of a contrast.

    Returns
    -------
    pathlib.Path
        The HTML file.
    """
    fans = _frame(contrast.factual, contrast.changed)
    names = _ranked(summary, "difference")
    sections = [
        Section(
            "differences", "What differs, and for whom", "Differences",
            paragraphs=tuple(_sentence(change_sentence(c)) for c in summary["scenario"]["changes"]),
            figures=(_bars(summary, "actors"), _bars(summary, "instruments")),
            tables=((_cells_table(summary), _cells_csv(summary)),),
        ),
        Section("fans", "Month by month", "Months",
                figures=(_fan(fans, names, contrast.factual, contrast.changed),)),
        Section("reach", "How far outside what was observed", "Reach",
                paragraphs=tuple(reach_sentences(summary)),
                tables=((_reach_table(summary), _reach_csv(summary)),)),
        _method(summary),
    ]  # fmt: skip
    page = _page(
        summary, sections, contrast_sentences(summary), "a scenario against the world", SMALL_CONTRAST
    )
    return _write(summary, page, out, {"tables/months.csv": fans.write_csv()})


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _write(summary: Mapping[str, Any], page: str, out: Path | str, extra: Mapping[str, str]) -> Path:
    folder = Path(out)
    make_folder(folder)
    write_files(folder, {"result.json": result_json(summary), **extra, "report.html": page})
    return folder / "report.html"


def _page(
    summary: Mapping[str, Any], sections: Sequence[Section], answer: Sequence[str], kicker: str, small: str
) -> str:
    world, runs = summary["world"], summary["runs"]
    scenario = summary.get("scenario")
    title = f"{world['name']}: {scenario['name']}" if scenario else world["name"]
    return render(
        "world.html.j2",
        sections,
        title=title,
        kicker=f"melian · {kicker}",
        standfirst=f"{world['since']} to {world['until']} · {len(world['actors'])} actors · "
        f"{runs['runs']:,} runs · seed {runs['seed']}",
        answer=answer,
        small=small,
        notes=world["notes"],
    )


def _ranked(summary: Mapping[str, Any], by: str) -> list[str]:
    def size(name: str) -> float:
        row = summary["actors"][name]
        return abs(row["difference"]["mean"]) if by == "difference" else float(row["mean"])

    return sorted(summary["actors"], key=lambda name: (-size(name), name))


def _frame(factual: Ensemble, changed: Ensemble | None) -> pl.DataFrame:
    """Give means and 90% of the runs by actor and month, of one world or of both."""
    columns: dict[str, list[Any]] = {"actor": [], "month": []}
    for a in factual.world.actors:
        columns["actor"] += [a] * len(factual.calendar.labels)
        columns["month"] += list(factual.calendar.labels)
    worlds = (("factual", factual), ("scenario", changed or factual))
    for name, ensemble in worlds[: 1 if changed is None else 2]:
        spread = ensemble.spread("actors")
        columns[name] = spread.mean.ravel().tolist()
        columns[f"{name}_low"] = spread.run_low.ravel().tolist()
        columns[f"{name}_high"] = spread.run_high.ravel().tolist()
    return pl.DataFrame(columns)


def _fan(fans: pl.DataFrame, names: Sequence[str], ensemble: Ensemble, changed: Ensemble | None) -> Figure:
    shown = list(names[:PANELS])
    rows = []
    for row in fans.filter(pl.col("actor").is_in(shown)).iter_rows(named=True):
        year, month = (int(part) for part in row["month"].split("-"))
        blank = {key: None for key in ("scenario", "scenario_low", "scenario_high")}
        record = {**blank, **row, "panel": row["actor"], "date": milliseconds(dt.date(year, month, 1))}
        rows.append(record)
        # The steps of the lines end with the last day, not with the first of the last month.
        if row["month"] == ensemble.calendar.labels[-1]:
            rows.append({**record, "date": milliseconds(ensemble.world.until)})
    world = ensemble.world
    since, until = world.date(world.record).replace(day=1), world.until
    columns = panel_columns(len(shown))
    wide = {
        "rows": rows, "panels": shown, "columns": columns, "width": (1000 - 60 * columns) // columns,
        "height": 110, **time_axis(since, until, most=4),
    }  # fmt: skip
    narrow = {"columns": 1, "width": 280, **time_axis(since, until, most=3)}
    keys = [Key("muted", "factual world: mean", "line"), Key("floor", "90% of its runs")]
    if changed is not None:
        keys += [Key("reaction", "scenario: mean, and 90% of its runs")]
    more = f"; the other {len(names) - len(shown)} are in the table" if len(names) > len(shown) else ""
    table = make_table(
        "fan-table", "Events by actor and month", rows=fans.to_dicts(),
        columns=[Column("actor", "Actor", "name"), Column("month", "Month"),
                 *(Column(name, _heading(name), "number") for name in fans.columns[2:])],
    )  # fmt: skip
    return make_figure(
        "fan", "fan", wide=wide, narrow=narrow, title="Events a month",
        finding=f"Directed events a month of {listing(shown, 9)}{more}.", table=table, frame=fans, keys=keys,
    )  # fmt: skip


def _heading(name: str) -> str:
    return name.replace("_low", ": 5% of runs").replace("_high", ": 95% of runs").capitalize()


def _bars(summary: Mapping[str, Any], group: str) -> Figure:
    """Draw differences by actor or by instrument."""
    found = sorted(summary[group].items(), key=lambda item: -abs(item[1]["difference"]["mean"]))
    plain = plain_name if group == "instruments" else str
    records = [
        {"row": plain(name), "factual": part["factual"]["mean"], "scenario": part["scenario"]["mean"],
         **part["difference"]}
        for name, part in found
    ]  # fmt: skip
    shown = records[:MOST_ROWS]
    word = group.removesuffix("s")
    top = [f"{r['row']} {rounded(r['mean'])}" for r in shown[:3]]
    columns = [
        Column("row", word.capitalize()),
        Column("factual", "Factual", "number"),
        Column("scenario", "Scenario", "number"),
        Column("mean", "Difference", "number"),
        *INTERVAL,
        *OF_RUNS,
    ]
    frame = pl.DataFrame(records)
    return make_figure(
        f"by-{word}", "contrast",
        wide={"rows": shown, "order": [r["row"] for r in shown], "width": 760, "step": 22, "label_limit": 190,
              "ticks": 7},
        narrow={"width": 220, "label_limit": 110, "ticks": 3},
        title=f"Difference by {word}", finding=f"Scenario less factual, largest first: {listing(top, 3)}.",
        table=make_table(f"by-{word}-table", f"Differences by {word}", columns=columns, rows=records),
        frame=frame,
        keys=[Key("reaction", "expected difference", "dot"), Key("ink", "its 90% interval", "line"),
              Key("floor", "90% of single runs")],
    )  # fmt: skip


def _world_table(summary: Mapping[str, Any], group: str) -> Table:
    word = group.removesuffix("s")
    rows = [{"row": name, **part} for name, part in summary[group].items()]
    columns = [
        Column("row", word.capitalize(), "name"),
        Column("mean", "Expected", "number"),
        *INTERVAL,
        *OF_RUNS,
    ]
    return make_table(f"{group}-table", f"Expected events by {word}", columns=columns, rows=rows)


def _csv(group: Mapping[str, Mapping[str, float]]) -> str:
    return pl.DataFrame([{"name": name, **part} for name, part in group.items()]).write_csv()


def _cells_table(summary: Mapping[str, Any]) -> Table:
    columns = [
        Column("actor", "Actor", "name"),
        Column("instrument", "Instrument", "name"),
        Column("factual", "Factual", "number"),
        Column("scenario", "Scenario", "number"),
        Column("mean", "Difference", "number"),
        *INTERVAL,
    ]
    return make_table(
        "cells-table", "Differences by actor and instrument", columns=columns, rows=_flat(summary)
    )


def _flat(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {**{k: v for k, v in c.items() if k != "difference"}, **c["difference"]} for c in summary["cells"]
    ]


def _cells_csv(summary: Mapping[str, Any]) -> str:
    return pl.DataFrame(_flat(summary)).write_csv()


def _reach_rows(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"actor": name, **row} for name, row in summary["reach"].items()]


def _reach_table(summary: Mapping[str, Any]) -> Table:
    columns = [
        Column("actor", "Actor", "name"),
        Column("low", "Fewest a day in a month", "number"),
        Column("high", "Most", "number"),
        Column("mean", "Scenario, a day", "number"),
        Column("outside", "Months outside", "share"),
        Column("factual_outside", "In the factual world", "share"),
    ]
    of = next(iter(summary["reach"].values()))
    caption = f"The scenario's months against the range of {of['months']:,} {of['of']}"
    return make_table("reach-table", caption, columns=columns, rows=_reach_rows(summary))


def _reach_csv(summary: Mapping[str, Any]) -> str:
    return pl.DataFrame(_reach_rows(summary)).write_csv()


def _method(summary: Mapping[str, Any]) -> Section:
    past = summary["world"]["past_events"]
    before = f"The runs go on from {past:,} events before the first day, as far as these are still answered. "
    conditional = before if past else ""
    how = (
        f"{conditional}Every event is drawn by branching: what comes of itself at the rate of its channel, "
        "and the answers to every event, with their delays. Every event draws its random numbers from "
        "its own identity (SplitMix64 streams), every run from a seed of its own."
    )
    return Section("method", "How it was done, and what may be said", "Method", paragraphs=(how, *LIMITS))
