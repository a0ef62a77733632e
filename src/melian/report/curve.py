"""The report of a specification curve: one self-contained HTML file, with result and tables beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import polars as pl

from melian.curve.result import CurveResult
from melian.measures.answer import Chart, Exhibit
from melian.report.answers import exhibit_section
from melian.report.curve_figure import curve_figure, specification_table
from melian.report.curve_text import axis_name, curve_notes, curve_sentences
from melian.report.document import render
from melian.report.files import make_folder, result_json, write_files
from melian.report.numerals import count, listing, percent
from melian.report.page import Section
from melian.report.sections.provenance import settings_section

__all__ = ["choices_frame", "curve_files", "curve_sections", "write_curve_report"]

SMALL: Final = (
    "Intervals hold 90%. Specifications share their data: that many agree is no test. The study's own "
    "choices are those of its author; the others are those that a reader may have made."
)


def write_curve_report(result: CurveResult, out: Path | str) -> Path:
    """Write `report.html`, `result.json` and the tables.

    Returns
    -------
    pathlib.Path
        The HTML file.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    folder = Path(out)
    make_folder(folder)
    write_files(folder, curve_files(result))
    return folder / "report.html"


def curve_files(result: CurveResult) -> dict[str, str | bytes]:
    """Give the files of a curve by name."""
    data = result.data
    asked = {"reference": result.reference, "measure": result.measure}
    page = render(
        "world.html.j2",
        [*curve_sections(result), settings_section(result.data, result.settings, asked)],
        title=f"{result.estimate}, however it is specified",
        kicker="melian · specification curve",
        standfirst=f"{data['since']} to {data['until']} · {listing(list(data['actors']), 6)} · "
        f"{count(result.verdict.specs)} specifications",
        answer=curve_sentences(result),
        small=SMALL,
        notes=curve_notes(result),
    )
    return {
        "result.json": result_json(result.summary()),
        "tables/specifications.csv": result.frame.write_csv(),
        "tables/influence.csv": result.influence_frame().write_csv(),
        "tables/choices.csv": choices_frame(result).write_csv(),
        "report.html": page,
    }


def curve_sections(result: CurveResult, prefix: str = "") -> list[Section]:
    """Give curve, influence and values of each choice; `prefix` keeps the ids of several curves apart."""
    sentences = curve_sentences(result)
    if result.verdict.defined == 0:
        table = specification_table(result, f"{prefix}specifications")
        tables = ((table, result.frame.write_csv()),)
        return [Section(f"{prefix}curve", "The curve", "Curve", paragraphs=sentences, tables=tables)]
    figure = curve_figure(result, sentences[2], prefix)
    parts = [Section(f"{prefix}curve", "The curve", "Curve", figures=(figure,))]
    moved = result.influence_frame().drop_nulls("variance")
    if moved.height:
        parts.append(exhibit_section(_influence(result, moved), prefix))
    return [*parts, exhibit_section(_choices(result), prefix)]


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    """Write the axes as words."""
    return frame.with_columns(pl.Series("axis", [axis_name(name) for name in frame["axis"]], pl.String))


def _influence(result: CurveResult, moved: pl.DataFrame) -> Exhibit:
    named = _named(moved)
    kind: Any = "share" if result.measure == "shares" else "number"
    return Exhibit(
        name="influence",
        title="Which choice moves the answer",
        finding=f"{percent(result.influence.rest)} of the variance over specifications goes with no single "
        "choice.",
        frame=named,
        columns=(
            ("axis", "Choice", "text"),
            ("values", "Values", "count"),
            ("variance", "Part of the variance", "share"),
            ("mean_range", "Values apart, others equal", kind),
            ("alone", "Values apart, changed alone", kind),
        ),
        chart=Chart(
            "dots", x="variance", y="axis", zero=0.0, percent=True,
            x_title="Part of the variance over specifications",
        ),
        note="Part of the variance: how far the estimates follow this choice in a regression on all choices; "
        "the parts and what goes with no single choice sum to one (Pratt 1987), and one below 0 runs against "
        "what the other choices do. Values apart: the largest "
        "less the smallest effect in that regression; and among the specifications that differ from the "
        "study's own in this choice only. These describe the specifications that were run: no intervals.",
    )  # fmt: skip


def choices_frame(result: CurveResult) -> pl.DataFrame:
    """Give a row per value of each axis: how many specifications, and what they say."""
    rows: list[dict[str, Any]] = []
    for axis in result.axes:
        for value in axis.values:
            here = result.frame.filter(pl.col(axis.name) == value)
            known = here["estimate"].drop_nulls()
            rows.append(
                {
                    "axis": axis.name,
                    "value": value,
                    "specs": here.height,
                    "undefined": here.height - len(known),
                    "median": known.median(),
                    "least": known.min(),
                    "most": known.max(),
                    "above": (known > result.reference).sum() / len(known) if len(known) else None,
                }
            )
    numbers = dict.fromkeys(("median", "least", "most", "above"), pl.Float64)
    return pl.DataFrame(rows, schema_overrides=numbers, infer_schema_length=None)


def _choices(result: CurveResult) -> Exhibit:
    frame = choices_frame(result)
    named = _named(frame)
    kind: Any = "share" if result.measure == "shares" else "number"
    return Exhibit(
        name="choices",
        title="The estimate under each choice",
        finding=f"{count(frame.height)} values of {count(len(result.axes))} choices.",
        frame=named,
        columns=(
            ("axis", "Choice", "text"),
            ("value", "Value", "text"),
            ("specs", "Specifications", "count"),
            ("undefined", "Undefined", "count"),
            ("median", "Median", kind),
            ("least", "Least", kind),
            ("most", "Most", kind),
            ("above", "Above the reference", "share"),
        ),
    )
