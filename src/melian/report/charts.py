"""Charts: a Vega-Lite file with named holes, filled with records, drawn to SVG without a browser or network.

The files in `charts/` are plain Vega-Lite but for strings that begin with `$`; each stands for a value given
when the chart is drawn (rows, order, width, colour). The same specification serves the report and a notebook
(`as_altair`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from melian.report.theme import COLOURS, stand_in, variable

__all__ = ["as_altair", "draw", "specification"]

VL_VERSION = "6.4"
CONFIG: dict[str, Any] = {
    "aria": False,
    "background": "transparent",
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 11,
        "labelColor": stand_in("muted"),
        "gridColor": stand_in("line"),
        "domainColor": stand_in("line"),
        "tickColor": stand_in("line"),
    },
    "axisY": {"labelColor": stand_in("ink")},
    "text": {"fontSize": 11},
}


@cache
def _template(name: str) -> str:
    return files("melian.report").joinpath("charts", f"{name}.vl.json").read_text("utf-8")


def specification(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Fill the holes of a chart file.

    Parameters
    ----------
    name : str
        Name of the file in `charts/`, without its ending.
    values : mapping
        A value for every `$hole` of the file; names of the palette have their stand-in colour already.

    Returns
    -------
    dict
        A complete Vega-Lite specification.

    Raises
    ------
    KeyError
        A hole that has no value.

    Examples
    --------
    >>> spec = specification("funnel", {"rows": [], "width": 300, "top": 1, "label_limit": 90})
    >>> spec["width"]
    300
    """
    known = {**{key: stand_in(key) for key in COLOURS}, **values}
    spec = _fill(json.loads(_template(name)), known)
    return {**spec, "config": CONFIG}


def draw(name: str, values: Mapping[str, Any], *, prefix: str) -> str:
    """Draw a chart as SVG in CSS variables; `prefix` keeps its element ids apart from other charts'."""
    import vl_convert

    return _clean(vl_convert.vegalite_to_svg(specification(name, values), vl_version=VL_VERSION), prefix)


def as_altair(name: str, values: Mapping[str, Any]) -> Any:
    """Give a chart as an Altair object in light colours, to show or change in a notebook."""
    import altair

    light = [pair[0] for pair in COLOURS.values()]
    text = json.dumps(specification(name, values))
    text = re.sub(r"#0dca([0-9a-f]{2})", lambda m: light[int(m.group(1), 16)], text)
    return altair.Chart.from_dict(json.loads(text))


def _fill(node: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(node, dict):
        return {key: value if key == "$schema" else _fill(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [_fill(value, values) for value in node]
    if isinstance(node, str) and node.startswith("$"):
        return values[node[1:]]
    return node


def _clean(svg: str, prefix: str) -> str:
    """Drop what the page does not need, round coordinates, name ids by order so that runs are the same."""
    order = {name: f"{prefix}-{i}" for i, name in enumerate(re.findall(r'<[^>]* id="([^"]+)"', svg))}

    def attribute(match: re.Match[str]) -> str:
        name, value = match.groups()
        if name in _DROPPED or (name, value) in _DEFAULTS or name.startswith("aria-"):
            return ""
        if name in _PAINT:
            value = variable(value)
        elif name == "id":
            value = order[value]
        elif name in _GEOMETRY and "." in value:
            value = _LONG.sub(r"\1", value)
        elif name.endswith("opacity"):
            value = value[:4]
        return f' {name}="{_URL.sub(lambda m: f"url(#{order[m.group(1)]})", value)}"'

    def tag(match: re.Match[str]) -> str:
        return _CIRCLE.sub(_circle, _ATTRIBUTE.sub(attribute, match.group(0)))

    svg = _TAG.sub(tag, _EMPTY.sub("", svg))
    for _ in range(3):
        svg = svg.replace("<g></g>", "")
    return svg


def _circle(match: re.Match[str]) -> str:
    x, y, r = match.groups()
    return f'<circle cx="{x}" cy="{y}" r="{r}"'


_EMPTY = re.compile(r'<path class="(?:background|foreground)"[^>]*? d=""[^>]*/>')
_TAG = re.compile(r"<[a-z][^>]*>")
_ATTRIBUTE = re.compile(r' ([A-Za-z0-9:-]+)="([^"]*)"')
_CIRCLE = re.compile(
    r'<path transform="translate\(([-\d.]+),([-\d.]+)\)" d="M([\d.]+),0A\3,\3,0,1,1,-\3,0A\3,\3,0,1,1,\3,0Z?"'
)
_LONG = re.compile(r"(\d+\.\d)\d+")
_URL = re.compile(r"url\(#([^)]+)\)")
_PAINT = frozenset({"fill", "stroke", "stop-color"})
_GEOMETRY = frozenset(
    {"d", "transform", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "stroke-width", "font-size"}
)
_DROPPED = frozenset({"class", "role", "pointer-events", "font-family", "stroke-miterlimit", "xmlns:xlink"})
_DEFAULTS = frozenset(
    {("opacity", "1"), ("fill-opacity", "1"), ("transform", "translate(0,0)"), ("version", "1.1")}
)
