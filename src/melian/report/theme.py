"""Colours of the report: one light and one dark value each, and the stand-ins that charts are drawn with.

A chart is drawn once, in stand-in colours; in the page each becomes a CSS variable, so that the same drawing
serves light, dark and print. The four components keep their colour in every chart (blue, green, vermilion and
grey after Okabe and Ito, 2008, spread in lightness so that they stay apart without colour vision).
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["COLOURS", "css_variables", "stand_in", "variable"]

COLOURS: Final[dict[str, tuple[str, str]]] = {
    "ink": ("#1b1e23", "#e8e6e1"),
    "muted": ("#5d636b", "#a5a8ad"),
    "line": ("#d9dade", "#3a3f47"),
    "page": ("#ffffff", "#14171b"),
    "panel": ("#f5f5f2", "#1d2127"),
    "link": ("#0b4f8a", "#8cc4f5"),
    "initiative": ("#005a9c", "#3f8fe0"),
    "momentum": ("#2fa583", "#62dcb4"),
    "reaction": ("#cf5a00", "#ff9552"),
    "joint": ("#5f5f66", "#7a7a7a"),
    "floor": ("#b9bbc0", "#5b6069"),
    "truth": ("#111111", "#ffffff"),
    "onfill": ("#ffffff", "#14171b"),
}


def stand_in(name: str) -> str:
    """Give the colour that a chart is drawn with where the page will use the variable `name`.

    Examples
    --------
    >>> stand_in("ink")
    '#0dca00'
    """
    return f"#0dca{list(COLOURS).index(name):02x}"


def variable(colour: str) -> str:
    """Give the CSS variable for a stand-in colour; any other colour as it is.

    Examples
    --------
    >>> variable("#0dca00"), variable("rgb(13, 202, 1)"), variable("none")
    ('var(--ink)', 'var(--muted)', 'none')
    """
    match = _STAND_IN.fullmatch(colour)
    if match is None:
        return colour
    index = int(match.group(1), 16) if match.group(1) else int(match.group(2))
    return f"var(--{list(COLOURS)[index]})"


def css_variables() -> tuple[str, str]:
    """Give the declarations of all colours, for light and for dark."""
    light = ";".join(f"--{name}:{pair[0]}" for name, pair in COLOURS.items())
    dark = ";".join(f"--{name}:{pair[1]}" for name, pair in COLOURS.items())
    return light, dark


_STAND_IN = re.compile(r"#0dca([0-9a-f]{2})|rgb\(13, ?202, ?(\d+)\)")
