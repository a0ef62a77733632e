"""The sentences of claims: each figure in them is a test's estimate, threshold or curve."""

from __future__ import annotations

import datetime as dt
from typing import Final

from melian.claims.claim import Evidence
from melian.claims.expression import Figure
from melian.claims.verdict import LEVEL, ClaimVerdict, Finding, JudgedTest
from melian.report.numerals import count, listing, number, percent, period, plain_name

__all__ = [
    "LIMITS",
    "figure_text",
    "holm_sentence",
    "said_where",
    "sentences_of",
    "turning_sentences",
    "verdict_sentence",
]

LIMITS: Final = (
    "A verdict is about the reading of the statement that is given here, tested on recorded deeds of the "
    "period that the data cover. It says nothing about reasons, intentions or rights, and nothing about "
    "other periods.",
    "Recorded deeds are what sources report. A share of initiative is what earlier recorded deeds of the "
    "listed actors do not predict; it does not show that an actor was free.",
    "“Undecided” is an answer: data that do not hold the period or the actor cannot speak for a statement or "
    "against it.",
    "The direction of every test stands in the claim file, with what would count against it. Choose another "
    "reading by writing another file.",
)


def verdict_sentence(one: ClaimVerdict) -> str:
    """Say the verdict and why."""
    return f"{one.verdict.capitalize()}: {one.reason}."


def said_where(one: ClaimVerdict) -> str:
    """Say who said it, in what, and when."""
    claim = one.claim
    return f"{claim.said_by}, {claim.where}, {_when(claim.date)}"


def figure_text(figure: Figure, evidence: Evidence, *, points: bool = False) -> str:
    """Write a figure with its interval, or why there is none; differences of shares are in points."""
    if figure.value is None:
        return f"undefined: {figure.reason}"
    parts = [_number(value, evidence, points) for value in (figure.value, figure.low, figure.high)]
    unit = "" if evidence.unit == "number" else " points" if points else "%"
    return f"{parts[0]}{unit} (90% interval {parts[1]} to {parts[2]})"


def holm_sentence(one: ClaimVerdict) -> str:
    """Say how many tests of a claim ran and how they are adjusted."""
    ran = sum(test.p_value is not None for test in one.tests)
    if ran == 0:
        return f"None of the {len(one.tests)} tests could be run." if len(one.tests) > 1 else (
            "The test could not be run."
        )  # fmt: skip
    tests = "1 test" if ran == 1 else f"{ran} tests"
    adjusted = "" if ran == 1 else (
        f"; after the adjustment for their number (Holm 1979) "
        f"{sum((test.p_holm or 1.0) <= LEVEL for test in one.tests if test.p_value is not None)} decide"
    )  # fmt: skip
    return (
        f"{tests} of {len(one.tests)} ran, each one-sided at {percent(LEVEL, 0)} on either side of its "
        f"threshold{adjusted}. A single test whose truth is the threshold itself decides one way or the "
        f"other in up to {percent(2.0 * LEVEL, 0)} of data, and tests of different claims are not adjusted "
        "for each other."
    )


def sentences_of(test: JudgedTest) -> tuple[str, ...]:
    """Say what a test asked, what was found, and what it comes to."""
    evidence = test.result.evidence
    return (
        f"{evidence.asks} {evidence.why}",
        *_found(test),
        *_beside(test.result),
        *_curve(test.result),
        f"{test.verdict.capitalize()}: {test.reason}{_adjusted(test)}.",
    )


def turning_sentences(one: ClaimVerdict) -> tuple[str, ...]:
    """Say what would change the verdict, test by test."""
    return tuple(_turning(test) for test in one.tests)


def _found(test: JudgedTest) -> tuple[str, ...]:
    result, evidence = test.result, test.result.evidence
    if result.answer is None or result.estimate.value is None:
        return ()
    data = result.answer.data
    span = period(dt.date.fromisoformat(data["since"]), dt.date.fromisoformat(data["until"]))
    own = (
        f"In {evidence.data}, {span}, {_name(evidence.estimate, evidence)} is "
        f"{figure_text(result.estimate, evidence, points=_is_difference(evidence))}, from "
        f"{count(result.estimate.events)} events"
    )
    if result.reference is None:
        return (f"{own}; the statement wants it {_wanted(result)}.",)
    against = (
        f"it is held against {_against(evidence)}, {figure_text(result.reference, evidence)}. The difference "
        f"is {figure_text(result.tested, evidence, points=True)}; the statement wants it {_wanted(result)}"
    )
    return (f"{own}; {against}.",)


def _wanted(result: Finding) -> str:
    evidence = result.evidence
    points = result.reference is not None or _is_difference(evidence)
    unit = "" if evidence.unit == "number" else " points" if points else "%"
    bounds = [f"{_number(value, evidence, points)}{unit}" for value in result.thresholds]
    return f"{evidence.expect} {' and '.join(bounds)}"


def _against(evidence: Evidence) -> str:
    than = evidence.than
    names = [_name(name, evidence) for name in than.estimates]
    what = names[0] if len(names) == 1 else f"the mean of {listing(names)}"
    if than.other_window:
        return f"{what} from {than.since or 'the first day'} to {than.until or 'the last day'}"
    return what


def _beside(result: Finding) -> tuple[str, ...]:
    if not result.beside or result.answer is None:
        return ()
    points = _is_difference(result.evidence)
    told = [
        f"{_name(name, result.evidence)} {figure_text(figure, result.evidence, points=points)}"
        for name, figure in result.beside
    ]
    return (f"Beside it, not counted: {'; '.join(told)}.",)


def _curve(result: Finding) -> tuple[str, ...]:
    curve, share = result.curve, result.expected_share
    if curve is None or share is None:
        return ()
    mover = curve.influence_frame().row(0, named=True)
    moves = (
        f"; most of the spread goes with the choice of {plain_name(mover['axis'])}"
        if mover["variance"] is not None
        else ""
    )
    return (
        f"Over {count(curve.verdict.specs)} specifications ({count(curve.verdict.defined)} with a value), "
        f"{percent(share, 0)} are on the expected side of the threshold{moves}.",
    )


def _adjusted(test: JudgedTest) -> str:
    if test.p_value is None or test.p_holm is None:
        return ""
    return f" (p = {number(test.p_value, 2)}, after Holm {number(test.p_holm, 2)})"


def _turning(test: JudgedTest) -> str:
    result, name = test.result, test.result.evidence.name
    figure = result.tested
    if not result.decidable or figure.value is None or figure.low is None or figure.high is None:
        return f"“{name}” would decide with data in which this does not hold: {test.reason}."
    sides = _wanted(result)
    if test.verdict == "supported":
        return f"“{name}” would no longer speak for the statement if the interval were not wholly {sides}."
    if test.verdict == "contradicted":
        return f"“{name}” would speak for the statement if the whole interval were {sides}."
    return f"“{name}” {_missing(test)}."


def _missing(test: JudgedTest) -> str:
    """Say what a test that is open lacks, by what keeps it open."""
    result, evidence = test.result, test.result.evidence
    asked = number(LEVEL, 2)
    if test.cause == "test":
        return (
            f"would decide if the measure's own test “{evidence.test}” rejected as well: p = "
            f"{number(result.searched or 0.0, 2)}, and at most {asked} is asked; the interval excludes the "
            "threshold already"
        )
    if test.cause == "holm":
        return (
            f"decides by itself (p = {number(test.p_value or 0.0, 2)}), but not as one of several tests: p = "
            f"{number(test.p_holm or 0.0, 2)} after Holm's adjustment, and at most {asked} is asked. Its "
            "interval would have to be narrower"
        )
    if test.cause == "curve":
        return f"would decide if more of its specifications agreed: {test.reason}"
    if test.cause == "sides":
        return (
            "would decide with an interval so narrow that it excludes the nearer bound once both sides count"
        )
    return _narrower(result)


def _narrower(result: Finding) -> str:
    """Say how narrow an interval has to be, and what else has to agree."""
    evidence, figure = result.evidence, result.tested
    points = result.reference is not None or _is_difference(evidence)
    gap = min(abs((figure.value or 0.0) - bound) for bound in result.thresholds)
    half = ((figure.high or 0.0) - (figure.low or 0.0)) / 2.0
    unit = "" if evidence.unit == "number" else " points"
    also = [f"the measure's own test “{evidence.test}” rejecting"] if evidence.test else []
    also += ["specifications that agree"] if evidence.curve else []
    return (
        "would decide with an interval narrower than the distance to the threshold, "
        f"{_number(gap, evidence, points)}{unit} (half its width is {_number(half, evidence, points)}{unit})"
        f"{f', with {listing(also)}' if also else ''}"
    )


def _number(value: float | None, evidence: Evidence, points: bool) -> str:
    """Write a value: shares as percentages, without the sign."""
    if value is None:
        return "none"
    if evidence.unit == "number":
        return number(value)
    size = 100.0 * value
    text = f"{size:.1f}" if points or abs(size) < 9.95 else f"{size:.0f}"
    return text.replace("-", "−") if float(text) else text.replace("-", "")


def _is_difference(evidence: Evidence) -> bool:
    """Tell estimates that are differences by themselves: `initiative.RUS-USA`."""
    return "-" in evidence.estimate


def _name(expression: str, evidence: Evidence) -> str:
    named = listing([plain_name(name) for name in evidence.instruments])
    return expression.replace("{instruments}", f"({named})")


def _when(date: str) -> str:
    """Write a year, month or day for readers."""
    parts = [int(part) for part in date.split("-")]
    if len(parts) == 1:
        return date
    day = dt.date(parts[0], parts[1], parts[2] if len(parts) == 3 else 1)
    text = period(day, day).split(" to ")[1]
    return text if len(parts) == 3 else text.split(" ", 1)[1]
