"""Claim files: what validates, and what is refused with the nearest name, all at once."""

from __future__ import annotations

import copy
import re
import tomllib
from pathlib import Path

import pytest
from claim_worlds import claim_tables, toml_of

from melian.claims.expression import names_in
from melian.errors import InputError
from melian.study.claim_data import data_names, data_paths
from melian.study.claim_file import bundled_claims, claim_from_tables, find_claims, read_claim
from melian.study.claim_measures import ESTIMATES, TABLES_OF, TESTS
from melian.study.measures import MEASURES


def changed(table: str, **values):
    tables = copy.deepcopy(claim_tables())
    home = tables["evidence"][0] if table == "evidence" else tables.setdefault(table, {})
    home.update(values)
    return tables


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        (changed("claim", readng="x"), r"\[claim\] readng .*did you mean reading"),
        (changed("claim", id="Not an id"), "id: 'Not an id' is not a short name"),
        (changed("claim", date="March"), "date: 'March' is not YYYY"),
        (changed("evidence", measure="toolkit"), "'toolkit' is not a measure; did you mean toolkits"),
        (changed("evidence", estimate="initiative.AAA"), "'initiative.AAA' is not an estimate of 'toolkits'"),
        (changed("evidence", estimate="share.AAA.froce"), "names froce; did you mean force"),
        (changed("evidence", than="share.BBC.force"), "names BBC, .*; did you mean BBB"),
        (changed("evidence", estimate="..."), "is not the name of an estimate"),
        (changed("evidence", expect="over"), "expect: 'over' is not known"),
        (changed("evidence", than=True), "than: True is not a number"),
        (changed("evidence", than=[0.1, 0.2]), r"than: 1 number\(s\) are needed"),
        (changed("evidence", expect="between", than=[0.6, 0.4]), "the lower first"),
        (changed("evidence", than={"estimate": "share.BBB.force"}), "names no other period"),
        (changed("evidence", since="2019-01-01", until="2018-01-01"), "is after until"),
        (changed("evidence", study={"half_life": [1]}), "half_life is not a key .* half_lives"),
        (changed("evidence", study={"toolkit_draws": 1}), "toolkit_draws: 1 is not a whole number"),
        (changed("evidence", study={"store": "x"}), "store is said by the evidence itself"),
        (changed("evidence", instruments=["force"]), r"no estimate holds \{instruments\}"),
        (changed("evidence", instruments=["guns"], estimate="share.A.{instruments}"), "'guns' is not known"),
        (changed("evidence", estimate="share.AAA.{instruments}"), "no instruments are given"),
        (changed("evidence", needs={"event": 3}), "event is not a key of this table; did you mean events"),
        (changed("evidence", curve=True), r"\[curve\] axes is empty"),
        (changed("evidence", test="foolows.RUS.USA"), "not a test of 'toolkits'; did you mean follows"),
        (changed("evidence", measure="shares", test="x", estimate="joint.AAA"), "'shares' runs no tests of"),
        (changed("evidence", test="follows.AAB.BBB"), "'follows.AAB.BBB' names AAB, .*; did you mean AAA"),
        (changed("evidence", estimate="hard.RUSS", than=0.5, actors=[]), "names RUSS, .*; did you mean RUS"),
        (changed("evidence", estimate="hard.AAA", than=0.5, actors=[]), "AAA, which is not in the codebook"),
        (changed("evidence", measure="change", estimate="change-points.reaction.AAA"), "has no interval"),
        (changed("evidence", measure="change", estimate="threshold.AAA.to.BBB.p"), "has no interval"),
        (changed("evidnce"), r"\[evidnce\] is not a table of a claim; did you mean evidence"),
        ({**claim_tables(), "evidence": []}, "there is no"),
        ({**claim_tables(), "evidence": claim_tables()["evidence"] * 2}, "two tests are named 'force'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(tables, words):
    with pytest.raises(InputError, match=words):
        claim_from_tables(tables)


@pytest.mark.parametrize(
    ("curve", "words"),
    [
        ({"axes": {"stteps": [1, 2]}}, "stteps is not an axis"),
        ({"axes": {"level": ["state", "planet"]}}, "axis level: "),
        ({"axes": {"level": "state"}}, "is not a list of values"),
        (
            {"axes": {"level": ["state", "country"], "unit": ["event", "active-step"]}, "specs": 2},
            "specs = 2",
        ),
        ({"axes": {"level": ["state", "country"]}, "share": 0.3}, "share: 0.3 is not"),
    ],
)
def test_a_grid_is_validated_before_anything_runs(curve, words):
    with pytest.raises(InputError, match=re.escape(words) if "[" in words else words):
        claim_from_tables({**claim_tables(curve=True), "curve": curve})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"actors": ["NATO:", "AAA", "BBB"]}, "whose actors are blocs"),
        ({"than": {"since": "2017-01-01", "until": "2017-12-31"}}, "the difference of two periods"),
        (
            {"measure": "dyad-year", "estimate": "conflict.AAA.BBB", "than": 0.1},
            "'dyad-year' reads tables, for which there are no other specifications",
        ),
    ],
)
def test_a_curve_that_cannot_be_run_is_refused(changes, words):
    curve = {"axes": {"level": ["state", "country"]}}
    with pytest.raises(InputError, match=words):
        claim_from_tables({**claim_tables(curve=True, **changes), "curve": curve})


def test_all_problems_are_told_at_once():
    tables = changed("evidence", measure="toolkit", expect="over", study={"half_life": [1]})
    tables["claim"].pop("against")
    with pytest.raises(InputError) as told:
        claim_from_tables(tables, name="mine.toml")
    message = str(told.value)
    assert message.startswith("mine.toml: 4 problems:")
    for words in (
        "against is missing", "'over' is not known", "half_life is not a key", "did you mean toolkits?"
    ):  # fmt: skip
        assert words in message


def test_one_problem_is_one_sentence_with_one_mark_at_its_end():
    with pytest.raises(InputError, match=r"did you mean toolkits\?$"):
        claim_from_tables(changed("evidence", measure="toolkit"))


def test_keys_of_a_study_are_read_together():
    good = changed("evidence", study={"blocs": ["NATO", "EU"], "level": "bloc", "toolkit_draws": 99})
    assert claim_from_tables(good).evidence[0].study["level"] == "bloc"
    with pytest.raises(InputError, match="blocs names 2"):
        claim_from_tables(changed("evidence", study={"blocs": ["NATO", "EU"]}))


def test_a_claim_is_read_from_a_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(toml_of(claim_tables()), encoding="utf-8")
    claim = read_claim(path)
    assert claim.evidence[0].than.estimates == ("share.BBB.force",)
    assert find_claims([str(path), "05-brute-force"])[1].id == "05-brute-force"
    for text, words in (("= 3", "is not TOML"), (None, "cannot be read")):
        bad = tmp_path / f"bad{text is None}.toml"
        if text:
            bad.write_text(text)
        with pytest.raises(InputError, match=words):
            read_claim(bad)
    with pytest.raises(InputError, match="did you mean 05-brute-force"):
        find_claims(["05-brute-forc"])
    with pytest.raises(InputError, match="two claims have the id"):
        find_claims([str(path), str(path)])


def test_the_ten_bundled_claims_validate_and_say_what_would_count_against_them():
    claims = find_claims([])
    assert [claim.id for claim in claims] == list(bundled_claims())
    assert len(claims) == 10
    for claim in claims:
        assert claim.against
        assert claim.limits
        assert all(one.needs.events for one in claim.evidence), claim.id


def test_bundled_claims_name_the_test_that_the_measure_has_of_their_estimate():
    for claim in find_claims([]):
        for one in claim.evidence:
            named = [name for name in names_in(one.estimate, one.instruments)
                     if name.split(".")[0] in TESTS.get(one.measure, ())]  # fmt: skip
            if named and not named[0].startswith("compliance-change"):
                # Changes of compliance have a test where they are of shares, not of excess acts.
                assert one.test, (claim.id, one.name)


@pytest.mark.parametrize("estimate", ["cooperation.NATO:.RUS", "follows.RUS.USA", "share.BIH.SER.force"])
def test_codes_of_the_codebook_need_no_list(estimate):
    measure = "cooperation" if estimate.startswith("coop") else "toolkits"
    tables = changed("evidence", actors=[], than=0.5, estimate=estimate, measure=measure)
    assert claim_from_tables(tables).evidence[0].actors == ()


def test_the_page_is_current_and_its_example_validates():
    from melian.study.claim_page import claim_page

    docs = Path(__file__).parents[2] / "docs"
    assert (docs / "claim-file.md").read_text(encoding="utf-8") == claim_page(), "run python docs/build.py"
    (example,) = re.findall(r"```toml\n(.*?)```", (docs / "claims.md").read_text(encoding="utf-8"), re.DOTALL)
    assert claim_from_tables(tomllib.loads(example)).evidence[0].curve


def test_measures_that_claims_may_name_exist():
    assert set(ESTIMATES) == {*TABLES_OF, *(set(ESTIMATES) & set(MEASURES))}


def test_data_are_named_or_lie_in_a_folder(tmp_path):
    (tmp_path / "world.duckdb").touch()
    (tmp_path / "dyad_year.parquet").touch()
    known = ("dyad_year", "other", "world")
    found = data_paths([str(tmp_path)], known)
    assert found == {
        "dyad_year": str(tmp_path / "dyad_year.parquet"),
        "world": str(tmp_path / "world.duckdb"),
    }
    assert data_paths([f"other={tmp_path / 'world.duckdb'}"], known) == {
        "other": str(tmp_path / "world.duckdb")
    }
    for given, words in (
        ("wrld=x", "Did you mean 'world'"),
        ("world=nowhere.duckdb", "there is no such file"),
        (str(tmp_path / "none"), "neither NAME=PATH nor a folder"),
    ):
        with pytest.raises(InputError, match=words):
            data_paths([given], known)
    with pytest.raises(InputError, match="holds none of the data"):
        data_paths([str(tmp_path)], ("absent",))


def test_names_of_data_include_what_a_measure_reads_beside():
    assert {"un_votes", "un_roll_calls", "dyad_year", "icews18"} <= set(data_names(find_claims([])))
