"""Verdicts as plain text: a line for each claim, then its tests with their reasons."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Final

from melian.claims.verdict import ClaimVerdict, JudgedTest
from melian.report.claims_words import figure_text, said_where
from melian.report.numerals import count, listing

__all__ = ["claims_text", "test_text"]

WIDTH: Final = 100


def claims_text(verdicts: Sequence[ClaimVerdict]) -> str:
    """Give the verdict table with reasons."""
    blocks = [_claim(one) for one in verdicts]
    found = [
        f"{sum(v.verdict == name for v in verdicts)} {name}"
        for name in ("supported", "contradicted", "undecided")
    ]
    claims = "1 claim" if len(verdicts) == 1 else f"{count(len(verdicts))} claims"
    return "\n\n".join([*blocks, f"{claims}: {listing(found)}."])


def _claim(one: ClaimVerdict) -> str:
    head = f"{one.verdict.upper():<13} {one.claim.id}  “{one.claim.statement}”"
    lines = [head, f"{'':14}{said_where(one)}", *_wrapped(f"{one.reason}.", 14)]
    for test in one.tests:
        lines += _wrapped(test_text(test), 16, first=f"{'':14}- ")
    return "\n".join(lines)


def test_text(test: JudgedTest) -> str:
    """Give one test in a line: verdict, name, data, measure, figure with interval and events, reason."""
    result, evidence = test.result, test.result.evidence
    figure = ""
    if result.decidable:
        points = result.reference is not None or "-" in evidence.estimate
        figure = (
            f" {figure_text(result.tested, evidence, points=points)}, {count(result.tested.events)} events;"
        )
    return f"{test.verdict}: {evidence.name} [{evidence.data}, {evidence.measure}]{figure} {test.reason}"


def _wrapped(text: str, indent: int, first: str | None = None) -> list[str]:
    start = first if first is not None else " " * indent
    return textwrap.wrap(text, WIDTH, initial_indent=start, subsequent_indent=" " * indent)
