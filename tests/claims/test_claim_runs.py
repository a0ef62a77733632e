"""Runs of claims on worlds in which the statement holds, does not, and cannot be told."""

from __future__ import annotations

import datetime as dt
import json

import polars as pl
import pytest
from claim_worlds import claim_tables, make_store, toml_of

from melian.claims.summary import summary
from melian.cli.main import main
from melian.errors import InputError
from melian.measures.answer import Answer, Estimate
from melian.study import claim_measures, measures
from melian.study.claim_data import ClaimData
from melian.study.claim_file import claim_from_tables
from melian.study.claim_run import run_claims, write_claims

WORLDS = {
    "supported": ({"AAA": 0.5, "BBB": 0.2}, 0),
    "contradicted": ({"AAA": 0.2, "BBB": 0.5}, 3),
    "undecided": ({"AAA": 0.3, "BBB": 0.3}, 4),
}


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    folder = tmp_path_factory.mktemp("worlds")
    return {name: make_store(folder / f"{name}.duckdb", force) for name, (force, _) in WORLDS.items()}


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize("name", WORLDS)
def test_the_verdict_and_the_exit_code_are_the_worlds(name, stores, tmp_path, capsys):
    path = tmp_path / "mine.toml"
    path.write_text(toml_of(claim_tables()), encoding="utf-8")
    status = main(["claim", str(path), "--data", f"world={stores[name]}", "--no-curve"])
    assert status == WORLDS[name][1]
    assert f"{name.upper()} " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"data": "elsewhere"}, "no data were given for 'elsewhere'"),
        ({"needs": {"names": ["Utopia"]}}, "no report in the data names “Utopia”"),
        ({"needs": {"actors": ["CCC"]}}, "no deed of CCC"),
        ({"needs": {"events": 10**6}}, "the claim asks for 1,000,000"),
        ({"since": "1990-01-01"}, "the test is about 1990-01-01"),
        ({"than": {"since": "2020-01-01"}}, "the test is about"),
        ({"actors": ["AAA", "CCC"], "than": 0.5}, "the data cannot answer"),
        ({"estimate": "share.AAA.coercion"}, "gives no estimate 'share.AAA.coercion'"),
        ({"test": "distance.BBB.AAA"}, "no test 'distance.BBB.AAA'; nearest: distance.AAA"),
    ],
)
def test_what_the_data_cannot_decide_is_undecided_with_the_reason(changes, words, stores):
    (one,) = run_claims([claim_from_tables(claim_tables(**changes))], {"world": str(stores["supported"])})
    assert one.verdict == "undecided"
    assert words in one.reason


def test_the_funnel_is_that_of_the_study_of_the_test(stores, monkeypatch):
    from melian.data import funnel

    seen = []
    count = funnel.funnel_counts
    monkeypatch.setattr(funnel, "funnel_counts", lambda s, o: (seen.append(o), count(s, o))[1])
    study = {"level": "country", "crosswalk": "alternative", "span": "spread", "re_report_days": 2}
    (one,) = claim_from_tables(claim_tables(study=study)).evidence
    with ClaimData({"world": str(stores["supported"])}) as data:
        assert data.funnel(one)
    assert {name: getattr(seen[0], name) for name in study} == study


def test_two_periods_are_compared(stores):
    before = {"since": "2018-01-01", "until": "2018-06-30"}
    tables = claim_tables(than=before, since="2018-07-01", until="2018-12-30")
    (one,) = run_claims([claim_from_tables(tables)], {"world": str(stores["supported"])})
    test = one.tests[0].result
    assert one.verdict == "undecided"
    assert test.reference is not None
    assert test.tested.value == pytest.approx(test.estimate.value - test.reference.value)


def test_a_curve_is_run_over_the_difference(stores, tmp_path):
    tables = claim_tables(curve=True) | {
        "curve": {"specs": 4, "axes": {"unit": ["event", "active-step"], "statements": ["out", "in"]}}
    }
    claim = claim_from_tables(tables)
    paths = {"world": str(stores["supported"])}
    (one,) = run_claims([claim], paths)
    curve = one.tests[0].result.curve
    assert one.verdict == "supported"
    assert curve.verdict.specs == 4
    assert curve.frame["estimate"][0] == pytest.approx(one.tests[0].result.tested.value)
    assert run_claims([claim], paths, specs=0)[0].tests[0].result.curve is None
    with pytest.raises(InputError, match="too few for the grid"):
        run_claims([claim], paths, specs=2)


def test_a_second_run_has_the_same_bytes(stores, tmp_path):
    tables = claim_tables(curve=True, beside=["share.BBB.force"]) | {
        "curve": {"specs": 2, "axes": {"unit": ["event", "active-step"]}}
    }
    claims = [claim_from_tables(tables)]
    written = []
    for at in range(2):
        out = tmp_path / f"run{at}"
        write_claims(run_claims(claims, {"world": str(stores["supported"])}), out)
        written.append({p.relative_to(out): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()})
    assert written[0] == written[1]
    assert {"index.html", "a-test.html", "result.json"} <= {str(path) for path in written[0]}


def test_pages_hold_what_decides(stores, tmp_path):
    claims = [claim_from_tables(claim_tables())]
    write_claims(run_claims(claims, {"world": str(stores["contradicted"])}), tmp_path)
    page = (tmp_path / "a-test.html").read_text(encoding="utf-8")
    for words in (
        "uses more force",
        "Contradicted",
        "What would change",
        "A share of force at or below",
        "funnel",
    ):
        assert words in page, words
    assert 'href="a-test.html"' in (tmp_path / "index.html").read_text(encoding="utf-8")
    result = json.loads((tmp_path / "result.json").read_text())
    assert result["claims"][0]["verdict"] == "contradicted"
    assert pl.read_csv(tmp_path / "tables/a-test-tests.csv")["verdict"].to_list() == ["contradicted"]


def test_any_registered_measure_can_be_asked(stores, monkeypatch):
    monkeypatch.setitem(measures.MEASURES, "stub", f"{__name__}:stub")
    monkeypatch.setitem(claim_measures.ESTIMATES, "stub", ("level",))
    asked = {"measure": "stub", "estimate": "level.AAA", "than": 0.5, "study": None}
    (one,) = run_claims([claim_from_tables(claim_tables(**asked))], {"world": str(stores["supported"])})
    assert one.verdict == "supported"
    assert "2018-06-01" in json.dumps(summary([one]))


def stub(study, source, *, progress):
    days = {"since": "2018-01-01", "until": "2018-12-30", "actors": ["AAA"], "events": 9, "snapshot": "s"}
    settings = {"cuts": (dt.date(2018, 6, 1),)}
    return Answer("stub", "Stub", (), {"level.AAA": Estimate(0.9, 0.8, 1.0, 9)}, (), days, settings)
