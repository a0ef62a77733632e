"""Sentences: numbers come from the results, the accepted wording is kept, causal words are not used."""

from __future__ import annotations

import re

import polars as pl
import pytest
import synthetic

from melian.report import findings, prose
from melian.report.numerals import percent, share_text
from melian.report.reading import Reading

FORBIDDEN = re.compile(
    r"\b(caus\w*|because of|led to|leads to|due to|provok\w*|trigger\w*|results? in|in response to)\b",
    re.I,
)
FINDINGS = sorted(set(findings.__all__) - {"truth_finding", "components_finding"})


def changed(made: synthetic.Made, frame: str, *exprs: pl.Expr) -> Reading:
    return Reading(
        synthetic.Made(made.summary, {**made.frames, frame: made.frames[frame].with_columns(*exprs)})
    )


def test_page_has_no_causal_wording(written):
    text = re.sub(r"<(script|style|svg).*?</\1>", " ", written.html, flags=re.S)
    text = re.sub(r"<[^>]+>", " ", text)
    assert not FORBIDDEN.search(text)


@pytest.mark.parametrize("name", FINDINGS)
def test_findings_are_sentences_without_causal_wording(made, name):
    text = getattr(findings, name)(Reading(made))
    assert text.endswith(".")
    assert not FORBIDDEN.search(text)
    assert not re.search(r"\b(None|nan)\b", text)


def test_accepted_wording_is_used(made):
    first = prose.answer(Reading(made))[0]
    share = Reading(made).share("RUS", "initiative")
    assert first.startswith("In the period 1 January to 31 October 2018, by the network Hawkes model")
    assert "data snapshot 3f2a91c07be6" in first
    assert f"{percent(share.share)} (90% interval " in first
    assert "of RUS's recorded deeds are not predicted by earlier recorded deeds of the listed actors" in first


def test_a_changed_result_changes_the_sentence(made):
    before = prose.answer(Reading(made))
    focus = (pl.col("actor") == "RUS") & (pl.col("component") == "initiative")
    after = prose.answer(
        changed(made, "shares", pl.when(focus).then(0.111).otherwise(pl.col("share")).alias("share"))
    )
    assert "11% (90% interval" in after[0]
    assert before[0] != after[0]
    assert before[1:] == after[1:]


def test_undefined_focus_gives_its_reason(made):
    gone = pl.lit(None, pl.Float64)
    reading = changed(
        made,
        "shares",
        gone.alias("share"),
        gone.alias("low"),
        gone.alias("high"),
        pl.lit("too few").alias("reason"),
    )
    first, second, third = prose.answer(reading)
    assert "is undefined: too few" in first
    assert second == "No actor has enough events for a share of reaction."
    assert third.startswith("Where chains of deeds begin could not be estimated")


def test_share_text_never_blank():
    assert share_text(None, None, None) == "undefined: no reason was given"
    assert share_text(0.0, 0.0, 0.004) == "0.0% (0.0–0.4%)"
    assert share_text(float("nan"), None, None, "no events") == "undefined: no events"


def test_truth_finding_counts_coverage():
    rows = [
        {"share": 0.5, "low": 0.4, "high": 0.6, "truth": 0.45},
        {"share": 0.5, "low": 0.4, "high": 0.6, "truth": 0.65},
        {"share": None, "low": None, "high": None, "truth": 0.65},
    ]
    assert findings.truth_finding(rows) == (
        "Over 2 shares the estimate lies on average 10.0 percentage points from the truth; "
        "the 90% interval holds the truth in 1 of 2."
    )
