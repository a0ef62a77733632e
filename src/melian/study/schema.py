"""The study file's keys: name, type, default, what is allowed and what it means, all in one place.

Validation, defaults, error messages and the page `docs/study.md` are read from these classes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields

from melian.options import FUNNEL_STEPS
from melian.study.change_keys import ChangeKeys
from melian.study.curve_keys import CurveKeys
from melian.study.diffusion_keys import DiffusionKeys
from melian.study.forecast_keys import ForecastKeys
from melian.study.keys import Key, key
from melian.study.kinds import Choice, Day, Either, Flag, Many, Number, Text, Whole
from melian.study.rem_keys import RemKeys
from melian.study.responses_keys import ResponsesKeys
from melian.study.shares_keys import SharesKeys
from melian.study.toolkits_keys import ToolkitsKeys
from melian.study.var_keys import VarKeys

__all__ = [
    "SECTIONS",
    "CurveKeys",
    "DataKeys",
    "DiffusionKeys",
    "ForecastKeys",
    "Key",
    "ModelKeys",
    "RemKeys",
    "ReportKeys",
    "RunKeys",
    "SharesKeys",
    "ToolkitsKeys",
    "VarKeys",
    "keys_of",
]

AUTO = Choice(("auto",))


@dataclass(frozen=True, slots=True)
class DataKeys:
    """`[data]`: which events are looked at."""

    store: str | None = key(
        None,
        Text("the path of a file"),
        "The event store, made by `melian ingest`; a relative path is taken from the current folder.",
    )
    actors: tuple[str, ...] = key(
        (),
        Many(Text("an actor code")),
        "Actors by code (`RUS`, `SYR.REB`); `NATO:` stands for the members of a bloc at each date. "
        "Empty: the `n_actors` with most events.",
    )
    n_actors: int = key(
        30,
        Whole(2, 2000),
        "How many actors are taken, by number of events as source or target, where `actors` is empty.",
    )
    since: dt.date | None = key(  # noqa: RUF009 (it declares a field)
        None,
        Day(),
        "First day of the window; earlier events in the store are history. Left out: the first day there.",
    )
    until: dt.date | None = key(  # noqa: RUF009 (it declares a field)
        None, Day(), "Last day of the window. Left out: the last day in the store."
    )
    without: tuple[str, ...] = key(
        (), Many(Choice(FUNNEL_STEPS)), "Steps of the funnel from reports to events that are left out."
    )
    level: str = key(
        "state",
        Choice(("state", "state-only", "military-apart", "country", "bloc")),
        "Who counts as one actor: a country with its state sectors, other sectors apart (`state`); those "
        "state sectors only (`state-only`); the same as `state` but for the military, an actor of its own "
        "such as `RUS.MIL` (`military-apart`); the whole country (`country`); the bloc (`bloc`).",
    )
    crosswalk: str = key(
        "default",
        Choice(("default", "alternative")),
        "Reading of the codes as instruments: the default one, or the strongest rival reading.",
    )
    unit: str = key(
        "event",
        Choice(("event", "active-step")),
        "What is counted: every event, or at most one a day in each channel.",
    )
    span: str = key(
        "drop",
        Choice(("drop", "spread")),
        "Events that span days or are dated to a month only: left out, or spread over their days.",
    )
    re_report_days: int | str = key(
        "auto",
        Either(AUTO, Whole(0, 365, "days")),
        "How many days after a report the same raw pair with the same code is still that report told again; "
        "`auto`: 1 to 3 where the reports of a source say that most such repeats are, else 0; 0: on the same "
        "day only. See [reporting-faults.md](reporting-faults.md).",
    )
    reactive: str = key(
        "apart",
        Choice(("with", "apart")),
        "Codes that answer by their own meaning (refuse, deny, accede): as an instrument of their own, "
        "`contestation (answers)`, where there are 20 such events or more; or with their instrument.",
    )


@dataclass(frozen=True, slots=True)
class ModelKeys:
    """`[model]`: how conduct is explained (`melian attribute`)."""

    half_lives: tuple[float, ...] = key(
        (1.0, 5.0, 20.0),
        Many(Number(0.1, 3650, "days"), at_least=1),
        "Half-lives of the memory kernels, in days.",
    )
    knots: str | float = key(
        "auto",
        Either(AUTO, Number(7, 36500, "days")),
        "Days between the knots of the slow baseline; `auto`: by held-out log score.",
    )
    exposure: str | float = key(
        "auto",
        Either(Choice(("auto", "off")), Number(0, 1)),
        "How far attention in the whole store scales an actor's baseline: estimated, off, or a fixed value.",
    )
    bandwidth: str | float = key(
        "auto",
        Either(AUTO, Number(1, 365, "days")),
        "Smoothing of attention, in days; `auto`: by held-out log score.",
    )
    targets: str = key(
        "auto",
        Choice(("auto", "uniform", "level")),
        "How a deed that opens many channels spreads over them: evenly, by the level of each pair, or "
        "whichever predicts better.",
    )
    blocs: tuple[str, ...] = key(
        (),
        Many(Text("the name of a bloc")),
        "The bloc by which relations to third parties are split (`NATO`: alarm[NATO], alarm[rest]); with "
        '`level = "bloc"`, the blocs whose members are joined into one actor each.',
    )
    estimator: str = key(
        "gibbs",
        Choice(("gibbs", "newton")),
        "The reference estimator (Gibbs over genealogies), or the fast one (EM, then projected Newton).",
    )
    same_step: bool = key(
        True,
        Flag(),
        "Also report the share that moves to reaction when events of one day may answer each other.",
    )


@dataclass(frozen=True, slots=True)
class RunKeys:
    """`[run]`: chance and effort. The result does not depend on `jobs`."""

    seed: int = key(1, Whole(0, 2**31 - 1), "Seed of all random numbers.")
    draws: int = key(400, Whole(20, 100_000), "Draws behind the intervals.")
    jobs: str | int = key("auto", Either(AUTO, Whole(1, 1024)), "Processes at work; `auto`: one a core.")
    placebo: int = key(3, Whole(0, 100), "Placebo runs with the others' series shifted in time; 0: none.")
    checks: str = key(
        "quick",
        Choice(("quick", "all", "none")),
        "Checks in the report of `melian attribute`: those that need no fits of their own, or the whole list "
        "of [checks.md](checks.md), or none.",
    )


@dataclass(frozen=True, slots=True)
class ReportKeys:
    """`[report]`: what is written."""

    out: str | None = key(
        None,
        Text("the path of a folder"),
        "Folder for report.html, result.json, events.parquet, study.toml and the tables.",
    )
    telling: int = key(50, Whole(1, 1000), "How many of the most telling events the report lists.")


SECTIONS: dict[str, type] = {
    "data": DataKeys,
    "model": ModelKeys,
    "rem": RemKeys,
    "forecast": ForecastKeys,
    "toolkits": ToolkitsKeys,
    "shares": SharesKeys,
    "curve": CurveKeys,
    "var": VarKeys,
    "diffusion": DiffusionKeys,
    "run": RunKeys,
    "report": ReportKeys,
    "responses": ResponsesKeys,
    "change": ChangeKeys,
}


def keys_of(section: str) -> Iterator[Key]:
    """Give the keys of a section in the order they are declared.

    Examples
    --------
    >>> [key.name for key in keys_of("report")]
    ['out', 'telling']
    """
    for item in fields(SECTIONS[section]):
        yield Key(section, item.name, item.default, item.metadata["kind"], item.metadata["meaning"])
