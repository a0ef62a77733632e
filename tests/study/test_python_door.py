"""Measures, curves and claims from Python: the same answers as the commands give, without a file written."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import melian
from melian.cli.main import main
from melian.errors import InputError, StoreError, StudyError

ACTORS = ("ATH", "SPA")
CURVE: dict[str, Any] = {"axes": {"knots": [30]}, "vary": ["knots"], "sweeps": 40, "half_lives": (1, 5)}
CLAIM = """
[claim]
id = "more-force"
statement = "they only understand force"
said_by = "A minister"
where = "an interview"
date = "2018-11"
reading = "The share of force in ATH's recorded deeds is above SPA's."
against = "A share of force at or below SPA's."

[[evidence]]
name = "force"
asks = "Is the share of force of ATH above that of SPA?"
why = "Who only understands force uses it."
data = "world"
measure = "toolkits"
estimate = "share.ATH.force"
expect = "above"
than = "share.SPA.force"
actors = ["ATH", "SPA"]
study = { toolkit_draws = 99 }
"""


def reports() -> pl.DataFrame:
    """ATH uses force on every other day in the mean, SPA answers on the next day by other means."""
    first, day = dt.date(2018, 1, 1), dt.timedelta(days=1)
    rng = np.random.default_rng(1)
    rows = [(first + n * day, "ATH", "SPA", ("force", "economy")[rng.integers(2)]) for n in range(300)]
    rows += [(date + day, "SPA", "ATH", "economy") for date, *_ in rows]
    return pl.DataFrame(rows, schema=["date", "source", "target", "instrument"], orient="row")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("door")
    reports().write_csv(folder / "reports.csv")
    melian.ingest("table", folder / "reports.csv", folder / "world.duckdb", as_is=True)
    return folder / "world.duckdb"


def from_command(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[Any, str]:
    """Give what a command writes as JSON, and what it prints."""
    main([*words, "--json", "-"])
    told = json.loads(capsys.readouterr().out)
    main(words)
    return told, capsys.readouterr().out


def test_a_measure_is_that_of_the_command(
    store: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = melian.measure(store, "toolkits", actors=ACTORS, toolkit_step=3)
    told, printed = from_command(
        ["toolkits", "--store", str(store), "--actors", ",".join(ACTORS), "--step", "3"], capsys
    )
    assert json.loads(json.dumps(answer.summary())) == told
    assert printed == melian.text(answer) + "\n"
    frame = answer.frame()
    assert frame["estimate"].to_list() == list(answer.estimates)
    force = reports().filter(source="ATH", instrument="force").height / 300
    assert frame.row(by_predicate=pl.col("estimate") == "share.ATH.force", named=True)["value"] == force
    assert list(tmp_path.iterdir()) == []


def test_an_open_store_a_path_and_a_frame_give_the_same_and_the_store_stays_open(store: Path) -> None:
    wanted = {"actors": ACTORS, "toolkit_draws": 99}
    answer = melian.measure(str(store), "toolkits", **wanted)
    with melian.open_store(store) as opened:
        assert melian.measure(opened, "toolkits", **wanted).summary() == answer.summary()
        assert opened.snapshot
    with melian.store_from_frame(reports()) as made:
        frame = melian.measure(made, "toolkits", **wanted).frame()
    assert frame.equals(answer.frame())


def test_a_study_is_the_ground_and_settings_lie_over_it(store: Path) -> None:
    study = melian.Study().replace(actors=ACTORS, toolkit_draws=99, seed=3)
    one = melian.measure(store, "toolkits", study=study)
    other = melian.measure(store, "toolkits", study=study, toolkit_draws=120)
    assert (one.settings["seed"], one.settings["draws"], other.settings["draws"]) == (3, 99, 120)


def test_a_report_is_written_where_out_names_a_folder_and_its_study_replays_it(
    store: Path, tmp_path: Path
) -> None:
    answer = melian.measure(store, "toolkits", actors=ACTORS, toolkit_draws=99, out=str(tmp_path / "made"))
    assert (tmp_path / "made/report.html").is_file()
    again = melian.read_study(tmp_path / "made/study.toml")
    assert again.data.store == str(store)
    assert melian.measure(store, "toolkits", study=again).summary() == answer.summary()


def test_a_curve_is_that_of_the_command(
    store: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    study = melian.Study().replace(actors=ACTORS, jobs=1, store=str(store), **CURVE)
    melian.write_study(study, tmp_path / "study.toml")
    found = melian.specification_curve(store, "reaction.SPA", study=study, cache=tmp_path / "one")
    words = ["--study", str(tmp_path / "study.toml"), "--estimate", "reaction.SPA", "--cache"]
    told, printed = from_command(["curve", *words, str(tmp_path / "other")], capsys)
    assert json.loads(json.dumps(found.summary())) == told
    assert printed == melian.text(found) + "\n"
    assert found.frame.height == found.verdict.defined == 2
    assert len(list((tmp_path / "one").iterdir())) == 2


def test_a_claim_is_that_of_the_command(
    store: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text(CLAIM, encoding="utf-8")
    found = melian.claim(tmp_path / "mine.toml", data={"world": store})
    told, printed = from_command(["claim", str(tmp_path / "mine.toml"), "--data", f"world={store}"], capsys)
    assert json.loads(json.dumps(found.summary())) == told
    assert printed == melian.text(found) + "\n"
    assert repr(found) == "<ClaimReport more-force supported>"
    row = found.frame().row(0, named=True)
    assert (row["verdict"], row["claim_verdict"], row["curve_share"]) == ("supported", "supported", None)
    assert row["low"] > 0.0
    named = melian.claim(tmp_path / "mine.toml", "05-brute-force", data=store.parent, out=tmp_path / "pages")
    assert [one.verdict for one in named.verdicts] == ["supported", "undecided"]
    assert (tmp_path / "pages/index.html").is_file()


def test_checks_as_text(store: Path) -> None:
    with melian.open_store(store) as opened:
        history = opened.history(actors=ACTORS)
    fit = melian.Hawkes(half_lives=(1, 5), exposure="off", estimator="newton", draws=20, jobs=1).fit(history)
    report = fit.check(["radius"])
    assert repr(report) == f"<CheckReport 1 {report.results[0].verdict}>"
    assert report.results[0].sentence in melian.text(report)
    assert "root: self" in melian.text(fit.attribute())


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda s: melian.measure(s, "toolkit"), InputError, "'toolkit' is not known.*'toolkits'"),
        (lambda s: melian.measure(s, "toolkits", toolkit_draw=99), StudyError, "did you mean toolkit_draws"),
        (lambda s: melian.measure(s, "var", actors=["ATH", "SPB"]), InputError, "'SPB' is not.*Nearest: SPA"),
        (lambda s: melian.measure(s, "var", actors=["Ath", "SPA"]), InputError, "'Ath' is not.*Nearest: ATH"),
        (lambda s: melian.measure("no.duckdb", "toolkits"), StoreError, "'no.duckdb' does not exist"),
        (lambda s: melian.measure(3, "toolkits"), InputError, "store is of the type int"),
        (lambda s: melian.specification_curve(s, "reaction.SPA", vary=["knot"]), StudyError, "knot"),
        (lambda s: melian.claim("05-brute-forc", data={}), InputError, "did you mean 05-brute-force"),
        (lambda s: melian.claim("05-brute-force", data={"wrld": s}), InputError, "'wrld' is not what"),
        (lambda s: melian.text(s), InputError, "is no result"),
    ],
)  # fmt: skip
def test_bad_calls_are_told(store: Path, call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call(store)
