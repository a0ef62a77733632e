"""Charts as data: every file is valid Vega-Lite once filled, and drawings do not depend on earlier ones."""

from __future__ import annotations

import datetime as dt
import re
from importlib.resources import files

import pytest

from melian.report import page
from melian.report.arrange import circle_nodes, curved_edges, neighbour_order
from melian.report.charts import as_altair, draw, specification
from melian.report.page import time_axis

FILES = sorted(path.name.split(".")[0] for path in files("melian.report").joinpath("charts").iterdir())
# Charts of the other reports are validated beside them, with values that those reports draw.
ELSEWHERE = ("rem_", "forecast_", "contrast", "fan", "lines", "dots", "curve")
NAMES = [name for name in FILES if not name.startswith(ELSEWHERE)]
FUNNEL = {"rows": [{"step": "a", "rows": 3, "label": "3"}], "width": 200, "top": 4, "label_limit": 90}


@pytest.fixture(scope="module")
def drawn():
    """Values with which the report draws each chart."""
    import synthetic

    from melian.report.reading import Reading
    from melian.report.sections import conduct, data, others, shares

    seen: dict[str, dict] = {}
    patch = pytest.MonkeyPatch()
    patch.setattr(
        page, "draw", lambda name, values, prefix: seen.setdefault(name, dict(values)) and "<svg></svg>"
    )
    made, _ = synthetic.make(5)
    reading = Reading(made)
    for section in (shares.over_time, others.reactions, conduct.toolkit, conduct.timeline, data.data):
        section(reading)
    shares.per_actor(reading, {})
    patch.undo()
    return seen


@pytest.mark.parametrize("name", NAMES)
def test_filled_charts_are_valid_vega_lite(drawn, name):
    chart = as_altair(name, drawn[name])
    text = chart.to_json(validate=True)
    assert "#0dca" not in text
    assert not re.search(r'"\$(?!schema)', text)


def test_a_hole_without_value_is_an_error():
    with pytest.raises(KeyError, match="top"):
        specification("funnel", {key: value for key, value in FUNNEL.items() if key != "top"})


def test_drawing_is_the_same_whatever_was_drawn_before(drawn):
    first = draw("funnel", FUNNEL, prefix="x")
    draw("periods", drawn["periods"], prefix="y")
    assert draw("funnel", FUNNEL, prefix="x") == first


def test_text_of_data_is_left_alone():
    odd = 'class="a" #0dca00 & <b> 1.23456'
    svg = draw(
        "funnel", {**FUNNEL, "rows": [{"step": odd, "rows": 3, "label": "3"}], "label_limit": 900}, prefix="x"
    )
    assert "#0dca00" in svg
    assert "1.23456" in svg
    assert "<b>" not in svg


def test_time_axis_of_ten_years_has_year_ticks():
    axis = time_axis(dt.date(431, 3, 1), dt.date(441, 3, 1), most=8)
    assert axis["date_format"] == "%Y"
    assert 3 <= len(axis["date_ticks"]) <= 8


def test_order_puts_neighbours_together_and_keeps_all():
    weights = {("a", "c"): 1.0, ("c", "a"): 1.0, ("b", "d"): 1.0, ("c", "b"): 0.1}
    order = neighbour_order(list("abcde"), weights)
    assert sorted(order) == list("abcde")
    assert abs(order.index("a") - order.index("c")) == 1
    assert abs(order.index("b") - order.index("d")) == 1
    assert order[-1] == "e"


def test_edges_start_broad_at_the_one_who_reacts():
    order = ["a", "b", "c"]
    points = curved_edges(order, {("a", "b"): 0.5})
    start = next(node for node in circle_nodes(order, {}) if node["label"] == "a")
    assert (points[0]["x"], points[0]["y"]) == (start["x"], start["y"])
    assert points[0]["thick"] > points[-1]["thick"]
