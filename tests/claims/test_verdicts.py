"""Verdicts: from intervals, Holm's adjustment and curves to tests; from tests to claims; exit codes."""

from __future__ import annotations

import pytest
from claim_worlds import claim, evidence, found

from melian.checks.suite import holm
from melian.claims.claim import Reference
from melian.claims.expression import Figure, difference, figure_of, names_in
from melian.claims.summary import exit_status
from melian.claims.verdict import LEVEL, Finding, claim_verdict, p_values
from melian.measures.answer import Estimate
from melian.report.claims_words import holm_sentence, turning_sentences

INSIDE = (0.4, 0.6)


@pytest.mark.parametrize(
    ("expect", "than", "margin", "value", "verdict"),
    [
        ("above", (0.5,), 0.0, 0.60, "supported"),
        ("above", (0.5,), 0.0, 0.40, "contradicted"),
        ("above", (0.5,), 0.0, 0.53, "undecided"),
        ("above", (0.5,), 0.0, 0.48, "undecided"),
        ("above", (0.5,), 0.2, 0.60, "contradicted"),
        ("above", (0.5,), 0.04, 0.60, "supported"),
        ("below", (0.5,), 0.0, 0.40, "supported"),
        ("below", (0.5,), 0.0, 0.60, "contradicted"),
        ("below", (0.5,), 0.2, 0.40, "contradicted"),
        ("between", INSIDE, 0.0, 0.50, "supported"),
        ("between", INSIDE, 0.0, 0.70, "contradicted"),
        ("between", INSIDE, 0.0, 0.30, "contradicted"),
        ("between", INSIDE, 0.0, 0.58, "undecided"),
    ],
)
def test_one_test_decides_where_its_interval_is_on_one_side(expect, than, margin, value, verdict):
    one = evidence(expect=expect, than=Reference(than), margin=margin)
    result = claim_verdict(claim(one), [found(one, value)])
    assert result.verdict == result.tests[0].verdict == verdict
    assert result.reason


def test_the_verdict_is_that_of_the_interval():
    one = evidence()
    for value in (0.40, 0.44, 0.449, 0.451, 0.5, 0.549, 0.551, 0.56, 0.7):
        verdict = claim_verdict(claim(one), [found(one, value)]).verdict
        excludes = value - 0.05 > 0.5 or value + 0.05 < 0.5
        assert (verdict != "undecided") == excludes, value


@pytest.mark.parametrize(
    ("values", "verdict", "words"),
    [
        ([0.7, 0.7], "supported", "none against it"),
        ([0.3, 0.3], "contradicted", "none for it"),
        ([0.7, 0.3], "undecided", "the tests disagree"),
        ([0.7, 0.5], "supported", "undecided: “t1”"),
        ([0.5, 0.3], "contradicted", "undecided: “t0”"),
        ([0.5, 0.5], "undecided", "none of 2 tests decides"),
        ([None, 0.7], "supported", "undecided: “t0”"),
        ([None, None], "undecided", "no data were given"),
    ],
)
def test_a_claim_is_what_its_deciding_tests_agree_on(values, verdict, words):
    tests = [evidence(f"t{at}") for at in range(len(values))]
    result = claim_verdict(claim(*tests), [found(t, v) for t, v in zip(tests, values, strict=True)])
    assert result.verdict == verdict
    assert words in result.reason


@pytest.mark.parametrize("value", [None, 0.5])
def test_an_essential_test_that_is_open_keeps_the_claim_open(value):
    needed, other = evidence("needed", essential=True), evidence("other")
    result = claim_verdict(claim(needed, other), [found(needed, value), found(other, 0.9)])
    assert result.verdict == "undecided"
    assert "“needed”" in result.reason
    decided = claim_verdict(claim(needed, other), [found(needed, 0.9), found(other, 0.9)])
    assert decided.verdict == "supported"


def test_several_tests_are_adjusted_by_holm():
    tests = [evidence(f"t{at}") for at in range(4)]
    alone = claim_verdict(claim(tests[0]), [found(tests[0], 0.553)])
    assert alone.verdict == "supported"
    values = [0.553, 0.5, 0.5, 0.5]
    results = [found(t, v) for t, v in zip(tests, values, strict=True)]
    many = claim_verdict(claim(*tests), results)
    assert many.tests[0].verdict == "undecided"
    assert "Holm" in many.tests[0].reason
    assert [t.p_holm for t in many.tests] == holm([min(p_values(r)) for r in results])


@pytest.mark.parametrize(
    ("curve", "verdict"),
    [
        ([0.6] * 9 + [0.4], "supported"),
        ([0.6] * 7 + [0.4] * 3, "undecided"),
        ([0.6] * 8 + [0.4] * 2, "supported"),
    ],
)
def test_a_curve_has_to_agree(curve, verdict):
    one = evidence()
    result = claim_verdict(claim(one, share=0.8), [found(one, 0.6, curve=curve)])
    assert result.verdict == verdict
    share = round(100 * sum(v > 0.5 for v in curve) / len(curve))
    assert f"{share}% of 10 specifications" in result.tests[0].reason


def test_a_curve_counts_for_the_other_side_too():
    one = evidence()
    assert claim_verdict(claim(one), [found(one, 0.3, curve=[0.3] * 10)]).verdict == "contradicted"
    assert claim_verdict(claim(one), [found(one, 0.3, curve=[0.3] * 7 + [0.6] * 3)]).verdict == "undecided"


@pytest.mark.parametrize(
    ("guards", "value", "searched", "verdict"),
    [
        ("both", 0.7, 0.01, "supported"),
        ("both", 0.7, 0.3, "undecided"),
        ("both", 0.3, 0.3, "undecided"),
        ("support", 0.3, 0.3, "contradicted"),
        ("support", 0.7, 0.3, "undecided"),
    ],
)
def test_what_was_searched_for_needs_its_test(guards, value, searched, verdict):
    one = evidence(test="line", guards=guards)
    assert claim_verdict(claim(one), [found(one, value, searched=searched)]).verdict == verdict


def test_a_bound_without_width_is_no_certainty():
    one = evidence(expect="below", than=Reference((0.01,)))
    figure = Figure(0.0, 0.0, 0.05, 20)
    result = claim_verdict(claim(one), [Finding(one, figure, None, figure)])
    assert result.verdict == "undecided"


def test_a_figure_without_any_width_decides_nothing():
    for expect, value in (("below", 0.0), ("above", 1.0)):
        one = evidence(expect=expect, than=Reference((0.5,)))
        figure = Figure(value, value, value, 3)
        (test,) = claim_verdict(claim(one), [Finding(one, figure, None, figure)]).tests
        assert test.verdict == "undecided"
        assert test.p_value is None
        assert "without any width" in test.reason


def test_sums_and_differences_with_a_part_without_width_are_undefined():
    parts = {"a.X": Estimate(0.2, 0.1, 0.3, 40), "a.Y": Estimate(0.0, 0.0, 0.0, 30)}
    total = figure_of(parts, names_in("a.X + a.Y"))
    assert total.value is None
    assert "a.Y has an interval without any width" in total.reason
    whole, bare = Figure(0.2, 0.1, 0.3, 40), Figure(0.0, 0.0, 0.0, 30)
    assert difference(whole, bare, independent=True).value is None
    assert difference(bare, bare, independent=False).value is None


def test_outside_two_bounds_both_sides_are_counted():
    one = evidence(expect="between", than=Reference(INSIDE))
    above = evidence(expect="above", than=Reference(INSIDE[1:]))
    tests = [claim_verdict(claim(e), [found(e, 0.6525)]).tests[0] for e in (one, above)]
    assert tests[0].p_value == pytest.approx(2.0 * tests[1].p_value)
    assert [t.verdict for t in tests] == ["undecided", "supported"]
    assert "both sides are counted" in tests[0].reason


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [
        (["supported"], 0),
        (["supported", "undecided"], 4),
        (["supported", "contradicted", "undecided"], 3),
        (["undecided"], 4),
        (["contradicted"], 3),
    ],
)
def test_exit_status(verdicts, status):
    value = {"supported": 0.9, "contradicted": 0.1, "undecided": None}
    one = evidence()
    assert exit_status([claim_verdict(claim(one), [found(one, value[v])]) for v in verdicts]) == status


def test_sums_and_differences_never_promise_more_than_their_parts():
    parts = {"a.X": Estimate(0.2, 0.1, 0.3, 40), "a.Y": Estimate(0.3, 0.2, 0.4, 30)}
    total = figure_of(parts, names_in("a.X + a.Y"))
    assert (round(total.value, 9), round(total.low, 9), round(total.high, 9), total.events) == (
        0.5,
        0.3,
        0.7,
        30,
    )
    apart = difference(figure_of(parts, ["a.Y"]), figure_of(parts, ["a.X"]), independent=False)
    assert (round(apart.low, 9), round(apart.high, 9)) == (-0.1, 0.3)
    freely = difference(figure_of(parts, ["a.Y"]), figure_of(parts, ["a.X"]), independent=True)
    assert apart.low < freely.low < freely.high < apart.high


@pytest.mark.parametrize(
    ("estimates", "reason"),
    [
        ({}, "gives no estimate 'a.X' here"),
        ({"a.Xx": Estimate(0.1, 0.0, 0.2, 5)}, "nearest: a.Xx"),
        ({"a.X": Estimate.undefined("3 events", events=3)}, "a.X: 3 events"),
        ({"a.X": Estimate(0.4, events=9)}, "has no interval"),
    ],
)
def test_what_is_undefined_says_why(estimates, reason):
    figure = figure_of(estimates, ["a.X"])
    assert figure.value is None
    assert reason in figure.reason


@pytest.mark.parametrize(
    ("changes", "value", "more", "cause", "words"),
    [
        ({}, None, {}, "data", "with data in which this does not hold"),
        ({}, 0.53, {}, "interval", "an interval narrower than the distance"),
        ({"test": "line"}, 0.7, {"searched": 0.3}, "test", "own test “line” rejected as well: p = 0.3"),
        ({"curve": True}, 0.7, {"curve": [0.7] * 6 + [0.4] * 4}, "curve", "only 60% of 10 specifications"),
        ({"expect": "between", "than": Reference(INSIDE)}, 0.6525, {}, "sides", "once both sides count"),
    ],
)
def test_what_would_change_a_verdict_is_what_keeps_it_open(changes, value, more, cause, words):
    one = evidence(**changes)
    result = claim_verdict(claim(one), [found(one, value, **more)])
    assert result.tests[0].cause == cause
    (said,) = turning_sentences(result)
    assert words in said
    assert ("narrower than" in said) == (cause == "interval")


def test_what_only_the_adjustment_keeps_open_says_so():
    tests = [evidence(f"t{at}") for at in range(4)]
    values = [0.553, 0.5, 0.5, 0.5]
    result = claim_verdict(claim(*tests), [found(t, v) for t, v in zip(tests, values, strict=True)])
    assert result.tests[0].cause == "holm"
    assert "decides by itself" in turning_sentences(result)[0]
    assert "up to 10% of data" in holm_sentence(result)


def test_level_is_that_of_a_ninety_per_cent_interval():
    assert LEVEL == 0.05
