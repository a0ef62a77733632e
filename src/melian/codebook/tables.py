"""Tables of the codebook: what columns they have, how they are read, what is refused."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Final

from melian.errors import InputError
from melian.options import INSTRUMENTS

__all__ = [
    "ROW",
    "SECTORS",
    "TABLES",
    "Row",
    "TableSpec",
    "check_entries",
    "packaged_rows",
    "read_rows",
    "table_spec",
]

Row = Mapping[str, str]

# Key under which a user's row keeps its number in the file.
ROW: Final = "#"

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


def packaged_rows(spec: TableSpec) -> list[dict[str, str]]:
    """Read the table that ships with the package."""
    source = files("melian.codebook").joinpath("tables", f"{spec.name}.csv")
    return list(csv.DictReader(io.StringIO(source.read_text(encoding="utf-8"))))


def read_rows(path: Path, spec: TableSpec) -> list[dict[str, str]]:
    """Read and check a user's CSV for a table.

    Raises
    ------
    InputError
        Naming file, row (header is row 1) and column of the first cell that cannot be used.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return list(_checked(path, spec, csv.reader(lines)))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"codebook file {path}: cannot be read as UTF-8 CSV ({error}).") from error


def _checked(path: Path, spec: TableSpec, lines: Iterable[list[str]]) -> Iterator[dict[str, str]]:
    rows = iter(lines)
    header = next(rows, [])
    _check_header(path, spec, header)
    for number, cells in enumerate(rows, start=2):
        if not any(cells):
            continue
        if len(cells) != len(header):
            raise InputError(
                f"codebook file {path}, row {number}: {len(cells)} fields, the header has {len(header)}; "
                "put a field that holds a comma in double quotes."
            )
        row = {column: cell.strip() for column, cell in zip(header, cells, strict=True)}
        _check_row(path, spec, number, row)
        yield {ROW: str(number)} | {c: row.get(c, "") for c in (*spec.required, *spec.optional)}


def _check_header(path: Path, spec: TableSpec, header: list[str]) -> None:
    missing = [column for column in spec.required if column not in header]
    if missing:
        raise InputError(
            f"codebook file {path}, row 1: column {missing[0]!r} is missing; "
            f"table {spec.name!r} needs {', '.join(spec.required)}."
        )
    known = (*spec.required, *spec.optional, *spec.ignored)
    for column in header:
        if column not in known:
            near = get_close_matches(column, known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise InputError(
                f"codebook file {path}, row 1: column {column!r} is not known in table {spec.name!r}; "
                f"allowed: {', '.join(known)}.{hint}"
            )


def _check_row(path: Path, spec: TableSpec, number: int, row: Row) -> None:
    where = f"codebook file {path}, row {number}, column"
    for column in spec.filled:
        if not row.get(column):
            raise InputError(f"{where} {column!r}: is empty; fill it in or delete the row.")
    for column, allowed in (spec.allowed or {}).items():
        value = row.get(column, "")
        if value and value not in allowed:
            raise InputError(f"{where} {column!r}: found {value!r}; allowed: {', '.join(allowed)}.")
    dates = [_date(where, column, row.get(column, "")) for column in ("from", "to")]
    if dates[0] and dates[1] and dates[0] > dates[1]:
        raise InputError(f"{where} 'to': {dates[1]} is before 'from' ({dates[0]}).")
    if "rank" in row and not row["rank"].isdigit():
        raise InputError(f"{where} 'rank': found {row['rank']!r}; allowed: a whole number.")


def _date(where: str, column: str, value: str) -> dt.date | None:
    if not value:
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError as error:
        raise InputError(
            f"{where} {column!r}: found {value!r}; allowed: a date as 2018-01-31, or empty."
        ) from error


def check_entries(path: Path, spec: TableSpec, rows: Sequence[Row], countries: Container[str]) -> None:
    """Check what takes more than one cell: known countries, sectors beside them, entries that do not clash.

    Raises
    ------
    InputError
        Naming file, row and column.
    """
    taken: dict[tuple[str, ...], list[tuple[str, str, str]]] = {}
    for row in rows:
        where = f"codebook file {path}, row {row[ROW]}, column"
        if "iso3" in row and row["iso3"] and row["iso3"] not in countries:
            raise InputError(
                f"{where} 'iso3': found {row['iso3']!r}; allowed: ISO 3166 alpha-3 or a code of the table "
                "'orgcodes'. Add the code there to use it."
            )
        if spec.name == "actors" and not row["sector"]:
            raise InputError(f"{where} 'sector': is empty; allowed: {', '.join(SECTORS)}.")
        key = tuple(row[column] for column in spec.key)
        days = (row.get("from", "") or "0001-01-01", row.get("to", "") or "9999-12-31")
        for first, last, other in taken.get(key, []):
            if days[0] <= last and first <= days[1]:
                raise InputError(
                    f"{where} {spec.key[0]!r}: {key[0]!r} has two entries for the same day (the other in "
                    f"row {other}); give them dates that do not overlap, or delete one."
                )
        taken.setdefault(key, []).append((*days, row[ROW]))
