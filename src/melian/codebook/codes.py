"""Event codes of all schemes, each with its instrument and readings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from melian.codebook.tables import Row
from melian.options import INSTRUMENTS

__all__ = ["Code", "code_index", "find_code", "read_codes"]

# Protest and repression are things done at home. Across a border the strongest rival reading holds, else the
# nearest class by means: repression is coercion, protest is words and forms used against another.
_ABROAD = {"repression": "coercion", "protest": "contestation"}


@dataclass(frozen=True, slots=True)
class Code:
    """One event code.

    Attributes
    ----------
    scheme, code, mode : str
        The provider's code; `mode` is empty outside PLOVER.
    instrument, alternative : str
        Default reading between countries, and the strongest rival reading (the same where there is none).
    domestic : str
        Reading inside one country where a state body acts on someone who is no armed party.
    home : str
        Reading inside one country otherwise (`protest` stays protest here and is `contestation` abroad).
    deed : str
        `verbal` or `material`.
    reactive : bool
        The code itself answers an earlier act.
    statement : bool
        CAMEO 01 and WEIS 02: words without conduct.
    two_sided : bool
        The row names no initiator.
    mirror : str
        Code that the twin of a meeting carries; empty where there is none.
    curated : bool
        One row is one event that the provider has already freed of re-reports (UCDP, ACLED).
    """

    scheme: str
    code: str
    mode: str
    label: str
    instrument: str
    alternative: str
    domestic: str
    home: str
    deed: str
    reactive: bool
    statement: bool
    two_sided: bool
    mirror: str
    curated: bool


def read_codes(tables: Mapping[str, list[dict[str, str]]]) -> tuple[Code, ...]:
    """Make the codes of all schemes from the tables; rows without instrument (no conduct) are left out."""
    rows = (
        *(
            (("cameo", row["cameo_code"], ""), row.get("cameo_label", ""), row)
            for row in tables["instruments"]
        ),
        *((("weis", row["code"], ""), row.get("label", ""), row) for row in tables["weis"]),
        *(
            (("plover", row["plover_event"], row["plover_mode"]), _plover_label(row), row)
            for row in tables["plover"]
        ),
        *(((row["source"], row["code"], ""), row["code"], row) for row in tables["acled_ucdp"]),
    )
    read = [_code(key, label, row) for key, label, row in rows if row["instrument"]]
    return (*read, *_plain())


def _plover_label(row: Row) -> str:
    return f"{row['plover_event']} ({row['plover_mode']})" if row["plover_mode"] else row["plover_event"]


def _abroad(instrument: str, rival: str) -> str:
    if instrument not in _ABROAD:
        return instrument
    return rival if rival and rival not in _ABROAD else _ABROAD[instrument]


def _code(key: tuple[str, str, str], label: str, row: Row) -> Code:
    scheme, code, mode = key
    instrument, rival = row["instrument"], row.get("alt_instrument", "")
    abroad = _abroad(instrument, rival)
    return Code(
        scheme,
        code,
        mode,
        label=label or code,
        instrument=abroad,
        alternative=_abroad(rival, "") if rival else abroad,
        domestic=row["instrument_if_domestic"] or instrument,
        home=instrument,
        deed=row["deed"],
        reactive=row.get("reactive_by_definition") == "1",
        statement=(scheme == "cameo" and code.startswith("01")) or row.get("detail") == "statement",
        two_sided=row.get("two_sided") == "1",
        mirror=row.get("mirror_code", ""),
        curated=scheme in ("acled", "ucdp"),
    )


def _plain() -> Iterator[Code]:
    """Give the codes of tables that name the instrument itself: taken as written."""
    for name in INSTRUMENTS:
        yield Code(
            "instrument",
            name,
            "",
            label=name.replace("_", " "),
            instrument=name,
            alternative=name,
            domestic=name,
            home=name,
            deed="",
            reactive=False,
            statement=False,
            two_sided=False,
            mirror="",
            curated=False,
        )


def code_index(codes: Iterable[Code]) -> dict[tuple[str, str, str], Code]:
    """Index codes by (scheme, code, mode), as written and in small letters."""
    index = {(c.scheme, c.code.casefold(), c.mode.casefold()): c for c in codes}
    return index | {(c.scheme, c.code, c.mode): c for c in codes}


def find_code(codes: Mapping[tuple[str, str, str], Code], scheme: str, code: str, mode: str) -> Code | None:
    """Find a code as a provider writes it: PLOVER by mode if that is known, UCDP by its first digit.

    Letters' case does not matter outside CAMEO and WEIS, whose codes are digits.
    """
    wanted = code.strip()[:1] if scheme == "ucdp" else code.strip()
    for tried in ((scheme, wanted, mode), (scheme, wanted, ""), (scheme, wanted.casefold(), mode.casefold())):
        if tried in codes:
            return codes[tried]
    return codes.get((scheme, wanted.casefold(), ""))
