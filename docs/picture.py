"""The picture of the README: estimate beside truth for each polity, from what `melian demo` wrote."""

import json
from pathlib import Path
from types import SimpleNamespace

import polars as pl

from melian.report.charts import as_altair
from melian.report.reading import Reading
from melian.report.sections.shares import forest_rows
from melian.report.theme import stand_in
from melian.report.truth import truth_shares

PANELS = ("initiative", "momentum", "reaction")


def draw_picture(demo: Path, target: Path) -> None:
    """Draw the shares of a demonstration in its folder as a picture."""
    summary = json.loads((demo / "result.json").read_text(encoding="utf-8"))
    frames = {name: pl.read_csv(demo / "tables" / f"{name}.csv") for name in ("shares", "placebo")}
    reading = Reading(SimpleNamespace(summary=summary, frames=frames))
    truth = truth_shares(json.loads((demo / "truth.json").read_text(encoding="utf-8"))["actors"])
    values = {
        "rows": forest_rows(reading, truth, view="proximate", panels=PANELS),
        "panels": list(PANELS),
        "actors": reading.actors,
        "colours": [stand_in(panel) for panel in PANELS],
        "columns": 3,
        "width": 240,
        "step": 20,
        "label_limit": 120,
        "domain": [0, 1],
        "ticks": 4,
    }
    chart = as_altair("forest", values).properties(background="white", padding=12)
    chart.save(target, scale_factor=2)
