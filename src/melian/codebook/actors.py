"""From the name of one end of a report to actor and sector: by rule, dictionary, date and hints."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from melian.codebook.book import STATE_SECTORS, Codebook, Spell
from melian.codebook.grammar import cameo_code, keds_code

__all__ = ["End", "actor_label", "resolve_end"]

_CODED = ("gdelt1", "gdelt2", "keds", "phoenix")
_LISTED = ("ucdp-ged", "acled")
_PHRASE = re.compile(r"^(?P<phrase>.+?) \((?P<place>.+)\)$")
_YEARS = re.compile(r" \(\d{4}-(\d{4})?\)")
# How UCDP and ACLED name state bodies and crowds.
_BODIES = (
    (re.compile(r"^Government of (?P<place>.+)$"), "STATE"),
    (re.compile(r"^Military Forces of (?P<place>.+)$"), "MIL"),
    (re.compile(r"^Police Forces of (?P<place>.+)$"), "POL"),
    (re.compile(r"^Civilians \((?P<place>.+)\)$"), "CVL"),
    (re.compile(r"^(?:Protesters|Rioters) \((?P<place>.+)\)$"), "PRO"),
)
_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class End:
    """One end of a report as the provider gives it; empty where it gives nothing.

    Attributes
    ----------
    name, code, country, sectors : str
        Raw name, and the provider's own actor code, country and sector words.
    kind : str
        Source of the file (`icews`, `gdelt1`, ...).
    scheme : str
        Scheme of the row's event code: KEDS codes of WEIS sets and of CAMEO sets differ.
    as_is : bool
        The name is an actor code, taken as written.
    """

    name: str
    code: str = ""
    country: str = ""
    sectors: str = ""
    kind: str = "table"
    scheme: str = "cameo"
    as_is: bool = False


def actor_label(spell: Spell, book: Codebook) -> str:
    """Give the actor's code: country or organisation with its state sectors, else `CODE.SECTOR`.

    Examples
    --------
    >>> from melian.codebook import load_codebook
    >>> book = load_codebook()
    >>> actor_label(Spell("SYR", "MIL"), book), actor_label(Spell("SYR", "REB"), book)
    ('SYR', 'SYR.REB')
    >>> actor_label(Spell("UNO", "IGO"), book)
    'UNO'
    """
    if spell.actor:
        return spell.actor
    own = book.orgs.get(spell.iso3) in ("igo", "region", "ngo") or spell.iso3 == "INT"
    if spell.sector in STATE_SECTORS or (own and spell.sector in ("IGO", "NGO", "UNK")):
        return spell.iso3
    return f"{spell.iso3}.{spell.sector}"


def resolve_end(end: End, book: Codebook) -> tuple[Spell, ...]:
    """Resolve one end of a report to dated spells that do not overlap; none where the name stays unresolved.

    The user's own actors win. Then, for sources that give names: dictionary by date, `Phrase (Country)`,
    country, state bodies and crowds as UCDP and ACLED write them, a code as written, and for what is still
    open the provider's country and sectors. For sources that give codes (GDELT, KEDS, Phoenix): the code.

    Parameters
    ----------
    end : End
    book : Codebook

    Returns
    -------
    tuple of Spell

    Examples
    --------
    >>> from melian.codebook import load_codebook
    >>> book = load_codebook()
    >>> resolve_end(End("Police (India)"), book)
    (Spell(iso3='IND', sector='POL', since=None, until=None, actor=''),)
    >>> [str(spell.since) for spell in resolve_end(End("Barack Obama"), book) if spell.sector == "GOV"]
    ['2009-01-20']
    >>> resolve_end(End("BOSSERMIL", kind="keds", scheme="weis"), book)[0].actor
    'BIH.SER'
    """
    if end.as_is:
        return (_as_written(end.name, book),)
    if end.name in book.named:
        return tuple(_complete(book.actors[end.name]))
    if end.kind in _CODED:
        return _by_code(end, book)
    spells = tuple(_by_name(end, book))
    hint = _by_hint(end, book)
    return (*spells, *_gaps(spells, hint)) if hint else spells


def _as_written(name: str, book: Codebook) -> Spell:
    base, _, sector = name.partition(".")
    return Spell(base, sector or ("IGO" if book.orgs.get(base) == "igo" else "STATE"), actor=name)


def _by_code(end: End, book: Codebook) -> tuple[Spell, ...]:
    code = (end.code or (end.name if end.kind in ("keds", "phoenix") else "")).strip()
    if end.kind == "keds" and end.scheme == "weis":
        return tuple(_complete(keds_code(code, book)))
    spell = cameo_code(code or end.country + end.sectors.replace(",", "").replace(";", ""), book)
    return (spell,) if spell else ()


def _by_name(end: End, book: Codebook) -> Iterable[Spell]:
    if end.name in book.actors:
        return _complete(book.actors[end.name])
    name = _YEARS.sub("", end.name).strip()
    found = _state_body(name, book) or _phrase(name, book) or _country(name, book)
    # Armed groups in UCDP and ACLED may be named like a country's code (MDA).
    if found is None and end.kind not in _LISTED:
        found = _code_itself(name, book)
    return (found,) if found else ()


def _complete(spells: Iterable[Spell]) -> Iterator[Spell]:
    return (spell for spell in spells if spell.iso3 and spell.sector)


def _country(name: str, book: Codebook) -> Spell | None:
    return Spell(book.countries[name], "STATE") if name in book.countries else None


def _code_itself(name: str, book: Codebook) -> Spell | None:
    base = name.partition(".")[0]
    if base in book.orgs or (base in book.chunks and book.chunks[base].iso3 == base):
        return _as_written(name, book)
    return None


def _state_body(name: str, book: Codebook) -> Spell | None:
    for pattern, sector in _BODIES:
        if (match := pattern.match(name)) and match["place"] in book.countries:
            return Spell(book.countries[match["place"]], sector)
    return None


def _phrase(name: str, book: Codebook) -> Spell | None:
    match = _PHRASE.match(name)
    if match is None or match["phrase"] not in book.sectors:
        return None
    sector = book.sectors[match["phrase"]]
    if match["place"] in book.countries:
        return Spell(book.countries[match["place"]], sector)
    body = next(_complete(book.actors.get(match["place"], ())), None)
    # The soldiers, leaders and members of an armed group are the group.
    return (
        replace(body, sector="REB" if body.sector == "REB" else sector, since=None, until=None)
        if body
        else None
    )


def _by_hint(end: End, book: Codebook) -> Spell | None:
    code = _hinted_country(end.country, book)
    if not code:
        return None
    if end.kind in _LISTED:
        return Spell(code, "CVL" if end.name.startswith("Civilians") else "REB")
    provider = "polecat" if end.kind == "polecat" else "icews"
    words = (word.strip() for word in re.split(r"[,;]", end.sectors))
    ranked = [
        book.provider_sectors[provider, word] for word in words if (provider, word) in book.provider_sectors
    ]
    if not ranked:
        return None
    sector = min(ranked)[1]
    return Spell("INT" if sector == "IGO" else code, sector)


def _hinted_country(country: str, book: Codebook) -> str:
    """Read a provider's country, a name or a code."""
    part = book.chunks.get(country)
    return book.countries.get(country) or (part.iso3 if part and part.kind == "country" else "")


def _gaps(spells: tuple[Spell, ...], hint: Spell) -> Iterator[Spell]:
    """Give the hint for the days that no spell covers."""
    start: dt.date | None = dt.date.min
    for spell in sorted(spells, key=lambda s: s.since or dt.date.min):
        if start is None:
            return
        if spell.since and spell.since > start:
            yield replace(hint, since=None if start == dt.date.min else start, until=spell.since - _ONE_DAY)
        start = spell.until + _ONE_DAY if spell.until else None
    if start is not None:
        yield replace(hint, since=None if start == dt.date.min else start)
