"""Actor codes made of three-letter parts: CAMEO (GDELT, Phoenix, later KEDS) and the WEIS sets of KEDS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from melian.codebook.book import Chunk, Codebook, Spell

__all__ = ["cameo_code", "keds_code"]

_PEOPLE = ("religion", "ethnic")


def cameo_code(code: str, book: Codebook) -> Spell | None:
    """Read a CAMEO actor code such as `USAGOV`, `IGOUNO`, `PSEREBHMS`, `IGOEUREEC`.

    An intergovernmental organisation wins over countries beside it, a country over a group's home; the first
    role gives the sector, then the group's, then the people's; a bare country is the state.

    Examples
    --------
    >>> from melian.codebook import load_codebook
    >>> book = load_codebook()
    >>> [(s.iso3, s.sector) for c in ("USAGOV", "IGOEUREEC", "PSEREBHMS") if (s := cameo_code(c, book))]
    [('USA', 'GOV'), ('EUR', 'IGO'), ('PSE', 'REB')]
    >>> cameo_code("GOV", book) is None
    True
    """
    parts = tuple(_parts(code, book))
    if not parts:
        return None
    iso3 = _body(parts)
    if not iso3:
        return None
    return Spell(iso3, _sector(parts, iso3, book))


def _parts(code: str, book: Codebook) -> Iterator[Chunk]:
    for at in range(0, len(code) - 2, 3):
        letters = code[at : at + 3]
        if letters in book.chunks:
            yield book.chunks[letters]
        elif letters.islower():
            # GDELT writes ethnic groups in small letters.
            yield Chunk("ethnic", "", "CVL")
        else:
            yield Chunk("unknown", "", "UNK")


def _body(parts: tuple[Chunk, ...]) -> str:
    ranked = (
        (part.iso3 for part in parts if part.kind == "group" and part.sector == "IGO"),
        (part.iso3 for part in parts if part.kind == "country"),
        (part.iso3 for part in parts if part.kind in ("group", "ethnic")),
        (part.iso3 for part in parts if part.kind == "region"),
        (part.iso3 for part in parts if part.kind == "role"),
        ("INT" for part in parts if part.kind == "religion"),
    )
    return next((iso3 for level in ranked for iso3 in level if iso3), "")


def _sector(parts: tuple[Chunk, ...], iso3: str, book: Codebook) -> str:
    roles = [part.sector for part in parts if part.kind == "role"]
    if book.orgs.get(iso3) == "igo":
        return next((sector for sector in roles if sector == "MIL"), "IGO")
    groups = [part.sector for part in parts if part.kind == "group"]
    peoples = [part.sector for part in parts if part.kind in _PEOPLE]
    bare = ["STATE" if part.kind == "country" else part.sector for part in parts]
    return [*roles, *groups, *peoples, *bare][0]


def keds_code(code: str, book: Codebook) -> tuple[Spell, ...]:
    """Read an actor code of a WEIS set of KEDS: a whole code of the table, or one followed by roles.

    Examples
    --------
    >>> from melian.codebook import load_codebook
    >>> book = load_codebook()
    >>> [(s.iso3, s.sector) for s in keds_code("SERMIL", book)]
    [('SRB', 'MIL')]
    """
    for length in range(len(code), 1, -1):
        if code[:length] in book.keds:
            return tuple(_with_roles(spell, code[length:], book) for spell in book.keds[code[:length]])
    return ()


def _with_roles(spell: Spell, rest: str, book: Codebook) -> Spell:
    if spell.actor or not rest:
        return spell
    sectors = [part.sector for part in _parts(rest, book) if part.kind in ("role", "group", *_PEOPLE)]
    return replace(spell, sector=sectors[0] if sectors else "UNK")
