"""POLECAT (PLOVER events by NGEC): tab-separated with header. Written from the header, no real file seen.

Halterman, Bagozzi, Beger, Schrodt, Scarborough (2023), "PLOVER and POLECAT", Harvard Dataverse.
"""

from __future__ import annotations

from melian.data.sources.spec import First, SourceSpec

__all__ = ["POLECAT"]

POLECAT = SourceSpec(
    name="polecat",
    provider="polecat",
    fields={
        "event_id": "Event ID",
        "date": "Event Date",
        "source_name": First(("Actor Name", "Actor Name Raw", "Actor Country")),
        "source_country": "Actor Country",
        "source_sectors": First(("Primary Actor Sector", "Actor Sectors")),
        "target_name": First(("Recipient Name", "Recipient Name Raw", "Recipient Country")),
        "target_country": "Recipient Country",
        "target_sectors": First(("Primary Recipient Sector", "Recipient Sectors")),
        "code": "Event Type",
        "mode": "Event Mode",
        "goldstein": "Intensity",
        "place": First(("Placename", "City", "Country")),
        "lat": "Latitude",
        "lon": "Longitude",
        "text": "Contexts",
    },
    constants={"scheme": "plover"},
    missing=("None", "NA"),
    tested=False,
)
