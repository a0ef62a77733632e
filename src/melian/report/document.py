"""The report: one self-contained HTML file, with the result as JSON, Parquet and CSV beside it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from melian.report import prose
from melian.report.contract import FRAMES, Attributed, check_attribution
from melian.report.files import make_folder, parquet_bytes, result_json, write_files
from melian.report.numerals import listing
from melian.report.page import Section
from melian.report.reading import Reading, TrueShares
from melian.report.sections import checks, conduct, data, method, others, shares
from melian.report.sections.telling import Event, SourceRows, events_list, parents_frame, telling
from melian.report.theme import COLOURS, css_variables
from melian.report.truth import truth_section, truth_shares

__all__ = ["asset", "environment", "render", "write_report"]


def write_report(
    attribution: Attributed,
    out: Path | str,
    *,
    source_rows: SourceRows | None = None,
    truth: Mapping[str, Any] | None = None,
) -> Path:
    """Write `report.html`, `result.json`, `events.parquet` and a CSV of every table.

    Parameters
    ----------
    attribution : Attributed
        Result of `melian.analysis.attribution`; frames and columns as in `melian.report.contract`.
    out : path
        Folder to write into; made where it does not exist.
    source_rows : DataFrame or callable, optional
        Rows of the source files behind the most telling events: a frame with the columns `row_id, file,
        file_row, date, source_name, target_name, code, label, text, place`, or a function from row ids
        to it, which may leave `row_id` out where it gives every row in the order asked for.
    truth : mapping, optional
        For a simulated world, its true shares by actor, in the form of `summary["actors"]`.

    Returns
    -------
    pathlib.Path
        The HTML file.

    Raises
    ------
    InputError
        A frame or column is missing, a figure is NaN, or the folder cannot be written.
    """
    check_attribution(attribution)
    reading = Reading(attribution)
    true_shares = truth_shares(truth)
    events = events_list(reading, source_rows)
    folder = Path(out)
    make_folder(folder)
    contents: dict[str, str | bytes] = {
        "result.json": result_json(attribution.summary),
        "events.parquet": parquet_bytes(attribution.frames["events"]),
        **_csv_files(attribution),
        "report.html": _page(reading, events, true_shares),
    }
    write_files(folder, contents)
    return folder / "report.html"


def _csv_files(attribution: Attributed) -> dict[str, str]:
    frames = {name: attribution.frames[name] for name in FRAMES if name != "events"}
    telling_rows = frames["telling"]
    frames |= {"telling": telling_rows.drop("parents"), "telling_parents": parents_frame(telling_rows)}
    return {f"tables/{name}.csv": frame.write_csv() for name, frame in frames.items()}


def _page(reading: Reading, events: tuple[Event, ...], true_shares: TrueShares) -> str:
    sections = _sections(reading, true_shares)
    return render(
        "report.html.j2",
        sections,
        title=_title(reading),
        answer=prose.answer(reading),
        events=events,
        reading=reading,
        fiction=bool(true_shares),
        citation=method.citation(reading),
    )


def _title(reading: Reading) -> str:
    return f"Who acts, who reacts: {listing(reading.actors, 4)}" if reading.actors else "Who acts, who reacts"


def _sections(reading: Reading, truth: TrueShares) -> list[Section]:
    return [
        shares.per_actor(reading, truth),
        *([truth_section(reading, truth)] if truth else []),
        shares.over_time(reading),
        others.reactions(reading),
        others.roots(reading, truth),
        conduct.toolkit(reading),
        conduct.timeline(reading),
        telling(reading),
        data.data(reading),
        method.method(reading),
        *checks.checks_sections(reading),
        method.limits(reading),
        method.provenance(reading),
    ]


def render(template: str, sections: Sequence[Section], **values: Any) -> str:
    """Fill a page's template with its own values and with what every page has.

    Every page has its sections, their downloads, the colours, style and script, and the day.
    """
    light, dark = css_variables()
    return (
        environment()
        .get_template(template)
        .render(
            **values,
            sections=sections,
            downloads=_downloads(sections),
            light=light,
            light_colours={name: pair[0] for name, pair in COLOURS.items()},
            dark=dark,
            today=dt.datetime.now(dt.UTC).date().isoformat(),
            style=asset("style.css"),
            script=asset("script.js"),
        )
    )


def _downloads(sections: Sequence[Section]) -> dict[str, str]:
    """Give the CSV of every figure and table by the name that its download button carries."""
    out = {figure.name: figure.csv for section in sections for figure in section.figures}
    return out | {table.name: csv for section in sections for table, csv in section.tables}


def environment() -> jinja2.Environment:
    """Give the environment of the templates."""
    loader = jinja2.FunctionLoader(asset)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["prose"] = _unbroken
    return environment


def _unbroken(text: str) -> Markup:
    """Escape a sentence and keep its intervals on one line."""
    return Markup(re.sub(r"[\d.]+–[\d.]+%", r'<span class="nb">\g<0></span>', str(escape(text))))


def asset(name: str) -> str:
    """Read a template, style or script of the package."""
    return files("melian.report").joinpath("templates", name).read_text("utf-8")
