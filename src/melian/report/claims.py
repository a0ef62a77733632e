"""The pages of claims: one for each with its evidence, and an index; results as JSON and CSV beside them."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import polars as pl

from melian.claims.summary import summary
from melian.claims.verdict import ClaimVerdict, JudgedTest
from melian.measures.answer import Chart, Exhibit
from melian.report.answers import exhibit_section
from melian.report.claims_text import test_text
from melian.report.claims_words import (
    LIMITS,
    figure_text,
    holm_sentence,
    said_where,
    sentences_of,
    turning_sentences,
    verdict_sentence,
)
from melian.report.curve import curve_sections
from melian.report.document import environment, render
from melian.report.files import result_json
from melian.report.numerals import count, listing
from melian.report.page import Section
from melian.report.tables import Column, Table, make_table

__all__ = ["claim_files"]

SMALL: Final = (
    "Verdicts are about recorded deeds under the reading given here; they are no statements about causes. "
    "Intervals hold 90%."
)
TESTS: Final = (
    Column("test", "Test"), Column("data", "Data"), Column("estimate", "Estimate"),
    Column("against", "Held against"), Column("tested", "Tested"), Column("wanted", "Wanted"),
    Column("events", "Events", "count"), Column("p", "p", "number"), Column("holm", "p (Holm)", "number"),
    Column("verdict", "Verdict"), Column("reason", "Reason"),
)  # fmt: skip


def claim_files(verdicts: Sequence[ClaimVerdict]) -> dict[str, str | bytes]:
    """Give the files by name: `index.html`, `ID.html`, `result.json`, `tables/*.csv`."""
    pages = {f"{one.claim.id}.html": _page(one) for one in verdicts}
    tables = {f"tables/{one.claim.id}-tests.csv": pl.DataFrame(_rows(one)).write_csv() for one in verdicts}
    return {
        "index.html": _index(verdicts),
        **pages,
        **tables,
        "tables/verdicts.csv": _verdict_frame(verdicts).write_csv(),
        "result.json": result_json(summary(verdicts)),
    }


def _page(one: ClaimVerdict) -> str:
    claim = one.claim
    return render(
        "world.html.j2",
        [_evidence(one), *(s for test in one.tests for s in _sections(test)), _turning(one), *_closing(one)],
        title=f"“{claim.statement}”",
        kicker=f"melian · claim · {one.verdict}",
        standfirst=said_where(one),
        answer=(verdict_sentence(one), f"The statement is taken to mean: {_stop(claim.reading)}"),
        small=SMALL,
        notes=[
            f"Against it would count: {_stop(claim.against)}",
            *([f"Left out by this reading: {_stop(claim.limits)}"] if claim.limits else []),
        ],
    )


def _evidence(one: ClaimVerdict) -> Section:
    """Show all tests in one table and, where some were run, one picture."""
    rows = _rows(one)
    table = make_table("tests-table", "The tests of this claim", columns=TESTS, rows=rows)
    section = Section(
        "tests", "The evidence in one table", "Evidence", paragraphs=(holm_sentence(one),),
        tables=((table, pl.DataFrame(rows).write_csv()),),
    )  # fmt: skip
    exhibit = _distances(one)
    if exhibit is None:
        return section
    return replace(section, figures=exhibit_section(exhibit).figures)


def _distances(one: ClaimVerdict) -> Exhibit | None:
    """Show how far each test is from its threshold, in units of its interval, to the expected side."""
    rows = []
    for test in one.tests:
        figure, evidence = test.result.tested, test.result.evidence
        if not test.result.decidable or evidence.expect == "between" or figure.value is None:
            continue
        sign = 1.0 if evidence.expect == "above" else -1.0
        bound = test.result.thresholds[0]
        ends = sorted(sign * ((end or 0.0) - bound) for end in (figure.low, figure.high))
        half = (ends[1] - ends[0]) / 2.0 or 1.0
        value = sign * (figure.value - bound) / half
        rows.append({"test": evidence.name, "distance": value, "low": ends[0] / half, "high": ends[1] / half})
    if not rows:
        return None
    frame = pl.DataFrame(rows)
    top = frame.sort("distance").row(-1, named=True)
    return Exhibit(
        "distances",
        "Distance from the threshold",
        f"Furthest to the side that the statement wants is “{top['test']}”.",
        frame,
        (("test", "Test", "text"), ("distance", "Distance", "number"), ("low", "from", "number"),
         ("high", "to", "number")),
        Chart("dots", "distance", "test", "low", "high", zero=0.0,
              x_title="half-widths of the 90% interval; right of 0 is what the statement wants"),
        note="An interval that does not touch 0 decides, if it still does after Holm's adjustment and in "
        "enough specifications.",
    )  # fmt: skip


def _rows(one: ClaimVerdict) -> list[dict[str, Any]]:
    """Give a row per test, for table and CSV."""
    rows = []
    for test in one.tests:
        result, evidence = test.result, test.result.evidence
        points = result.reference is not None or "-" in evidence.estimate
        rows.append(
            {
                "test": evidence.name + (" (essential)" if evidence.essential else ""),
                "data": evidence.data,
                "measure": evidence.measure,
                "estimate": f"{evidence.estimate}: {figure_text(result.estimate, evidence)}"
                if result.answer is not None
                else evidence.estimate,
                "against": _against(test),
                "tested": figure_text(result.tested, evidence, points=points) if result.decidable else "",
                "wanted": f"{evidence.expect} {' and '.join(f'{b:g}' for b in result.thresholds)}",
                "events": result.tested.events or result.estimate.events,
                "p": test.p_value,
                "holm": test.p_holm,
                "verdict": test.verdict,
                "reason": test.reason,
            }
        )
    return rows


def _against(test: JudgedTest) -> str:
    than, reference = test.result.evidence.than, test.result.reference
    if than.numbers:
        return " to ".join(f"{value:g}" for value in than.numbers)
    window = f" ({than.since or 'start'} to {than.until or 'end'})" if than.other_window else ""
    told = "" if reference is None else f": {figure_text(reference, test.result.evidence)}"
    return f"{listing(list(than.estimates))}{window}{told}"


def _sections(test: JudgedTest) -> list[Section]:
    """Give the section of one test: sentences, what it is of, the measure's first picture, its curve."""
    result, evidence = test.result, test.result.evidence
    key = f"t-{evidence.name.lower().replace(' ', '-')}"
    key = "".join(c for c in key if c.isalnum() or c == "-")
    section = Section(
        key, evidence.name, evidence.name, paragraphs=sentences_of(test), tables=_provenance(test, key)
    )
    if result.answer is None:
        return [section]
    shown = next((e for e in result.answer.exhibits if e.chart is not None and e.frame.height), None)
    if shown is not None:
        section = replace(section, figures=exhibit_section(shown, f"{key}-").figures)
    return [section, *([] if result.curve is None else curve_sections(result.curve, f"{key}-"))]


def _provenance(test: JudgedTest, key: str) -> tuple[tuple[Table, str], ...]:
    """Say what a test is of: data, window, actors, snapshot, funnel, settings."""
    answer = test.result.answer
    if answer is None:
        return ()
    rows = [
        {"what": str(name), "value": _text(value)}
        for part in (answer.data, answer.settings)
        for name, value in part.items()
        if name != "store"
    ]
    rows += [{"what": f"funnel: {c.step}", "value": count(c.rows)} for c in test.result.funnel]
    table = make_table(
        f"{key}-data", "Data, settings and funnel",
        columns=[Column("what", "What"), Column("value", "Value")], rows=rows,
    )  # fmt: skip
    return ((table, pl.DataFrame(rows).write_csv()),)


def _turning(one: ClaimVerdict) -> Section:
    return Section(
        "turning", "What would change the verdict", "What would change it", paragraphs=turning_sentences(one)
    )


def _closing(one: ClaimVerdict) -> list[Section]:
    version = importlib.metadata.version("melian")
    shots = sorted({str(t.result.answer.data.get("snapshot")) for t in one.tests if t.result.answer})
    cite = (
        f"Claim “{one.claim.id}” run with melian {version}; data snapshots: {listing(shots) or 'none'}. "
        f"Verdict: {one.verdict}."
    )
    return [
        Section("limits", "What may be said", "Limits", paragraphs=LIMITS),
        Section("cite", "How to cite", "Cite", paragraphs=(cite,)),
    ]


def _index(verdicts: Sequence[ClaimVerdict]) -> str:
    found = {
        name: sum(v.verdict == name for v in verdicts) for name in ("supported", "contradicted", "undecided")
    }
    tests = sum(test.p_value is not None for one in verdicts for test in one.tests)
    every = sum(len(one.tests) for one in verdicts)
    told = listing([f"{number} {name}" for name, number in found.items()])
    page: str = environment().get_template("claims.html.j2").render(
        **_style(),
        title=f"{len(verdicts)} claims: {told}",
        told=f"{count(tests)} of {count(every)} tests ran; Holm's adjustment is within each claim.",
        small=SMALL,
        limits=LIMITS,
        claims=[
            {"id": one.claim.id, "verdict": one.verdict, "statement": one.claim.statement,
             "said": said_where(one), "reading": _stop(one.claim.reading), "reason": one.reason,
             "tests": [test_text(test) for test in one.tests]}
            for one in verdicts
        ],
    )  # fmt: skip
    return page


def _style() -> dict[str, str]:
    from melian.report.document import asset
    from melian.report.theme import css_variables

    light, dark = css_variables()
    return {"light": light, "dark": dark, "style": asset("style.css")}


def _verdict_frame(verdicts: Sequence[ClaimVerdict]) -> pl.DataFrame:
    rows = [
        {"id": v.claim.id, "statement": v.claim.statement, "verdict": v.verdict, "reason": v.reason}
        for v in verdicts
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("id", "statement", "verdict", "reason"), pl.String))


def _stop(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
