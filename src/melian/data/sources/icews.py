"""ICEWS coded event data: tab files of Harvard Dataverse, 20 columns with a header.

Boschee, Lautenschlager, O'Brien, Shellman, Starz, Ward (2015), doi:10.7910/DVN/28075.
"""

from __future__ import annotations

from melian.data.sources.spec import SourceSpec

__all__ = ["ICEWS"]

ICEWS = SourceSpec(
    name="icews",
    provider="icews",
    fields={
        "event_id": "Event ID",
        "date": "Event Date",
        "source_name": "Source Name",
        "source_sectors": "Source Sectors",
        "source_country": "Source Country",
        "target_name": "Target Name",
        "target_sectors": "Target Sectors",
        "target_country": "Target Country",
        "code": "CAMEO Code",
        "goldstein": "Intensity",
        "place": "City",
        "lat": "Latitude",
        "lon": "Longitude",
        "text": "Event Text",
    },
    constants={"scheme": "cameo"},
    missing=("NA", "NULL"),
)
