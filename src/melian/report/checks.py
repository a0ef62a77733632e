"""The report of the checks: verdicts first, then each check with its question, finding, figure and table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from melian.checks.registry import CHECKS
from melian.checks.result import CheckResult
from melian.checks.suite import CheckReport
from melian.report.check_charts import check_columns, check_drawing
from melian.report.document import render
from melian.report.files import make_folder, result_json, write_files
from melian.report.holm import said_of_tests
from melian.report.numerals import count, listing
from melian.report.page import Section, make_figure
from melian.report.sections.checks import verdicts_table
from melian.report.sections.provenance import settings_section
from melian.report.tables import make_table

__all__ = ["check_section", "write_checks"]

SMALL: Final = (
    "A check that fails is a finding about the data or the model. All fits are by the fast estimator, with "
    "hyper-parameters chosen once, so that like stands beside like."
)


def write_checks(report: CheckReport, out: Path | str) -> Path:
    """Write `report.html`, `result.json`, and a CSV for the table and for the figure of each check.

    Returns
    -------
    pathlib.Path
        The HTML file.

    Raises
    ------
    InputError
        A figure is NaN, or the folder cannot be written.
    """
    frames = {"checks": report.frame()}
    for result in report.results:
        frames |= {f"{result.name}": result.table, f"{result.name}-figure": result.figure}
    summary = report.summary()
    folder = Path(out)
    make_folder(folder)
    tables = {f"tables/{name}.csv": frame.write_csv() for name, frame in frames.items() if frame.width}
    files = {"result.json": result_json(summary), **tables, "report.html": _page(report, summary)}
    write_files(folder, files)
    return folder / "report.html"


def _page(report: CheckReport, summary: Mapping[str, Any]) -> str:
    verdicts = verdicts_table(summary["checks"])
    sections = [
        Section(
            "verdicts", "Verdicts", "Verdicts", tables=((verdicts, report.frame().write_csv()),),
        ),
        *(check_section(result) for result in report.results),
        settings_section(
            {
                "Actors": summary["actors"], "Data snapshot": summary["snapshot"],
                "Estimator": summary["estimator"], "Seed": summary["seed"],
            }
        ),
    ]  # fmt: skip
    actors = summary["actors"]
    return render(
        "world.html.j2",
        sections,
        title=f"Checks: {listing(actors, 4)}",
        kicker="melian · checks",
        standfirst=f"{summary['since']} to {summary['until']} · {len(actors)} actors · "
        f"{count(summary['events'])} directed events",
        answer=_answer(report),
        small=SMALL,
        notes=(),
    )


def _answer(report: CheckReport) -> list[str]:
    """Count the verdicts, name what failed, and say how many tests ran."""
    verdicts = Counter(result.verdict for result in report.results)
    counted = listing([f"{n} {verdict}" for verdict, n in verdicts.items()], 4)
    failed = [result.name for result in report.results if result.verdict == "failed"]
    lines = [f"{count(len(report.results))} checks ran: {counted}."]
    if failed:
        lines.append(f"Failed: {listing(failed, len(failed))}.")
    tests = {r.name: r.p_value for r in report.results if r.p_value is not None}
    return [*lines, said_of_tests(tests)]


def check_section(result: CheckResult) -> Section:
    """Give the section of one check: its rule, then its figure with the table, or the table alone."""
    known = CHECKS.get(result.name)
    rule = f"It passes where {known.rule}." if known else ""
    against = f" A small p-value speaks against this: {known.null}." if known and known.null else ""
    name, found = f"check-{result.name}", f"{result.verdict.capitalize()}. {result.sentence}"
    paragraphs = tuple(text for text in (f"{rule}{against}",) if text)
    if result.table.height == 0:
        return Section(name, result.question, result.name, paragraphs=(*paragraphs, found))
    table = make_table(
        f"{name}-table", f"{result.name}, its figures", columns=check_columns(result.table),
        rows=result.table.to_dicts(),
    )  # fmt: skip
    drawing = check_drawing(result)
    if drawing is None:
        tables = ((table, result.table.write_csv()),)
        return Section(name, result.question, result.name, paragraphs=(*paragraphs, found), tables=tables)
    figure = make_figure(
        f"{name}-figure", drawing.file, wide=drawing.wide, narrow=drawing.narrow,
        title=f"{result.name}: {result.verdict}", finding=result.sentence, table=table, frame=result.table,
        keys=drawing.keys,
    )  # fmt: skip
    return Section(name, result.question, result.name, paragraphs=paragraphs, figures=(figure,))
