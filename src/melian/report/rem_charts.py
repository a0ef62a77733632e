"""The charts of a relational event model as values: the same for the report and for a notebook."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import polars as pl

from melian.errors import InputError, check_option
from melian.report.charts import as_altair
from melian.report.rem_describe import RemAnswered
from melian.report.rem_labels import said
from melian.report.rem_reading import EffectRow, RemReading

__all__ = [
    "BAND",
    "course_values",
    "effects_values",
    "peaks",
    "recall_values",
    "rem_chart",
    "residual_values",
]

COARSE: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 1000.0)
FINE: Final = (0.3, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0)
NEAR: Final = 3.5
EFFECTS: Final = 40
ACTORS: Final = 20
PANELS: Final = 16
LARGE: Final = 3.0
BAND: Final = 1.358
"""The largest distance from 0 of a Brownian bridge is above it with probability 0.05 (Kolmogorov)."""


def rem_chart(answer: RemAnswered, what: str) -> Any:
    """Give a chart of an answer as an Altair object: effects, recall, residuals or course.

    Raises
    ------
    InputError
        If the name is not known, or what it shows was not computed.
    """
    makers: dict[str, tuple[str, Callable[[RemReading], dict[str, Any]]]] = {
        "effects": ("rem_forest", lambda reading: effects_values(shown_effects(reading))),
        "recall": ("rem_recall", lambda reading: recall_values(reading.frames["recall_curve"])),
        "residuals": ("rem_residuals", lambda reading: residual_values(reading.frames["actors"])),
        "course": ("rem_course", lambda reading: course_values(reading.frames["course"])),
    }
    check_option("what", what, tuple(makers))
    reading = RemReading(answer)
    if not reading.evaluated:
        raise InputError("there is nothing to draw: the events of this fit were not ranked.")
    chart, values = makers[what]
    return as_altair(chart, values(reading))


def shown_effects(reading: RemReading) -> list[EffectRow]:
    """Give the effects that a forest plot can show."""
    return [e for e in reading.effects if e.ratio is not None and e.term != "baseline"][:EFFECTS]


def effects_values(shown: Sequence[EffectRow]) -> dict[str, Any]:
    """Give the values of the forest plot."""
    domain = _domain(shown)
    return {
        "rows": [
            {
                "term": e.name,
                "ratio": e.ratio,
                "low": e.ratio_low,
                "high": e.ratio_high,
                "direction": e.direction,
            }
            for e in shown
        ],
        "terms": [e.name for e in shown],
        "width": 560,
        "step": 26,
        "domain": domain,
        "ticks": [t for t in (FINE if domain[1] < NEAR else COARSE) if domain[0] <= t <= domain[1]],
        "label_limit": 380,
    }


def _domain(shown: Sequence[EffectRow]) -> list[float]:
    """Choose the ends of the axis: all intervals inside, at least 0.9 to 1.11, at most a thousandfold."""
    values = [v for e in shown for v in (e.ratio, e.ratio_low, e.ratio_high) if v]
    span = max([abs(math.log(v)) for v in values] + [math.log(1.11)])
    wide = math.exp(min(span * 1.08, math.log(1000.0)))
    return [1.0 / wide, wide]


def recall_values(curve: pl.DataFrame) -> dict[str, Any]:
    """Give the values of the recall curve, with chance beside it."""
    rows = [
        *({"line": "model", **row} for row in curve.to_dicts()),
        *({"line": "chance", "top": t, "recall": t} for t in (0.0, 1.0)),
    ]
    return {"rows": rows, "width": 520, "height": 260}


def residual_values(frame: pl.DataFrame) -> dict[str, Any]:
    """Give the values of the residuals of the actors furthest off."""
    furthest = frame.group_by("actor").agg(pl.col("residual").abs().max())
    actors = furthest.sort("residual", "actor", descending=[True, False]).head(ACTORS)["actor"].to_list()
    panels = [f"as {side}" for side in frame["side"].unique(maintain_order=True)]
    rows = [
        {
            "actor": row["actor"],
            "panel": f"as {row['side']}",
            "residual": row["residual"],
            "direction": "more" if row["residual"] >= 0 else "less",
        }
        for row in frame.filter(pl.col("actor").is_in(actors)).to_dicts()
    ]
    span = max([abs(row["residual"]) for row in rows] + [LARGE])
    return {
        "rows": rows,
        "panels": panels,
        "actors": actors,
        "columns": len(panels),
        "width": 300,
        "step": 19,
        "domain": [-span, span],
        "label_limit": 130,
    }


def peaks(frame: pl.DataFrame) -> dict[str, float]:
    """Give the largest distance from 0 of each curve of cumulated residuals."""
    tops = frame.group_by("term", maintain_order=True).agg(pl.col("score").abs().max())
    return {said(term): float(score) for term, score in tops.iter_rows()}


def course_values(frame: pl.DataFrame) -> dict[str, Any]:
    """Give the values of the curves of cumulated residuals, those that change most first."""
    tops = peaks(frame)
    shown = sorted(tops, key=lambda term: -tops[term])[:PANELS]
    rows = [
        {
            **row,
            "band_low": -BAND,
            "band_high": BAND,
            "change": "changes" if tops[row["term"]] > BAND else "steady",
        }
        for row in ({**row, "term": said(row["term"])} for row in frame.to_dicts())
        if row["term"] in shown
    ]
    return {"rows": rows, "terms": shown, "columns": 3, "width": 250, "height": 90}
