"""The placebo floor in words: above, not above, too few events, not run; the same in every place."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
import synthetic

from melian.report import attribution_text, findings, prose, write_report
from melian.report.floor import floor_of, floor_sentence
from melian.report.reading import Reading
from melian.report.sections.method import limits

FIGURES = ("placebo", "placebo_low", "placebo_high")
FALSE_CLAIMS = ("not above the placebo floor", "above the placebo floor for all", "stand above")


def with_placebo(made: synthetic.Made, **values: object) -> synthetic.Made:
    """Give the attribution with columns of its placebo frame set for every actor."""
    kinds = {"above": pl.Boolean, "reason": pl.String}
    columns = [pl.lit(value, kinds.get(name, pl.Float64)).alias(name) for name, value in values.items()]
    return replace(made, frames={**made.frames, "placebo": made.frames["placebo"].with_columns(columns)})


def places(made: synthetic.Made) -> dict[str, str]:
    """Give what each place of the report says of the floor."""
    reading = Reading(made)
    return {
        "terminal": attribution_text(made),
        "answer": prose.answer(reading)[1],
        "shares": floor_sentence(reading),
        "limits": limits(reading).paragraphs[3],
    }


@pytest.fixture
def untested(made):
    return with_placebo(made, **dict.fromkeys(FIGURES), above=None, reason="the record is too short")


@pytest.mark.parametrize("place", ["terminal", "answer", "shares", "limits"])
def test_a_placebo_that_was_not_run_is_no_result(untested, place):
    text = places(untested)[place]
    assert "placebo was not run (the record is too short)" in text
    assert not any(claim in text for claim in FALSE_CLAIMS)


def test_a_reason_that_says_no_more_is_not_repeated(made):
    text = floor_sentence(Reading(with_placebo(made, **dict.fromkeys(FIGURES), above=None, reason="not run")))
    assert text.startswith("The placebo was not run, so no share")


def test_a_page_without_placebo_gives_the_reason_in_its_table(untested, tmp_path):
    page = write_report(untested, tmp_path).read_text("utf-8")
    assert "undefined: the record is too short" in page
    assert "not compared" in page
    assert not any(claim in page for claim in FALSE_CLAIMS)


def test_every_actor_above(made):
    above = places(with_placebo(made, above=True, placebo=0.01, placebo_low=0.01, placebo_high=0.01))
    assert "above the placebo floor for all 7 actors" in above["terminal"]
    assert "above the placebo floor for all 7 actors" in above["answer"]
    assert above["limits"] == "All listed actors with a figure stand above the placebo floor."


def test_no_actor_above(made):
    below = places(with_placebo(made, above=False, placebo=0.5, placebo_low=0.4, placebo_high=0.6))
    assert below["answer"].startswith("For none of the 7 actors")
    assert below["shares"].startswith("The share of reaction is not above the placebo floor for any of the 7")
    assert below["limits"].startswith("7 of 7 actors")


def test_the_estimate_stands_beside_its_floor(made):
    rows = pl.col("actor").is_in(["RUS", "USA"])
    frame = made.frames["placebo"].with_columns(rows.alias("above"), pl.lit(0.034).alias("placebo"))
    changed = Reading(replace(made, frames={**made.frames, "placebo": frame}))
    largest = max(("RUS", "USA"), key=lambda actor: changed.share(actor, "reaction").share)
    sentence = prose.answer(changed)[1]
    assert sentence.startswith(
        f"Of the 2 actors whose share of reaction is above the placebo floor, {largest} has the largest: "
        f"{prose.text_of(changed.share(largest, 'reaction'))} beside a floor of 3.4% ("
    )
    assert "for 5 of 7 actors it is not above the placebo floor" in sentence
    assert "the placebo floor of 3.4% (" in findings.shares_finding(changed)


def test_few_events_are_too_few_to_tell_only_below_the_floor(made):
    summary = {**made.summary, "actors": {a: dict(p) for a, p in made.summary["actors"].items()}}
    summary["actors"]["CHN"]["events"] = 199
    summary["actors"]["UKR"]["events"] = 200
    few = with_placebo(replace(made, summary=summary), above=False, placebo=0.5)
    assert floor_of(Reading(few)).few == ("CHN",)
    texts = places(few)
    assert "CHN (199): fewer than 200 events" in texts["shares"]
    assert "too few events to tell for CHN" in texts["answer"]
    assert "CHN: too few events to tell" in texts["limits"]
    above = with_placebo(replace(made, summary=summary), above=True, placebo=0.01)
    assert floor_of(Reading(above)).few == ()
    assert "too few" not in "".join(places(above).values())


def test_one_placebo_fit_has_no_range(made):
    proximate = {"share": 0.034, "low": 0.034, "high": 0.034}
    actors = {a: {**p, "proximate": dict(p["proximate"])} for a, p in made.summary["actors"].items()}
    actors["RUS"]["proximate"]["placebo_reaction"] = proximate
    one = replace(made, summary={**made.summary, "actors": actors})
    line = next(row for row in attribution_text(one).splitlines() if row.startswith("RUS "))
    assert " 3.4%  " in line


def test_shares_of_actors_with_few_events_do_not_lead_the_answer(untested):
    actors = {a: {**p, "events": min(p["events"], 150)} for a, p in untested.summary["actors"].items()}
    for actor in ("RUS", "USA", "UKR"):
        actors[actor]["events"] = untested.summary["actors"][actor]["events"]
    reading = Reading(replace(untested, summary={**untested.summary, "actors": actors}))
    first, second, _ = prose.answer(reading)
    assert "among the 2 other actors with at least 200 events" in first
    assert second.startswith(
        "Among the 3 actors with at least 200 events the share of reaction is largest for "
    )
