"""Which CAMEO codes the reports of a simulated world carry, by instrument and kind of act.

A subset of the crosswalk (`instruments.csv` of the codebook): every code here stands under its instrument
there, and is of the kind stated. The tests hold the two together.
"""

from __future__ import annotations

from typing import Final

__all__ = ["JOINT_CODES", "PLAIN_CODES", "REACTIVE_CODES", "STATEMENTS"]

PLAIN_CODES: Final[dict[str, tuple[str, ...]]] = {
    "coercion": ("101", "104", "105", "130", "138", "139", "150", "152", "154", "170", "171", "174"),
    "concession": ("034", "035", "081", "084", "085", "086", "0861", "0862", "087", "0872", "0874"),
    "contestation": ("090", "093", "111", "112", "113", "114", "160", "161", "164", "166"),
    "economy": ("033", "070", "071", "073", "162", "1621", "1623", "163"),
    "force": ("180", "181", "182", "183", "190", "191", "192", "193", "194", "195", "196"),
    "security_cooperation": ("0312", "0332", "0334", "072", "074", "1622"),
    "soft_power": ("021", "022", "023", "026", "027", "036", "051", "052", "053", "054", "063", "075"),
}
"""One-sided acts that answer nothing by their own meaning."""

REACTIVE_CODES: Final[dict[str, tuple[str, ...]]] = {
    "concession": ("083", "0831", "0832", "0833", "0834"),
    "contestation": ("120", "121", "122", "123", "124", "125", "127"),
    "soft_power": ("055", "056"),
}
"""Codes that are `reactive_by_definition`: refuse, deny, accede, apologise."""

JOINT_CODES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "concession": (("0871", "0871"),),
    "economy": (("060", "060"), ("061", "061")),
    "security_cooperation": (("062", "062"), ("064", "064")),
    "soft_power": (
        ("040", "040"),
        ("041", "041"),
        ("042", "043"),
        ("043", "042"),
        ("044", "044"),
        ("046", "046"),
        ("050", "050"),
        ("057", "057"),
    ),
}
"""Codes of joint events: what the first side's report carries, and its mirror."""

STATEMENTS: Final[tuple[str, ...]] = ("010", "012", "013", "014", "015", "017", "018")
"""CAMEO 01: words that the funnel sets apart."""
