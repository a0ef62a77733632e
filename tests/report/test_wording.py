"""No causal words in what is generated, and numbers in prose that come from results."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import melian
from melian.claims.claim import Claim, Evidence, Reference
from melian.claims.expression import Figure, difference
from melian.claims.verdict import ClaimVerdict, Finding, claim_verdict
from melian.history import FunnelCount
from melian.measures.answer import Answer, Chart, Estimate, Exhibit
from melian.report.answer_text import answer_text
from melian.report.answers import answer_files
from melian.report.claims import claim_files
from melian.report.claims_text import claims_text
from melian.report.claims_words import LIMITS, holm_sentence, sentences_of, turning_sentences

CAUSAL = re.compile(
    r"\b(caus(?:ed|es|ing) (?!no\b)|because of|led to|leads to|leading to|due to|results? in\b|resulted in"
    r"|brought about|owing to|thanks to|triggered by|provoked)",
    re.IGNORECASE,
)
SOURCE = Path(melian.__file__).parent
DENIED = re.compile(
    r"\b(?:not say|nor|not show|cannot say|cannot show|never say) that (?:\w+ ){1,3}$", re.IGNORECASE
)
"""Words right before a causal word that deny it: to say what may not be said is what the rule asks for."""


def undenied(text: str) -> list[str]:
    """Give the sentences with a causal word that is not denied right before it."""
    return [
        sentence
        for sentence in re.split(r"(?<=[.;!?]) ", text)
        if any(not DENIED.search(sentence[: found.start()]) for found in CAUSAL.finditer(sentence))
    ]


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the string literals of a module that are no docstrings, parts of f-strings joined."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [p.value if isinstance(p, ast.Constant) else "{}" for p in node.values]
            yield node.lineno, "".join(str(part) for part in parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs | inside:
            yield node.lineno, node.value


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_text_of_the_program_has_causal_words(path):
    for line, text in literals(path):
        assert not undenied(text), f"{path.name}:{line}: {text!r}"


SHIPPED = sorted([*SOURCE.glob("claims/**/*.toml"), *SOURCE.glob("report/templates/*.j2")])


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_no_text_that_ships_has_causal_words(path):
    assert not CAUSAL.search(path.read_text(encoding="utf-8"))


def answer(value: float) -> Answer:
    """Give an answer of one estimate and one exhibit."""
    import polars as pl

    frame = pl.DataFrame(
        {"actor": ["RUS"], "share": [value], "share_low": [value - 0.05], "share_high": [value + 0.05]}
    )
    exhibit = Exhibit(
        "shares", "Shares", f"RUS has {value:.0%}.", frame,
        (("actor", "Actor", "text"), ("share", "Share", "estimate")),
        Chart("dots", "share", "actor", "share_low", "share_high"),
    )  # fmt: skip
    data = {
        "actors": ["RUS", "USA"],
        "since": "2018-01-01",
        "until": "2018-10-31",
        "events": 900,
        "snapshot": "ab",
    }
    estimates = {"initiative.RUS": Estimate(value, value - 0.05, value + 0.05, 400)}
    return Answer("shares", "Shares", (f"RUS has {value:.0%}.",), estimates, (exhibit,), data, {"seed": 1})


def judged(value: float = 0.61, *, verdict: str = "") -> ClaimVerdict:
    """Run the generators of a claim on sample results: three tests, of which one cannot be run."""
    figure = Figure(value, value - 0.05, value + 0.05, 400)
    other = Figure(0.4, 0.37, 0.43, 300)
    basis = {
        "asks": "Is it so?",
        "why": "It shows.",
        "data": "icews18",
        "measure": "shares",
        "expect": "above",
    }
    alone = Evidence(
        "alone", **basis, estimate="initiative.RUS", than=Reference((0.5,)), beside=("initiative.USA",)
    )
    apart = Evidence(
        "apart", **basis, estimate="initiative.RUS", than=Reference(estimates=("initiative.USA",))
    )
    missing = Evidence("missing", **basis, estimate="initiative.RUS", than=Reference((0.5,)))
    tests = (alone, apart, missing)
    claim = Claim(
        "c", "acts", "who", "an essay", "2022-03", "It acts.", "It does not.", tests, limits="Much."
    )
    funnel = (FunnelCount("reports", 1000), FunnelCount("mirrors", 900))
    findings = [
        Finding(
            alone, figure, None, figure, (("initiative.USA", other),), answer=answer(value), funnel=funnel
        ),
        Finding(apart, figure, other, difference(figure, other, independent=False), answer=answer(value)),
        Finding.undecidable(missing, "no data were given for 'icews18'"),
    ]
    return claim_verdict(claim, findings)


def words_of(one: ClaimVerdict) -> str:
    sentences = [s for test in one.tests for s in sentences_of(test)]
    return "\n".join([claims_text([one]), holm_sentence(one), *sentences, *turning_sentences(one), *LIMITS])


@pytest.mark.parametrize("value", [0.61, 0.52, 0.3])
def test_sentences_of_claims_have_no_causal_words(value):
    assert not CAUSAL.search(words_of(judged(value)))
    pages = claim_files([judged(value)])
    prose = re.sub(r"<script.*?</script>|<style.*?</style>", "", str(pages["c.html"]), flags=re.DOTALL)
    assert not CAUSAL.search(prose)


def test_sentences_of_answers_have_no_causal_words():
    assert not CAUSAL.search(answer_text(answer(0.61)))
    page = str(answer_files(answer(0.61))["report.html"])
    assert not CAUSAL.search(re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL))


def test_numbers_in_prose_are_those_of_the_results():
    before, after = words_of(judged(0.61)), words_of(judged(0.73))
    assert "61% (90% interval 56 to 66)" in before
    assert "61%" not in after
    assert "73% (90% interval 68 to 78)" in after
    assert "21.0 points (90% interval 13.0 to 29.0)" in before
    assert "33.0 points (90% interval 25.0 to 41.0)" in after


def test_a_changed_event_count_changes_the_sentence():
    one = judged()
    test = one.tests[0]
    fewer = replace(test, result=replace(test.result, estimate=replace(test.result.estimate, events=123)))
    assert "from 400 events" in " ".join(sentences_of(test))
    assert "from 123 events" in " ".join(sentences_of(fewer))


def test_the_test_can_fail():
    assert CAUSAL.search("Sanctions led to protest.")
    assert CAUSAL.search("This was due to pressure.")
    assert not CAUSAL.search("Protest follows sanctions.")
    assert undenied("A led to B, not C.")
    assert undenied("It does not say that all is well, and A led to B.")
    assert undenied("A did not act; B led to C.")
    assert not undenied("It does not say that one led to the other.")
