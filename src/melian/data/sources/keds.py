"""Kansas Event Data System: KEDS and TABARI output by WEIS or CAMEO, tab-separated or a table with header.

Schrodt, Davis and Weddle (1994); Schrodt and Gerner (Levant, Gulf, Balkans data).
"""

from __future__ import annotations

from melian.data.sources.spec import First, SourceSpec

__all__ = ["KEDS"]

_COLUMNS = ("date", "source", "target", "code", "label", "text")

KEDS = SourceSpec(
    name="keds",
    provider="keds",
    fields={
        "date": "date",
        "source_name": "source",
        "source_code": "source",
        "target_name": "target",
        "target_code": "target",
        "code": "code",
        "text": First(("label", "description", "text")),
    },
    delimiters="\t,",
    layouts=(_COLUMNS, _COLUMNS[:5], _COLUMNS[:4]),
    date_forms=("yymmdd", "yyyymmdd", "iso"),
    missing=("---", "***"),
    # Roots 21 (arrest) and 22 (force) are of WEIS alone, four digits of CAMEO alone.
    scheme_rule="""CASE WHEN bool_or(CAST({code} AS VARCHAR)[1:2] IN ('21', '22')) THEN 'weis'
        WHEN bool_or(length(CAST({code} AS VARCHAR)) > 3) THEN 'cameo' END""",
)
