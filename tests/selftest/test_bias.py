"""The self-test finds what is wrong: a broken pipeline stands out, words follow figures."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from melian.cli.main import main
from melian.errors import InputError
from melian.models.hawkes import HawkesConfig
from melian.options import COMPONENTS
from melian.report.selftest import selftest_summary, write_selftest
from melian.report.selftest_text import selftest_sentences, selftest_text
from melian.selftest.bias import Selftest, Size, run_bias
from melian.selftest.frames import TRUTH
from melian.selftest.pipelines import DEFAULT, NAIVE, STEPS, TEXTBOOK, Pipeline
from melian.selftest.rival import event_times, fit_source, textbook_shares
from melian.selftest.worlds import bias_worlds, tell
from melian.simulate import to_history

SHORT = HawkesConfig(draws=60, burn_in=100, chains=1, thin=1)
TINY = Size(seeds=1, n_steps=500, events=0.5, config=SHORT)
WORLDS = {world.name: world for world in bias_worlds()}
CAUSAL = ("caused", "because of", "led to", "leads to", "due to", "results in")


@pytest.fixture(scope="module")
def result() -> Selftest:
    worlds = [WORLDS["clean"], WORLDS["mirrored"], WORLDS["hidden actor"]]
    return run_bias(TINY, worlds=worlds, jobs=1)


def test_truth_is_what_the_worlds_were_made_of() -> None:
    for name in ("clean", "mirrored", "re-reported", "attention wave", "hidden actor"):
        truth = tell(WORLDS[name], 3, n_steps=400, size=0.5).truth
        np.testing.assert_allclose(truth.sum(axis=1), 1.0)
        assert truth[:, COMPONENTS.index("reaction")].max() == 0.0
    mixed = np.mean(
        [tell(WORLDS["mixed"], seed, n_steps=400).truth.mean(axis=0) for seed in range(6)], axis=0
    )
    np.testing.assert_allclose(mixed, [0.5, 0.2, 0.3, 0.0], atol=0.09)


def test_half_of_the_acts_are_not_told() -> None:
    told = tell(WORLDS["half unobserved"], 1, n_steps=400, size=0.5)
    directed = ~told.path.joint & (told.path.step >= 0)
    assert told.path.visible[directed].mean() == pytest.approx(0.5, abs=0.04)


def test_hidden_actor_drives_and_is_not_named() -> None:
    told = tell(WORLDS["hidden actor"], 1, n_steps=400, size=0.5)
    assert "E" not in told.actors
    driven = told.path.visible & (told.path.relation >= 2)
    source = told.path.source[told.path.parent[driven]]
    assert set(source) == {told.path.world.actors.index("E")}
    assert driven.sum() > 0.2 * told.path.visible.sum()


def test_naive_is_biased_where_the_default_is_not(result: Selftest) -> None:
    reaction = {name: result.mean("mirrored", name, "reaction") for name in (TRUTH, *result.pipelines)}
    assert reaction[TRUTH] == 0.0
    assert reaction["default"] < 0.1
    assert min(reaction["naive"], reaction["textbook"]) > 0.15


def test_broken_pipeline_shows_in_the_default_column(result: Selftest) -> None:
    broken = Pipeline(name="default", without=STEPS)
    found = run_bias(TINY, worlds=[WORLDS["re-reported"]], pipelines=[broken], jobs=1)
    sound = run_bias(TINY, worlds=[WORLDS["re-reported"]], pipelines=[DEFAULT], jobs=1)
    off = {
        name: run.mean("re-reported", "default", "momentum") - run.mean("re-reported", TRUTH, "momentum")
        for name, run in (("broken", found), ("sound", sound))
    }
    assert off["broken"] > 0.12
    assert abs(off["sound"]) < off["broken"] - 0.08


def test_same_seed_same_result_whatever_the_processes(result: Selftest) -> None:
    size = replace(TINY, n_steps=300, events=0.2)
    runs = [run_bias(size, worlds=[WORLDS["clean"]], pipelines=[DEFAULT, TEXTBOOK], jobs=j) for j in (1, 2)]
    assert runs[0].shares.equals(runs[1].shares)
    assert runs[0].intervals.equals(runs[1].intervals)
    other = run_bias(size, seed=2, worlds=[WORLDS["clean"]], pipelines=[NAIVE], jobs=1)
    assert other.mean("clean", TRUTH, "momentum") != runs[0].mean("clean", TRUTH, "momentum")


def test_coverage_counts_the_intervals(result: Selftest) -> None:
    coverage = result.coverage(repairable=True)
    assert coverage is not None
    assert coverage.of == 2 * 4 * 3
    held = result.intervals.filter(pl.col("repairable"))
    assert coverage.held == sum(low <= t <= high for t, low, high in held["truth", "low", "high"].iter_rows())
    assert coverage.low < coverage.rate <= coverage.high
    assert (
        run_bias(TINY, worlds=[WORLDS["clean"]], pipelines=[NAIVE], jobs=1).coverage(repairable=True) is None
    )


def test_sentences_follow_the_figures(result: Selftest) -> None:
    text = " ".join(selftest_sentences(result))
    assert f"{result.mean('hidden actor', 'default', 'reaction'):.2f} (truth 0.00)" in text
    assert not any(word in text for word in CAUSAL)
    at = (pl.col("world") == "hidden actor") & (pl.col("pipeline") == "default")
    moved = result.shares.with_columns(pl.when(at).then(0.77).otherwise(pl.col("mean")).alias("mean"))
    assert "reaction 0.77 (truth 0.00)" in " ".join(selftest_sentences(replace(result, shares=moved)))
    perfect = result.shares.drop("mean").join(
        result.shares.filter(pl.col("pipeline") == TRUTH).select("world", "component", "mean"),
        on=["world", "component"],
    )
    mended = " ".join(selftest_sentences(replace(result, shares=perfect)))
    assert "none is off by more than" in mended
    assert "came out within" in mended
    none_held = result.intervals.with_columns(pl.lit(False).alias("held"))
    assert "in 0 of 24 cases" in " ".join(selftest_sentences(replace(result, intervals=none_held)))


def test_page_text_and_json_say_the_same(result: Selftest, tmp_path: Path) -> None:
    page = write_selftest(result, tmp_path / "page").read_text(encoding="utf-8")
    summary = json.loads((tmp_path / "page" / "result.json").read_text())
    told = selftest_summary(result)
    assert summary["sentences"] == told["sentences"]
    assert [row["mean"] for row in summary["shares"]] == pytest.approx(
        [row["mean"] for row in told["shares"]]
    )
    for sentence in summary["sentences"]:
        assert sentence in selftest_text(result)
    assert "hidden actor" in page
    shares = pl.read_csv(tmp_path / "page" / "tables" / "shares.csv")
    assert shares.height == 3 * 4 * len(COMPONENTS)


def test_command_runs_quick(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("melian.study.selftest.QUICK", replace(TINY, n_steps=300, events=0.2))
    two = (WORLDS["clean"], WORLDS["hidden actor"])
    monkeypatch.setattr("melian.selftest.bias.bias_worlds", lambda: two)
    assert main(["selftest", "bias", "--quick", "--seeds", "1", "--json", "-"]) == 0
    read = json.loads(capsys.readouterr().out)
    assert [row["world"] for row in read["worlds"]] == ["clean", "hidden actor"]
    assert read["settings"]["estimator"] == "gibbs"
    assert main(["selftest", "bias", "--seeds", "0"]) == 2


def test_no_seeds_are_refused() -> None:
    with pytest.raises(InputError, match="must be 1 at least"):
        run_bias(replace(TINY, seeds=0), jobs=1)


def test_textbook_fit_finds_a_hawkes_process() -> None:
    rng = np.random.default_rng(5)
    first, own = np.sort(rng.random(900)) * 1500.0, rng.random(450) * 1500.0
    answered = first[rng.random(900) < 0.5]
    second = np.append(own, answered + rng.exponential(1.0 / np.log(2.0), len(answered)))
    time, source = np.append(first, second), np.repeat([0, 1], [900, len(second)])
    order = np.argsort(time)
    for actor, reaction in ((0, 0.0), (1, len(answered) / len(second))):
        shares = fit_source(time[order], source[order], actor, 2, 0.0, 1500.0)
        assert shares[COMPONENTS.index("reaction")] == pytest.approx(reaction, abs=0.06)
        assert shares[COMPONENTS.index("momentum")] < 0.06


def test_textbook_fit_with_ties_sees_nothing_within_the_day() -> None:
    told = tell(WORLDS["clean"], 1, n_steps=300, size=0.3)
    history = to_history(told.path, since=60)
    tied = event_times(history, seed=1, ties=True)[0]
    assert set(tied % 1.0) == {0.5}
    both = [textbook_shares(history, seed=1, ties=ties) for ties in (True, False)]
    assert not np.allclose(*both)
    np.testing.assert_allclose(both[0].sum(axis=1), 1.0)
