"""Where the numbers of a report come from: snapshot, version, settings that replay it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from melian.report.page import Section
from melian.report.tables import Column, make_table

__all__ = ["provenance_section", "settings_section"]


def provenance_section(rows: Sequence[tuple[str, str]]) -> Section:
    """Set what a result was made from, as (what, value), above the line by which it is cited."""
    return _section("Provenance and citation", rows, body="citation")


def settings_section(*parts: Mapping[str, Any]) -> Section:
    """Set data and settings as a result states them, without a citation."""
    rows = [(name, _text(value)) for part in parts for name, value in part.items()]
    return _section("Data and settings", rows)


def _section(title: str, rows: Sequence[tuple[str, str]], *, body: str = "") -> Section:
    table = make_table(
        "provenance-table",
        "Provenance",
        columns=[Column("what", "What"), Column("value", "Value")],
        rows=[{"what": what, "value": value} for what, value in rows],
    )
    csv = pl.DataFrame(rows, schema=["what", "value"], orient="row").write_csv()
    return Section("provenance", title, "Provenance", tables=((table, csv),), body=body)


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
