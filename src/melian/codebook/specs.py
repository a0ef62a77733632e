"""Tables of the codebook: their columns, keys and closed sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from melian.errors import InputError
from melian.options import INSTRUMENTS

__all__ = ["SECTORS", "TABLES", "TableSpec", "table_spec"]

SECTORS: Final[tuple[str, ...]] = (
    *("STATE", "GOV", "MIL", "POL", "SPY", "LEG", "JUD", "OPP", "PTY", "REB", "CRM"),
    *("CVL", "PRO", "MED", "BUS", "EDU", "REL", "NGO", "IGO", "UNK"),
)


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One table of the codebook.

    Attributes
    ----------
    name : str
        Also the name of the packaged CSV file and the key in `load_codebook(overrides)`.
    key : tuple of str
        Columns whose values name an entry; a user's rows replace all packaged rows of the same key.
    required, optional : tuple of str
        Columns. Others are refused, except those in `ignored` (columns of the unresolved list).
    filled : tuple of str
        Columns that may not be empty.
    allowed : mapping of column to values
        Closed sets; an empty cell is always allowed unless the column is in `filled`.
    """

    name: str
    key: tuple[str, ...]
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    allowed: Mapping[str, tuple[str, ...]] | None = None


_READING = {
    "instrument": INSTRUMENTS,
    "instrument_if_domestic": INSTRUMENTS,
    "alt_instrument": INSTRUMENTS,
    "deed": ("verbal", "material"),
    "reactive_by_definition": ("0", "1"),
    "two_sided": ("0", "1"),
}
_READ = ("instrument", "instrument_if_domestic", "deed")
_READ_MORE = ("alt_instrument", "reactive_by_definition", "mirror_code", "detail", "note")

TABLES: Final[tuple[TableSpec, ...]] = (
    TableSpec(
        "instruments",
        ("cameo_code",),
        ("cameo_code", *_READ),
        (
            *_READ_MORE,
            *("cameo_label", "plover_event", "plover_mode", "plover_context", "quad_class", "quad_plover"),
            *("goldstein", "group", "reciprocal"),
        ),
        filled=("cameo_code", *_READ),
        allowed=_READING,
    ),
    TableSpec(
        "weis",
        ("code",),
        ("code", *_READ),
        (*_READ_MORE, "label", "goldstein"),
        filled=("code", *_READ),
        allowed=_READING,
    ),
    TableSpec(
        "plover",
        ("plover_event", "plover_mode"),
        ("plover_event", "plover_mode", *_READ),
        (*_READ_MORE, "plover_score", "quad_plover"),
        filled=("plover_event", *_READ),
        allowed=_READING,
    ),
    TableSpec(
        "acled_ucdp",
        ("source", "code"),
        ("source", "code", *_READ),
        (*_READ_MORE, "event_type", "two_sided"),
        filled=("source", "code"),
        allowed={**_READING, "source": ("acled", "ucdp")},
    ),
    TableSpec(
        "actors",
        ("name",),
        ("name", "iso3", "sector"),
        ("kind", "from", "to", "note"),
        ("rows", "source_kind", "country", "sectors", "code", "since", "until"),
        filled=("name",),
        allowed={"sector": SECTORS},
    ),
    TableSpec(
        "countries",
        ("name_as_used",),
        ("name_as_used", "iso3"),
        ("cameo_country_code", "notes"),
        filled=("name_as_used", "iso3"),
    ),
    TableSpec(
        "sectors",
        ("phrase",),
        ("phrase", "sector"),
        ("note",),
        filled=("phrase", "sector"),
        allowed={"sector": SECTORS},
    ),
    TableSpec(
        "orgcodes",
        ("code",),
        ("code", "type"),
        ("name",),
        filled=("code", "type"),
        allowed={"type": ("igo", "ngo", "mixed", "nonstate", "region", "state")},
    ),
    TableSpec(
        "blocs",
        ("iso3", "bloc"),
        ("iso3", "bloc", "from", "to"),
        ("status", "note"),
        filled=("iso3", "bloc"),
        allowed={"status": ("member", "associate", "participant", "partner", "invited")},
    ),
    TableSpec(
        "cameo_actors",
        ("chunk",),
        ("chunk", "kind", "iso3", "sector"),
        ("note",),
        filled=("chunk", "kind", "sector"),
        allowed={"kind": ("country", "region", "group", "role", "religion", "ethnic"), "sector": SECTORS},
    ),
    TableSpec(
        "keds_weis_actors",
        ("code",),
        ("code", "iso3", "sector"),
        ("actor", "from", "to", "note"),
        filled=("code", "iso3", "sector"),
        allowed={"sector": SECTORS},
    ),
    TableSpec(
        "provider_sectors",
        ("provider", "phrase"),
        ("provider", "phrase", "sector", "rank"),
        filled=("provider", "phrase", "sector", "rank"),
        allowed={"provider": ("icews", "polecat"), "sector": SECTORS},
    ),
    TableSpec("cow_states", ("ccode",), ("ccode", "iso3"), ("from", "to", "name"), filled=("ccode", "iso3")),
)


def table_spec(name: str) -> TableSpec:
    """Give the description of a codebook table, or raise `InputError` with the nearest name."""
    for spec in TABLES:
        if spec.name == name:
            return spec
    names = tuple(spec.name for spec in TABLES)
    near = get_close_matches(name, names, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise InputError(f"codebook table {name!r} is not known; allowed: {', '.join(names)}.{hint}")
