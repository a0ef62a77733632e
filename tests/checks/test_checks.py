"""Every check passes in a world where it must and fails where it must; the suite counts its tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from check_worlds import (
    marked_at_random,
    one_way,
    subject,
    swinging,
    told_from_both_sides,
    told_twice,
    world,
)

from melian.checks import placebo
from melian.checks.lead import past_and_future, reversed_history
from melian.checks.registry import CHECKS
from melian.checks.suite import check_names, holm, run_checks
from melian.checks.thinning import split_events
from melian.errors import InputError
from melian.history import EventHistory
from melian.report.checks_text import checks_text

TWO = ("contestation", "soft_power")
SIX = ("coercion", "concession", "contestation", "economy", "force", "soft_power")
MakeWorld = Callable[[], EventHistory]
WORLDS: dict[str, tuple[MakeWorld, MakeWorld]] = {
    "pit": (lambda: world(reply=0.3), lambda: told_twice(world())),
    "rescaling": (lambda: world(reply=0.3), lambda: told_twice(world())),
    "autocorrelation": (
        lambda: world(reply=0.3, seed=2),
        lambda: world(kappa=1.0, wave=1.0, wave_days=4.0),
    ),
    "dispersion": (lambda: world(reply=0.3), lambda: told_twice(world())),
    "ladder": (lambda: world(reply=0.35), world),
    "forecasts": (lambda: world(reply=0.35), lambda: swinging(world())),
    "placebo": (lambda: world(reply=0.35), world),
    "placebo-actor": (
        lambda: world(events=6000),
        lambda: world(events=600, instruments=SIX),
    ),
    "lead": (lambda: one_way(answered=0.5), lambda: one_way(answered=0.0)),
    "reversal": (
        lambda: one_way(answered=1.0, each=4, own=0.02, per_day=0.1),
        lambda: world(persistence=0.4),
    ),
    "thinning": (world, lambda: one_way(answered=1.0, each=4, own=0.02, per_day=0.5)),
    "halves": (
        lambda: world(reply=0.1, events=20_000),
        lambda: world(persistence=0.4, events=250),
    ),
    "radius": (lambda: world(amplitude=0.0, events=6000), lambda: world(amplitude=1.2, persistence=0.0)),
    "reactive": (lambda: world(reply=0.35, reactive=0.5), lambda: marked_at_random(world(reply=0.3))),
    "visits": (
        lambda: world(reply=0.3, instruments=TWO, events=6000),
        lambda: told_from_both_sides(world(reply=0.3, instruments=TWO, events=6000)),
    ),
    "hidden-driver": (lambda: world(reply=0.35), lambda: world(kappa=1.0, wave=1.0, wave_days=4.0)),
}
CAUSAL = ("caused", "because of", "led to", "leads to", "due to", "results in")


def test_every_check_has_two_worlds() -> None:
    assert set(WORLDS) == set(CHECKS)


@pytest.mark.parametrize("name", list(CHECKS))
@pytest.mark.parametrize("verdict", ["passed", "failed"])
def test_check_passes_and_fails_where_it_must(name: str, verdict: str) -> None:
    result = CHECKS[name].run(subject(WORLDS[name][verdict == "failed"]()))
    assert result.verdict == verdict, result.sentence
    assert result.table.height
    assert result.figure.height
    assert (result.p_value is None) == (CHECKS[name].null == "")
    assert not any(word in result.sentence for word in CAUSAL)


def test_what_a_short_record_does_not_allow_is_not_run() -> None:
    history = world()
    short = history.step < 60
    fields = ("step", "source", "target", "instrument", "count", "joint", "row")
    cut = {field: getattr(history, field)[short] for field in fields}
    few = replace(history, n_steps=60, window=(0, 60), reactive=None, attention=None, **cut)
    report = run_checks(subject(few))
    verdicts = {result.name: result.verdict for result in report.results}
    for name in (
        "pit",
        "rescaling",
        "autocorrelation",
        "dispersion",
        "placebo",
        "lead",
        "reversal",
        "reactive",
    ):
        assert verdicts[name] == "not run"
    assert report.adjusted == {}
    assert "0 tests at 5% ran" in checks_text(report.summary())


def test_same_seed_same_answer_whichever_others_run() -> None:
    made = subject(world(reply=0.3))
    all_of_them, alone = run_checks(made), run_checks(made, ["halves"])
    again = run_checks(subject(world(reply=0.3)))
    assert all_of_them.summary() == again.summary()
    assert alone.summary()["checks"][0] == all_of_them.summary()["checks"][list(CHECKS).index("halves")]
    assert json.dumps(all_of_them.summary(), allow_nan=False)
    tested = [r for r in all_of_them.results if r.p_value is not None]
    assert all_of_them.summary()["tests"]["run"] == len(tested) >= 5
    frame = all_of_them.frame()
    rows = frame.filter(pl.col("p_value").is_not_null())
    assert rows["p_holm"].to_list() == holm(rows["p_value"].to_list())


def test_sentence_follows_the_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    made = subject(world())
    before = CHECKS["placebo"].run(made).sentence
    monkeypatch.setattr(placebo, "mean_share", lambda fit, design: 0.9 if fit is made.fit else 0.1)
    after = CHECKS["placebo"].run(made).sentence
    assert "not told apart" in before
    assert "0.900, is above" in after
    assert "0.100 in the mean" in after


def test_holm_is_that_of_the_definition() -> None:
    p = np.random.default_rng(1).random(7) ** 3
    order = np.argsort(p)
    wanted = [max(min(1.0, (7 - j) * p[order[j]]) for j in range(i + 1)) for i in range(7)]
    assert np.array(holm(p.tolist()))[order] == pytest.approx(wanted)


def test_unknown_check_is_named() -> None:
    with pytest.raises(InputError, match="Did you mean 'placebo'"):
        check_names(["placbo"])


def test_split_keeps_every_event_once() -> None:
    history = world(reply=0.3)
    kept, rest = split_events(history, 0.7, np.random.default_rng(1))
    assert int(kept.count.sum() + rest.count.sum()) == int(history.count.sum())
    assert kept.count.sum() / history.count.sum() == pytest.approx(0.7, abs=0.03)
    assert (kept.count > 0).all()


def test_future_features_are_those_of_the_reversed_record() -> None:
    history = one_way(answered=0.5)
    back = reversed_history(history)
    assert (np.diff(back.step) >= 0).all()
    assert sorted(history.n_steps - 1 - back.step) == sorted(history.step)
    past, future = past_and_future(subject(history), 15)
    own = np.repeat(np.array(past.columns.relations) == "persistence", past.columns.width)
    reply = np.repeat(np.array(past.columns.relations) == "reply", past.columns.width)
    np.testing.assert_array_equal(future.x[:, own], past.x[:, own])
    rho = 2.0 ** (-1.0 / np.array(past.half_lives))
    row = int(np.flatnonzero((past.row_source == 1) & (past.row_step > 200))[0])
    acts = history.source == 0
    lag = history.step[acts] - past.row_step[row]
    for features, sign in ((past.x, -1), (future.x, 1)):
        ahead = sign * lag
        use = ahead > 0
        wanted = [
            (history.count[acts][use] * (1 - r) * r ** (ahead[use] - 1)).sum() for r in rho.astype(np.float64)
        ]
        np.testing.assert_allclose(features[row, reply], wanted, rtol=1e-4)
    assert future.exposure[1, 0, reply].sum() == pytest.approx(past.exposure[1, 0, reply].sum(), rel=0.05)
