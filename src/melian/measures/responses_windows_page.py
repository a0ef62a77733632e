"""Responses in moving windows as a table and a chart."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from melian.history import EventHistory
from melian.measures.answer import Chart, Exhibit
from melian.measures.bands import band
from melian.measures.figures import number_text
from melian.measures.frames import cells, frame_of
from melian.measures.responses_windows import Windowed

__all__ = ["windows_exhibit"]


def windows_exhibit(
    history: EventHistory, windowed: Mapping[int, tuple[Windowed, ...]], *, days: int, least: int
) -> Exhibit | None:
    """Lay the windows out; those with fewer than `least` acts say so.

    Parameters
    ----------
    days : int
        How far acts are followed.
    """
    rows = []
    for actor, windows in windowed.items():
        for one in windows:
            values = one.values if one.acts >= least else one.values[:1]
            reason = f"{one.acts} acts in the window; at least {least} are needed"
            rows.append(
                {"actor": history.actors[actor], "date": history.date((one.first + one.last) // 2),
                 "acts": one.acts} | cells(band(values, events=one.acts, reason=reason))
            )  # fmt: skip
    if not rows:
        return None
    frame = frame_of(rows, "value", dates=("date",))
    known = frame.filter(pl.col("value").is_not_null())
    away = known.filter((pl.col("value_low") > 0.0) | (pl.col("value_high") < 0.0)).height
    finding = f"{away} of {known.height} responses in windows have an interval without 0"
    if known.height:
        told = known["value"].to_list()
        finding += f"; they lie between {number_text(min(told))} and {number_text(max(told))}"
    first = next(iter(windowed.values()))[0]
    return Exhibit(
        "windows", "Responses in moving windows",
        f"{finding}.",
        frame,
        (("actor", "Conduct of", "name"), ("date", "Middle of the window", "date"),
         ("acts", "Acts towards it", "count"), ("value", "Acts that follow one act", "quantity")),
        Chart("lines", "date", "value", "value_low", "value_high", panel="actor", zero=0.0,
              x_title="Middle of the window", y_title="Acts that follow one act"),
        f"Without a model: acts of the actor towards whoever acted on it, within {days} days of one act, all "
        f"others together; windows of {first.last - first.first} days, half a window apart.",
    )  # fmt: skip
