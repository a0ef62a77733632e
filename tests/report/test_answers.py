import datetime as dt
import json

import polars as pl
import pytest

from melian.errors import InputError
from melian.measures.answer import Answer, Chart, Estimate, Exhibit
from melian.report.answer_charts import MOST_PANELS, chart_values
from melian.report.answer_text import answer_text
from melian.report.answers import write_answer
from melian.report.charts import as_altair

DATA = {"actors": ["RUS", "USA"], "since": "2018-01-01", "until": "2018-10-31", "events": 9, "snapshot": "ab"}


def lines(panels: int = 2) -> Exhibit:
    rows = [
        {"pair": f"pair {p}", "method": m, "day": d, "v": 0.1 * d, "v_low": 0.0, "v_high": 0.3 * d}
        for p in range(panels)
        for m in ("model", "matched days")
        for d in range(4)
    ]
    chart = Chart("lines", "day", "v", "v_low", "v_high", series="method", panel="pair", zero=0.0)
    return Exhibit(
        "responses",
        "Responses",
        "They rise.",
        pl.DataFrame(rows),
        (("pair", "Pair", "text"), ("v", "Value", "quantity")),
        chart,
    )


def dots() -> Exhibit:
    frame = pl.DataFrame(
        {"actor": ["RUS", "USA"], "share": [0.2, None], "share_low": [0.1, None], "share_high": [0.3, None]}
    )
    columns = (("actor", "Actor", "name"), ("share", "Share", "estimate"))
    return Exhibit(
        "shares", "Shares", "One.", frame, columns, Chart("dots", "share", "actor", "share_low", "share_high")
    )


def heat() -> Exhibit:
    frame = pl.DataFrame(
        {"a": ["RUS", "USA"], "b": ["USA", "RUS"], "v": [0.4, -0.2], "tags": [["x", "y"], []]}
    )
    return Exhibit(
        "distance", "Distances", "Far.", frame, (("a", "Actor", "name"),), Chart("heat", "b", "a", value="v")
    )


def weeks() -> Exhibit:
    days = [dt.date(2018, 1, 1) + dt.timedelta(7 * i) for i in range(20)]
    frame = pl.DataFrame({"week": days, "v": [0.1] * 20})
    return Exhibit("weeks", "Weeks", "Flat.", frame, (("week", "Week", "date"),), Chart("lines", "week", "v"))


def answer(**changes: object) -> Answer:
    parts: dict = {
        "estimates": {"share.RUS": Estimate(0.2, 0.1, 0.3, 9), "share.USA": Estimate.undefined("no events")},
        "exhibits": (lines(), dots(), heat(), weeks()),
        "tests": {"one": 0.01, "two": 0.5},
        "notes": ("Ten events were left out.",),
    }
    return Answer(
        "toolkits", "Toolkits", ("RUS has 20%.",), data=DATA, settings={"seed": 1}, **{**parts, **changes}
    )


def test_every_kind_of_chart_is_drawn_and_every_table_written(tmp_path):
    page = write_answer(answer(), tmp_path).read_text()
    assert page.count("<svg") == 8
    for text in (
        "RUS has 20%.",
        "Ten events were left out.",
        "undefined: no events",
        "2 tests ran; 1 have p",
    ):
        assert text in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    written = {path.stem for path in (tmp_path / "tables").glob("*.csv")}
    assert written == {"responses", "shares", "distance", "weeks", "estimates"}
    result = json.loads((tmp_path / "result.json").read_text())
    assert result["estimates"]["share.USA"] == {"events": 0, "reason": "no events", "value": None}


@pytest.mark.parametrize("exhibit", [lines(), dots(), heat(), weeks()], ids=lambda e: e.name)
def test_filled_charts_are_valid_vega_lite(exhibit):
    name, wide, narrow = chart_values(exhibit.chart, exhibit.frame)
    for values in (wide, {**wide, **narrow}):
        as_altair(name, values).to_json(validate=True)


def test_the_same_answer_gives_the_same_bytes(tmp_path):
    pages = [write_answer(answer(), tmp_path / name).read_bytes() for name in ("one", "other")]
    assert pages[0] == pages[1]


def test_negative_cells_of_a_matrix_have_the_other_colour():
    _, wide, _ = chart_values(heat().chart, heat().frame)
    assert [record["negative"] for record in wide["rows"]] == [False, True]
    assert [record["label"] for record in wide["rows"]] == ["0.4", "−0.2"]


def test_cells_that_are_too_narrow_for_their_labels_have_none():
    names = [f"A{i:02d}" for i in range(30)]
    for few, labelled in ((names[:6], True), (names, False)):
        rows = [{"a": a, "b": b, "v": -0.0241} for a in few for b in few if a != b]
        _, wide, _ = chart_values(Chart("heat", "b", "a", value="v"), pl.DataFrame(rows))
        assert {record["label"] for record in wide["rows"]} == {"−0.024" if labelled else None}


def test_names_on_both_axes_of_a_matrix_stand_in_one_order():
    actors = ("RUS", "USA", "CHN")
    rows = [{"a": a, "b": b, "v": 0.1} for a in actors for b in actors if a != b]
    _, wide, _ = chart_values(Chart("heat", "b", "a", value="v"), pl.DataFrame(rows))
    assert wide["rows_order"] == wide["columns"] == list(actors)


def test_the_page_shows_the_estimates_with_most_events_and_says_how_many_more(tmp_path):
    many = {f"share.{i:03d}": Estimate(0.2, 0.1, 0.3, i) for i in range(50)}
    page = write_answer(answer(estimates=many), tmp_path).read_text()
    table = page[page.index("Estimates by name</h2>") : page.index("Data and settings</h2>")]
    assert "share.049" in table
    assert "share.009" not in table
    assert "Those with most events; 10 more are in the CSV." in table
    assert (tmp_path / "tables" / "estimates.csv").read_text().count("share.") == 50


def test_the_page_shows_the_tests_with_the_least_p(tmp_path):
    tests = {f"test.{i:03d}": 1.0 - i / 100 for i in range(60)}
    page = write_answer(answer(tests=tests), tmp_path).read_text()
    rows = page[page.rindex('<section id="tests"') :]
    table = rows[: rows.index("</table>")]
    assert "test.059" in table
    assert "test.019" not in table
    assert "Those with the least p; 20 more are in the CSV." in rows


def test_panels_beyond_the_most_are_left_to_the_table():
    exhibit = lines(MOST_PANELS + 3)
    _, wide, _ = chart_values(exhibit.chart, exhibit.frame)
    assert len(wide["panels"]) == MOST_PANELS
    assert {row["panel"] for row in wide["rows"]} == set(wide["panels"])


def test_an_exhibit_may_not_name_columns_that_it_lacks():
    with pytest.raises(InputError, match=r"'shares' shows columns that its frame lacks: \['share'\]"):
        Exhibit("shares", "Shares", "", pl.DataFrame({"actor": ["RUS"]}), (("share", "Share", "estimate"),))


def test_the_text_has_estimates_tests_and_notes():
    text = answer_text(answer())
    assert "share.RUS  0.2                   0.1 to 0.3    9" in text
    assert text.endswith("(Holm 1979).\n\nNote: Ten events were left out.")


def test_without_tests_nothing_is_said_of_them(tmp_path):
    assert "tests ran" not in write_answer(answer(tests={}), tmp_path).read_text()
    assert "tests ran" not in answer_text(answer(tests={}))
