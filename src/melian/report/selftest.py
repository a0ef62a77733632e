"""The page of the self-test: truth, default and naive by world, with the intervals' coverage."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import polars as pl

from melian.measures.answer import Chart, Exhibit
from melian.options import COMPONENTS
from melian.report.answers import exhibit_section
from melian.report.document import render
from melian.report.files import make_folder, result_json, write_files
from melian.report.numerals import count
from melian.report.page import Section
from melian.report.selftest_text import seeds_text, selftest_sentences
from melian.report.tables import Column, make_table
from melian.selftest.bias import Selftest
from melian.selftest.frames import TRUTH

__all__ = ["selftest_summary", "write_selftest"]

SMALL: Final = (
    "Dots are means over seeds of the mean over actors; lines reach from the least to the most of the seeds. "
    "Worlds are simulated by a program that shares no code with the fit."
)
NOTES: Final = (
    "Truth counts each recorded event by what brought it about in the simulation. What follows an act of "
    "a hidden actor counts as initiative, since no recorded deed of a listed actor goes before it.",
    "Acts told from both sides become joint events, without an initiator; what follows one has the share "
    "“joint”, which is taken from the other three.",
    "“naive” is the daily model with a constant baseline, no attention and no step of the funnel; "
    "“textbook” a continuous-time Hawkes fit with a constant baseline, events at random times of their days.",
)


def selftest_summary(result: Selftest) -> dict[str, Any]:
    """Give the JSON form."""
    coverage = {
        name: None
        if (found := result.coverage(repairable=kind)) is None
        else {"held": found.held, "of": found.of, "rate": found.rate, "low": found.low, "high": found.high}
        for name, kind in (("repairable", True), ("not_repairable", False))
    }
    return {
        "settings": dict(result.settings),
        "worlds": [
            {"world": world.name, "what": world.what, "repairable": world.repairable}
            for world in result.worlds
        ],
        "shares": result.shares.to_dicts(),
        "coverage": coverage,
        "sentences": selftest_sentences(result),
    }


def write_selftest(result: Selftest, out: Path | str) -> Path:
    """Write `report.html`, `result.json` and the tables.

    Returns
    -------
    pathlib.Path
        The HTML file.

    Raises
    ------
    InputError
        The folder cannot be written.
    """
    folder = Path(out)
    make_folder(folder)
    settings = result.settings
    page = render(
        "world.html.j2",
        [
            _worlds(result),
            *(exhibit_section(_exhibit(result, part)) for part in COMPONENTS[:3]),
            _cover(result),
        ],
        title="Self-test: what reporting faults do to the shares",
        kicker="melian · selftest bias",
        standfirst=f"{count(settings['worlds'])} simulated worlds · {seeds_text(result)} · "
        f"estimator {settings['estimator']}",
        answer=selftest_sentences(result),
        small=SMALL,
        notes=NOTES,
    )
    files = {
        "result.json": result_json(selftest_summary(result)),
        "tables/shares.csv": result.shares.write_csv(),
        "tables/intervals.csv": result.intervals.write_csv(),
        "report.html": page,
    }
    write_files(folder, files)
    return folder / "report.html"


def _worlds(result: Selftest) -> Section:
    rows = [{"world": w.name, "what": w.what, "can": "yes" if w.repairable else "no"} for w in result.worlds]
    columns = [Column("world", "World"), Column("what", "What it is"), Column("can", "Can data tell?")]
    table = make_table("worlds-table", "The worlds", columns=columns, rows=rows)
    return Section("worlds", "The worlds", "Worlds", tables=((table, pl.DataFrame(rows).write_csv()),))


def _exhibit(result: Selftest, part: str) -> Exhibit:
    """Give the dot plot of one component."""
    frame = result.shares.filter(pl.col("component") == part)
    first = result.pipelines[0]
    worst = max(
        (world.name for world in result.worlds),
        key=lambda name: abs(result.mean(name, first, part) - result.mean(name, TRUTH, part)),
    )
    return Exhibit(
        part,
        part.capitalize(),
        f"The {first} pipeline is farthest from the truth in “{worst}”: "
        f"{result.mean(worst, first, part):.3f}, truth {result.mean(worst, TRUTH, part):.3f}.",
        frame,
        (
            ("world", "World", "text"),
            ("pipeline", "Pipeline", "text"),
            ("mean", part.capitalize(), "share"),
            ("least", "least seed", "share"),
            ("most", "most", "share"),
            ("events", "Events", "count"),
        ),
        Chart("dots", "mean", "world", low="least", high="most", series="pipeline", percent=True),
    )


def _cover(result: Selftest) -> Section:
    frame = (
        result.intervals.group_by("world", "component", maintain_order=True)
        .agg(pl.len().alias("intervals"), pl.col("held").sum().cast(pl.Int64).alias("held"))
        .with_columns((pl.col("held") / pl.col("intervals")).alias("rate"))
    )
    columns = [
        Column("world", "World"), Column("component", "Share"), Column("intervals", "Intervals", "count"),
        Column("held", "held the truth", "count"), Column("rate", "Rate", "share"),
    ]  # fmt: skip
    table = make_table(
        "coverage-table", "90% intervals that held the truth", columns=columns, rows=frame.to_dicts()
    )
    return Section("coverage", "Do the intervals hold?", "Coverage", tables=((table, frame.write_csv()),))
