"""ACLED: the user's own export (CSV with header); its terms forbid passing the data on. No real file seen.

Raleigh, Kishi and Linke (2023), "Political instability patterns are obscured by conflict dataset scope
conditions, sources, and coding choices", Humanities and Social Sciences Communications 10.
"""

from __future__ import annotations

from melian.data.sources.spec import Expression, SourceSpec

__all__ = ["ACLED"]

# time_precision: 1 the day is known, 2 the week, 3 the month. Which days are meant is not given.
_PRECISION = "CASE {time_precision} WHEN '2' THEN 'span' WHEN '3' THEN 'month' ELSE 'day' END"

ACLED = SourceSpec(
    name="acled",
    provider="acled",
    fields={
        "event_id": "event_id_cnty",
        "date": "event_date",
        "precision": Expression(_PRECISION, ("time_precision",)),
        "source_name": "actor1",
        "source_country": "country",
        "source_sectors": "inter1",
        "target_name": "actor2",
        "target_country": "country",
        "target_sectors": "inter2",
        "code": "sub_event_type",
        "mode": "event_type",
        "place": "location",
        "lat": "latitude",
        "lon": "longitude",
        "text": "notes",
    },
    constants={"scheme": "acled"},
    delimiters=",;\t",
    quote='"',
    date_forms=("iso", "day month year"),
    tested=False,
)
