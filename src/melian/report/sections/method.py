"""How it was computed, how far it can be trusted, what may be said; and where the numbers come from."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from melian.report import findings, prose
from melian.report.floor import floor_of, not_run
from melian.report.numerals import FLOOR_WORDING, listing, number
from melian.report.page import Section
from melian.report.reading import Reading
from melian.report.sections.provenance import provenance_section
from melian.report.tables import Column, Table, make_table

__all__ = ["citation", "limits", "method", "provenance"]

MOST_ATTENTIVE = 3
MOST_COEFFICIENTS = 60
ROOT_KEYS = ("version", "seed", "draws", "study")


def method(reading: Reading) -> Section:
    """Describe the model and its settings."""
    tables = [_ladder(reading.frames["ladder"]), _reactive(reading.frames["reactive"])]
    tables += [_coefficients(reading.frames["coefficients"]), _settings(reading)]
    largest = _largest(reading.frames["coefficients"])
    frames = [frame.write_csv() for frame in (reading.frames["ladder"], reading.frames["reactive"], largest)]
    return Section(
        "method",
        "How it was computed",
        "Method",
        paragraphs=(
            f"The model is {reading.model_name}: a network Hawkes process in discrete time. The expected "
            "number of "
            "events of one actor towards another with one instrument on one day is a slowly moving "
            "level, scaled by the "
            "attention that the whole data give to that day, plus decaying contributions of earlier "
            "events: the actor's "
            "own, the target's, and those of third parties. An event's shares are the parts of that "
            "sum; an actor's "
            "share is their mean over its events (stochastic declustering: Zhuang, Ogata and Vere-Jones "
            "2002).",
            _radius(reading),
            *_spreads(reading),
            _placebo(reading),
            findings.ladder_finding(reading),
            findings.reactive_finding(reading),
        ),
        tables=tuple(zip(tables, [*frames, _settings_csv(reading)], strict=True)),
    )


def _placebo(reading: Reading) -> str:
    """Say what the floor is and on how many fits it rests."""
    fits = max(reading.frames["placebo"]["fits"].drop_nulls().to_list(), default=0)
    rests = f" It rests on {fits} such {'fit' if fits == 1 else 'fits'}: their mean and range are shown."
    return (
        "The placebo moves the series of the other actors around the calendar by whole weeks and fits again: "
        "what reaction remains is noise, the floor. A share of reaction inside it is not told apart from "
        "none." + (rests if fits else "")
    )


def _radius(reading: Reading) -> str:
    """Say whether chains of deeds die out, without which roots and counterfactuals have no meaning."""
    if reading.model.get("spectral_radius") is None:
        return "The spectral radius was not computed."
    words = "below 1: chains of deeds die out"
    if not reading.roots_hold:
        words = (
            "not below 1: chains of deeds do not die out by this fit, so root shares and any counterfactual "
            "are not to be relied on"
        )
    elif reading.roots_uncertain:
        words = "below 1, but its interval reaches 1: whether chains of deeds die out is uncertain"
    return f"In expected direct offspring {prose.radius_words(reading)}, {words}."


def _spreads(reading: Reading) -> list[str]:
    """Say how much the attention counts and how far counts are from Poisson's, where it was estimated."""
    sentences = [*_attention(reading), *_dispersion(reading)]
    return [" ".join(sentences)] if sentences else []


def _attention(reading: Reading) -> list[str]:
    weights = (reading.model.get("exposure") or {}).get("kappa") or {}
    ranked = sorted(
        ((float(weights[a]), a) for a in reading.actors if weights.get(a) is not None), key=lambda p: -p[0]
    )
    if not ranked:
        return []
    opening = "The weight of attention, κ (0: none, 1: levels move with the reports in the whole store), is"
    if ranked[0][0] == ranked[-1][0]:
        return [f"{opening} {number(ranked[0][0])} for all actors."]
    largest = listing([f"{actor} ({number(kappa, 2)})" for kappa, actor in ranked[:MOST_ATTENTIVE]])
    return [f"{opening} largest for {largest} and at least {number(ranked[-1][0], 2)} for every actor."]


def _dispersion(reading: Reading) -> list[str]:
    value = (reading.model.get("dispersion") or {}).get("source_day")
    if value is None:
        return []
    return [
        f"Pearson's dispersion of the events of an actor on a day is {number(value)} (1 where counts scatter "
        "as Poisson's do)."
    ]


def _ladder(frame: pl.DataFrame) -> Table:
    return make_table(
        "ladder-table",
        "Held-out log score per event (higher is better)",
        columns=[
            Column("model", "Model"),
            Column("log_score", "Log score", "number"),
            Column("difference", "Difference to the one before", "number"),
        ],
        rows=[{**row, "reason": "first of the ladder"} for row in frame.to_dicts()],
    )


def _reactive(frame: pl.DataFrame) -> Table:
    rows = [
        {
            **row,
            "initiative_low": row["low"],
            "initiative_high": row["high"],
            "reactive_initiative_low": row["reactive_low"],
            "reactive_initiative_high": row["reactive_high"],
            "reason": "no events",
        }
        for row in frame.to_dicts()
    ]
    return make_table(
        "reactive-table",
        "Initiative of codes that answer by their own meaning, beside their instrument's",
        columns=[
            Column("instrument", "Instrument", "name"),
            Column("events", "Events", "count", "Whole instrument"),
            Column("initiative", "Initiative", "estimate", "Whole instrument"),
            Column("reactive_events", "Events", "count", "Codes that answer"),
            Column("reactive_initiative", "Initiative", "estimate", "Codes that answer"),
        ],
        rows=rows,
    )


def _largest(frame: pl.DataFrame) -> pl.DataFrame:
    """Give the largest coefficients; all of them would be half of the page."""
    ranked = frame.sort("total", descending=True, nulls_last=True, maintain_order=True)
    return ranked.head(MOST_COEFFICIENTS)


def _coefficients(frame: pl.DataFrame) -> Table:
    largest = _largest(frame)
    rows = [{**row, "range": f"{number(row['low'])} to {number(row['high'])}"} for row in largest.to_dicts()]
    return make_table(
        "coefficients-table",
        f"The {largest.height} largest coefficients of {frame.height}",
        columns=[
            Column("source", "Actor"),
            Column("relation", "Relation"),
            Column("answered", "Instrument answered", "name"),
            Column("instrument", "Instrument done", "name"),
            Column("kernel", "Half-life (days)", "number"),
            Column("total", "Expected events per event", "number"),
            Column("range", "90% interval"),
        ],
        rows=rows,
        note="Total over all channels that one earlier event opens. All are in tables/coefficients.csv.",
    )


def _settings(reading: Reading) -> Table:
    columns = [Column("name", "Name"), Column("value", "Value")]
    return make_table("settings-table", "The model, as in result.json", columns=columns, rows=_pairs(reading))


def _settings_csv(reading: Reading) -> str:
    return pl.DataFrame(_pairs(reading), schema={"name": pl.String, "value": pl.String}).write_csv()


def _pairs(reading: Reading) -> list[dict[str, Any]]:
    return [{"name": name, "value": value} for name, value in _flat({"model": reading.model})]


def _flat(node: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key in sorted(node):
        value, name = node[key], f"{path}{key}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name}.")
        elif isinstance(value, list | tuple):
            yield name, ", ".join(_plain(item) for item in value) or "none"
        else:
            yield name, _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "undefined" if value is None else str(value)
    return number(value, 4)


def limits(reading: Reading) -> Section:
    """Say what the result cannot show and how it may be worded."""
    return Section(
        "limits",
        "Limits, and what may be said",
        "Limits",
        paragraphs=(
            "Wording that a careful reviewer accepts: “In period P, by model M and data snapshot S, x% "
            "(interval) of A's "
            "recorded deeds are not predicted by earlier recorded deeds of the listed actors.” That is "
            "the most that "
            "“initiative” can mean. It cannot show that A was free, nor that one deed brought about another.",
            "Deeds that no source recorded, and actors that are not listed, are not in the model: an "
            "unlisted actor to "
            "whom two listed ones answer makes them look as if they answered each other. The placebo "
            "floor is no test "
            "against that.",
            "Events of one day have no known order and are never each other's parents. Answers that "
            "come before the "
            "announced deed (sanctions known in advance, summits) count as initiative.",
            _floor_limit(reading),
            "Codes are made by machines from news and carry their errors; intervals do not include them.",
        ),
    )


def _floor_limit(reading: Reading) -> str:
    """Say how many actors cannot be told from noise, or that it was not tested."""
    floor = floor_of(reading)
    if not floor.compared:
        return not_run(floor)
    if not floor.below:
        return "All listed actors with a figure stand above the placebo floor."
    few = f" {listing(floor.few, 12)}: too few events to tell." if floor.few else ""
    return (
        f"{len(floor.below)} of {floor.compared} actors have a share of reaction that is {FLOOR_WORDING}: by "
        f"these data it is not told apart from none.{few}"
    )


def provenance(reading: Reading) -> Section:
    """Show the snapshot, version, seed and study, and how to cite."""
    rows = [("Data snapshot", str(reading.data.get("snapshot") or "none")), ("melian", _version())]
    for key in ROOT_KEYS:
        value = reading.summary.get(key, reading.model.get(key))
        if value is not None and not isinstance(value, Mapping):
            rows.append((key.capitalize(), str(value)))
    study = reading.summary.get("study")
    if isinstance(study, Mapping):
        rows += [(f"study.{name}", value) for name, value in _flat(study)]
    return provenance_section(rows)


def citation(reading: Reading) -> str:
    """Give the line by which this result can be cited."""
    return (
        f"Computed with melian {_version()}, data snapshot {reading.data.get('snapshot') or 'none'}, "
        f"period {reading.period}, {len(reading.actors)} actors. Cite the providers of the event data as "
        "well."
    )


def _version() -> str:
    return importlib.metadata.version("melian")
