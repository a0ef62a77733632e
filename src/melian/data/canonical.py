"""From the columns of a source to the canonical fields, as SQL."""

from __future__ import annotations

from typing import Final

from melian.data.layout import column_key
from melian.data.read import RawColumn, RawTable, quoted
from melian.data.sources.spec import DateForm, Expression, FieldSource, First, SourceSpec
from melian.options import INSTRUMENTS

__all__ = ["CANONICAL", "PIVOT", "canonical_select"]

PIVOT: Final = 30
"""Two-digit years from 30 on are of the 1900s, below of the 2000s."""

CANONICAL: Final[dict[str, str]] = {
    "event_id": "TEXT",
    "date": "DATE",
    "date_end": "DATE",
    "precision": "TEXT",
    "source_name": "TEXT",
    "target_name": "TEXT",
    "source_code": "TEXT",
    "source_country": "TEXT",
    "source_sectors": "TEXT",
    "target_code": "TEXT",
    "target_country": "TEXT",
    "target_sectors": "TEXT",
    "scheme": "TEXT",
    "code": "TEXT",
    "mode": "TEXT",
    "goldstein": "DOUBLE",
    "reports": "INTEGER",
    "weight": "INTEGER",
    "place": "TEXT",
    "lat": "DOUBLE",
    "lon": "DOUBLE",
    "text": "TEXT",
    "url": "TEXT",
}
"""Canonical fields of `reports` that a source may fill, with their types."""

_INTEGERS: Final = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
)
_DATE_SQL: Final[dict[DateForm, str]] = {
    # The fifth character tells 2018-1-5 from 12-01-05, which DuckDB would read as the year 12.
    "iso": "CASE WHEN {x}[5] IN ('-', '/') THEN TRY_CAST({x} AS TIMESTAMP)::DATE END",
    # Only digits: DuckDB reads 'infinity' as a date in any form.
    "yyyymmdd": (
        "CASE WHEN length({x}) = 8 AND TRY_CAST({x} AS INTEGER) > 0 "
        "THEN try_strptime({x}, '%Y%m%d')::DATE END"
    ),
    "yymmdd": (
        "CASE WHEN length({x}) = 6 THEN try_strptime("
        f"CASE WHEN {{x}}[1:2] >= '{PIVOT}' THEN '19' ELSE '20' END || {{x}}, '%Y%m%d')::DATE END"
    ),
    "day month year": "CASE WHEN {x}[5] NOT IN ('-', '/') THEN try_strptime({x}, '%d %B %Y')::DATE END",
}
_DATE_WORDS: Final[dict[DateForm, str]] = {
    "iso": "YYYY-MM-DD",
    "yyyymmdd": "YYYYMMDD",
    "yymmdd": "YYMMDD",
    "day month year": "DD Month YYYY",
}
_REASON: Final = """CASE
    WHEN date_text IS NULL THEN 'no date'
    WHEN date IS NULL OR NOT isfinite(date)
        THEN 'date ''' || date_text || ''' is not a day in the form {forms}'
    WHEN source_name IS NULL THEN 'no source'
    WHEN target_name IS NULL THEN 'no target'
    WHEN code IS NULL THEN 'no event code'
    WHEN scheme = 'instrument' AND code NOT IN ({instruments})
        THEN 'instrument ''' || code || ''' is not known'
    WHEN weight IS NULL THEN 'weight ''' || weight_text || ''' is not a whole number from 1'
    WHEN date_end < date THEN 'the last day lies before the first'
    WHEN source_name = target_name THEN 'self-dyad: source and target are both ''' || source_name || ''''
END"""


def canonical_select(spec: SourceSpec, raw: RawTable) -> str:
    """Give SQL for the canonical fields of a raw table, with the reason why a row is rejected.

    The columns are `file_row`, those of `CANONICAL`, `raw` (what melian read of the row), `lat_text` and
    `lon_text` as written, and `reason` (NULL where the row is good): the first that holds of date, source,
    target, code, instrument name, weight, order of days, self-dyad.

    Parameters
    ----------
    spec : SourceSpec
        Fitted to the file by `apply_map`.
    raw : RawTable
    """
    texts = {name: _field_sql(name, source, spec, raw) for name, source in spec.fields.items()}
    texts |= {name: quoted(value, "'") for name, value in spec.constants.items()}
    exact = {name: _typed(texts.get(name), type_) for name, type_ in CANONICAL.items()}
    for name in ("date", "date_end"):
        exact[name] = _date_sql(name, texts.get(name), spec, raw)
    exact["precision"] = texts.get("precision", "'day'")
    exact["reports"] = f"greatest(coalesce({exact['reports']}, 1), 1)"
    exact["weight"] = _weight_sql(texts.get("weight"))
    for name, most in (("lat", 90), ("lon", 180)):
        exact[name] = f"CASE WHEN abs({exact[name]}) <= {most} THEN {exact[name]} END"
    columns = ", ".join(f"{sql} AS {name}" for name, sql in exact.items())
    checked = _REASON.format(
        forms=" or ".join(_DATE_WORDS[form] for form in spec.date_forms),
        instruments=", ".join(quoted(name, "'") for name in INSTRUMENTS),
    )
    return f"""SELECT *, {checked} AS reason FROM (SELECT file_row, {texts["date"]} AS date_text,
        {texts.get("weight", "NULL::TEXT")} AS weight_text, {_raw_sql(raw, spec)} AS raw,
        {texts.get("lat", "NULL::TEXT")} AS lat_text, {texts.get("lon", "NULL::TEXT")} AS lon_text, {columns}
        FROM {raw.relation})"""


def _field_sql(name: str, source: FieldSource, spec: SourceSpec, raw: RawTable) -> str:
    if isinstance(source, Expression):
        return source.sql.format_map({n: _text_sql(raw.columns[column_key(n)], spec) for n in source.columns})
    if isinstance(source, str):
        column = raw.columns[column_key(source)]
        text = _text_sql(column, spec)
        return _code_sql(text, column, spec.constants.get("scheme", "")) if name == "code" else text
    there = [raw.columns[key] for key in map(column_key, source.columns) if key in raw.columns]
    listed = ", ".join(_text_sql(column, spec) for column in there)
    return f"coalesce({listed})" if isinstance(source, First) else f"nullif(concat_ws(',', {listed}), '')"


def _text_sql(column: RawColumn, spec: SourceSpec) -> str:
    if column.type != "VARCHAR":
        return f"CAST({column.sql} AS VARCHAR)"
    trimmed = f"trim({column.sql})"
    if not spec.missing:
        return f"nullif({trimmed}, '')"
    missing = ", ".join(quoted(text, "'") for text in ("", *spec.missing))
    return f"CASE WHEN {trimmed} NOT IN ({missing}) THEN {trimmed} END"


def _code_sql(text: str, column: RawColumn, scheme: str) -> str:
    if scheme in ("cameo", "weis") and column.type in _INTEGERS:
        # A number has lost its leading zero: 43 was 043.
        return f"lpad({text}, greatest(length({text}), 3)::INTEGER, '0')"
    return f"upper({text})" if scheme == "plover" else text


def _typed(text: str | None, type_: str) -> str:
    if text is None:
        return f"NULL::{type_}"
    if type_ == "DOUBLE":
        return f"CASE WHEN isfinite(TRY_CAST({text} AS DOUBLE)) THEN TRY_CAST({text} AS DOUBLE) END"
    return text if type_ == "TEXT" else f"TRY_CAST({text} AS {type_})"


def _weight_sql(text: str | None) -> str:
    if text is None:
        return "1"
    number = f"TRY_CAST({text} AS DOUBLE)"
    return f"""CASE WHEN {text} IS NULL THEN 1
        WHEN {number} BETWEEN 1 AND 2147483647 AND {number} = floor({number}) THEN {number}::INTEGER END"""


def _date_sql(name: str, text: str | None, spec: SourceSpec, raw: RawTable) -> str:
    if text is None:
        return "NULL::DATE"
    source = spec.fields[name]
    column = raw.columns[column_key(source)] if isinstance(source, str) else None
    if column is not None and (column.type == "DATE" or column.type.startswith("TIMESTAMP")):
        return f"CAST({column.sql} AS DATE)"
    parsed = [_DATE_SQL[form].format(x=f"({text})") for form in spec.date_forms]
    return f"coalesce({', '.join(parsed)})"


def _raw_sql(raw: RawTable, spec: SourceSpec) -> str:
    """Give what melian read of the row, as one text."""
    cells = ", ".join(f"coalesce(CAST({column.sql} AS VARCHAR), '')" for column in raw.columns.values())
    return f"concat_ws({quoted(spec.delimiters[0], chr(39))}, {cells})"
