"""GDELT event files, no header: 1.0 (57 columns in the back files, 58 in the daily ones), 2.0 (61 columns).

Leetaru and Schrodt (2013), "GDELT: Global Data on Events, Language, and Tone, 1979-2012", ISA Convention.
"""

from __future__ import annotations

from melian.data.sources.spec import FieldSource, First, Join, SourceSpec

__all__ = ["GDELT1", "GDELT2"]


def _actor(number: int) -> tuple[str, ...]:
    """Columns of one actor."""
    parts = (
        *("Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode"),
        *("Religion1Code", "Religion2Code", "Type1Code", "Type2Code", "Type3Code"),
    )
    return tuple(f"Actor{number}{part}" for part in parts)


def _place(role: str, *, second_level: bool) -> tuple[str, ...]:
    """Columns of one place; GDELT 2.0 has one more."""
    parts = ["Type", "FullName", "CountryCode", "ADM1Code", "Lat", "Long", "FeatureID"]
    if second_level:
        parts.insert(4, "ADM2Code")
    return tuple(f"{role}Geo_{part}" for part in parts)


def _columns(*, second_level: bool) -> tuple[str, ...]:
    return (
        *("GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate"),
        *_actor(1),
        *_actor(2),
        *("IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale"),
        *("NumMentions", "NumSources", "NumArticles", "AvgTone"),
        *_place("Actor1", second_level=second_level),
        *_place("Actor2", second_level=second_level),
        *_place("Action", second_level=second_level),
        "DATEADDED",
    )


_FIELDS: dict[str, FieldSource] = {
    "event_id": "GLOBALEVENTID",
    "date": "SQLDATE",
    "source_name": First(("Actor1Name", "Actor1Code")),
    "source_code": "Actor1Code",
    "source_country": "Actor1CountryCode",
    "source_sectors": Join(("Actor1Type1Code", "Actor1Type2Code", "Actor1Type3Code")),
    "target_name": First(("Actor2Name", "Actor2Code")),
    "target_code": "Actor2Code",
    "target_country": "Actor2CountryCode",
    "target_sectors": Join(("Actor2Type1Code", "Actor2Type2Code", "Actor2Type3Code")),
    "code": "EventCode",
    "goldstein": "GoldsteinScale",
    "reports": "NumMentions",
    "place": "ActionGeo_FullName",
    "lat": "ActionGeo_Lat",
    "lon": "ActionGeo_Long",
    "url": "SOURCEURL",
}
# GDELT dates an event by the day of the report, or counts back from it ("last year"): no clock of the act.
_CONSTANTS = {"scheme": "cameo", "precision": "publication"}
_GDELT1 = _columns(second_level=False)

GDELT1 = SourceSpec(
    name="gdelt1",
    provider="gdelt",
    fields=_FIELDS,
    constants=_CONSTANTS,
    layouts=(_GDELT1, (*_GDELT1, "SOURCEURL")),
    date_forms=("yyyymmdd",),
    missing=("---",),
)
GDELT2 = SourceSpec(
    name="gdelt2",
    provider="gdelt",
    fields=_FIELDS,
    constants=_CONSTANTS,
    layouts=((*_columns(second_level=True), "SOURCEURL"),),
    date_forms=("yyyymmdd",),
    missing=("---",),
)
