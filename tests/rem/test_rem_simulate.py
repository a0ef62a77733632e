"""Sequences drawn from a fitted model: the naive simulator, what is refused, and recovery."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from naive_rem import draw

from melian.data.covariates import bind_covariates, covariate
from melian.effects.formula import parse_formula
from melian.errors import InputError
from melian.rem.config import RemConfig
from melian.rem.fit import fit_rem
from melian.rem.result import RemFit
from melian.rem.simulate import simulate_events
from melian.sequence import RelationalEvents


def random_events(n_actors: int, n_events: int, *, seed: int = 1, ties: int = 1) -> RelationalEvents:
    rng = np.random.default_rng(seed)
    sender = rng.integers(0, n_actors, n_events)
    receiver = (sender + rng.integers(1, n_actors, n_events)) % n_actors
    names = np.array([f"a{k:02d}" for k in range(n_actors)])
    frame = {
        "time": np.arange(n_events) // ties + 1.0,
        "sender": names[sender],
        "receiver": names[receiver],
        "kind": np.where(rng.random(n_events) < 0.5, "x", "y"),
    }
    return RelationalEvents.from_frame(frame, actors=names.tolist(), type="kind")


def fitted(formula: str, events: RelationalEvents, **settings: object) -> RemFit:
    config = RemConfig(first_event="include", **settings)  # type: ignore[arg-type]
    return fit_rem(events, parse_formula(formula), config=config)


def test_the_events_are_those_of_the_naive_simulator() -> None:
    n, beta, half_life = 5, np.array([0.2, 0.5, -0.3, 0.8]), 4.0
    formula = "inertia + reciprocity(halflife=4) + otp(scaling='log1p') + psABBA"
    fit = fitted(formula, random_events(n, 40))
    simulated = simulate_events(fit, 40, past="none", estimate=beta, seed=11)
    expected = draw(beta, np.random.default_rng(11).random(40), n, half_life)
    assert list(zip(simulated.sender.tolist(), simulated.receiver.tolist(), strict=True)) == expected


def test_the_same_seed_draws_the_same_and_the_past_stays() -> None:
    fit = fitted("inertia", random_events(6, 50))
    one, two = (simulate_events(fit, 20, past="all", seed=s) for s in (5, 5))
    assert (one.sender == two.sender).all()
    assert one.n_events == 70
    assert one.first == 50
    assert (one.sender[:50] == fit.events.sender).all()
    assert one.time[50] == 51.0


def test_events_of_one_day_are_drawn_together_at_the_days_of_the_fit() -> None:
    events = random_events(6, 60, ties=3)
    simulated = simulate_events(fitted("inertia(scaling='log1p')", events), past="none")
    assert (simulated.time == events.time).all()


def test_typed_models_draw_types() -> None:
    fit = fitted("inertia(types='same') + fixed_type", random_events(5, 80), typed=True)
    simulated = simulate_events(fit, 300, past="none", estimate=np.array([0.0, 2.0]))
    assert 0.8 < (simulated.type == 1).mean() < 0.95, "exp(2) / (1 + exp(2)) is 0.88"


def test_covariates_and_risk_sets_hold_in_what_is_drawn() -> None:
    events = random_events(5, 60)
    rows = {"actor": list(events.actors), "x": [0.0, 0.0, 0.0, 0.0, 1.0]}
    bound = bind_covariates([covariate(pl.DataFrame(rows), "x")], events)
    fit = fit_rem(
        events, parse_formula("ego('x')"), covariates=bound, config=RemConfig(first_event="include")
    )
    simulated = simulate_events(fit, 500, past="none", estimate=np.array([3.0]))
    part = (simulated.sender == 4).mean()
    assert abs(part - np.exp(3) / (4 + np.exp(3))) < 0.05
    active = fitted("inertia", random_events(8, 20), risk_set="active")
    drawn = simulate_events(active, 100, past="none")
    live = set(zip(active.events.sender.tolist(), active.events.receiver.tolist(), strict=True))
    assert set(zip(drawn.sender.tolist(), drawn.receiver.tolist(), strict=True)) <= live


def test_waiting_times_are_drawn_with_the_rates() -> None:
    fit = fitted("inertia(scaling='log1p')", random_events(5, 60), likelihood="interval")
    simulated = simulate_events(fit, 2000, past="none", estimate=np.array([np.log(0.5), 0.0]))
    assert abs(np.diff(simulated.time).mean() * 20 * 0.5 - 1.0) < 0.1, "20 pairs at a rate of 0.5 each"


REFUSED = [
    ("outdegree_sender", {"model": "rate"}, "does not say whole events"),
    ("inertia", {"conditional": "sender"}, "does not say whole events"),
    ("inertia(types='x')", {}, "fit with typed=True"),
    ("inertia(halflife=3)", {"likelihood": "interval"}, "changes between events"),
]


@pytest.mark.parametrize(("formula", "settings", "words"), REFUSED)
def test_what_cannot_be_drawn_is_refused(formula: str, settings: dict, words: str) -> None:
    fit = fitted(formula, random_events(5, 60), **settings)
    with pytest.raises(InputError) as caught:
        simulate_events(fit, 5)
    assert words in str(caught.value)


def test_bad_arguments_are_refused() -> None:
    fit = fitted("inertia", random_events(5, 60))
    with pytest.raises(InputError, match="must be at least 1"):
        simulate_events(fit, 0)
    with pytest.raises(InputError, match="the fit has 1 coefficients"):
        simulate_events(fit, 5, estimate=np.zeros(2))
    with pytest.raises(InputError, match="Did you mean"):
        simulate_events(fit, 5, past="befor")  # type: ignore[arg-type]


CASES = [
    ("inertia(scaling='log1p') + reciprocity(halflife=20) + otp(kind='unique')", (0.5, 0.3, 0.1), {}),
    ("inertia(scaling='log1p') + psABBA + rrank_send", (0.3, 1.0, 0.8), {}),
    ("inertia(scaling='log1p') + reciprocity(scaling='log1p')", (-5.0, 0.4, 0.3), {"likelihood": "interval"}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("formula", "beta", "settings"), CASES)
def test_refits_of_simulated_events_hold_the_truth(formula: str, beta: tuple, settings: dict) -> None:
    """95% intervals hold it in 90 to 98 of 100; 400 refits leave 1.1 points of chance to each coefficient."""
    truth, refits = np.array(beta), 400
    fit = fitted(formula, random_events(12, 400), **settings)
    held = np.zeros(len(truth))
    for k in range(refits):
        again = fitted(formula, simulate_events(fit, 800, past="none", estimate=truth, seed=k), **settings)
        held += np.abs(again.estimate - truth) < 1.96 * np.sqrt(np.diag(again.covariance))
    assert ((held / refits > 0.90) & (held / refits < 0.98)).all(), held / refits
