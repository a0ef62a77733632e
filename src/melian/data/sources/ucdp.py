"""UCDP Georeferenced Event Dataset: CSV with header, quoted fields that may hold line breaks.

Sundberg and Melander (2013), "Introducing the UCDP Georeferenced Event Dataset", J. of Peace Research 50(4).
"""

from __future__ import annotations

from melian.data.sources.spec import Expression, First, SourceSpec

__all__ = ["UCDP_GED"]

# date_prec: 1 the day is known, 2 two to six days, 3 a week, 4 a month, 5 a longer span.
_PRECISION = """CASE WHEN {date_prec} = '4' THEN 'month' WHEN {date_prec} = '5' THEN 'year'
    WHEN {date_prec} = '1' AND {date_start}[1:10] = {date_end}[1:10] THEN 'day' ELSE 'span' END"""

UCDP_GED = SourceSpec(
    name="ucdp-ged",
    provider="ucdp",
    fields={
        "event_id": "id",
        "date": "date_start",
        "date_end": "date_end",
        "precision": Expression(_PRECISION, ("date_prec", "date_start", "date_end")),
        "source_name": "side_a",
        "source_code": First(("side_a_new_id", "side_a_dset_id")),
        "source_country": "country",
        "target_name": "side_b",
        "target_code": First(("side_b_new_id", "side_b_dset_id")),
        "target_country": "country",
        "code": "type_of_violence",
        "reports": "number_of_sources",
        "place": "where_coordinates",
        "lat": "latitude",
        "lon": "longitude",
        "text": First(("source_headline", "where_description", "source_article")),
    },
    constants={"scheme": "ucdp"},
    delimiters=",",
    quote='"',
)
