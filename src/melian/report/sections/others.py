"""Who reacts to whom, and who started it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from melian.report import findings, prose
from melian.report.arrange import circle_nodes, curved_edges, neighbour_order
from melian.report.page import Figure, Key, Section, make_figure
from melian.report.reading import Reading, TrueShares
from melian.report.sections.shares import forest_rows
from melian.report.tables import Column, Table, make_table
from melian.report.theme import stand_in

__all__ = ["matrix_values", "reactions", "roots"]

MOST_LABELLED = 18
STRONGEST = 60
SMALLEST_LABEL = 0.005
DARK_FROM = 0.66
WIDE_NETWORK = {
    "width": 760,
    "height": 580,
    "extent_x": [-1.5, 1.5],
    "extent_y": [-1.145, 1.145],
    "widest": 12,
    "largest": 240,
    "font": 12,
    "label_limit": 150,
}
NARROW_NETWORK = {
    "width": 345,
    "height": 270,
    "extent_x": [-1.66, 1.66],
    "extent_y": [-1.3, 1.3],
    "widest": 7,
    "largest": 110,
    "font": 9,
    "label_limit": 52,
}


def reactions(reading: Reading) -> Section:
    """Show the matrix of who reacts to whom, and the same as a network."""
    frame = reading.frames["reactions"]
    weights = _weights(frame)
    order = neighbour_order(reading.actors, weights)
    figures = (_reaction_matrix(reading, frame, order), _network(reading, frame, order, weights))
    return Section(
        "reactions",
        "Who reacts to whom",
        "Reactions",
        paragraphs=(
            "A share of reaction is split over the actors whose earlier deeds predict it: those of the "
            "target itself, "
            "and those of third parties.",
        ),
        figures=figures if weights else (),
        tables=()
        if weights
        else ((_pairs_table(reading, frame, other="to", name="reactions-table"), frame.write_csv()),),
    )


def _weights(frame: pl.DataFrame) -> dict[tuple[str, str], float]:
    """Give the defined shares of reaction to others by (actor, to)."""
    return {
        (row["actor"], row["to"]): float(row["share"])
        for row in frame.iter_rows(named=True)
        if row["share"] is not None and row["actor"] != row["to"]
    }


def matrix_values(
    shares: Mapping[tuple[str, str], float | None], rows: Sequence[str], columns: Sequence[str], *, fill: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the values of a matrix chart for a wide and for a narrow page."""
    top = max([*(value for value in shares.values() if value is not None), 1e-6])
    records = _matrix_records(shares, rows, columns, top)
    size = len(columns)
    wide = {
        "rows": records if size <= MOST_LABELLED else [{**r, "label": None} for r in records],
        "rows_order": list(rows),
        "columns": list(columns),
        "step_x": max(20, min(96, 820 // max(size, 1))),
        "step_y": 24,
        "top": top,
        "fill": stand_in(fill),
        "angle": -40,
        "label_align": "left",
        "label_limit": 160,
        "label_font": 11,
        "font": 11,
    }
    narrow_step = max(9, min(40, 250 // max(size, 1)))
    narrow = {
        "rows": records if narrow_step >= 20 else [{**r, "label": None} for r in records],
        "step_x": narrow_step,
        "step_y": max(12, min(22, narrow_step)),
        "angle": -90,
        "label_limit": 85 if size <= MOST_LABELLED else 62,
        "label_font": 11 if size <= MOST_LABELLED else 8.5,
        "font": 10,
    }
    return wide, narrow


def _matrix_records(
    shares: Mapping[tuple[str, str], float | None], rows: Sequence[str], columns: Sequence[str], top: float
) -> list[dict[str, Any]]:
    """Give a record per cell, with its label in per cent; `dark` where the label must be light."""
    return [
        {
            "row": row,
            "column": column,
            "share": share,
            "label": f"{100 * share:.0f}" if share is not None and share >= SMALLEST_LABEL else None,
            "dark": share is not None and (share / top) ** 0.5 > DARK_FROM,
        }
        for row in rows
        for column in columns
        if (row, column) in shares
        for share in (shares[row, column],)
    ]


def _reaction_matrix(reading: Reading, frame: pl.DataFrame, order: list[str]) -> Figure:
    shares = {(row["actor"], row["to"]): row["share"] for row in frame.iter_rows(named=True)}
    columns = [*order, *sorted({to for _, to in shares} - set(order))]
    wide, narrow = matrix_values(shares, order, columns, fill="reaction")
    return make_figure(
        "reaction-matrix",
        "matrix",
        wide=wide,
        narrow=narrow,
        title="The row's actor reacts to the column's: per cent of the row's deeds",
        finding=findings.reactions_finding(reading),
        table=_pairs_table(reading, frame, other="to", name="reactions-table"),
        frame=frame,
        keys=[Key("reaction", "the stronger the colour, the larger the share")],
        note="Actors with much between them stand side by side. A dot: undefined (see table).",
    )


def _network(
    reading: Reading, frame: pl.DataFrame, order: list[str], weights: Mapping[tuple[str, str], float]
) -> Figure:
    edges = curved_edges(order, {p: w for p, w in weights.items() if set(p) <= set(order)}, limit=STRONGEST)
    nodes = circle_nodes(order, {actor: float(n) for actor, n in reading.events.items()})
    shown = len({edge["edge"] for edge in edges})
    strongest = (
        frame.filter(pl.col("actor") != pl.col("to"))
        .drop_nulls("share")
        .sort("share", descending=True)
        .head(shown)
    )
    return make_figure(
        "reaction-network",
        "network",
        wide={"edges": edges, "nodes": nodes, **WIDE_NETWORK},
        narrow=NARROW_NETWORK,
        title="The same as a network",
        finding=findings.network_finding(reading),
        table=_pairs_table(reading, strongest, other="to", name="network-table"),
        frame=strongest,
        keys=[Key("reaction", "broad at the one who reacts, thin towards the one it reacts to", "wedge")],
        note=(
            f"The {shown} largest shares. The width of a line is the share, the size of a point the "
            "number of events."
        ),
    )


def _pairs_table(reading: Reading, frame: pl.DataFrame, *, other: str, name: str) -> Table:
    rows = [
        {
            **row,
            "share_low": row["low"],
            "share_high": row["high"],
            "reason": reading.reason(row["actor"]),
        }
        for row in frame.sort("share", descending=True, nulls_last=True, maintain_order=True).iter_rows(
            named=True
        )
    ]
    heading, question = _PAIRS[other]
    columns = [
        Column("actor", "Actor"),
        Column(other, heading),
        Column("share", "Share of the actor's deeds", "estimate"),
    ]
    caption = f"{question}, largest shares first; in brackets the 90% interval"
    return make_table(name, caption, columns=columns, rows=rows)


_PAIRS = {"to": ("Reacts to", "Who reacts to whom"), "by": ("Goes back to", "To whom deeds go back")}


def roots(reading: Reading, truth: TrueShares) -> Section:
    """Show what share of each actor's deeds goes back to itself, and to whom the rest goes back."""
    return Section(
        "roots",
        "Who started it",
        "Who started it",
        paragraphs=(
            "Every deed has a chain of probable parents; the chain ends in a deed that earlier recorded "
            "deeds do not predict. The actor of that first deed is the root. A reaction to a reaction to "
            "one's own deed goes back to oneself.",
            *_roots_caution(reading),
        ),
        figures=(_self_forest(reading, truth), _root_matrix(reading)),
    )


def _roots_caution(reading: Reading) -> list[str]:
    """Warn where chains of deeds do not die out, or may not."""
    if not reading.roots_hold:
        return [
            f"Not to be relied on: {prose.radius_words(reading)}. At 1 or above chains of deeds do not die "
            "out, so by this fit neither the root shares below nor any counterfactual can be trusted."
        ]
    if not reading.roots_uncertain:
        return []
    return [
        f"Read with caution: {prose.radius_words(reading)}. The interval reaches 1, at which chains of deeds "
        "no longer die out and root shares lose their meaning."
    ]


def _self_forest(reading: Reading, truth: TrueShares) -> Figure:
    rows = forest_rows(reading, truth, view="root", panels=("self",))
    for row in rows:
        row["panel"] = "goes back to itself"
    wide = {
        "rows": rows,
        "panels": ["goes back to itself"],
        "actors": reading.actors,
        "colours": [stand_in("initiative")],
        "columns": 1,
        "width": 560,
        "step": 20,
        "label_limit": 190,
        "domain": [0, 1],
        "ticks": 5,
    }
    keys = [Key("initiative", "share that goes back to the actor itself", "dot")]
    if truth:
        keys.append(Key("truth", "truth of the simulated world", "diamond"))
    return make_figure(
        "root-self",
        "forest",
        wide=wide,
        narrow={"width": 235, "step": 19, "label_limit": 95},
        title="Share of an actor's deeds that goes back to itself, with 90% intervals",
        finding=findings.roots_finding(reading),
        table=_root_table(reading),
        frame=reading.frames["shares"].filter(pl.col("view") == "root"),
        keys=keys,
    )


def _root_table(reading: Reading) -> Table:
    parts = (("self", "Itself"), ("others", "Others"), ("joint", "Joint"))
    records = []
    for actor in reading.actors:
        record: dict[str, Any] = {"actor": actor, "events": reading.events[actor]}
        for name, _ in parts:
            share = reading.share(actor, name, view="root")
            record |= {name: share.share, f"{name}_low": share.low, f"{name}_high": share.high}
            record[f"{name}_reason"] = share.reason
        records.append(record)
    columns = [Column("actor", "Actor"), Column("events", "Events", "count")]
    columns += [Column(name, label, "estimate") for name, label in parts]
    return make_table("root-table", "Where chains of deeds begin", columns=columns, rows=records)


def _root_matrix(reading: Reading) -> Figure:
    frame = reading.frames["roots"]
    shares = {(row["actor"], row["by"]): row["share"] for row in frame.iter_rows(named=True)}
    order = neighbour_order(reading.actors, _weights(reading.frames["reactions"]))
    columns = [*order, *sorted({by for _, by in shares} - set(order))]
    off = {pair: share for pair, share in shares.items() if pair[0] != pair[1] and pair[1] != "self"}
    columns = [name for name in columns if name != "self"]
    wide, narrow = matrix_values(off, order, columns, fill="initiative")
    return make_figure(
        "root-matrix",
        "matrix",
        wide=wide,
        narrow=narrow,
        title="The row's deeds go back to the column's actor: per cent of the row's deeds",
        finding=findings.root_pairs_finding(reading),
        table=_pairs_table(reading, frame, other="by", name="roots-table"),
        frame=frame,
        keys=[Key("initiative", "the stronger the colour, the larger the share")],
        note="Actors stand in the order of the matrix of reactions. What goes back to the actor itself "
        "is in the figure above and left out here.",
    )
