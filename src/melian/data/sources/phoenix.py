"""Phoenix event data of the Open Event Data Alliance, with or without header. No real file seen."""

from __future__ import annotations

from melian.data.sources.spec import First, SourceSpec

__all__ = ["PHOENIX"]

_COLUMNS = (
    *("EventID", "Date", "Year", "Month", "Day"),
    *("SourceActorFull", "SourceActorEntity", "SourceActorRole", "SourceActorAttribute"),
    *("TargetActorFull", "TargetActorEntity", "TargetActorRole", "TargetActorAttribute"),
    *("EventCode", "EventRootCode", "PentaClass", "GoldsteinScore", "Issues"),
    *("Lat", "Lon", "LocationName", "StateName", "CountryCode", "SentenceID", "URLs", "NewsSources"),
)

PHOENIX = SourceSpec(
    name="phoenix",
    provider="phoenix",
    fields={
        "event_id": "EventID",
        "date": "Date",
        "source_name": First(("SourceActorFull", "SourceActorEntity")),
        "source_code": "SourceActorFull",
        "source_country": "SourceActorEntity",
        "source_sectors": "SourceActorRole",
        "target_name": First(("TargetActorFull", "TargetActorEntity")),
        "target_code": "TargetActorFull",
        "target_country": "TargetActorEntity",
        "target_sectors": "TargetActorRole",
        "code": First(("EventCode", "EventRootCode")),
        "goldstein": "GoldsteinScore",
        "place": "LocationName",
        "lat": "Lat",
        "lon": "Lon",
        "url": "URLs",
    },
    constants={"scheme": "cameo"},
    delimiters="\t,",
    quote='"',
    layouts=(_COLUMNS,),
    date_forms=("yyyymmdd", "iso"),
    missing=("---", "NA"),
    tested=False,
)
