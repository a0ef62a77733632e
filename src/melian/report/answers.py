"""The report of a measure: one self-contained HTML file drawn from its answer, with result and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from melian.measures.answer import Answer, Exhibit
from melian.report.answer_charts import chart_keys, chart_values
from melian.report.document import render
from melian.report.files import make_folder, result_json, write_files
from melian.report.holm import holm, said_of_tests
from melian.report.numerals import count, listing
from melian.report.page import Figure, Section, make_figure
from melian.report.sections.provenance import settings_section
from melian.report.tables import Column, Table, make_table

__all__ = ["answer_files", "answer_sections", "exhibit_section", "write_answer"]

SHOWN: Final = 40
"""Estimates, and tests, that the page shows by name; hundreds of rows are for a program to read."""
SMALL: Final = (
    "Intervals hold 90%. What is said here is what recorded deeds show under the model named below; it "
    "is no statement about causes."
)


def write_answer(answer: Answer, out: Path | str) -> Path:
    """Write `report.html`, `result.json` and a CSV of every exhibit.

    Returns
    -------
    pathlib.Path
        The HTML file.

    Raises
    ------
    InputError
        A figure is NaN, or the folder cannot be written.
    """
    folder = Path(out)
    make_folder(folder)
    write_files(folder, answer_files(answer))
    return folder / "report.html"


def answer_files(answer: Answer) -> dict[str, str | bytes]:
    """Give the files of an answer by name."""
    data = answer.data
    page = render(
        "world.html.j2",
        [*answer_sections(answer), settings_section(answer.data, answer.settings)],
        title=answer.title,
        kicker=f"melian · {answer.measure}",
        standfirst=f"{data['since']} to {data['until']} · {listing(data['actors'], 6)} · "
        f"{data['events']:,} directed events",
        answer=answer.sentences,
        small=SMALL,
        notes=answer.notes,
    )
    frames = {exhibit.name: exhibit.frame for exhibit in answer.exhibits}
    frames["estimates"] = answer.frame()
    return {
        "result.json": result_json(answer.summary()),
        **{f"tables/{name}.csv": flat(frame).write_csv() for name, frame in frames.items()},
        "report.html": page,
    }


def answer_sections(answer: Answer, prefix: str = "") -> list[Section]:
    """Give a section for each exhibit, then the tests and all estimates; `prefix` keeps pages' ids apart."""
    sections = [exhibit_section(exhibit, prefix) for exhibit in answer.exhibits]
    if answer.tests:
        sections.append(_tests(answer.tests, prefix))
    return [*sections, _estimates(answer.frame(), prefix)]


def exhibit_section(exhibit: Exhibit, prefix: str = "") -> Section:
    """Give the section of one exhibit: its chart with the table below, or the table alone."""
    name = f"{prefix}{exhibit.name}"
    table = make_table(
        f"{name}-table",
        exhibit.title,
        columns=[Column(key, heading, kind) for key, heading, kind in exhibit.columns],
        rows=exhibit.frame.to_dicts(),
        note="" if exhibit.chart else exhibit.note,
    )
    if exhibit.chart is None or exhibit.frame.height == 0:
        tables = ((table, flat(exhibit.frame).write_csv()),)
        return Section(name, exhibit.title, exhibit.title, paragraphs=(exhibit.finding,), tables=tables)
    return Section(name, exhibit.title, exhibit.title, figures=(_figure(exhibit, name, table),))


def flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Write lists in cells as text, so that a CSV can hold them."""
    nested = [name for name, kind in frame.schema.items() if kind.is_nested()]
    return frame.with_columns(pl.col(name).cast(pl.List(pl.String)).list.join(" ") for name in nested)


def _figure(exhibit: Exhibit, name: str, table: Table) -> Figure:
    assert exhibit.chart is not None
    file, wide, narrow = chart_values(exhibit.chart, exhibit.frame)
    return make_figure(
        f"{name}-figure", file, wide=wide, narrow=narrow, title=exhibit.chart.y_title or exhibit.title,
        finding=exhibit.finding, table=table, frame=flat(exhibit.frame),
        keys=chart_keys(exhibit.chart, exhibit.frame), note=exhibit.note,
    )  # fmt: skip


def _tests(tests: Mapping[str, float], prefix: str) -> Section:
    rows = [
        {"test": name, "p": p, "holm": adjusted}
        for (name, p), adjusted in zip(tests.items(), holm(list(tests.values())), strict=True)
    ]
    columns = [Column("test", "Test"), Column("p", "p", "number"), Column("holm", "p (Holm)", "number")]
    frame = pl.DataFrame(rows)
    shown = frame.sort("p", maintain_order=True).head(SHOWN).to_dicts()
    note = _more(frame.height, "Those with the least p")
    table = make_table(f"{prefix}tests-table", "Tests", columns=columns, rows=shown, note=note)
    return Section(
        f"{prefix}tests", "How many tests, and what is left of them", "Tests",
        paragraphs=(said_of_tests(tests),), tables=((table, frame.write_csv()),),
    )  # fmt: skip


def _estimates(frame: pl.DataFrame, prefix: str) -> Section:
    columns: Sequence[Column] = (
        Column("estimate", "Estimate"), Column("value", "Value", "number"), Column("low", "from", "number"),
        Column("high", "to", "number"), Column("events", "Events", "count"),
    )  # fmt: skip
    shown = frame.sort("events", descending=True, maintain_order=True).head(SHOWN).to_dicts()
    note = _more(frame.height, "Those with most events")
    table = make_table(
        f"{prefix}estimates-table", "Estimates by name", columns=columns, rows=shown, note=note
    )
    return Section(
        f"{prefix}estimates", "Estimates by name", "Estimates",
        paragraphs=("By these names a claim or a specification curve refers to them.",),
        tables=((table, frame.write_csv()),),
    )  # fmt: skip


def _more(rows: int, which: str) -> str:
    """Say how many rows the page leaves to the CSV."""
    return f"{which}; {count(rows - SHOWN)} more are in the CSV." if rows > SHOWN else ""
