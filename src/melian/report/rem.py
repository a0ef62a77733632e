"""The report on a relational event model: one self-contained HTML file, with result and tables beside it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from melian.report.document import asset, environment
from melian.report.files import make_folder, parquet_bytes, result_json, write_files
from melian.report.page import Section
from melian.report.rem_describe import RemAnswered
from melian.report.rem_reading import RemReading
from melian.report.sections import rem_effects, rem_events, rem_fit, rem_method
from melian.report.sections.telling import SourceRows
from melian.report.theme import COLOURS, css_variables

__all__ = ["write_rem_report"]


def write_rem_report(answer: RemAnswered, out: Path | str, *, source_rows: SourceRows | None = None) -> Path:
    """Write `report.html`, `result.json`, `events.parquet` and a CSV of every table.

    Parameters
    ----------
    answer : RemAnswered
        Result of `melian.rem.answer`.
    out : path
        Folder to write into; made where it does not exist.
    source_rows : DataFrame or callable, optional
        Rows of the source files behind the most telling events, as in `write_report`.

    Returns
    -------
    pathlib.Path
        The HTML file.

    Raises
    ------
    InputError
        A figure is NaN, or the folder cannot be written.
    """
    reading = RemReading(answer)
    folder = Path(out)
    make_folder(folder)
    frames = {name: frame for name, frame in answer.frames.items() if name != "events"}
    if "telling" in frames:
        frames["telling"] = rem_events.flat_telling(frames["telling"])
    contents: dict[str, str | bytes] = {
        "result.json": result_json(answer.summary),
        **({"events.parquet": parquet_bytes(answer.frames["events"])} if "events" in answer.frames else {}),
        **{f"tables/{name}.csv": frame.write_csv() for name, frame in frames.items()},
        "report.html": _page(reading, source_rows),
    }
    write_files(folder, contents)
    return folder / "report.html"


def _page(reading: RemReading, source_rows: SourceRows | None) -> str:
    sections = _sections(reading, source_rows)
    light, dark = css_variables()
    downloads = {figure.name: figure.csv for section in sections for figure in section.figures}
    downloads |= {table.name: csv for section in sections for table, csv in section.tables}
    return (
        environment()
        .get_template("rem.html.j2")
        .render(
            title=reading.title,
            reading=reading,
            answer=rem_effects.answer(reading),
            sections=sections,
            citation=rem_method.citation(reading),
            downloads=downloads,
            light=light,
            light_colours={name: pair[0] for name, pair in COLOURS.items()},
            dark=dark,
            today=dt.datetime.now(dt.UTC).date().isoformat(),
            style=asset("style.css"),
            script=asset("script.js"),
        )
    )


def _sections(reading: RemReading, source_rows: SourceRows | None) -> list[Section]:
    return [
        rem_effects.effects(reading),
        *(_evaluated(reading, source_rows) if reading.evaluated else []),
        rem_method.data(reading),
        rem_method.method(reading),
        rem_method.limits(reading),
        rem_method.provenance(reading),
    ]


def _evaluated(reading: RemReading, source_rows: SourceRows | None) -> list[Section]:
    """Give the sections that need the events to have been ranked."""
    return [
        rem_events.telling(reading, source_rows),
        rem_fit.recall(reading),
        rem_fit.residuals(reading),
        rem_fit.course(reading),
    ]
