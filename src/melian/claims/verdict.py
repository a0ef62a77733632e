"""From estimates to verdicts: each test of a claim for or against, and the claim from its tests.

The direction is stated in the claim. A test speaks for its claim where the 90% interval lies wholly on the
expected side of the threshold, against it where it lies wholly on the other, after Holm's (1979) adjustment
for the number of tests in the claim; and only if enough specifications of its curve lie on the same side.
Each side has 5%, so that a single test whose truth is the threshold itself decides one way or the other in
10% of data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from melian.checks.suite import holm
from melian.claims.claim import Claim, Evidence
from melian.claims.expression import NO_WIDTH, Figure
from melian.curve.result import CurveResult
from melian.history import FunnelCount
from melian.measures.answer import Answer

__all__ = [
    "LEVEL",
    "ClaimVerdict",
    "Finding",
    "JudgedTest",
    "Verdict",
    "claim_verdict",
    "p_values",
]

Cause = Literal["", "data", "interval", "sides", "test", "holm", "curve"]
Verdict = Literal["supported", "contradicted", "undecided"]
LEVEL: Final = 0.05
"""One-sided, on either side: that of a 90% interval."""
HOLM: Final = (
    "the interval excludes the threshold alone, but not after Holm's adjustment for the tests of this claim"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for one evidence.

    Attributes
    ----------
    evidence : Evidence
    estimate : Figure
        The estimate itself.
    reference : Figure or None
        What it is held against, where that is an estimate.
    tested : Figure
        The estimate, or its difference from the reference: what is compared with the threshold.
    beside : tuple of (str, Figure)
        The same asked of others.
    curve : CurveResult or None
        The specification curve of the estimate, where one was run.
    searched : float or None
        P-value of the test that has to reject as well, where the claim names one.
    answer : Answer or None
        The measure's whole answer.
    funnel : tuple of FunnelCount
        What each step from reports to events left of the data; empty where the data are a table.
    obstacle : str
        Why it cannot be decided; "" where it can be looked at.
    """

    evidence: Evidence
    estimate: Figure
    reference: Figure | None
    tested: Figure
    beside: tuple[tuple[str, Figure], ...] = ()
    curve: CurveResult | None = None
    searched: float | None = None
    answer: Answer | None = None
    funnel: tuple[FunnelCount, ...] = ()
    obstacle: str = ""

    @classmethod
    def undecidable(cls, evidence: Evidence, obstacle: str, answer: Answer | None = None) -> Finding:
        """Make a finding that says why it cannot be decided."""
        none = Figure(None, reason=obstacle)
        return cls(evidence, none, None, none, answer=answer, obstacle=obstacle)

    @property
    def thresholds(self) -> tuple[float, ...]:
        """Bounds that `tested` is compared with, the margin taken into account."""
        evidence = self.evidence
        numbers = evidence.than.numbers or (0.0,)
        if evidence.expect == "between":
            return numbers
        return (numbers[0] + evidence.margin * (1 if evidence.expect == "above" else -1),)

    @property
    def expected_share(self) -> float | None:
        """Share of the defined specifications on the expected side of the threshold; None without a curve."""
        frame = None if self.curve is None else self.curve.frame
        values: list[float] = [] if frame is None else frame["estimate"].drop_nulls().to_list()
        if not values:
            return None
        bounds, expect = self.thresholds, self.evidence.expect
        if expect == "between":
            inside = [bounds[0] < value < bounds[1] for value in values]
        else:
            inside = [(value > bounds[0]) == (expect == "above") for value in values]
        return sum(inside) / len(values)

    @property
    def decidable(self) -> bool:
        """Whether there is a value with an interval to be judged by."""
        return not self.hindrance

    @property
    def hindrance(self) -> str:
        """Why there is nothing to be judged; "" where there is."""
        if self.obstacle or self.tested.value is None:
            return self.obstacle or self.tested.reason or "undefined"
        return f"the estimate {NO_WIDTH}" if self.tested.without_width else ""


@dataclass(frozen=True, slots=True)
class JudgedTest:
    """A test with its verdict.

    Attributes
    ----------
    result : Finding
    verdict : Verdict
    reason : str
        In words.
    p_value, p_holm : float or None
        Of the side that the estimate is on, plain and adjusted for the tests of the claim.
    cause : str
        What keeps it open: the data, its interval, both sides of two bounds, the measure's own test, Holm's
        adjustment, or the curve; "" where it decides.
    """

    result: Finding
    verdict: Verdict
    reason: str
    p_value: float | None = None
    p_holm: float | None = None
    cause: Cause = ""


@dataclass(frozen=True, slots=True)
class ClaimVerdict:
    """A claim with its verdict, the reason, and its tests."""

    claim: Claim
    verdict: Verdict
    reason: str
    tests: tuple[JudgedTest, ...]


def p_values(result: Finding) -> tuple[float, float]:
    """Give one-sided p-values: that the expectation holds, and that it does not.

    Examples
    --------
    >>> from melian.claims.claim import Reference
    >>> evidence = Evidence("n", "", "", "d", "m", "e", "above", Reference((0.5,)))
    >>> figure = Figure(0.6, 0.55, 0.65, 100)
    >>> [round(p, 4) for p in p_values(Finding(evidence, figure, None, figure))]
    [0.0005, 0.9995]
    """
    found = _sides(result)
    if result.searched is None:
        return found
    both = result.evidence.guards == "both"
    return max(found[0], result.searched), max(found[1], result.searched) if both else found[1]


def claim_verdict(claim: Claim, results: Sequence[Finding]) -> ClaimVerdict:
    """Judge each test, then the claim.

    A claim is `supported` (`contradicted`) if at least one test is and none says otherwise; it is `undecided`
    if tests disagree, if none decides, or if one that is essential does not.

    Parameters
    ----------
    claim : Claim
    results : sequence of Finding
        One for each evidence, in the claim's order.
    """
    sides = [p_values(r) if r.decidable else None for r in results]
    nearest = [min(pair) for pair in sides if pair is not None]
    adjusted = iter(holm(nearest))
    tests = tuple(
        _judge(result, pair, next(adjusted) if pair is not None else None, share=claim.curve.share)
        for result, pair in zip(results, sides, strict=True)
    )
    verdict, reason = _joined(tests)
    return ClaimVerdict(claim, verdict, reason, tests)


def _judge(
    result: Finding, pair: tuple[float, float] | None, adjusted: float | None, *, share: float
) -> JudgedTest:
    if pair is None or adjusted is None:
        return JudgedTest(result, "undecided", result.hindrance, cause="data")
    held = pair[0] <= pair[1]
    side = "on the expected side of" if held else "on the other side of"
    p = min(pair)
    if adjusted > LEVEL:
        why, cause = _open(result) if p > LEVEL else (HOLM, "holm")
        return JudgedTest(result, "undecided", why, p, adjusted, cause)
    expected = result.expected_share
    why = f"the interval is {side} the threshold"
    if expected is not None and result.curve is not None:
        agreeing = expected if held else 1.0 - expected
        told = f"{agreeing:.0%} of {result.curve.verdict.defined} specifications"
        if agreeing < share:
            why = f"only {told} are {side} the threshold; {share:.0%} are asked"
            return JudgedTest(result, "undecided", why, p, adjusted, "curve")
        why = f"{why}, and so are {told}"
    return JudgedTest(result, "supported" if held else "contradicted", why, p, adjusted)


def _open(result: Finding) -> tuple[str, Cause]:
    """Say why a test is open before any adjustment, in words and in one."""
    if result.searched is not None and min(_sides(result)) <= LEVEL:
        return f"the test “{result.evidence.test}” does not reject (p = {result.searched:.2g})", "test"
    figure, bounds = result.tested, result.thresholds
    outside = result.evidence.expect == "between" and (
        (figure.high or 0.0) < bounds[0] or (figure.low or 0.0) > bounds[-1]
    )
    if outside:
        return "the interval lies outside the two bounds, but not once both sides are counted", "sides"
    return "the interval holds the threshold", "interval"


def _joined(tests: Sequence[JudgedTest]) -> tuple[Verdict, str]:
    essential = [t for t in tests if t.result.evidence.essential and t.verdict == "undecided"]
    found: dict[Verdict, list[str]] = {"supported": [], "contradicted": [], "undecided": []}
    for test in tests:
        found[test.verdict].append(_name(test))
    yes, no = found["supported"], found["contradicted"]
    if essential:
        first = essential[0]
        return "undecided", f"the statement needs “{_name(first)}”, and there {first.reason}"
    if yes and no:
        return "undecided", f"the tests disagree: {_names(yes)} for it, {_names(no)} against it"
    open_ones = f"; undecided: {_names(found['undecided'])}" if found["undecided"] else ""
    if yes:
        return "supported", f"{_names(yes)} for it, none against it{open_ones}"
    if no:
        return "contradicted", f"{_names(no)} against it, none for it{open_ones}"
    first = tests[0]
    if len(tests) == 1:
        return "undecided", first.reason
    return "undecided", f"none of {len(tests)} tests decides; {_names([_name(first)])}: {first.reason}"


def _sides(result: Finding) -> tuple[float, float]:
    """Give p-values for and against, from the interval alone."""
    figure, bounds = result.tested, result.thresholds
    if result.evidence.expect == "above":
        return _above(figure, bounds[0]), _below(figure, bounds[0])
    if result.evidence.expect == "below":
        return _below(figure, bounds[0]), _above(figure, bounds[0])
    low, high = bounds
    inside = max(_above(figure, low), _below(figure, high))
    # Outside is below or above: either would do, and the chance of both is at most the sum.
    return inside, min(1.0, 2.0 * min(_below(figure, low), _above(figure, high)))


def _name(test: JudgedTest) -> str:
    return test.result.evidence.name


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def _above(figure: Figure, bound: float) -> float:
    """One-sided p-value against a value at or below the bound."""
    assert figure.value is not None
    return _tail(figure.value - bound, figure.errors[0] if figure.value > bound else figure.errors[1])


def _below(figure: Figure, bound: float) -> float:
    assert figure.value is not None
    return _tail(bound - figure.value, figure.errors[1] if figure.value < bound else figure.errors[0])


def _tail(distance: float, error: float) -> float:
    """Probability of a normal variable beyond a distance; half where there is no error to judge it by."""
    if error <= 0.0:
        return 0.5
    return 0.5 * math.erfc(distance / error / math.sqrt(2.0))
