"""The checks of an answer as a table of verdicts, in its own report and in that of the attribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from melian.checks.registry import CHECKS
from melian.report.holm import said_of_tests
from melian.report.page import Section
from melian.report.reading import Reading
from melian.report.tables import Column, Table, make_table

__all__ = ["checks_line", "checks_sections", "verdicts_table"]

MARKS: Final = {"passed": "✓", "failed": "✗", "informative": "–", "not run": "–"}
HOW: Final = {
    "quick": "These come from the fits that this answer has anyway; “melian check” runs the whole list, and "
    'so does checks = "all" under [run] in the study file.',
    "all": "Those of the list of “melian check” are fits of their own by the fast estimator.",
}


def checks_sections(reading: Reading) -> list[Section]:
    """Give the section on checks; none where none was run."""
    checks = reading.summary.get("checks")
    if not checks or not checks["results"]:
        return []
    results = checks["results"]
    tests = {r["name"]: r["p_value"] for r in results if r["p_value"] is not None}
    failed = sum(r["verdict"] == "failed" for r in results)
    section = Section(
        "checks",
        "Checks",
        "Checks",
        paragraphs=(
            f"{len(results)} checks ran, {failed} failed. A check that fails is a finding about the data or "
            f"the model. {HOW[checks['ran']]}",
            *(f"{MARKS[r['verdict']]} {r['name']} ({r['verdict']}): {r['sentence']}" for r in results),
            *([said_of_tests(tests)] if tests else []),
        ),
        tables=((verdicts_table(results), _csv(results)),),
    )
    return [section]


def checks_line(checks: Mapping[str, Any] | None) -> str:
    """Say in one line how many checks of an answer pass and which do not; "" where none ran.

    Parameters
    ----------
    checks : mapping or None
        As `melian.checks.quick.checks_summary` gives it.

    Examples
    --------
    >>> told = {"floor": "passed", "ladder": "failed", "dispersion": "informative"}
    >>> checks_line({"ran": "all", "results": [{"name": n, "verdict": v} for n, v in told.items()]})
    'Checks: 1 of 2 pass; failed: ladder; without a verdict: dispersion.'
    """
    if not checks or not checks["results"]:
        return ""
    names = {verdict: [r["name"] for r in checks["results"] if r["verdict"] == verdict] for verdict in MARKS}
    decided, open_ones = len(names["passed"]) + len(names["failed"]), names["informative"] + names["not run"]
    failed = f"; failed: {', '.join(names['failed'])}" if names["failed"] else ""
    rest = f"; without a verdict: {', '.join(open_ones)}" if open_ones else ""
    more = "" if checks["ran"] == "all" else f" `melian check` runs all {len(CHECKS)}, on fits of their own."
    return f"Checks: {len(names['passed'])} of {decided} pass{failed}{rest}.{more}"


def verdicts_table(results: Sequence[Mapping[str, Any]]) -> Table:
    """Give a row per check: verdict and p-values; narrow, for small screens."""
    columns = [
        Column("name", "Check"),
        Column("said", "Verdict"),
        Column("p", "p"),
        Column("holm", "p (Holm)"),
    ]
    rows = [
        {
            **result,
            "said": f"{MARKS[result['verdict']]}\N{NO-BREAK SPACE}{result['verdict']}",
            "p": _p(result["p_value"]),
            "holm": _p(result["p_holm"]),
        }
        for result in results
    ]
    return make_table("verdicts-table", "The checks and their verdicts", columns=columns, rows=rows)


def _p(value: float | None) -> str:
    if value is None:
        return "no test"
    return "<\N{NO-BREAK SPACE}0.001" if value < 0.001 else f"{value:.3f}"


def _csv(results: Sequence[Mapping[str, Any]]) -> str:
    names = ("name", "verdict", "statistic", "p_value", "p_holm", "question", "sentence")
    return pl.DataFrame(
        {name: [result[name] for result in results] for name in names}, strict=False
    ).write_csv()
