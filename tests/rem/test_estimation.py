"""Penalties, clustered errors, frailty, moving windows: what defines each of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from naive_statistics import naive_matrix
from sequences import random_events, six

from melian.effects.term import Term
from melian.errors import InputError
from melian.rem.config import RemConfig
from melian.rem.engine import evaluate
from melian.rem.fit import fit_rem
from melian.rem.identify import spread_of
from melian.rem.moving import fit_moving
from melian.rem.problem import build_problem
from melian.sequence import RelationalEvents


def spreads(events: RelationalEvents) -> np.ndarray:
    """Standard deviation of the six statistics among the dyads at risk."""
    problem = build_problem(events, six(), config=RemConfig())
    return spread_of(evaluate(problem, np.zeros(6)), n_events=problem.n_events, baseline=False)


def test_ridge_balances_score_and_penalty() -> None:
    events = random_events(1)
    fit = fit_rem(events, six(), config=RemConfig(penalty=("ridge", 5.0)))
    np.testing.assert_allclose(fit.score, 5.0 * spreads(events) ** 2 * fit.estimate, atol=1e-7)
    assert (np.diag(fit.covariance) < np.diag(fit_rem(events, six()).covariance)).all()


def test_lasso_meets_its_conditions() -> None:
    events = random_events(1)
    fit = fit_rem(events, six(), config=RemConfig(penalty=("lasso", 6.0)))
    bound = 6.0 * spreads(events)
    out = fit.estimate == 0
    assert 0 < out.sum() < 6
    assert (np.abs(fit.score[out]) <= bound[out] + 1e-6).all()
    np.testing.assert_allclose(fit.score[~out], (bound * np.sign(fit.estimate))[~out], atol=1e-5)
    assert np.isnan(fit.covariance).all()
    assert any("not defined" in note for note in fit.notes)


def test_no_penalty_is_no_penalty() -> None:
    events = random_events(2)
    plain = fit_rem(events, six())
    for kind in ("ridge", "lasso"):
        shrunk = fit_rem(events, six(), config=RemConfig(penalty=(kind, 0.0)))
        np.testing.assert_allclose(shrunk.estimate, plain.estimate, atol=1e-6)


@pytest.mark.parametrize("by", ["sender", "receiver", "dyad"])
def test_clustered_errors_from_their_definition(by: str) -> None:
    events, terms = random_events(3, m=50), six()[:2]
    fit = fit_rem(events, terms, config=RemConfig(errors=by))
    scores = np.zeros((7, 7, 2))
    for e in range(1, 50):
        value = np.stack([naive_matrix(events, term, events.time[e]) for term in terms], axis=-1)
        weight = np.exp(value @ fit.estimate)
        np.fill_diagonal(weight, 0.0)
        weight /= weight.sum()
        mean = np.einsum("ij,ijq->q", weight, value)
        scores -= weight[..., None] * (value - mean)
        scores[events.sender[e], events.receiver[e]] += value[events.sender[e], events.receiver[e]] - mean
    axis = {"sender": scores.sum(1), "receiver": scores.sum(0), "dyad": scores.reshape(-1, 2)}[by]
    bread = np.linalg.inv(fit.information)
    np.testing.assert_allclose(fit.covariance, bread @ axis.T @ axis @ bread, rtol=1e-8)


def test_clustered_errors_of_rates_and_choices() -> None:
    events = random_events(3)
    for config in (RemConfig(likelihood="interval"), RemConfig(model="choice"), RemConfig(model="rate")):
        terms = (Term("outdegree_sender"),) if config.model == "rate" else six()[:2]
        fit = fit_rem(events, terms, config=replace(config, errors="sender"))
        assert (np.diag(fit.covariance) > 0).all()
        np.testing.assert_array_equal(fit.estimate, fit_rem(events, terms, config=config).estimate)


def uneven(spread: float, *, n: int = 12, m: int = 900) -> RelationalEvents:
    """Make events whose senders differ by normal effects, and nothing else."""
    rng = np.random.default_rng(4)
    weight = np.exp(spread * rng.normal(size=n))
    sender = rng.choice(n, m, p=weight / weight.sum()).astype(np.int32)
    receiver = ((sender + rng.integers(1, n, m)) % n).astype(np.int32)
    return random_events(1, n=n, m=m, sender=sender, receiver=receiver)


def test_frailty_finds_how_much_senders_differ() -> None:
    fit = fit_rem(uneven(0.8), (Term("reciprocity"),), config=RemConfig(frailty="both"))
    senders, receivers = fit.frailties
    assert fit.converged
    assert senders.deviation == pytest.approx(0.8, abs=0.35)
    assert receivers.deviation < 0.2
    assert abs(fit.estimate[0]) < 3 * np.sqrt(fit.covariance[0, 0])
    counts = np.bincount(fit.events.sender, minlength=12)
    assert np.corrcoef(senders.value, np.log(counts))[0, 1] > 0.98


def test_frailty_gains_on_the_plain_model() -> None:
    events = uneven(0.8)
    plain = fit_rem(events, (Term("reciprocity"),))
    mixed = fit_rem(events, (Term("reciprocity"),), config=RemConfig(frailty="sender"))
    assert mixed.log_likelihood > plain.log_likelihood + 50


def test_moving_windows_share_one_history() -> None:
    events = random_events(5, m=300)
    windows = fit_moving(events, six()[:2], width=200.0, step=100.0)
    middle = next(w for w in windows if w.fit is not None and w.start > events.since)
    assert middle.fit is not None
    first = int(np.searchsorted(events.time, middle.start))
    assert middle.fit.events.first == first
    alone = replace(events, first=first, since=middle.start)
    if middle.stop >= events.until:
        np.testing.assert_allclose(fit_rem(alone, six()[:2]).estimate, middle.fit.estimate)


def test_a_window_without_events_says_why() -> None:
    events = random_events(5, m=60)
    gap = replace(events, time=events.time + np.where(np.arange(60) > 30, 500.0, 0.0), until=float("nan"))
    windows = fit_moving(gap, (Term("inertia"),), width=100.0, step=100.0)
    empty = [window for window in windows if window.fit is None]
    assert empty
    assert all("No event is left" in window.reason for window in empty)


def test_separation_needs_all_steps() -> None:
    time = np.arange(40.0)
    turn = np.tile([0, 1], 20).astype(np.int32)
    events = random_events(1, n=4, m=40, time=time, sender=turn, receiver=(1 - turn).astype(np.int32))
    with pytest.raises(InputError, match="largest value of psABBA"):
        fit_rem(events, (Term("psABBA"),))
    shrunk = fit_rem(events, (Term("psABBA"),), config=RemConfig(penalty=("ridge", 1.0)))
    assert 0 < shrunk.estimate[0] < 20
    late = events.sender.copy()
    late[20] = 2
    assert fit_rem(replace(events, sender=late), (Term("psABBA"),)).converged


def test_fixed_effect_of_an_actor_that_never_sends() -> None:
    events = random_events(2, m=200)
    kept = events.sender != 6
    fields = ("time", "sender", "receiver", "type", "weight", "joint", "row")
    silent = replace(events, **{name: getattr(events, name)[kept] for name in fields})
    for config in (RemConfig(), RemConfig(likelihood="interval")):
        with pytest.raises(InputError, match=r"smallest value of fixed_sender\[a6\]"):
            fit_rem(silent, (Term("fixed_sender"),), config=config)


def test_own_effect_without_numbers_is_refused() -> None:
    class Hollow:
        name = "hollow"

        def init(self, actors: tuple[str, ...]) -> np.ndarray:
            return np.full((len(actors), len(actors)), np.nan)

        def update(
            self, value: np.ndarray, *, sender: int, receiver: int, time: float, weight: float
        ) -> None:
            return None

    with pytest.raises(InputError, match="hollow: 49 of 49 values are not finite"):
        fit_rem(random_events(1), (Term("hollow"),), covariates=(Hollow(),))
