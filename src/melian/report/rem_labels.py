"""Terms of a formula in plain words, for sentences and axes; tables keep the formula's own form."""

from __future__ import annotations

import re
from typing import Final

from melian.report.numerals import listing, plain_name

__all__ = ["said"]

ATTRIBUTES: Final[dict[str, str]] = {
    "ego": "{} of the sender",
    "alter": "{} of the receiver",
    "same": "same {}",
    "difference": "difference in {}",
    "similarity": "similarity in {}",
    "minimum": "smaller {}",
    "maximum": "larger {}",
    "average": "average {}",
    "tie": "{}",
    "event": "{}",
}
SETTINGS: Final[dict[str, str]] = {
    "scaling='log1p'": "log",
    "scaling='std'": "standardised",
    "scaling='prop'": "share",
    "kind='unique'": "partners",
    "log=True": "log",
    "reverse=True": "of the reverse pair",
    "absolute=False": "signed",
    "types='same'": "same type",
    "clock='previous'": "age to the event before",
}
_TERM = re.compile(r"(?P<name>\w+)(?:\((?P<arguments>.*)\))?(?P<level>\[.*\])?")
_SPLIT = re.compile(r",\s*(?![^()\[\]]*[)\]])")


def said(label: str) -> str:
    """Say a term in words.

    Examples
    --------
    >>> said("reciprocity(halflife=30, scaling='log1p')")
    'reciprocity (half-life 30, log)'
    >>> said("tie('ally'):difference('cinc', log=True)"), said("fixed_sender[USA]")
    ('ally × difference in cinc (log)', 'sender USA')
    """
    return " × ".join(_one(part) for part in re.split(r":(?![^(]*\))", label))


def _one(label: str) -> str:
    match = _TERM.fullmatch(label)
    if match is None:
        return label
    name, level = match["name"], match["level"]
    arguments = [a for a in _SPLIT.split(match["arguments"] or "") if a]
    if name.startswith("fixed_") and level:
        return f"{name.removeprefix('fixed_')} {plain_name(level[1:-1])}"
    quoted = [a.strip("'") for a in arguments if a.startswith("'")]
    words = ATTRIBUTES[name].format(quoted[0]) if quoted and name in ATTRIBUTES else name.replace("_", " ")
    settings = [_setting(a) for a in arguments if not a.startswith("'")]
    return words + (f" ({', '.join(settings)})" if settings else "") + (f" {level}" if level else "")


def _setting(argument: str) -> str:
    if argument in SETTINGS:
        return SETTINGS[argument]
    name, _, value = argument.partition("=")
    parts = [part.strip(" '") for part in value.strip("()").split(",") if part.strip(" '")]
    if name == "types":
        return f"of {listing([plain_name(part) for part in parts], 1)}"
    plain = ", ".join(parts)
    return f"{ {'halflife': 'half-life'}.get(name, name) } {plain}"
