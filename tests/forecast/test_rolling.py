"""Rolled states against the features of the fit; means ahead against simulation; multipliers by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_histories import random_history
from small_world import CONFIG

from melian.forecast.evaluate import Evaluation
from melian.forecast.fit import fit_forward
from melian.forecast.multipliers import Level, Multipliers, filter_series
from melian.forecast.rates import Rates, day_means
from melian.forecast.roll import ahead_means, make_past, roll
from melian.forecast.train import Predictor, stretch
from melian.forecast.tuning import _ratio_series
from melian.history import EventHistory
from melian.models.design import make_design

HALF_LIVES = (1.0, 5.0)


def random_rates(relations: tuple[str, ...], n: int, kk: int, features: int, *, scale: float = 1.0) -> Rates:
    rng = np.random.default_rng(1)
    own = [r in ("persistence", "reply", "joint") for r in relations]
    factor = np.where(own, 1.0, rng.random((n, n, len(relations))))
    return Rates(
        np.zeros((n, n, kk)), np.zeros((n, kk)), random_history().origin,
        scale * rng.random((n, kk, features)), factor, np.ones((n, 7)), relations, HALF_LIVES,
    )  # fmt: skip


@pytest.mark.parametrize("bloc", [None, "pact"])
def test_rolled_means_are_those_of_the_fits_features(bloc: str | None) -> None:
    """float32 features: 1e-6 of values of order ten. Days after the lead-in of the fit."""
    history = random_history(3, n_steps=120, rows=400)
    design = make_design(history, HALF_LIVES, bloc=bloc)
    n, kk, names = history.n_actors, history.n_instruments, design.columns.relations
    rates = random_rates(names, n, kk, design.columns.n_features)
    past = make_past(history, bloc)
    rolled = np.array([mean for _, mean, _ in roll(rates, rates.states(), past, range(history.n_steps))])
    i, j, late = design.row_source, design.row_target, design.row_step >= 60
    x = design.x.reshape(len(i), len(names), -1) * rates.factor[i, j][:, :, None]
    expected = np.einsum("rp,rkp->rk", x.reshape(len(i), -1), rates.weight[i])
    np.testing.assert_allclose(rolled[design.row_step, i, j][late], expected[late], rtol=1e-4, atol=1e-4)


def test_means_ahead_are_exact() -> None:
    """4,000 simulated paths of three days; within 4 standard errors everywhere."""
    history = random_history(5, n=3, n_steps=90, rows=200)
    design = make_design(history, HALF_LIVES)
    names, kk = design.columns.relations, history.n_instruments
    rates = random_rates(names, 3, kk, design.columns.n_features, scale=0.05)
    rates.level[:] = 0.2
    past, states = make_past(history), rates.states()
    for _ in roll(rates, states, past, range(history.n_steps)):
        pass
    states.met[:], states.met_rate[:] = 0.0, 0.0
    none = Multipliers((), (3, 3, kk))
    exact = ahead_means(rates, states, none, past, history.n_steps, horizon=3).sum(axis=0)
    rng, total = np.random.default_rng(2), []
    for _ in range(4000):
        path, seen = states.copy(), np.zeros_like(exact)
        for h in range(3):
            drawn = rng.poisson(day_means(rates, path, past.date(history.n_steps + h)))
            seen += drawn
            path.push(drawn.astype(float), np.zeros_like(exact))
        total.append(seen)
    error = np.std(total, axis=0) / np.sqrt(len(total))
    assert (np.abs(np.mean(total, axis=0) - exact) <= 4 * error + 1e-12).all()


def test_multipliers_by_hand() -> None:
    level = Level("pair", 1.0, 2.0)
    state = Multipliers((level,), (2, 2, 1))
    assert (state.factor() == 1.0).all()
    count, mean = np.zeros((2, 2, 1)), np.ones((2, 2, 1))
    count[0, 1] = 4.0
    state.push(count, mean)
    assert state.factor()[0, 1, 0] == pytest.approx((2 + 4) / (2 + 1))
    assert state.factor()[1, 0, 0] == pytest.approx(2 / (2 + 1))
    assert state.factor(ahead=1)[0, 1, 0] == pytest.approx((2 + 2) / (2 + 0.5))


@pytest.mark.parametrize("group", ["all", "source", "pair", "channel"])
def test_series_of_multipliers_at_once_and_day_by_day(group: str) -> None:
    rng = np.random.default_rng(8)
    mean = rng.gamma(1.0, 1.0, (40, 3, 3, 2))
    count, level = rng.poisson(mean).astype(float), Level(group, 10.0, 3.0)
    np.testing.assert_allclose(mean * _ratio_series(count, mean, level), filter_series(count, mean, level))


def test_the_forecast_beats_every_baseline_in_a_world_that_remembers(
    trained: tuple[Predictor, Evaluation],
) -> None:
    _, evaluation = trained
    day, week = evaluation.horizons
    own, *others = day.log_score.sum(axis=(1, 2))
    assert (own > np.array(others)).all()
    assert week.horizon == CONFIG.horizons[1]
    constant = evaluation.models.index("constant")
    assert week.log_score[0].sum() > week.log_score[constant].sum()


def test_no_fit_or_choice_sees_a_day_that_it_is_scored_on(trained: tuple[Predictor, Evaluation]) -> None:
    predictor, evaluation = trained
    assert evaluation.predictor.until < evaluation.since
    assert predictor.until == evaluation.until


def test_relations_split_by_a_bloc_are_rolled_forward(world: EventHistory) -> None:
    """From fit to the means ahead; members after the last day are those of the last day."""
    member = np.zeros((4, world.n_steps), dtype=bool)
    member[1:3, 100:] = True
    split = replace(world, blocs={"pact": member})
    forward = fit_forward(split, replace(CONFIG, bloc="pact"), 250)
    assert forward.rates.split
    past = make_past(split, "pact")
    seen = stretch(forward, past, 300)
    assert seen.count.sum() > 0
    expected, came = seen.mean[seen.warm :].sum(), seen.count[seen.warm :].sum()
    assert expected == pytest.approx(came, rel=0.25)
    ahead = ahead_means(
        forward.rates, forward.rates.states(), Multipliers((), (4, 4, 2)), past, 300, horizon=3
    )
    assert (ahead >= 0).all()
