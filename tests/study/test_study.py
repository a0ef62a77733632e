"""The study file: read, refused, written, replayed."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melian.errors import StudyError
from melian.study import Study, read_study, study_from_mapping, study_text, write_study
from melian.study.schema import SECTIONS, keys_of


def test_defaults_are_allowed_values() -> None:
    for section in SECTIONS:
        for key in keys_of(section):
            if key.default is not None:
                assert key.kind.read(key.default) == key.default


BAD = [
    ("[data]\nstoer = 'a'", "[data] stoer is not a key of this section; did you mean store?"),
    ("[modle]", "[modle] is not a section of a study; did you mean model?"),
    ("[data]\nnonsense = 1", "known: store, actors"),
    ("model = 3", "write [model] and its keys below"),
    ("[data]\nsince = '2018-13-01'", "[data] since: '2018-13-01' is not a date as YYYY-MM-DD"),
    ("[data]\nsince = 2018", "2018 is not a date as YYYY-MM-DD"),
    ("[data]\nsince = 2018-01-02\nuntil = 2018-01-01", "since (2018-01-02) is after until (2018-01-01)"),
    ("[data]\nwithout = ['mirors']", "did you mean 'mirrors'?"),
    ("[data]\nwithout = 'mirrors'", "'mirrors' is not a list"),
    ("[data]\nactors = ['RUS', 'RUS']", "'RUS' stands in the list twice"),
    ("[data]\nn_actors = 1", "1 is not a whole number from 2 to 2000"),
    ("[data]\nn_actors = true", "True is not a whole number"),
    ("[data]\nstore = ''", "'' is not the path of a file"),
    ("[model]\nhalf_lives = []", "a list of at least 1"),
    ("[model]\nhalf_lives = [0]", "0 is not a number of days from 0.1 to 3650"),
    ("[model]\nexposure = 2", 'allowed: "auto" | "off" | a number from 0 to 1'),
    ("[model]\nknots = 'never'", '"auto" | a number of days from 7'),
    ("[model]\nsame_step = 1", "1 is not true or false"),
    ("[run]\nseed = 1.5", "1.5 is not a whole number"),
    ("[model]\nblocs = ['NATO', 'EU']", "relations are split by one bloc"),
    ("[rem]\nmodel = 'ties'", "did you mean 'tie'?"),
    ("[rem.covariates]\ncinc = 3", "cinc = 3 names no file"),
    ("[rem.covariates.cinc]\nfile = 'a.csv'\nabsnt = 0", "cinc.absnt is not a setting of a covariate; did"),
    ("[rem.covariates.cinc]\nfile = 'a.csv'\nextend = 1", "cinc.extend: 1 is not true or false"),
    ("[rem.covariates]\n'a-b' = 'a.csv'", "'a-b' is not a name for a formula"),
    ("[run\n", "is not TOML"),
]


@pytest.mark.parametrize(("text", "words"), BAD)
def test_bad_studies_are_refused_with_reason(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "study.toml"
    path.write_text(text)
    with pytest.raises(StudyError) as caught:
        read_study(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(StudyError, match="3 problems") as caught:
        study_from_mapping({"data": {"level": "planet", "unit": 1}, "run": {"sed": 1}})
    for words in ("[data] level", "[data] unit", "did you mean seed"):
        assert words in str(caught.value)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "study.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StudyError, match="cannot be read"):
        read_study(path)


def test_replace_checks_names_and_values() -> None:
    with pytest.raises(StudyError, match="did you mean half_lives"):
        Study().replace(half_life=(1,))
    with pytest.raises(StudyError, match="is not a whole number"):
        Study().replace(seed="one")
    assert Study().replace(since="2018-01-01").data.since == dt.date(2018, 1, 1)
    assert Study().replace(since=None) == Study()


def test_sections_made_by_hand_are_checked_too() -> None:
    with pytest.raises(StudyError, match="not known"):
        Study(data=SECTIONS["data"](unit="month"))


@given(
    half_lives=st.lists(st.floats(0.1, 3650), min_size=1, max_size=5, unique=True),
    knots=st.just("auto") | st.floats(7, 36500),
    store=st.text(st.characters(blacklist_categories=["Cs"]), min_size=1).filter(str.strip),
    since=st.none() | st.dates(),
    seed=st.integers(0, 2**31 - 1),
)
def test_written_studies_read_back_the_same(
    half_lives: list[float], knots: str | float, store: str, since: dt.date | None, seed: int
) -> None:
    study = Study().replace(half_lives=half_lives, knots=knots, store=store, since=since, seed=seed)
    text = study_text(study)
    again = study_from_mapping(tomllib.loads(text))
    assert again == study
    assert study_text(again) == text


def test_write_study_writes_what_read_study_reads(tmp_path: Path) -> None:
    ally = {"file": "allies.csv", "absent": 0, "columns": {"since": "stdate"}}
    study = Study().replace(actors=("ATH", "SPA"), exposure=0, without=["mirrors"], covariates={"ally": ally})
    write_study(study, tmp_path / "study.toml")
    assert read_study(tmp_path / "study.toml") == study
