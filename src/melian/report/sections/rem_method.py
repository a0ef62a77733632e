"""Data, method, limits and provenance of a relational event model."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from melian.report.numerals import count, listing, number, plain_name
from melian.report.page import Section
from melian.report.rem_reading import RemReading
from melian.report.sections.data import funnel_figure
from melian.report.sections.provenance import provenance_section
from melian.report.tables import Column, Table, make_table

__all__ = ["citation", "data", "limits", "method", "provenance"]

LIKELIHOOD: Final = {
    "ordinal": "the order of the events alone",
    "interval": "the waiting times between the events",
    "daily": "the counts of each pair on each day, with log link",
}

CRITERIA: Final = ("log_likelihood", "log_likelihood_null", "aic", "bic", "events", "dyads_at_risk")


def data(reading: RemReading) -> Section:
    """Show what was looked at, and what the funnel left."""
    told = reading.data
    funnel = pl.DataFrame(told.get("funnel") or [], schema={"step": pl.String, "rows": pl.Int64})
    kinds = [{"instrument": name, "events": n} for name, n in (told.get("instruments") or {}).items()]
    table = make_table(
        "instruments-table",
        "Events by instrument",
        columns=[Column("instrument", "Instrument", "name"), Column("events", "Directed events", "count")],
        rows=kinds,
    )
    joint = told.get("joint_events") or 0
    return Section(
        "data",
        "The data: from reports to events",
        "Data",
        paragraphs=(
            f"{count(told['events'])} directed events and {count(joint)} joint ones (meetings), "
            f"{reading.period}, among {count(len(told['actors']))} actors: {listing(reading.actors, 40)}. "
            "Joint events enter the statistics of both directions.",
            *(told.get("notes") or ()),
        ),
        figures=(funnel_figure(funnel),) if funnel.height else (),
        tables=((table, pl.DataFrame(kinds).write_csv()),) if kinds else (),
    )


def method(reading: RemReading) -> Section:
    """Say what was computed, with which settings, and what each effect means."""
    model = reading.model
    return Section(
        "method",
        "How it was computed",
        "Method",
        paragraphs=(
            "A relational event model (Butts 2008): the rate of a pair is exp(sum of estimate × statistic), "
            "and "
            f"it says {reading.explained}. The statistics are computed from what happened before the event, "
            f"never from the event itself. The likelihood is that of {LIKELIHOOD[model['likelihood']]}.",
            f"Formula: {model['formula']}",
            *_ties(model),
            *(str(note) for note in model["notes"]),
        ),
        tables=(_meanings(reading), _settings(reading)),
    )


def _meanings(reading: RemReading) -> tuple[Table, str]:
    """Say what each effect of the formula counts, in the registry's words."""
    from melian.effects.registry import EFFECTS

    named = {part.split("(")[0].split("[")[0] for e in reading.effects for part in e.term.split(":")}
    rows = [
        {"effect": name, "meaning": effect.description, "after": effect.reference}
        for name, effect in EFFECTS.items()
        if name in named
    ]
    table = make_table(
        "effects-table",
        "What the effects count (i: sender, j: receiver, n: counts of earlier events)",
        columns=[
            Column("effect", "Effect"),
            Column("meaning", "Statistic of the pair"),
            Column("after", "After"),
        ],
        rows=rows,
    )
    return table, pl.DataFrame(rows).write_csv() if rows else ""


def _settings(reading: RemReading) -> tuple[Table, str]:
    """List the settings and the criteria of the fit."""
    rows = [
        {"name": name, "value": _plain(value)} for name, value in reading.model.items() if name != "notes"
    ]
    rows += [{"name": name, "value": _plain(reading.summary[name])} for name in CRITERIA]
    table = make_table(
        "settings-table",
        "Model and settings, as in result.json",
        columns=[Column("name", "Name"), Column("value", "Value")],
        rows=rows,
    )
    return table, pl.DataFrame(rows).write_csv()


def _ties(model: Mapping[str, Any]) -> list[str]:
    if model["likelihood"] != "ordinal":
        return []
    name = "Breslow's" if model["ties"] == "breslow" else "Efron's"
    return [
        "Events of one day have no known order: all of them see the statistics as they stood when the day "
        f"began, and share the likelihood in {name} way."
    ]


def limits(reading: RemReading) -> Section:
    """Say what the result cannot show."""
    return Section(
        "limits",
        "Limits, and what may be said",
        "Limits",
        paragraphs=(
            "An effect says which earlier recorded events go with more or fewer recorded events now, other "
            "effects in the formula being equal. It does not say that one brought about the other: what "
            "moves two actors at once, and is not in the formula, shows up as an effect between them.",
            "Reciprocity is more than answering: pairs that have much to do with each other act in both "
            "directions. Attributes of the pair and inertia in the formula take some of that up, not all.",
            "Contributions to the log rate multiply; they are no shares of an event. Whose conduct is "
            "initiative and whose is reaction is asked of `melian attribute`.",
            "Intervals are those of the model, given the events. They do not hold errors of the machines "
            "that coded the news, nor those of a formula that leaves something out; clustered errors are a "
            "setting of the study file.",
        ),
    )


def provenance(reading: RemReading) -> Section:
    """Show the snapshot, the version, and how to cite."""
    return provenance_section(
        [
            ("Data snapshot", str(reading.data.get("snapshot") or "none")),
            ("Sources", listing(reading.data.get("sources") or ["not given"])),
            ("melian", importlib.metadata.version("melian")),
            ("Seed", str(reading.model["seed"])),
        ]
    )


def citation(reading: RemReading) -> str:
    """Give the line by which this result can be cited."""
    return (
        f"Relational event model computed with melian {importlib.metadata.version('melian')}, data snapshot "
        f"{reading.data.get('snapshot') or 'none'}, {reading.period}, {count(len(reading.data['actors']))} "
        "actors. Cite the providers of the event data as well."
    )


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_plain(item) for item in value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "none" if value is None else plain_name(str(value))
    return number(value, 6)
