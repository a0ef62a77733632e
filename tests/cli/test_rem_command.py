"""`melian rem` and `melian effects` as a person calls them: answer, JSON, report, and what is refused."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from calls import Melian

from melian.cli.main import main

COLUMNS = {"term", "estimate", "std_error", "statistic", "p_value"}


def rows() -> str:
    """A hundred days of six cities: who was acted upon answers, and some pairs keep at it."""
    cities = ("ATH", "SPA", "COR", "THB", "ARG", "MEG")
    lines = ["date,source,target,instrument"]
    state = 7
    for day in range(100):
        for turn in range(3):
            state = (state * 1103515245 + 12345) % 2**31
            one, two = (state >> 8) % 6, (state >> 12) % 5
            source, target = cities[one], cities[(one + 1 + two % (2 + turn)) % 6]
            kind = ("coercion", "economy", "force")[(state >> 16) % 3]
            date = f"2020-{1 + day // 28:02d}-{1 + day % 28:02d}"
            lines.append(f"{date},{source},{target},{kind}")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="session")
def deeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of a few hundred deeds."""
    folder = tmp_path_factory.mktemp("rem")
    (folder / "deeds.csv").write_text(rows())
    path = folder / "deeds.duckdb"
    assert main(["ingest", "table", str(folder / "deeds.csv"), "--store", str(path), "--as-is"]) == 0
    return path


def test_the_answer_is_a_table_of_effects(melian: Melian, deeds: Path) -> None:
    run = melian("rem", "--store", deeds, "--formula", "inertia + reciprocity(halflife=30) + otp")
    assert run.status == 0, run.err
    for words in ("events explained", "reciprocity(halflife=30)", "Log-likelihood", "first 10%"):
        assert words in run.out


def test_the_json_holds_at_least_what_the_design_says(melian: Melian, deeds: Path) -> None:
    run = melian("rem", "--store", deeds, "--formula", "inertia + reciprocity", "--json", "-")
    answer = json.loads(run.out)
    assert set(answer["coefficients"][0]) >= COLUMNS
    assert [row["term"] for row in answer["coefficients"]] == ["inertia", "reciprocity"]
    assert {"log_likelihood", "events", "dyads_at_risk", "model", "data"} <= set(answer)
    assert answer["dyads_at_risk"] == 30
    assert answer["data"]["actors"] == ["ARG", "ATH", "COR", "MEG", "SPA", "THB"]
    assert answer["model"]["formula"] == "inertia + reciprocity"


def test_a_named_actor_without_events_is_at_risk(melian: Melian, deeds: Path) -> None:
    actors = "ATH,SPA,COR,THB,ARG,MEG,MEL"
    run = melian("rem", "--store", deeds, "--formula", "inertia", "--actors", actors, "--json", "-")
    assert json.loads(run.out)["dyads_at_risk"] == 42, run.err


def test_the_window_and_the_funnel_are_those_of_the_options(melian: Melian, deeds: Path) -> None:
    options = ("--since", "2020-02-01", "--until", "2020-02-28", "--without", "re-reports", "--json", "-")
    answer = json.loads(melian("rem", "--store", deeds, "--formula", "inertia", *options).out)
    data = answer["data"]
    assert (data["since"], data["until"]) == ("2020-02-01", "2020-02-28")
    assert answer["data"]["without"] == ["re-reports"]
    assert answer["events"] < 100


def test_a_study_replays_a_run_to_the_byte(melian: Melian, deeds: Path, tmp_path: Path) -> None:
    (tmp_path / "power.csv").write_text("actor,power\nATH,5\nSPA,4\nCOR,2\nTHB,2\nARG,1\nMEG,1\n")
    (tmp_path / "study.toml").write_text(
        f'[data]\nstore = "{deeds}"\n[rem]\nformula = "inertia + ego(power)"\nmemory_half_life = 30\n'
        'scaling = "log1p"\n[rem.covariates]\npower = "power.csv"\n[report]\nout = "first"\n'
    )
    first = melian("rem", "--study", "study.toml")
    assert first.status == 0, first.err
    assert "inertia(halflife=30, scaling='log1p')" in first.out
    written = tomllib.loads((tmp_path / "first/study.toml").read_text())
    assert written["rem"]["covariates"] == {"power": {"file": "power.csv"}}
    second = melian("rem", "--study", "first/study.toml", "--out", "second")
    assert second.status == 0, second.err
    for name in ("result.json", "events.parquet", "report.html", "tables/coefficients.csv"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes(), name


def test_the_catalogue_lists_every_effect_and_tells_about_one(melian: Melian) -> None:
    from melian.effects.registry import EFFECTS

    whole = melian("effects")
    assert whole.status == 0
    assert all(name in whole.out for name in EFFECTS)
    one = melian("effects", "otp").out
    assert all(
        words in one for words in ("otp: outgoing two-paths", "kind", "raw, log1p, std", "Butts (2008)")
    )
    told = json.loads(melian("effects", "--json", "-").out)["effects"]
    assert {effect["name"] for effect in told} == set(EFFECTS)


BAD = [
    ("no formula", [], 2, "no formula is given"),
    ("empty formula", ["--formula", " "], 1, "is not a formula"),
    ("unknown effect", ["--formula", "inertai"], 1, "did you mean 'inertia'?"),
    ("unknown argument", ["--formula", "otp(knd='unique')"], 1, "Did you mean 'kind'?"),
    ("unknown covariate", ["--formula", "ego('cinc')"], 1, "there is no covariate 'cinc'"),
    ("turns under ties", ["--formula", "psABBA"], 1, "psABBA"),
    ("unknown actor", ["--formula", "inertia", "--actors", "ATH,SPARTA"], 1, "SPARTA"),
    ("empty window", ["--formula", "inertia", "--since", "2030-01-01"], 1, "is empty"),
    ("one actor", ["--formula", "inertia", "--actors", "ATH"], 1, "fewer than two actors"),
]


@pytest.mark.parametrize(("arguments", "status", "words"), [c[1:] for c in BAD], ids=[c[0] for c in BAD])
def test_bad_calls_say_what_is_wrong(
    melian: Melian, deeds: Path, arguments: list[str], status: int, words: str
) -> None:
    run = melian("rem", "--store", deeds, *arguments)
    assert run.status == status, run.err
    assert words in run.err
    assert "Traceback" not in run.err
    assert run.out == ""


SETTINGS = [
    ("rate", "outdegree_sender", 'model = "rate"', "6 senders at risk"),
    ("choice", "inertia", 'model = "choice"', "inertia"),
    ("daily", "inertia", 'likelihood = "daily"', "baseline"),
    ("typed", "inertia + fixed_type", "typed = true", "fixed_type[economy]"),
    ("ridge", "inertia", 'penalty = "ridge"', "Ridge penalty"),
    (
        "lasso",
        "inertia + otp",
        'penalty = "lasso"\npenalty_strength = 20.0',
        "no standard error after selection",
    ),
    ("frailty", "inertia", 'frailty = "sender"', "Random effects of senders"),
    ("sampled", "inertia", "controls = 5", "compared with 5 non-events"),
    ("clustered", "inertia", 'errors = "dyad"', "clustered by dyad"),
    ("window", "inertia", "memory_window = 20.0", "inertia(window=20, scaling"),
    ("some instruments", "inertia", 'instruments = ["force"]', "inertia"),
]


@pytest.mark.parametrize(("formula", "rem", "words"), [c[1:] for c in SETTINGS], ids=[c[0] for c in SETTINGS])
def test_the_settings_of_a_study_reach_the_fit(
    melian: Melian, deeds: Path, tmp_path: Path, formula: str, rem: str, words: str
) -> None:
    (tmp_path / "study.toml").write_text(
        f'[data]\nstore = "{deeds}"\n[rem]\nformula = "{formula}"\nscaling = "log1p"\n{rem}\n'
    )
    run = melian("rem", "--study", "study.toml", "--json", "answer.json")
    assert run.status == 0, run.err
    assert words in run.out
    assert json.loads((tmp_path / "answer.json").read_text())["model"]["converged"]


STUDIES = [
    (
        "missing values",
        'formula = "ego(power)"\n[rem.covariates]\npower = "power.csv"',
        "no value for 4 of 6 actors somewhere from 2020-01-01",
    ),
    ("no file", 'formula = "ego(power)"\n[rem.covariates]\npower = "nowhere.csv"', "does not exist"),
    ("bad risk table", 'formula = "inertia"\nrisk_set = "power.csv"', "outside the risk set"),
    ("exact times", 'formula = "inertia"\nlikelihood = "interval"', "day"),
    ("unknown instrument", 'formula = "inertia"\ninstruments = ["protest"]', "instrument='protest'"),
    ("collinear", 'formula = "ego(x) + ego(y)"\n[rem.covariates]\nx = "x.csv"\ny = "x.csv"', "ego('y')"),
    (
        "separation",
        'formula = "fixed_sender"\n[data]\nactors = ["ATH", "SPA", "COR", "THB", "ARG", "MEG", "MEL"]',
        "Separation",
    ),
    ("constant", 'formula = "inertia + ego(z)"\n[rem.covariates]\nz = "x.csv"', "ego('z')"),
]


@pytest.mark.parametrize(("rem", "words"), [c[1:] for c in STUDIES], ids=[c[0] for c in STUDIES])
def test_bad_studies_say_what_is_wrong(
    melian: Melian, deeds: Path, tmp_path: Path, rem: str, words: str
) -> None:
    (tmp_path / "power.csv").write_text("actor,power\nATH,5\nSPA,4\n")
    (tmp_path / "x.csv").write_text(
        "actor,x,y,z\nATH,1,2,5\nSPA,2,4,5\nCOR,0,0,5\nTHB,3,6,5\nARG,1,2,5\nMEG,4,8,5\n"
    )
    (tmp_path / "study.toml").write_text(f"[rem]\n{rem}\n")
    run = melian("rem", "--study", "study.toml", "--store", deeds)
    assert run.status == 1
    assert words in run.err
    assert "Traceback" not in run.err
