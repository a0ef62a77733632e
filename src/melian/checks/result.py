"""What a check gives: a three-valued verdict with its statistic, table, sentence and figure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

__all__ = ["LEVEL", "CheckResult", "not_run", "p_text"]

LEVEL = 0.05
"""Level of every single test; `melian.checks.suite` adjusts for their number."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Result of one check.

    Attributes
    ----------
    name, question : str
        As in the registry.
    statistic : float or None
        None where the check could not be run.
    p_value : float or None
        Of the hypothesis that the registry names; None where the check is no hypothesis test.
    passed : bool or None
        None: informative only, or not run.
    table : pl.DataFrame
    sentence : str
        Generated from the figures of the result.
    figure : pl.DataFrame
        What a chart of the result draws; may have no rows.
    """

    name: str
    question: str
    statistic: float | None
    p_value: float | None
    passed: bool | None
    table: pl.DataFrame
    sentence: str
    figure: pl.DataFrame

    @property
    def verdict(self) -> str:
        """Give the verdict in a word: passed, failed, informative or not run."""
        if self.statistic is None:
            return "not run"
        return {True: "passed", False: "failed", None: "informative"}[self.passed]

    def as_dict(self) -> Mapping[str, Any]:
        """Give the JSON form."""
        return {
            "name": self.name,
            "question": self.question,
            "verdict": self.verdict,
            "statistic": self.statistic,
            "p_value": self.p_value,
            "sentence": self.sentence,
            "table": self.table.to_dicts(),
        }


def not_run(name: str, question: str, reason: str) -> CheckResult:
    """Give the result of a check that the data do not allow.

    Examples
    --------
    >>> not_run("placebo", "Is it noise?", "The record has 90 days; 126 are needed.").verdict
    'not run'
    """
    return CheckResult(name, question, None, None, None, pl.DataFrame(), reason, pl.DataFrame())


def p_text(p_value: float) -> str:
    """Write a p-value for a sentence.

    Examples
    --------
    >>> p_text(0.0421), p_text(1e-9)
    ('p = 0.042', 'p < 0.001')
    """
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"
