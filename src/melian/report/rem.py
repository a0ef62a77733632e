"""The report on a relational event model: one self-contained HTML file, with result and tables beside it."""

from __future__ import annotations

from pathlib import Path

from melian.report.document import render
from melian.report.files import make_folder, parquet_bytes, result_json, write_files
from melian.report.page import Section
from melian.report.rem_describe import RemAnswered
from melian.report.rem_reading import RemReading
from melian.report.sections import rem_effects, rem_events, rem_fit, rem_method
from melian.report.sections.telling import SourceRows

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
    return render(
        "rem.html.j2",
        _sections(reading, source_rows),
        title=reading.title,
        reading=reading,
        answer=rem_effects.answer(reading),
        citation=rem_method.citation(reading),
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
