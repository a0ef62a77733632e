"""The checks that every answer carries: what its own fits say already, without one fit more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from melian.analysis.attribution import Attribution
from melian.checks.reactive import reactive_at
from melian.checks.result import LEVEL, CheckResult, not_run
from melian.checks.subject import Point
from melian.checks.suite import holm
from melian.checks.visits import meetings_at
from melian.models.hawkes import HawkesFit

__all__ = ["QUICK", "checks_summary", "quick_checks"]

LEAST_ABOVE = 0.5
MOST_MOVED = 0.1
FULL, OWN = "full", "+ persistence"


@dataclass(frozen=True, slots=True)
class Quick:
    """A check of every answer: its name, what it asks, when it passes."""

    name: str
    question: str
    rule: str


QUICK: Final = {
    check.name: check
    for check in (
        Quick(
            "floor",
            "Is the actors' share of reaction above the placebo floor?",
            "actors above it (interval above every placebo) have half of the events at least",
        ),
        Quick(
            "ladder",
            "Does reaction help to foresee days that the fit has not seen?",
            "the full model has the higher held-out log score than the one without reaction",
        ),
        Quick(
            "same-step",
            "Does the answer hang on the order of deeds within a day?",
            "0.10 of the events at most move to reaction where a day may answer itself",
        ),
        Quick(
            "spectral-radius",
            "Do chains of deeds die out by this fit?",
            "the spectral radius is below 1",
        ),
        Quick(
            "dispersion",
            "Do daily counts scatter more than the fit allows?",
            "no rule: the fit has seen these days; the check of this name in the list below has not",
        ),
        Quick(
            "reactive",
            "Do codes that answer by their own meaning show less initiative?",
            "the test rejects at 5%",
        ),
        Quick("visits", "Do visits and consultations answer themselves?", "the test does not reject at 5%"),
    )
}


def quick_checks(fit: HawkesFit, attribution: Attribution) -> tuple[CheckResult, ...]:
    """Give the checks of an answer from its fit and its attribution; the mean of the draws stands for them.

    No fit is run and no random number drawn: cost O(events).
    """
    point = Point(fit.design, fit.basis, fit.waves, fit.mean)
    frames, summary = attribution.frames, attribution.summary
    return (
        _floor(frames["placebo"], summary["actors"], str(summary["model"]["estimator"])),
        _ladder(frames["ladder"]),
        _same_step(summary["actors"]),
        _radius(summary["model"]),
        _dispersion(summary["model"]),
        reactive_at(point, "reactive", QUICK["reactive"].question),
        meetings_at(point, "visits", QUICK["visits"].question),
    )


def checks_summary(results: Sequence[CheckResult], ran: str) -> dict[str, Any]:
    """Give the JSON form of an answer's checks: how many tests, Holm's p-values, a verdict and sentence each.

    Examples
    --------
    >>> checks_summary([not_run("floor", "Is it noise?", "No placebo was run.")], "quick")["tests"]
    {'run': 0, 'level': 0.05, 'adjustment': 'Holm'}
    """
    tests = {r.name: r.p_value for r in results if r.p_value is not None}
    adjusted = dict(zip(tests, holm(list(tests.values())), strict=True))
    told = [{k: v for k, v in r.as_dict().items() if k != "table"} for r in results]
    return {
        "ran": ran,
        "tests": {"run": len(tests), "level": LEVEL, "adjustment": "Holm"},
        "results": [{**result, "p_holm": adjusted.get(result["name"])} for result in told],
    }


def _result(name: str, statistic: float, passed: bool | None, table: pl.DataFrame, said: str) -> CheckResult:
    return CheckResult(name, QUICK[name].question, statistic, None, passed, table, said, pl.DataFrame())


def _floor(placebo: pl.DataFrame, actors: dict[str, Any], estimator: str) -> CheckResult:
    if estimator == "newton":
        reason = (
            "The placebo fits are by the reference estimator, the answer is by the fast one, whose floor "
        )
        return not_run(
            "floor", QUICK["floor"].question, reason + "is higher; `placebo` of the list compares."
        )
    told = placebo.filter(pl.col("above").is_not_null()).with_columns(
        pl.col("actor").replace_strict({a: actors[a]["events"] for a in actors}, default=0).alias("events")
    )
    events = int(told["events"].sum())
    if not events:
        return not_run("floor", QUICK["floor"].question, "No placebo was run.")
    above = told.filter(pl.col("above"))
    part = float(above["events"].sum() / events)
    return _result(
        "floor", part, part >= LEAST_ABOVE, told,
        f"The share of reaction is above the placebo floor for {above.height} of {told.height} actors, who "
        f"have {part:.0%} of the events.",
    )  # fmt: skip


def _ladder(scores: pl.DataFrame) -> CheckResult:
    found = dict(scores.select("model", "log_score").iter_rows())
    if FULL not in found or OWN not in found:
        return not_run("ladder", QUICK["ladder"].question, "No held-out scores were computed.")
    gain = float(found[FULL] - found[OWN])
    verb = "raises" if gain > 0.0 else "does not raise"
    return _result(
        "ladder", gain, gain > 0.0, scores,
        f"Reaction {verb} the held-out log score: {gain:+.4f} nats per event over the model without it.",
    )  # fmt: skip


def _same_step(actors: dict[str, Any]) -> CheckResult:
    rows = [
        {"actor": name, "events": actor["events"], "moved": actor["proximate"]["same_step"]["share"]}
        for name, actor in actors.items()
        if actor["proximate"]["same_step"].get("share") is not None
    ]
    events = sum(row["events"] for row in rows)
    if not events:
        return not_run(
            "same-step", QUICK["same-step"].question, "The fit with answers within a day was not run."
        )
    moved = float(sum(row["moved"] * row["events"] for row in rows) / events)
    return _result(
        "same-step", moved, moved <= MOST_MOVED, pl.DataFrame(rows),
        f"Where deeds of one day may answer each other, {moved:.1%} of the events move to reaction within "
        "the day.",
    )  # fmt: skip


def _radius(model: dict[str, Any]) -> CheckResult:
    value, spread = float(model["spectral_radius"]), model["spectral_radius_interval"]
    return _result(
        "spectral-radius", value, value < 1.0, pl.DataFrame([{"spectral_radius": value, **spread}]),
        f"The spectral radius is {value:.2f} (90% interval {spread['low']:.2f} to {spread['high']:.2f}).",
    )  # fmt: skip


def _dispersion(model: dict[str, Any]) -> CheckResult:
    value = model["dispersion"]["source_day"]
    if value is None:
        return not_run("dispersion", QUICK["dispersion"].question, "The dispersion could not be computed.")
    return _result(
        "dispersion", float(value), None, pl.DataFrame([{"dispersion": value}]),
        f"Pearson's dispersion of the source-days is {value:.2f} on days that the fit has seen (1: Poisson).",
    )  # fmt: skip
