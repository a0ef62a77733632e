"""The codebook: codes to instruments, names to actors, actors to blocs, as one frozen value."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from melian.codebook.codes import Code, read_codes
from melian.codebook.specs import TABLES, TableSpec, table_spec
from melian.codebook.tables import ROW, Row, check_entries, packaged_rows, read_rows

__all__ = ["STATE_SECTORS", "Chunk", "Codebook", "Membership", "Spell", "load_codebook"]

STATE_SECTORS: Final[tuple[str, ...]] = ("STATE", "GOV", "MIL", "POL", "SPY", "LEG")


@dataclass(frozen=True, slots=True)
class Spell:
    """What a name stands for from one day to another, both included; None is open.

    `actor` is the actor's code where it is not made from code and sector (the Bosnian Serbs: `BIH.SER`).
    """

    iso3: str
    sector: str
    since: dt.date | None = None
    until: dt.date | None = None
    actor: str = ""


@dataclass(frozen=True, slots=True)
class Membership:
    """Membership of a country in a bloc, both days included; None is open."""

    iso3: str
    bloc: str
    since: dt.date | None
    until: dt.date | None

    def covers(self, first: dt.date, last: dt.date) -> bool:
        """Say whether some day from `first` to `last` falls into the membership."""
        return (self.since is None or self.since <= last) and (self.until is None or self.until >= first)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Three letters of a CAMEO actor code."""

    kind: str
    iso3: str
    sector: str


@dataclass(frozen=True, slots=True)
class Codebook:
    """Everything that turns a provider's row into actors, sectors and instruments.

    Attributes
    ----------
    codes : tuple of Code
        Event codes of all schemes.
    actors : mapping of name to spells
        The dated dictionary; spells of one name do not overlap.
    named : frozenset of str
        Names that the user's own actors table gives; they win over every rule.
    countries, sectors, orgs : mapping
        Country name to code, phrase before `(Country)` to sector, code to type of organisation.
    chunks, keds : mapping
        CAMEO actor codes by three letters; KEDS codes of the WEIS sets.
    provider_sectors : mapping of (provider, phrase) to (rank, sector)
        The lowest rank among a provider's sector words decides.
    blocs : tuple of Membership
        Full members only.
    cow : mapping of Correlates of War state number (as text) to membership
        Whose number it is, and when; `bloc` is empty. Joins the field's tables of states and of pairs.
    version : str
        Hash of the content of all tables.
    """

    codes: tuple[Code, ...]
    actors: Mapping[str, tuple[Spell, ...]]
    named: frozenset[str]
    countries: Mapping[str, str]
    sectors: Mapping[str, str]
    orgs: Mapping[str, str]
    chunks: Mapping[str, Chunk]
    keds: Mapping[str, tuple[Spell, ...]]
    provider_sectors: Mapping[tuple[str, str], tuple[int, str]]
    blocs: tuple[Membership, ...]
    cow: Mapping[str, Membership]
    version: str

    @property
    def left_out(self) -> tuple[str, ...]:
        """Codes that are nobody's conduct: regions and INT."""
        return tuple(sorted({"INT"} | {code for code, kind in self.orgs.items() if kind == "region"}))

    @property
    def bloc_names(self) -> tuple[str, ...]:
        """Names of the blocs, sorted."""
        return tuple(sorted({member.bloc for member in self.blocs}))

    def members(self, bloc: str, first: dt.date, last: dt.date) -> tuple[str, ...]:
        """Countries that are members of a bloc on some day from `first` to `last`.

        Examples
        --------
        >>> import datetime as dt
        >>> load_codebook().members("CSTO", dt.date(2018, 1, 1), dt.date(2018, 12, 31))
        ('ARM', 'BLR', 'KAZ', 'KGZ', 'RUS', 'TJK')
        """
        from melian.errors import check_option

        check_option("bloc", bloc, self.bloc_names)
        return tuple(sorted({m.iso3 for m in self.blocs if m.bloc == bloc and m.covers(first, last)}))


def load_codebook(overrides: Mapping[str, Path] | None = None) -> Codebook:
    """Read the codebook that ships with melian, with the user's tables laid over it.

    Parameters
    ----------
    overrides : mapping of table name to CSV file, optional
        Rows replace the packaged rows with the same key and add new ones. The list of unresolved names
        that `melian describe` writes is, once filled in, an `actors` table; rows without `iso3` are left.

    Returns
    -------
    Codebook

    Raises
    ------
    InputError
        If a table name is not known, or a CSV cannot be used; the message names file, row and column.

    Examples
    --------
    >>> book = load_codebook()
    >>> book.countries["South Korea"], book.sectors["Police"]
    ('KOR', 'POL')
    """
    files = tuple(sorted((name, str(path)) for name, path in (overrides or {}).items()))
    for name, _ in files:
        table_spec(name)
    if not files:
        return _packaged()
    return _build(files)


@lru_cache(maxsize=1)
def _packaged() -> Codebook:
    return _build(())


def _build(files: tuple[tuple[str, str], ...]) -> Codebook:
    paths = {name: Path(path) for name, path in files}
    own = {spec.name: read_rows(paths[spec.name], spec) if spec.name in paths else [] for spec in TABLES}
    # Rows of the unresolved list that the user did not fill in.
    own["actors"] = [row for row in own["actors"] if row["iso3"]]
    rows = {spec.name: _laid_over(spec, packaged_rows(spec), own[spec.name]) for spec in TABLES}
    book = Codebook(
        codes=read_codes(rows),
        actors=_spells(rows["actors"], "name"),
        named=frozenset(row["name"] for row in own["actors"]),
        countries=MappingProxyType({row["name_as_used"]: row["iso3"] for row in rows["countries"]}),
        sectors=MappingProxyType({row["phrase"]: row["sector"] for row in rows["sectors"]}),
        orgs=MappingProxyType({row["code"]: row["type"] for row in rows["orgcodes"]}),
        chunks=MappingProxyType(
            {row["chunk"]: Chunk(row["kind"], row["iso3"], row["sector"]) for row in rows["cameo_actors"]}
        ),
        keds=_spells(rows["keds_weis_actors"], "code"),
        provider_sectors=MappingProxyType(
            {(r["provider"], r["phrase"]): (int(r["rank"]), r["sector"]) for r in rows["provider_sectors"]}
        ),
        blocs=tuple(
            _membership(row) for row in rows["blocs"] if row.get("status", "member") in ("member", "")
        ),
        cow=MappingProxyType({row["ccode"]: _membership({"bloc": "", **row}) for row in rows["cow_states"]}),
        version=_version(rows),
    )
    known = set(book.countries.values()) | set(book.orgs)
    for name, path in paths.items():
        check_entries(path, table_spec(name), own[name], known)
    return book


def _laid_over(
    spec: TableSpec, packaged: list[dict[str, str]], own: list[dict[str, str]]
) -> list[dict[str, str]]:
    replaced = {tuple(row[column] for column in spec.key) for row in own}
    kept = [row for row in packaged if tuple(row[column] for column in spec.key) not in replaced]
    return kept + own


def _spells(rows: Iterable[Row], key: str) -> Mapping[str, tuple[Spell, ...]]:
    found: dict[str, list[Spell]] = {}
    for row in rows:
        since, until = (dt.date.fromisoformat(d) if (d := row.get(c, "")) else None for c in ("from", "to"))
        found.setdefault(row[key], []).append(
            Spell(row["iso3"], row["sector"], since, until, row.get("actor", ""))
        )
    return MappingProxyType({name: tuple(spells) for name, spells in found.items()})


def _membership(row: Row) -> Membership:
    since, until = (dt.date.fromisoformat(row[c]) if row[c] else None for c in ("from", "to"))
    return Membership(row["iso3"], row["bloc"], since, until)


def _version(rows: Mapping[str, list[dict[str, str]]]) -> str:
    digest = hashlib.sha256()
    for name in sorted(rows):
        # Content, not bytes: line ends and the order of rows make no other codebook.
        lines = sorted(
            "\x1f".join(f"{c}={v}" for c, v in sorted(row.items()) if v and c != ROW) for row in rows[name]
        )
        digest.update("\x1e".join([name, *lines, "\x1d"]).encode())
    return f"sha256:{digest.hexdigest()}"
