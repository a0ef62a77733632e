"""How well a relational event model does on its own events: recall, residuals of actors, change."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from melian.report.numerals import count, listing, number, percent
from melian.report.page import Figure, Key, Section, make_figure
from melian.report.rem_charts import BAND, course_values, peaks, recall_values, residual_values
from melian.report.rem_reading import RemReading
from melian.report.tables import Column, make_table

__all__ = ["course", "recall", "residuals"]

LARGE: Final = 3.0


def recall(reading: RemReading) -> Section:
    """Show where what happened stood among the pairs at risk."""
    frame = reading.frames["recall"]
    curve = reading.frames["recall_curve"]
    tenth = frame.filter(pl.col("top") == 0.1)["recall"][0]
    figure = make_figure(
        "recall",
        "rem_recall",
        wide=recall_values(curve),
        narrow={"width": 280, "height": 200},
        title="Events found among the pairs held most likely",
        finding=f"The tenth of the pairs held most likely by the model has {percent(tenth)} of the events; "
        "by chance it would be 10%.",
        table=make_table(
            "recall-table",
            "Recall",
            columns=[Column("top", "Pairs looked at", "share"), Column("recall", "Events found", "share")],
            rows=frame.to_dicts(),
            note="At least one pair is looked at.",
        ),
        frame=curve,
        keys=[Key("initiative", "model", "line"), Key("floor", "chance", "line")],
    )
    return Section(
        "recall",
        "Does the model know what comes next?",
        "Recall",
        paragraphs=(
            "Before each event all pairs at risk are ranked by the rate that the model gives them. These "
            "events are those that the model was fitted to, so the ranking of new ones will be somewhat "
            "worse.",
        ),
        figures=(figure,),
    )


def residuals(reading: RemReading) -> Section:
    """Show the actors whose events the model expects too many or too few of."""
    frame = reading.frames["actors"]
    large = frame.filter(pl.col("residual").abs() > LARGE).sort(pl.col("residual").abs(), descending=True)
    worst = [
        f"{row['actor']} as {row['side']} ({count(row['observed'])} events, {number(row['expected'])} "
        "expected)"
        for row in large.head(3).to_dicts()
    ]
    finding = (
        f"{count(large.height)} of {count(frame.height)} residuals are beyond ±3, the largest "
        f"{listing(worst)}."
        if worst
        else "No actor's events are beyond ±3 of what is expected."
    )
    return Section(
        "residuals",
        "Whose events does the model get wrong?",
        "Residuals",
        paragraphs=(
            "Observed less expected events, over the square root of the expected. Large residuals say that "
            "actors differ in a way that the formula does not hold: add attributes, fixed effects or a "
            "frailty.",
        ),
        figures=(_bars(frame, finding),),
    )


def _bars(frame: pl.DataFrame, finding: str) -> Figure:
    drawn = residual_values(frame)
    return make_figure(
        "residuals",
        "rem_residuals",
        wide=drawn,
        narrow={"columns": 1, "width": 210, "label_limit": 100},
        title=f"Residuals of the {len(drawn['actors'])} actors furthest off",
        finding=finding,
        table=make_table(
            "residuals-table",
            "Observed and expected events",
            columns=[
                Column("actor", "Actor"),
                Column("side", "As"),
                Column("observed", "Observed", "count"),
                Column("expected", "Expected", "number"),
                Column("residual", "Residual", "number"),
            ],
            rows=frame.sort(pl.col("residual").abs(), descending=True).to_dicts(),
        ),
        frame=frame,
        keys=[Key("initiative", "more events than expected"), Key("reaction", "fewer")],
    )


def course(reading: RemReading) -> Section:
    """Show whether effects change in the course of the events."""
    frame = reading.frames["course"]
    figures = (_curves(frame),) if frame.height else ()
    return Section(
        "course",
        "Do the effects stay the same?",
        "Change",
        paragraphs=(
            "For each effect, what happened less what the model expected, summed up event by event. Under "
            "an effect that does not change the curve leaves the grey band once in twenty times. Where it "
            "rises, the effect is stronger than the estimate; where it falls, weaker. The argument "
            "varying=4 lets it change. With many events even small changes leave the band.",
        ),
        figures=figures,
    )


def _curves(frame: pl.DataFrame) -> Figure:
    tops = peaks(frame)
    changing = [term for term in tops if tops[term] > BAND]
    finding = (
        f"{len(changing)} of {len(tops)} effects leave the band: {listing(changing, 4)}."
        if changing
        else "No effect leaves the band."
    )
    table: list[dict[str, Any]] = [
        {"term": term, "peak": tops[term], "change": "changes" if term in changing else "steady"}
        for term in tops
    ]
    return make_figure(
        "course",
        "rem_course",
        wide=course_values(frame),
        narrow={"columns": 1, "width": 270},
        title="Cumulated residuals of each effect, from the first event to the last",
        finding=finding,
        table=make_table(
            "course-table",
            "Largest distance of each curve from 0",
            columns=[
                Column("term", "Effect"),
                Column("peak", "Largest distance (band: 1.36)", "number"),
                Column("change", "Verdict"),
            ],
            rows=table,
        ),
        frame=frame,
        keys=[Key("initiative", "inside the band", "line"), Key("reaction", "leaves it", "line")],
    )
