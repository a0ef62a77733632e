"""Numbers in sentences of reports come from results: attribution, its checks, curve, self-test, worlds."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest
import synthetic
from told import Case, Told, faults, tellings

from melian.checks import quick
from melian.curve.result import CurveAxis, make_result
from melian.measures.answer import Estimate
from melian.options import COMPONENTS
from melian.report import curve, document, page
from melian.report.curve_text import curve_notes, curve_sentences
from melian.report.holm import said_of_tests
from melian.report.page import Section
from melian.report.prose import answer
from melian.report.reading import Reading
from melian.report.selftest_text import SHOWN, selftest_sentences
from melian.report.worlds_text import contrast_sentences, world_sentences
from melian.selftest.bias import Selftest
from melian.selftest.frames import TRUTH
from melian.selftest.worlds import bias_worlds

UNDRAWN: dict[tuple[Any, str], Any] = {(page, "draw"): lambda *_, **__: ""}
"""Charts hold no sentences."""


def given(result: Any) -> SimpleNamespace:
    """Hold a result so that it can be changed."""
    return SimpleNamespace(found=lambda: result)


def texts_of(sections: Iterable[Section]) -> list[str]:
    out = []
    for section in sections:
        out += [section.title, *section.paragraphs]
        for figure in section.figures:
            out += [figure.title, figure.finding, figure.note]
        for table in (*(t for t, _ in section.tables), *(figure.table for figure in section.figures)):
            out += [table.caption, table.note]
    return [text for text in out if text]


def attribution(size: int) -> synthetic.Made:
    """Of another size with other actors, events told and checks."""
    made = synthetic.make(8 + size, seed=7 + size, until=dt.date(2018, 10 - size, 28))[0]
    cut = {name: made.frames[name].head(20 + size) for name in ("telling", "coefficients") if size}
    silent = pl.when(pl.int_range(pl.len()) < size).then(0).otherwise(pl.col("rows")).alias("rows")
    cut["gaps"] = made.frames["gaps"].with_columns(silent)
    results = made.summary["checks"]["results"]
    names = ("floor", "spectral-radius", "dispersion", "reactive")[: 1 + size]
    more = [{**results[-1], "name": name, "verdict": "failed"} for name in names]
    checks = {**made.summary["checks"], "results": [*results, *more]}
    return synthetic.Made({**made.summary, "checks": checks}, {**made.frames, **cut})


def derived(reading: Reading) -> tuple[Any, ...]:
    """Figures that follow from the frames: sums by week, steps of funnel and ladder, all events."""
    scores = reading.frames["ladder"]["log_score"].to_numpy()
    weeks = reading.frames["timeline"].group_by("week").agg(pl.col("events").sum())
    steps = np.diff(reading.frames["funnel"]["rows"].to_numpy())
    return weeks, steps, scores[-1] - scores[0], sum(reading.events.values())


def of_attribution(size: int) -> Case:
    one = given(attribution(size))

    def tell() -> Told:
        made = one.found()
        reading = Reading(made)
        texts = [*answer(reading), *texts_of(document._sections(reading, {}))]
        return Told(tuple(texts), (made.frames, made.summary, derived(reading)))

    return Case(tell, ((one, "found"),), constants=UNDRAWN)


def of_quick_checks(size: int) -> Case:
    names = "ABCDEFG"[: 4 + size]
    actors = {name: {"events": 90 + 20 * at, "proximate": {"same_step": {"share": 0.03 * at}}}
              for at, name in enumerate(names)}  # fmt: skip
    model = {
        "estimator": "gibbs", "spectral_radius": 0.61, "spectral_radius_interval": {"low": 0.5, "high": 0.7},
        "dispersion": {"source_day": 1.45},
    }  # fmt: skip
    placebo = pl.DataFrame({"actor": list(names), "above": [at % 2 == 0 for at in range(len(names))]})
    scores = pl.DataFrame({"model": ["+ persistence", "full"], "log_score": [-4.7, -4.6]})
    one = given((actors, model, {"placebo": placebo, "ladder": scores}))
    # The two checks that read the fit are among those of `melian check`.
    no_result = quick.not_run("none", "", "")
    constants: dict[tuple[Any, str], Any] = {(quick, "Point"): lambda *_: None}
    constants |= {(quick, name): lambda *_: no_result for name in ("reactive_at", "meetings_at")}
    fit = SimpleNamespace(design=None, basis=None, waves=None, mean=None)

    def tell() -> Told:
        told_actors, told_model, frames = one.found()
        made = SimpleNamespace(frames=frames, summary={"actors": told_actors, "model": told_model})
        checks = quick.quick_checks(fit, made)
        return Told(tuple(check.sentence for check in checks), (frames, made.summary, checks))

    return Case(tell, ((one, "found"),), constants=constants)


def of_curve(size: int) -> Case:
    """Of the third size on the choices allow more than was run; of every other one there is a choice more."""
    axes = (
        CurveAxis("step_days", ("1", "2", "3")),
        CurveAxis("statements", ("out", "in", "both", "two")[: 1 + size]),
    )
    axes += (CurveAxis("unit", ("event",)),) * (size % 2)
    rows = np.array([*itertools.product(*(range(len(axis.values)) for axis in axes))])
    rng = np.random.default_rng(size)
    values = rng.uniform(0.05, 0.6, len(rows))
    lost = Estimate.undefined("no events")
    one = given([lost if at in (1, 2)[: size - 1] else Estimate(v, v - 0.1, v + 0.1, 50)
                 for at, v in enumerate(values.tolist())])  # fmt: skip
    data = {
        "actors": ["A", "B"],
        "since": "2015-01-01",
        "until": "2015-12-31",
        "events": 900,
        "snapshot": "ab",
    }

    def tell() -> Told:
        result = make_result(
            rows, one.found(), ["initiative.A-B"] * len(rows), combinations=len(rows) * (1 + size // 2),
            data=data, settings={"seed": 1}, axes=axes, measure="shares", estimate="initiative.A-B",
            reference=0.1 + 0.1 * size,
        )  # fmt: skip
        texts = [*curve_sentences(result), *curve_notes(result), *texts_of(curve.curve_sections(result))]
        return Told(tuple(texts), (result, result.influence_frame(), curve.choices_frame(result)))

    return Case(tell, ((one, "found"),), constants=UNDRAWN)


def of_selftest(size: int) -> Case:
    worlds, pipelines = bias_worlds()[: 4 + size], ("default", "naive", "textbook")[: 2 + size]
    rng = np.random.default_rng(size)
    shares = pl.DataFrame(
        [{"world": w.name, "repairable": w.repairable, "pipeline": p, "component": c,
          "mean": m, "least": m / 2, "most": m, "seeds": 3, "events": 900}
         for w in worlds for p in (TRUTH, *pipelines) for c in COMPONENTS for m in [rng.random() / 3]]
    )  # fmt: skip
    intervals = pl.DataFrame(
        [{"world": w.name, "repairable": w.repairable, "held": bool(rng.random() < 0.8), "component": c}
         for w in worlds for c in SHOWN for _ in range(4)]
    )  # fmt: skip
    one = given((shares, intervals))

    def tell() -> Told:
        made = Selftest(worlds, pipelines, *one.found(), {})
        both = [made.coverage(repairable=kind) for kind in (True, False)]
        errors = [made.error(w.name, p) for w in worlds for p in pipelines]
        rates = [coverage.rate for coverage in both if coverage]
        return Told(
            tuple(selftest_sentences(made)), (made.shares, made.intervals, both, errors, rates, worlds)
        )

    return Case(tell, ((one, "found"),))


def of_worlds(size: int) -> Case:
    """A world's expected events, and what differs in a scenario; gaps of one sign and of both."""
    names = "ABCDEF"[: 4 + size]
    gap = {"mean": 40.0 + size, "low": 11.0, "high": 71.0, "run_low": -20.0, "run_high": 95.0}
    runs = {"runs": 200 + size, "draws": 10 + size, "seed": 1 + size}
    world = {"since": "2018-01-01", "until": "2018-12-31", "spectral_radius": 0.41}
    one = given({
        "world": world, "runs": runs, "events": {"mean": 900.0, "run_low": 840.0, "run_high": 960.0},
        "actors": {name: {"mean": 100.0 + 31 * at} for at, name in enumerate(names)},
        "gap": {"difference": gap, "factual": {"mean": 900.0}},
        "gaps": {name: {"difference": {"mean": 9.0 - 7 * at, "low": 2.0 - 7 * at, "high": 16.0 - 7 * at}}
                 for at, name in enumerate(names)},
        "reach": {name: {"outside": 0.5 - 0.1 * at, "factual_outside": 0.1, "of": "months",
                         "months": 12 + size} for at, name in enumerate(names)},
        "scenario": {"changes": [], "spectral_radius": 0.52},
    })  # fmt: skip

    def tell() -> Told:
        found = one.found()
        contrast = {**found, "events": found["gap"], "actors": found["gaps"]}
        gap = found["gap"]["difference"]
        part = gap["mean"] / found["gap"]["factual"]["mean"]
        return Told((*world_sentences(found), *contrast_sentences(contrast)), (found, part))

    return Case(tell, ((one, "found"),))


def of_tests(size: int) -> Case:
    one = given({f"test {at}": 0.01 * (at + 1) ** 2 for at in range(5 + size)})

    def tell() -> Told:
        tests = one.found()
        return Told((said_of_tests(tests),), tests)

    return Case(tell, ((one, "found"),))


CASES: dict[str, Callable[[int], Case]] = {
    "attribution": of_attribution, "quick checks": of_quick_checks, "curve": of_curve,
    "selftest": of_selftest, "worlds": of_worlds, "tests": of_tests,
}  # fmt: skip
SETTINGS: dict[str, tuple[str, ...]] = {
    "attribution": (
        r"below 1\b", r"reaches 1\b", "At 1 or above", "0: none, 1: levels", "at least 0",
        r"The first 400 of \d+ rows", r"\(1 where counts",
    ),
    "quick checks": ("1: Poisson",),
}  # fmt: skip
"""Phrases whose numerals are constants."""


@pytest.mark.parametrize("name", list(CASES))
def test_sentences_follow_the_results(name: str) -> None:
    told = [one for size in range(4) for one in tellings(CASES[name](size))]
    assert faults(told, SETTINGS.get(name, ())) == []


@pytest.mark.parametrize(
    ("tell", "kinds"),
    [
        (lambda share: f"RUS begins {share:.0%} of it.", set()),
        (lambda share: f"RUS begins {share:.0%} of 42 events.", {"stays"}),
        (lambda share: "RUS begins 43% of it.", {"does", "no", "stays"}),
        (lambda share: f"RUS begins {share / 2:.1%} of it.", {"no"}),
        (lambda share: f"This led to {share:.0%} of it.", {"says"}),
        (lambda share: f"It is the cause of {share:.0%} of it.", {"says"}),
    ],
)
def test_poor_sentences_are_found(tell: Callable[[float], str], kinds: set[str]) -> None:
    one = given({"share": 0.4273, "events": 812})

    def told() -> Told:
        return Told((tell((found := one.found())["share"]),), found)

    assert {fault.split()[0] for fault in faults(tellings(Case(told, ((one, "found"),))))} == kinds
