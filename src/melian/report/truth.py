"""The truth of a simulated world beside its estimate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from melian.errors import InputError
from melian.options import COMPONENTS
from melian.report import findings
from melian.report.page import Section
from melian.report.reading import Reading, TrueShares
from melian.report.tables import Column, Table, make_table

__all__ = ["truth_section", "truth_shares"]


def truth_shares(truth: Mapping[str, Any] | None) -> dict[tuple[str, str, str], float]:
    """Give true shares by (view, actor, component); empty for real data.

    Raises
    ------
    InputError
        An actor lacks its proximate or root part.

    Examples
    --------
    >>> truth_shares({"A": {"proximate": {"initiative": {"share": 0.5}}, "root": {"self": {"share": 0.7}}}})
    {('proximate', 'A', 'initiative'): 0.5, ('root', 'A', 'self'): 0.7}
    """
    out: dict[tuple[str, str, str], float] = {}
    for actor, parts in (truth or {}).items():
        if "proximate" not in parts or "root" not in parts:
            raise InputError(
                f"truth[{actor!r}] has {', '.join(parts) or 'nothing'}; it needs 'proximate' and 'root'."
            )
        for view, names in (("proximate", COMPONENTS), ("root", ("self",))):
            for name in names:
                share = parts[view].get(name, {}).get("share")
                if share is not None:
                    out[view, actor, name] = float(share)
    return out


def truth_section(reading: Reading, truth: TrueShares) -> Section:
    """Compare every estimate with the truth."""
    rows = _rows(reading, truth)
    table = _table(rows)
    return Section(
        "truth",
        "Estimate against truth",
        "Truth",
        paragraphs=(
            "This world is fiction: it was simulated, so the truth is known and stands beside the "
            "estimate here and "
            "as a diamond in the figures.",
            findings.truth_finding(rows),
        ),
        tables=((table, pl.DataFrame(rows, infer_schema_length=None).write_csv()),),
    )


def _rows(reading: Reading, truth: TrueShares) -> list[dict[str, Any]]:
    rank = {actor: i for i, actor in enumerate(reading.actors)}
    rows = []
    for (view, actor, component), value in truth.items():
        if actor not in rank:
            continue
        share = reading.share(actor, component, view=view)
        inside = None
        if share.share is not None and share.low is not None and share.high is not None:
            inside = "yes" if share.low <= value <= share.high else "no"
        rows.append(
            {
                "actor": actor,
                "view": view,
                "component": component,
                "truth": value,
                "share": share.share,
                "low": share.low,
                "high": share.high,
                "inside": inside or "undefined",
                "reason": share.reason,
            }
        )
    return sorted(rows, key=lambda row: (row["view"], rank[row["actor"]]))


def _table(rows: list[dict[str, Any]]) -> Table:
    """Set estimate and truth side by side, one row per actor."""
    records: dict[str, dict[str, Any]] = {}
    for row in rows:
        name = "root" if row["view"] == "root" else row["component"]
        record = records.setdefault(row["actor"], {"actor": row["actor"]})
        record |= {name: row["share"], f"{name}_low": row["low"], f"{name}_high": row["high"]}
        record |= {f"{name}_reason": row["reason"], f"{name}_truth": row["truth"]}
        record[f"{name}_truth_outside"] = row["inside"] == "no"
    columns = [Column("actor", "Actor")]
    for name, group in (*((c, c.capitalize()) for c in COMPONENTS), ("root", "Goes back to itself")):
        columns += [
            Column(name, "Estimate", "estimate", group),
            Column(f"{name}_truth", "Truth", "truth", group),
        ]
    return make_table(
        "truth-table",
        "Estimate and truth",
        columns=columns,
        rows=list(records.values()),
        note="*: the 90% interval does not hold the truth.",
    )
