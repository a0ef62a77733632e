"""The page: its sections, what every figure must have, what it may not load, what it must escape."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import polars as pl
import pytest
import synthetic

from melian.report import write_report
from melian.report.reading import Reading
from melian.report.sections.telling import events_list

SECTIONS = [
    "answer",
    "shares",
    "truth",
    "time",
    "reactions",
    "roots",
    "toolkit",
    "timeline",
    "events",
    "data",
    "method",
    "checks",
    "limits",
    "provenance",
]
FIGURES = [
    "shares-forest",
    "shares-over-time",
    "reaction-matrix",
    "reaction-network",
    "root-self",
    "root-matrix",
    "toolkit-composition",
    "toolkit-components",
    "toolkit-answers",
    "timeline-instruments",
    "timeline-actors",
    "funnel",
    "gaps",
]


class Tags(HTMLParser):
    """Collects start tags with their attributes, and checks that elements close in order."""

    VOID = frozenset({"meta", "link", "br", "img", "input", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def tags(written):
    parser = Tags()
    parser.feed(written.html)
    assert parser.open == []
    return parser.tags


def test_sections_come_in_the_readers_order(tags):
    found = [a["id"] for tag, a in tags if tag == "section"]
    assert found == SECTIONS
    anchors = [a["href"] for tag, a in tags if tag == "a" and (a.get("href") or "").startswith("#")]
    assert set(anchors) >= {f"#{name}" for name in SECTIONS}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_drawing_alternative_text_table_and_downloads(written, name):
    part = re.search(rf'<figure id="{name}">.*?</figure>', written.html, re.S)
    assert part
    figure = part.group(0)
    label = re.search(r'role="img" aria-label="([^"]+)"', figure)
    assert label
    assert len(label.group(1)) > 30
    assert figure.count("<svg") == 2
    assert "<details" in figure
    assert "<tbody>" in figure
    assert f'data-svg="{name}"' in figure
    assert f'data-csv="{name}"' in figure


def test_no_figure_is_forgotten(tags):
    assert [a["id"] for tag, a in tags if tag == "figure"] == FIGURES


def test_csv_of_every_button_is_in_the_page(written, tags):
    data = re.search(r'<script type="application/json" id="melian-csv">(.*?)</script>', written.html, re.S)
    assert data
    csv = json.loads(data.group(1))
    asked = {a["data-csv"] for tag, a in tags if tag == "button" and "data-csv" in a}
    assert asked <= set(csv)
    assert all(text.count("\n") > 1 for text in csv.values())


def test_nothing_is_loaded_from_outside(written, tags):
    loading = [
        v for _, a in tags for k, v in a.items() if k in ("src", "href", "xlink:href", "action", "poster")
    ]
    assert all(value and value.startswith("#") for value in loading)
    assert not re.search(r"@import|url\((?!#)|fetch\(|XMLHttpRequest|import\(|sendBeacon", written.html)
    assert not any(tag in ("link", "iframe", "img", "object", "embed") for tag, _ in tags)


def test_names_from_data_are_escaped(written):
    assert '<b>"A &amp; B"</b>' not in written.html
    assert "<b>&#34;A" not in written.html
    assert "&lt;b&gt;&#34;A &amp; B&#34;&lt;/b&gt;" in written.html
    assert '<script>alert("x")' not in written.html
    assert "&lt;script&gt;alert(&#34;x&#34;)" in written.html


def test_ids_are_unique(tags):
    ids = [a["id"] for _, a in tags if a.get("id")]
    assert len(ids) == len(set(ids))


def test_colours_are_variables(written):
    assert "#0dca" not in written.html
    assert "rgb(13, 202" not in written.html
    assert "prefers-color-scheme: dark" in written.html
    for component in ("initiative", "momentum", "reaction", "joint"):
        assert f'fill="var(--{component})"' in written.html


def test_undefined_is_said_with_its_reason(written):
    tables = re.findall(r"<td[^>]*>(.*?)</td>", written.html, re.S)
    assert not any(cell.strip().lower() in ("", "nan", "none", "null", "undefined") for cell in tables)
    assert "undefined: no events in the window" in written.html
    assert "NaN" not in written.html.split("<script")[0]


def test_fiction_is_said_only_of_simulated_worlds(written, made, tmp_path):
    assert "This world is fiction" in written.html
    page = write_report(made, tmp_path).read_text("utf-8")
    assert "fiction" not in page.split("<style>")[0] + page.split("</style>")[1]
    assert "Estimate against truth" not in page
    assert "truth of the simulated world" not in page


def test_notes_of_the_fit_stand_under_the_answer(written):
    answer = written.html.split('<section id="answer"')[1].split("</section>")[0]
    assert "Read this first" in answer
    assert "The first 60 days are burn-in and left out of the shares." in answer


def test_without_notes_nothing_is_to_be_read_first(made, tmp_path):
    summary = {**made.summary, "model": {**made.summary["model"], "notes": []}}
    assert "Read this first" not in write_report(replace(made, summary=summary), tmp_path).read_text("utf-8")


def test_roots_of_chains_that_do_not_die_out_are_not_relied_on(made, tmp_path):
    model = {**made.summary["model"], "spectral_radius": 1.03, "spectral_radius_below_one": False}
    page = write_report(replace(made, summary={**made.summary, "model": model}), tmp_path).read_text("utf-8")
    roots = page.split('<section id="roots"')[1].split("<figure")[0]
    assert "Not to be relied on: the spectral radius is 1.03." in roots
    assert "neither the root shares below nor any counterfactual can be trusted" in roots
    answer = page.split('<section id="answer"')[1].split("</section>")[0]
    assert "Where chains of deeds begin cannot be told from this fit" in answer
    assert "go back to RUS itself" not in answer


def test_roots_are_read_with_caution_where_the_interval_reaches_one(made, tmp_path):
    model = {**made.summary["model"], "spectral_radius_interval": {"low": 0.9, "high": 1.01}}
    page = write_report(replace(made, summary={**made.summary, "model": model}), tmp_path).read_text("utf-8")
    assert "Read with caution: the spectral radius is 0.613 (90% interval 0.9 to 1.01)." in page
    assert "to be read with caution, as the spectral radius may reach 1." in page
    assert "below 1, but its interval reaches 1" in page


def test_method_uses_dispersion_and_the_largest_weights_of_attention(written):
    method = written.html.split('<section id="method"')[1]
    assert "Pearson&#39;s dispersion of the events of an actor on a day is 1.45" in method
    assert "largest for CHN (0.3)" in method


def test_the_page_has_the_coefficients_that_it_shows(made, tmp_path):
    many = pl.concat([made.frames["coefficients"]] * 3)
    folder = tmp_path / "many"
    write_report(replace(made, frames={**made.frames, "coefficients": many}), folder)
    page = (folder / "report.html").read_text("utf-8")
    csv = json.loads(re.search(r'id="melian-csv">(.*?)</script>', page, re.S).group(1))
    assert csv["coefficients-table"].count("\n") == 61
    assert pl.read_csv(folder / "tables" / "coefficients.csv").height == many.height


def test_folders_of_this_machine_are_not_in_the_page(made):
    def rows(ids):
        folder = pl.lit("/home/someone/data/").alias("file")
        return synthetic.source_rows(ids).with_columns(pl.concat_str(folder, pl.col("file")))

    assert events_list(Reading(made), rows)[0].row.where == "events.2018.tab, row 10"


def test_events_carry_parents_and_source_rows(written):
    items = re.findall(r'<li value="\d+" data-source.*?\n</li>', written.html, re.S)
    assert len(items) == 50
    assert any("events.2018.tab, row 10" in item for item in items)
    assert any("No probable parent" in item for item in items)
    assert any(item.count("events.2018.tab") > 2 for item in items)


def test_source_rows_may_be_a_frame(made):
    ids = made.frames["telling"]["row"].to_list()
    events = events_list(Reading(made), synthetic.source_rows(ids))
    assert events[0].row.where == "events.2018.tab, row 10"
    assert events[4].row is None


def test_source_rows_in_the_order_asked_for_need_no_id(made):
    def rows(ids):
        frame = synthetic.source_rows([5 * i + 1 for i in ids])
        return frame.drop("row_id").with_columns(pl.Series("file_row", ids))

    events = events_list(Reading(made), rows)
    assert [event.row.where for event in events[:2]] == ["events.2018.tab, row 1", "events.2018.tab, row 2"]
    assert events[0].parents[0].row.where.startswith("events.2018.tab, row 50")


def test_empty_frames_make_a_page(made, tmp_path):
    emptied = {name: frame.clear() for name, frame in made.frames.items()}
    page = write_report(synthetic.Made(made.summary, emptied), tmp_path).read_text("utf-8")
    assert "No event could be singled out." in page
    assert "No share is defined." in page


def test_one_actor(tmp_path):
    made, _ = synthetic.make(4)
    only = {
        n: f.filter(pl.col("actor") == "RUS") if "actor" in f.columns else f for n, f in made.frames.items()
    }
    summary = {**made.summary, "actors": {"RUS": made.summary["actors"]["RUS"]}}
    page = write_report(synthetic.Made(summary, only), tmp_path).read_text("utf-8")
    assert "RUS" in page


def test_checks_stand_in_the_report_with_verdict_and_sentence(written):
    part = re.search(r'<section id="checks".*?</section>', written.html, re.S)
    assert part
    assert "2 checks ran, 1 failed" in part.group()
    assert "✗ visits (failed): This was found." in part.group()
    assert "1 test ran; 1 have p at most 0.05" in part.group()
