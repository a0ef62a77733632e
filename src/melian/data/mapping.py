"""Which of a file's columns fill which canonical field, by the source's declaration and the user's map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from melian.data.layout import column_key
from melian.data.sources.spec import Expression, FieldSource, SourceSpec
from melian.data.sources.table import SCHEME_COLUMNS
from melian.errors import InputError, check_option

__all__ = ["apply_map", "columns_of", "user_fields", "wanted_columns"]

_REQUIRED = {"date": "date", "source_name": "source", "target_name": "target", "code": "code"}
_SCHEMES = ("cameo", "plover", "instrument", "weis")
_USER_NAMES = {
    "date": "date",
    "source": "source_name",
    "target": "target_name",
    "weight": "weight",
    "lat": "lat",
    "lon": "lon",
    "place": "place",
    "event_id": "event_id",
    "text": "text",
    "mode": "mode",
}


def user_fields() -> tuple[str, ...]:
    """Names that may stand left of the sign in `--map ours=theirs`."""
    return (*_USER_NAMES, *_SCHEMES)


def columns_of(source: FieldSource) -> tuple[str, ...]:
    """Raw columns that a field is made from."""
    return (source,) if isinstance(source, str) else source.columns


def wanted_columns(spec: SourceSpec, mapping: Mapping[str, str]) -> tuple[str, ...]:
    """All raw columns that a source or the user's map may ask for."""
    declared = [name for source in spec.fields.values() for name in columns_of(source)]
    schemes = [] if "code" in spec.fields else list(SCHEME_COLUMNS)
    return tuple(dict.fromkeys([*declared, *schemes, *mapping.values()]))


def apply_map(spec: SourceSpec, mapping: Mapping[str, str], names: tuple[str, ...], file: str) -> SourceSpec:
    """Fit a source's declaration to the columns that a file has and to the user's map.

    Parameters
    ----------
    spec : SourceSpec
    mapping : mapping of our name to the file's column
    names : tuple of str
        Columns of the file.
    file : str
        For messages.

    Returns
    -------
    SourceSpec
        With only the fields that the file can fill.

    Raises
    ------
    InputError
        If a name of ours or a column of theirs is unknown, or a required field has no column.
    """
    present = {column_key(name) for name in names}
    fields = dict(spec.fields)
    constants = dict(spec.constants)
    for ours, theirs in mapping.items():
        check_option("map", ours, user_fields())
        if column_key(theirs) not in present:
            raise InputError(f"file {file!r} has no column {theirs!r} (map {ours}={theirs}); {_found(names)}")
        if ours in _SCHEMES:
            fields["code"], constants["scheme"] = theirs, ours
        else:
            fields[_USER_NAMES[ours]] = theirs
    if "code" not in fields:
        scheme = next((s for s in SCHEME_COLUMNS if s in present), None)
        if scheme is None:
            raise InputError(
                f"file {file!r} has no column cameo, plover or instrument; {_found(names)} "
                "Name it with --map, for example --map cameo=COLUMN."
            )
        fields["code"], constants["scheme"] = scheme, scheme
    kept = {k: v for k, v in fields.items() if _available(v, present)}
    for need, ours in _REQUIRED.items():
        if need not in kept and need not in constants:
            raise InputError(
                f"file {file!r} has no column {' or '.join(columns_of(fields[need]))}; {_found(names)} "
                f"Name it with --map {ours}=COLUMN."
            )
    return replace(spec, fields=kept, constants=constants)


def _available(source: FieldSource, present: set[str]) -> bool:
    keys = {column_key(name) for name in columns_of(source)}
    return keys <= present if isinstance(source, str | Expression) else bool(keys & present)


def _found(names: tuple[str, ...]) -> str:
    shown = ", ".join(name if len(name) <= 40 else name[:37] + "..." for name in names[:12])
    return f"found: {shown}{', ...' if len(names) > 12 else ''}."
