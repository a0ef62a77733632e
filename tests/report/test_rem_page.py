"""The report on a relational event model: what every figure must have, what it may not load, plain words."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from melian.effects.formula import parse_formula
from melian.errors import InputError
from melian.rem.answer import RemAnswer, answer_of
from melian.rem.config import RemConfig
from melian.rem.fit import fit_rem
from melian.report import page, rem_text, write_rem_report
from melian.report.charts import as_altair
from melian.report.rem_charts import rem_chart
from melian.report.rem_labels import said
from melian.report.rem_reading import RemReading
from melian.report.sections.rem_effects import answer as sentences
from melian.sequence import RelationalEvents

SECTIONS = [
    "answer",
    "effects",
    "events",
    "recall",
    "residuals",
    "course",
    "data",
    "method",
    "limits",
    "provenance",
]
FUNNEL = [{"step": "reports", "rows": 400}, {"step": "window", "rows": 300}]


def sequence(n: int = 300) -> RelationalEvents:
    rng = np.random.default_rng(4)
    sender = rng.integers(0, 6, n)
    receiver = (sender + 1 + (rng.random(n) < 0.3) * rng.integers(0, 5, n)) % 6
    names = np.array(["RUS", "<b>USA</b>", "UKR", "CHN", "DEU", "GBR"])
    frame = {"time": np.arange(n) // 4, "sender": names[sender], "receiver": names[receiver]}
    events = RelationalEvents.from_frame(frame, resolution="day")
    return replace(events, origin=dt.date(2018, 1, 1), row=np.arange(n))


def source_rows(ids: list[int]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "row_id": ids,
            "file": ["/home/someone/icews.tab"] * len(ids),
            "file_row": ids,
            "date": ["2018-01-01"] * len(ids),
            "source_name": ["Kremlin"] * len(ids),
            "target_name": ["<script>alert(1)</script>"] * len(ids),
            "code": ["112"] * len(ids),
            "label": ["Accuse"] * len(ids),
            "text": ["Accuse"] * len(ids),
            "place": [None] * len(ids),
        },
        schema_overrides={"place": pl.String},
    )


@pytest.fixture(scope="module")
def answer() -> RemAnswer:
    events = sequence()
    terms = parse_formula("inertia(scaling='log1p') + reciprocity(halflife=30) + otp(kind='unique')")
    answer = answer_of(fit_rem(events, terms, config=RemConfig()))
    data = {**answer.summary["data"], "funnel": FUNNEL, "snapshot": "sha256:3f2a91c07be6d1a4c5e8"}
    return replace(answer, summary={**answer.summary, "data": data})


@pytest.fixture(scope="module")
def folder(answer: RemAnswer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("rem-report")
    write_rem_report(answer, out, source_rows=source_rows)
    return out


@pytest.fixture(scope="module")
def html(folder: Path) -> str:
    return (folder / "report.html").read_text("utf-8")


def test_sections_come_in_the_readers_order(html: str) -> None:
    assert re.findall(r'<section id="(\w+)"', html) == SECTIONS


def test_every_figure_has_a_finding_a_table_alternative_text_and_downloads(html: str) -> None:
    figures = re.findall(r'<figure id="([\w-]+)">(.*?)</figure>', html, re.DOTALL)
    names = [name for name, _ in figures]
    for name in ("forest", "waterfall-1", "recall", "residuals", "course", "funnel"):
        assert name in names
    downloads = json.loads(re.search(r'id="melian-csv">(.*?)</script>', html, re.DOTALL)[1])
    for name, figure in figures:
        assert re.search(r'role="img" aria-label="[^"]{20,}"', figure), name
        assert re.search(r"<h3>.+?</h3>\s*<p>.+?</p>", figure, re.DOTALL), name
        assert "<table" in figure, name
        assert figure.count("<svg") == 2, f"{name}: wide and narrow"
        assert "NaN" not in figure, name
        assert downloads[name].count("\n") > 1, name


def test_the_page_loads_nothing_and_runs_nothing_from_the_data(html: str) -> None:
    assert not re.findall(r"(?:src|href)=[\"'](?!#)[^\"']*", html)
    assert "url(http" not in html
    assert "<b>USA</b>" not in html
    assert "&lt;b&gt;USA&lt;/b&gt;" in html
    assert "<script>alert" not in html
    assert "/home/someone" not in html, "folders of the machine are nobody's business"


def test_no_causal_words_and_contributions_are_no_shares(html: str) -> None:
    text = re.sub(r"<[^>]+>", " ", html.split("<main>")[1])
    assert not re.search(r"\b(caused?|because of|led to|due to|triggered)\b", text, re.IGNORECASE)
    assert "are no shares" in text


def test_files_beside_the_page(folder: Path, answer: RemAnswer) -> None:
    written = json.loads((folder / "result.json").read_text("utf-8"))
    assert [row["term"] for row in written["coefficients"]] == list(answer.fit.labels)
    assert pl.read_parquet(folder / "events.parquet").height == answer.fit.n_events
    for name in ("coefficients", "recall", "actors", "course", "telling"):
        assert (folder / "tables" / f"{name}.csv").is_file(), name


def test_the_waterfall_adds_up_to_the_log_rate_beside_the_average_pair(answer: RemAnswer) -> None:
    evaluation = answer.evaluation
    assert evaluation is not None
    record = answer.frames["telling"].to_dicts()[0]
    (place,) = np.flatnonzero(evaluation.event == record["event"])
    expected = answer.fit.estimate @ (evaluation.statistics[place] - evaluation.mean[place])
    assert sum(p["contribution"] for p in record["contributions"]) == pytest.approx(expected, rel=1e-12)


def test_the_answer_names_direction_and_factor(answer: RemAnswer) -> None:
    reading = RemReading(answer)
    first, second, third = sentences(reading)
    assert "which pair acts next" in first
    assert re.search(r"(rises|falls) with inertia \(log\), × \d", second)
    assert "of the events" in third


def test_a_fit_that_could_not_be_ranked_still_has_a_report(answer: RemAnswer, tmp_path: Path) -> None:
    frames = {"coefficients": answer.frames["coefficients"].with_columns(deviation=pl.lit(None, pl.Float64))}
    summary = {k: v for k, v in answer.summary.items() if k != "recall"}
    bare = replace(answer, evaluation=None, frames=frames, summary=summary)
    html = write_rem_report(bare, tmp_path).read_text("utf-8")
    assert 'id="events"' not in html
    assert "was not evaluated" in html
    assert "Log-likelihood" in rem_text(bare)
    with pytest.raises(InputError, match="nothing to draw"):
        rem_chart(bare, "effects")


def test_every_chart_is_valid_vega_lite(
    answer: RemAnswer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: dict[str, dict] = {}
    monkeypatch.setattr(
        page, "draw", lambda name, values, prefix: seen.setdefault(name, dict(values)) and "<svg></svg>"
    )
    write_rem_report(answer, tmp_path)
    drawn = sorted(name for name in seen if name.startswith("rem_"))
    assert drawn == ["rem_course", "rem_forest", "rem_recall", "rem_residuals", "rem_waterfall"]
    for name in drawn:
        text = as_altair(name, seen[name]).to_json(validate=True)
        assert "#0dca" not in text
        assert not re.search(r'"\$(?!schema)', text), name


@pytest.mark.parametrize("what", ["effects", "recall", "residuals", "course"])
def test_charts_for_the_notebook(answer: RemAnswer, what: str) -> None:
    assert rem_chart(answer, what).to_dict()["$schema"]
    with pytest.raises(InputError, match="Did you mean 'recall'"):
        rem_chart(answer, "recal")


SAID = [
    ("inertia", "inertia"),
    ("reciprocity(window=90)", "reciprocity (window 90)"),
    ("otp(kind='unique', types=('force',))", "otp (partners, of force)"),
    ("inertia(types=('a_b', 'c', 'd'))", "inertia (of a b and 2 more)"),
    ("inertia(interval=(30, 90))", "inertia (interval 30, 90)"),
    ("difference('cinc', log=True)", "difference in cinc (log)"),
    ("tie('alliance')", "alliance"),
    ("tie('alliance'):ego('cinc')", "alliance × cinc of the sender"),
    ("fixed_receiver[USA]", "receiver USA"),
    ("inertia(varying=4)[2]", "inertia (varying 4) [2]"),
    ("baseline", "baseline"),
]


@pytest.mark.parametrize(("term", "words"), SAID)
def test_terms_are_said_in_plain_words(term: str, words: str) -> None:
    assert said(term) == words
