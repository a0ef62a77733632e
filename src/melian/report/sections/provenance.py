"""Where the numbers of a report come from: snapshot, version, settings that replay it."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from melian.report.page import Section
from melian.report.tables import Column, make_table

__all__ = ["provenance_section"]


def provenance_section(rows: Sequence[tuple[str, str]]) -> Section:
    """Set what a result was made from, as (what, value), above the line by which it is cited."""
    table = make_table(
        "provenance-table",
        "Provenance",
        columns=[Column("what", "What"), Column("value", "Value")],
        rows=[{"what": what, "value": value} for what, value in rows],
    )
    csv = pl.DataFrame(rows, schema=["what", "value"], orient="row").write_csv()
    return Section(
        "provenance", "Provenance and citation", "Provenance", tables=((table, csv),), body="citation"
    )
