"""The figure of a specification curve: estimates sorted, with intervals, over the choices of each."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from melian.curve.result import CurveResult
from melian.report.curve_text import axis_name, reference_text
from melian.report.page import Figure, Key, make_figure
from melian.report.tables import Column, Table, make_table
from melian.report.theme import stand_in

__all__ = ["curve_figure", "specification_table"]

ABOVE, BELOW, ACROSS = "above", "below", "across"
COLOURS: Final = {ABOVE: "initiative", BELOW: "reaction", ACROSS: "joint"}
GAP: Final = " "


def curve_figure(result: CurveResult, finding: str, prefix: str = "") -> Figure:
    """Draw the curve; specifications without a value are left out of it and stand in its table."""
    shown = result.frame.drop_nulls("estimate").sort("estimate", "spec").with_row_index("rank", offset=1)
    rows = [
        {
            "rank": row["rank"],
            "estimate": row["estimate"],
            "low": row["low"],
            "high": row["high"],
            "side": _side(row, result.reference),
        }
        for row in shown.iter_rows(named=True)
    ]
    sides = {row["rank"]: row["side"] for row in rows}
    choices, labels = _choices(result, shown, sides)
    main = shown.filter(pl.col("spec") == 1).select("rank", "estimate").to_dicts()
    shared = {
        "rows": rows,
        "choices": choices,
        "labels": labels,
        "main": main,
        "sides": list(COLOURS),
        "colours": [stand_in(colour) for colour in COLOURS.values()],
        "reference": [{"y": result.reference}] if _near(result) else [],
        "span": [0.0, len(rows) + 1.0],
    }
    return make_figure(
        f"{prefix}curve-figure",
        "curve",
        wide={**shared, **_layout(result, len(rows), width=760, height=230, extent=210)},
        narrow=_layout(result, len(rows), width=196, height=180, extent=132),
        title=f"{result.estimate} under {len(rows)} specifications",
        finding=finding,
        table=specification_table(result, f"{prefix}specifications"),
        frame=result.frame,
        keys=[
            Key("initiative", f"interval above {reference_text(result)}", "line"),
            Key("joint", f"interval holds {reference_text(result)}", "line"),
            Key("reaction", f"interval below {reference_text(result)}", "line"),
            Key("ink", "the study's own choices", "dot"),
        ],
        note="Each column is one specification. Above, its estimate and 90% interval; below, a tick at the "
        "value that each choice has in it. Choices stand in the order in which they move the estimate.",
    )


def specification_table(result: CurveResult, name: str) -> Table:
    """Give the table of all specifications, in the order in which they were drawn."""
    renamed = result.frame.rename(
        {"low": "estimate_low", "high": "estimate_high", "reason": "estimate_reason"}
    )
    kind: Any = "estimate" if result.measure == "shares" else "quantity"
    axes = [Column(axis.name, axis_name(axis.name)) for axis in result.axes]
    head = [Column("spec", "No.", "count"), Column("estimate", "Estimate", kind)]
    return make_table(
        f"{name}-table",
        "All specifications",
        columns=[*head, Column("events", "Events", "count"), *axes, Column("name", "Name there")],
        rows=renamed.to_dicts(),
        note="The first row is the study's own specification.",
    )


def _near(result: CurveResult) -> bool:
    """Say whether the reference lies near enough to be drawn without dwarfing the estimates."""
    found = result.verdict
    if found.least is None or found.most is None:
        return False
    reach = max(found.most - found.least, 1e-9)
    return found.least - 2.0 * reach <= result.reference <= found.most + 2.0 * reach


def _side(row: dict[str, Any], reference: float) -> str:
    if row["low"] is not None and row["low"] > reference:
        return ABOVE
    return BELOW if row["high"] is not None and row["high"] < reference else ACROSS


def _choices(
    result: CurveResult, shown: pl.DataFrame, sides: dict[int, str]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Give a tick for every specification and axis, and the labels from the top, with gaps between axes."""
    values = {axis.name: axis.values for axis in result.axes}
    labels: list[str] = []
    ticks: list[dict[str, Any]] = []
    for number, axis in enumerate(result.influence_frame()["axis"]):
        if number:
            labels.append(GAP * number)
        labels += [_label(axis, value) for value in values[axis]]
        ticks += [
            {"rank": rank, "choice": _label(axis, value), "side": sides[rank]}
            for rank, value in shown.select("rank", axis).iter_rows()
        ]
    return ticks, labels


def _label(axis: str, value: str) -> str:
    return f"{axis_name(axis)}: {value}"


def _layout(result: CurveResult, n: int, *, width: int, height: int, extent: int) -> dict[str, Any]:
    room = width / max(n, 1)
    axis: dict[str, Any] = {"title": None, "tickCount": 5, "minExtent": extent, "maxExtent": extent}
    return {
        "width": width,
        "height": height,
        "extent": extent,
        "label_limit": extent - 8,
        "stroke": round(min(max(room * 0.6, 0.5), 4.0), 2),
        "tick": round(min(max(room * 0.75, 0.7), 4.0), 2),
        "dot": round(min(max(room * room * 1.2, 4.0), 40.0), 1),
        "y_axis": {**axis, "format": ".0%" if result.measure == "shares" else ".4~g"},
        "x_axis": {"title": None, "labels": False, "ticks": False, "grid": False, "domain": False},
    }
