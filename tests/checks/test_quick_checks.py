"""The checks of every answer: which run, what they say, and that they follow the result."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import polars as pl
import pytest
from check_worlds import escalating, told_from_both_sides, world

import melian
from melian.analysis.attribution import Attribution
from melian.api import Fit
from melian.checks.quick import QUICK, checks_summary, quick_checks
from melian.checks.registry import CHECKS
from melian.checks.subject import make_subject
from melian.checks.suite import run_checks
from melian.errors import InputError, StudyError
from melian.history import EventHistory

SETTINGS = {
    "half_lives": (1, 5), "exposure": "off", "draws": 40, "placebo": 3, "jobs": 1,
}  # fmt: skip


@cache
def fitted(reply: float) -> Fit:
    made = world(reply=reply, reactive=0.5, instruments=("coercion", "soft_power"))
    return melian.Hawkes(**SETTINGS).fit(made)


def test_every_answer_has_them() -> None:
    checks = fitted(0.35).attribute().summary["checks"]
    assert checks["ran"] == "quick"
    assert [result["name"] for result in checks["results"]] == list(QUICK)
    tested = [result for result in checks["results"] if result["p_value"] is not None]
    assert checks["tests"]["run"] == len(tested)
    assert all(result["p_holm"] is not None for result in tested)
    assert all(result["sentence"] for result in checks["results"])


@pytest.mark.parametrize("name", ["floor", "ladder"])
def test_reaction_passes_where_it_is_and_fails_where_it_is_not(name: str) -> None:
    verdicts = [
        {
            result["name"]: result["verdict"]
            for result in fitted(reply).attribute().summary["checks"]["results"]
        }
        for reply in (0.35, 0.0)
    ]
    assert [found[name] for found in verdicts] == ["passed", "failed"]


def verdict_of(history: EventHistory, name: str) -> str:
    results = melian.Hawkes(**SETTINGS).fit(history).attribute().summary["checks"]["results"]
    return str({result["name"]: result["verdict"] for result in results}[name])


def test_same_step_fails_where_acts_are_told_from_both_sides() -> None:
    made = world(reply=0.3, instruments=("contestation", "soft_power"))
    assert verdict_of(told_from_both_sides(made, share=0.9), "same-step") == "failed"
    assert verdict_of(made, "same-step") == "passed"


@pytest.mark.parametrize(("each", "verdict"), [(1.03, "failed"), (0.7, "passed")])
def test_spectral_radius_fails_where_every_act_brings_more_than_one(each: float, verdict: str) -> None:
    assert verdict_of(escalating(each=each), "spectral-radius") == verdict


def test_they_follow_the_result() -> None:
    fit = fitted(0.35)
    found = fit.attribute()
    actors = {
        name: {**actor, "proximate": {**actor["proximate"], "same_step": {"share": 0.4}}}
        for name, actor in found.summary["actors"].items()
    }
    model = found.summary["model"] | {"spectral_radius": 1.2, "dispersion": {"source_day": None}}
    frames = found.frames | {
        "placebo": found.frames["placebo"].with_columns(pl.lit(None, pl.Boolean).alias("above"))
    }
    changed = replace(found, summary=found.summary | {"actors": actors, "model": model}, frames=frames)
    results = {result.name: result for result in quick_checks(fit.model, changed)}
    assert results["same-step"].verdict == "failed"
    assert "40.0% of the events" in results["same-step"].sentence
    assert results["spectral-radius"].verdict == "failed"
    assert results["dispersion"].verdict == results["floor"].verdict == "not run"
    assert checks_summary(list(results.values()), "quick")["tests"]["run"] == 2


def test_floor_of_another_estimator_is_no_floor() -> None:
    found = fitted(0.35).attribute()
    fast = replace(found, summary=found.summary | {"model": found.summary["model"] | {"estimator": "newton"}})
    floor = quick_checks(fitted(0.35).model, fast)[0]
    assert floor.verdict == "not run"
    assert "reference estimator" in floor.sentence


def test_one_key_gives_all_of_them_or_none() -> None:
    fit = fitted(0.35)

    def answer(checks: str) -> Attribution:
        return Fit(fit.study.replace(checks=checks, placebo=0, same_step=False), fit.model).attribute()

    assert "checks" not in answer("none").summary
    results = answer("all").summary["checks"]["results"]
    assert [r["name"] for r in results] == ["floor", "same-step", "spectral-radius", *CHECKS]
    with pytest.raises(StudyError, match="quick"):
        fit.study.replace(checks="some")


def test_a_fit_checks_itself_as_the_command_does() -> None:
    fit = fitted(0.35)
    report = fit.check(["visits", "dispersion"])
    assert report.frame()["check"].to_list() == ["dispersion", "visits"]
    assert report.subject.history is fit.model.history
    again = run_checks(make_subject(fit.model.history, fit.model.config), ["visits", "dispersion"])
    assert report.summary() == again.summary()
    with pytest.raises(InputError, match="Did you mean 'visits'"):
        fit.check(["visit"])
