"""The whole answer of a relational event model: the fit, its frames, and the summary that becomes JSON."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from melian.errors import InputError
from melian.rem.config import RemConfig, RiskTable
from melian.rem.evaluate import EventEvaluation, evaluate_events
from melian.rem.frames import information_criteria, tidy
from melian.rem.residuals import actor_residuals, augment, course, recall, recall_curve
from melian.rem.result import RemFit
from melian.rem.telling import telling_events

if TYPE_CHECKING:
    import polars as pl

    from melian.history import Provenance
    from melian.sequence import RelationalEvents

__all__ = ["RemAnswer", "answer_of", "describe_data"]

SECONDS: Final = {"days": 86400.0, "hours": 3600.0, "minutes": 60.0, "seconds": 1.0}


@dataclass(frozen=True, slots=True)
class RemAnswer:
    """A fit with everything that the text, the JSON and the report show of it.

    Attributes
    ----------
    fit : RemFit
    evaluation : EventEvaluation or None
        None where there are too many actors for the full risk set; a note says so.
    frames : mapping of str to polars.DataFrame
        coefficients (with the `deviation` of each statistic among the pairs at risk), and where evaluated:
        events, recall, recall_curve, actors, course, telling.
    summary : mapping
        As `melian rem --json` writes it.
    """

    fit: RemFit
    evaluation: EventEvaluation | None
    frames: Mapping[str, pl.DataFrame]
    summary: Mapping[str, Any]


def answer_of(
    fit: RemFit, *, formula: str = "", data: Mapping[str, Any] | None = None, telling: int = 50
) -> RemAnswer:
    """Evaluate a fit on its own events and gather the answer.

    Parameters
    ----------
    fit : RemFit
    formula : str
        As the user wrote it; the terms joined by + if empty.
    data : mapping, optional
        What is known of where the events come from; see `describe_data`.
    telling : int
        How many events are singled out.
    """
    frames = {"coefficients": tidy(fit)}
    notes = list(fit.notes)
    evaluation = None
    try:
        evaluation = evaluate_events(fit)
    except InputError as error:
        notes.append(f"Events were not ranked: {error}")
    if evaluation is not None:
        frames |= {
            "events": augment(fit, evaluation),
            "recall": recall(evaluation),
            "recall_curve": recall_curve(evaluation),
            "actors": actor_residuals(fit, evaluation),
            "course": course(fit, evaluation),
            "telling": telling_events(fit, evaluation, most=telling),
        }
        notes += _coverage(evaluation)
        if fit.frailties:
            notes.append("Recall, residuals and contributions leave the random effects of actors out.")
    formula = formula or " + ".join(term.label for term in fit.terms)
    frames["coefficients"] = _with_deviation(frames["coefficients"], evaluation)
    summary = _summary(fit, frames, formula=formula, notes=notes)
    summary["data"] = dict(data or describe_data(fit.events))
    return RemAnswer(replace(fit, notes=tuple(notes)), evaluation, frames, summary)


def _with_deviation(frame: pl.DataFrame, evaluation: EventEvaluation | None) -> pl.DataFrame:
    """Add each statistic's standard deviation among the pairs at risk, which makes effects comparable."""
    import polars as pl

    values = [None] * frame.height if evaluation is None else evaluation.deviation.tolist()
    return frame.with_columns(pl.Series("deviation", values, pl.Float64))


def describe_data(events: RelationalEvents, provenance: Provenance | None = None) -> dict[str, Any]:
    """Say which events were looked at, and where they come from."""
    inside = slice(events.first, None)
    directed = ~events.joint[inside]
    named = np.bincount(events.type[inside][directed], minlength=max(1, len(events.types)))
    data: dict[str, Any] = {
        "events": int(directed.sum()),
        "joint_events": int((~directed).sum()),
        "undirected": events.undirected,
        "since": _moment(events, events.since),
        "until": _moment(events, events.until),
        "actors": list(events.actors),
        "instruments": {name: int(count) for name, count in zip(events.types, named, strict=False)},
    }
    if provenance is not None:
        data |= {
            "snapshot": provenance.snapshot,
            "sources": list(provenance.sources),
            "funnel": [{"step": count.step, "rows": count.rows} for count in provenance.funnel],
            "without": list(provenance.without),
            "unresolved_rows": provenance.unresolved_rows,
            "notes": list(provenance.notes),
        }
    return data


def _moment(events: RelationalEvents, time: float) -> str | float:
    """Give a time as a date where the events have a calendar."""
    if events.origin is None or events.unit not in SECONDS:
        return float(time)
    return (events.origin + dt.timedelta(seconds=time * SECONDS[events.unit])).isoformat()


def _coverage(evaluation: EventEvaluation) -> list[str]:
    """Say where only some of the steps were evaluated."""
    seen = len(evaluation.event)
    if seen == evaluation.of_events:
        return []
    return [
        f"Recall, residuals and telling events rest on {seen:,} of {evaluation.of_events:,} events, evenly "
        "spaced: all of them were too many for the full risk set."
    ]


def _summary(
    fit: RemFit, frames: Mapping[str, pl.DataFrame], *, formula: str, notes: list[str]
) -> dict[str, Any]:
    aic, bic = information_criteria(fit)
    rows = [{k: _plain(v) for k, v in row.items()} for row in frames["coefficients"].iter_rows(named=True)]
    out: dict[str, Any] = {
        "coefficients": [{k: v for k, v in row.items() if k != "reason" or v is not None} for row in rows],
        "log_likelihood": _plain(fit.log_likelihood),
        "log_likelihood_null": _plain(fit.log_likelihood_null),
        "aic": _plain(aic),
        "bic": _plain(bic),
        "events": fit.n_events,
        "dyads_at_risk": fit.dyads_at_risk,
        "model": {
            "formula": formula,
            **_settings(fit.config),
            "converged": fit.converged,
            "iterations": fit.iterations,
            "notes": notes,
        },
    }
    if "recall" in frames:
        out["recall"] = frames["recall"].to_dicts()
    if fit.frailties:
        out["frailty"] = [{"side": f.side, "deviation": _plain(f.deviation)} for f in fit.frailties]
    return out


def _settings(config: RemConfig) -> dict[str, Any]:
    """Give the settings in the words of the study file."""
    table = isinstance(config.risk_set, RiskTable)
    return {
        "model": config.model,
        "likelihood": config.likelihood,
        "conditional": config.conditional,
        "typed": config.typed,
        "risk_set": "table" if table else config.risk_set,
        "ties": config.ties,
        "first_event": config.first_event,
        "controls": config.controls,
        "cases": config.cases,
        "seed": config.seed,
        "penalty": None if config.penalty is None else list(config.penalty),
        "errors": config.errors,
        "frailty": config.frailty,
    }


def _plain(value: Any) -> Any:
    """Give a number that JSON can hold; what is not finite becomes null."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
