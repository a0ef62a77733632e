"""Any CSV or Parquet table of the user's own."""

from __future__ import annotations

from melian.data.sources.spec import SourceSpec

__all__ = ["SCHEME_COLUMNS", "TABLE"]

# In order of precedence where a table has several of them.
SCHEME_COLUMNS = ("cameo", "plover", "instrument")

TABLE = SourceSpec(
    name="table",
    provider="table",
    fields={
        "event_id": "event_id",
        "date": "date",
        "source_name": "source",
        "target_name": "target",
        "mode": "mode",
        "weight": "weight",
        "place": "place",
        "lat": "lat",
        "lon": "lon",
        "text": "text",
        "url": "url",
    },
    delimiters=",;\t|",
    quote='"',
    date_forms=("iso", "yyyymmdd"),
)
