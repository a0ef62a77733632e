"""What specifications say together, against sums by hand; and the sentences that follow them."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from melian.curve.influence import influence
from melian.curve.result import CurveAxis, CurveResult, make_result, verdict_of
from melian.measures.answer import Estimate
from melian.report.curve import choices_frame, curve_files
from melian.report.curve_text import curve_notes, curve_sentences, curve_text

AXES = (CurveAxis("step_days", ("1", "2", "3")), CurveAxis("statements", ("out", "in")))
ROWS = np.array(list(itertools.product(range(3), range(2))))
DATA = {"actors": ["A", "B"], "since": "2015-01-01", "until": "2015-12-31", "events": 900, "snapshot": "ab"}


def result_of(values: list[float | None], **changes: object) -> CurveResult:
    estimates = [
        Estimate.undefined("A is no actor at level 'state-only'")
        if v is None
        else Estimate(v, v - 0.15, v + 0.15, 50)
        for v in values
    ]
    given = {"axes": AXES, "measure": "shares", "estimate": "initiative.A-B", "reference": 0.0}
    names = ["initiative.A-B"] * len(values)
    return make_result(
        ROWS, estimates, names, combinations=6, data=DATA, settings={"seed": 1}, **{**given, **changes}
    )


def test_signs_are_counted_against_the_main_specification() -> None:
    found = result_of([0.3, 0.2, 0.1, -0.1, None, -0.3]).verdict
    assert (found.specs, found.defined) == (6, 5)
    assert found.same_sign == pytest.approx(3 / 5)
    assert found.above == pytest.approx(3 / 5)
    assert found.surely_above == pytest.approx(2 / 5)
    assert found.surely_below == pytest.approx(1 / 5)
    assert (found.median, found.least, found.most) == (0.1, -0.3, 0.3)


def test_the_reference_moves_the_sign() -> None:
    assert verdict_of([Estimate(0.6), Estimate(0.4)], 0.5).same_sign == 0.5
    assert verdict_of([Estimate(0.6), Estimate(0.4)], 0.0).same_sign == 1.0


def test_without_any_value_nothing_is_said() -> None:
    result = result_of([None] * 6)
    assert result.verdict.same_sign is None
    assert "None of the 6 specifications has a value" in curve_sentences(result)[-1]
    assert "report.html" in curve_files(result)


def test_influence_finds_the_axis_that_was_made_to_matter() -> None:
    value = np.array([0.1 * step + 0.02 * statements for step, statements in ROWS])
    found = influence(ROWS, value, [3, 2])
    assert found.mean_range == pytest.approx([0.2, 0.02])
    assert found.alone == pytest.approx([0.2, 0.02])
    assert found.variance.sum() == pytest.approx(1.0)
    assert found.variance[0] > 0.95
    assert found.rest == pytest.approx(0.0, abs=1e-12)


def test_what_choices_do_together_is_left_over() -> None:
    value = np.array([float(step == 1 and statements == 1) for step, statements in ROWS])
    found = influence(ROWS, value, [3, 2])
    assert found.rest > 0.3
    assert found.variance.sum() + found.rest == pytest.approx(1.0)


def test_parts_sum_to_one_where_choices_go_together() -> None:
    rng = np.random.default_rng(1)
    rows = np.stack([rng.integers(3, size=60), rng.integers(2, size=60)], axis=1)
    rows[:20] = 0
    found = influence(rows, 0.2 * rows[:, 0] + 0.1 * rows[:, 1] + 0.05 * rng.standard_normal(60), [3, 2])
    assert found.variance.sum() + found.rest == pytest.approx(1.0)
    assert found.variance[0] > found.variance[1] > 0


def test_undefined_specifications_are_counted_with_their_reason() -> None:
    result = result_of([0.3, 0.2, None, None, 0.1, 0.2])
    assert result.undefined() == {"A is no actor at level 'state-only'": 2}
    assert curve_notes(result)[0] == (
        "2 of 6 specifications are undefined: A is no actor at level 'state-only'."
    )
    assert result.frame["reason"].null_count() == 4
    assert result.summary()["undefined"] == result.undefined()


def test_sentences_take_their_figures_from_the_result() -> None:
    before = " ".join(curve_sentences(result_of([0.3, 0.2, 0.1, -0.1, 0.2, -0.3])))
    after = " ".join(curve_sentences(result_of([0.4, 0.2, 0.1, -0.1, 0.2, -0.3])))
    assert "is 30 points (15 to 45), from 50 events" in before
    assert "is 40 points (25 to 55), from 50 events" in after
    assert "67% lie above 0, " in before
    assert "all of them between −30 and 30 points" in before


def test_shares_are_percentages_and_an_actor_with_a_hyphen_is_no_difference() -> None:
    values = [0.3, 0.2, 0.1, 0.1, 0.2, 0.3]
    share = replace(result_of(values, estimate="initiative.G-77", reference=0.5), data={"actors": ["G-77"]})
    assert "is 30% (15% to 45%)" in curve_sentences(share)[0]
    assert "none lie above 50%" in curve_sentences(share)[2]
    assert "none lie above 50 points" in curve_sentences(result_of(values, reference=0.5))[2]


def test_results_that_repeat_are_counted_once_too() -> None:
    repeated = result_of([0.3, 0.3, 0.3, 0.3, None, -0.3])
    assert (repeated.verdict.distinct, repeated.verdict.same_sign) == (2, 0.8)
    assert "Only 2 of the results differ" in curve_sentences(repeated)[2]
    assert "counted once each, 50% lie on the side" in curve_sentences(repeated)[2]
    assert "of the results differ" not in curve_sentences(result_of([0.3, 0.2, 0.1, -0.1, None, -0.3]))[2]


def test_a_share_by_itself_has_no_sign() -> None:
    assert any("never below 0" in note for note in curve_notes(result_of([0.3] * 6, estimate="initiative.A")))
    assert not any("never below 0" in note for note in curve_notes(result_of([0.3] * 6)))


def test_page_and_text_hold_no_causal_word() -> None:
    result = result_of([0.3, 0.2, 0.1, -0.1, None, -0.3])
    page = str(curve_files(result)["report.html"])
    for word in ("caused", "because of", "led to", "leads to", "due to", "results in"):
        assert word not in curve_text(result)
        assert f" {word} " not in page
    assert "<svg" in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_values_of_a_choice_are_told_apart() -> None:
    frame = choices_frame(result_of([0.3, 0.2, 0.1, -0.1, None, -0.3]))
    row = frame.filter(axis="statements", value="out").row(0, named=True)
    assert (row["specs"], row["undefined"], row["median"]) == (3, 1, pytest.approx(0.2))


def test_another_measure_is_written_in_numbers() -> None:
    result = replace(result_of([1.5, 1.2, 1.1, 1.3, 1.4, 1.6]), measure="toolkits")
    assert "is 1.5 (1.35 to 1.65)" in curve_sentences(result)[0]
