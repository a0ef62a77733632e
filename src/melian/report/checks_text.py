"""Checks as plain text: a table of verdicts and p-values, then a sentence for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from melian.report.numerals import count

__all__ = ["checks_text"]

HEADER = ("check", "verdict", "statistic", "p", "p (Holm)")


def checks_text(summary: Mapping[str, Any]) -> str:
    """Give the answer of `melian check` as text.

    Examples
    --------
    >>> one = {"name": "pit", "verdict": "passed", "statistic": 0.02, "p_value": 0.4, "p_holm": 0.4,
    ...        "sentence": "Uniform."}
    >>> print(checks_text({"events": 1200, "since": "2018-01-01", "until": "2018-10-31", "snapshot": "ab",
    ...                    "tests": {"run": 1, "level": 0.05}, "checks": [one]}))
    1,200 directed events, 2018-01-01 to 2018-10-31, snapshot ab. All fits by the fast estimator.
    <BLANKLINE>
    check  verdict  statistic  p      p (Holm)
    pit    passed   0.020      0.400  0.400
    <BLANKLINE>
    pit: Uniform.
    <BLANKLINE>
    1 test at 5% ran; p (Holm) is adjusted for that number.
    """
    checks, tests = summary["checks"], summary["tests"]
    table = [HEADER, *(_row(check) for check in checks)]
    widths = [max(len(row[i]) for row in table) for i in range(len(HEADER))]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in table]
    sentences = [f"{check['name']}: {check['sentence']}" for check in checks]
    ran = f"{tests['run']} test{'' if tests['run'] == 1 else 's'}"
    return "\n".join(
        [
            f"{count(summary['events'])} directed events, {summary['since']} to {summary['until']}, snapshot "
            f"{summary['snapshot']}. All fits by the fast estimator.",
            "",
            *lines,
            "",
            *sentences,
            "",
            f"{ran} at {tests['level']:.0%} ran; p (Holm) is adjusted for that number.",
        ]
    )


def _row(check: Mapping[str, Any]) -> tuple[str, ...]:
    statistic = "" if check["statistic"] is None else f"{check['statistic']:.3f}"
    return check["name"], check["verdict"], statistic, _p(check["p_value"]), _p(check["p_holm"])


def _p(value: float | None) -> str:
    if value is None:
        return ""
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
