"""Effects of covariates against their definitions, and when a change begins to hold."""

from __future__ import annotations

import numpy as np
import pytest
from stepwise import every_step

from melian.effects.covariates import ActorCovariate, DyadCovariate, StepCovariate
from melian.effects.term import Product, Term
from melian.errors import InputError
from melian.rem.config import RemConfig
from melian.rem.engine import evaluate
from melian.rem.fit import fit_rem
from melian.rem.problem import build_problem
from melian.sequence import RelationalEvents

X = np.array([1.0, 4.0, 4.0, 9.0])
ONE, TWO = X[:, None], X[None, :]
SIZE = ActorCovariate("size", 4, np.full(4, -np.inf), np.arange(4), X)
MATRIX = np.arange(16.0).reshape(4, 4)
TIE = DyadCovariate("treaty", 4, np.full(16, -np.inf), np.arange(16), MATRIX.ravel())
PRICE = StepCovariate("price", np.array([-np.inf, 2.5]), np.array([3.0, 7.0]))
EXPECTED = {
    "ego": (ONE + 0 * TWO, ()),
    "alter": (TWO + 0 * ONE, ()),
    "same": ((ONE == TWO).astype(float), ()),
    "difference": (np.abs(ONE - TWO), ()),
    "difference of sign": (ONE - TWO, (("absolute", False),)),
    "similarity": (-np.abs(ONE - TWO), ()),
    "minimum": (np.minimum(ONE, TWO), ()),
    "maximum": (np.maximum(ONE, TWO), ()),
    "average": ((ONE + TWO) / 2, ()),
    "difference of logs": (np.abs(np.log(ONE) - np.log(TWO)), (("log", True),)),
    "tie": (MATRIX, ()),
    "tie back": (MATRIX.T, (("reverse", True),)),
}


@pytest.fixture
def events() -> RelationalEvents:
    frame = {"time": [1.0, 2.0, 3.0, 4.0, 5.0], "sender": "abcda", "receiver": "bcdab"}
    return RelationalEvents.from_frame(frame)


def term(name: str) -> Term:
    """Make the term of a case; its first word is the effect."""
    effect = name.split()[0]
    covariate = "treaty" if effect == "tie" else "size"
    return Term(effect, (("covariate", covariate), *EXPECTED[name][1]))


@pytest.mark.parametrize("name", EXPECTED)
def test_values(events: RelationalEvents, name: str) -> None:
    for _, rows, value in every_step(events, (term(name),), covariates=(SIZE, TIE)):
        np.testing.assert_allclose(value[rows, 0], EXPECTED[name][0].ravel()[rows])


def test_products_with_what_happened_and_with_time(events: RelationalEvents) -> None:
    inertia, price = Term("inertia"), Term("event", (("covariate", "price"),))
    terms = (inertia, Product((inertia, term("tie"))), Product((inertia, price)))
    for time, rows, value in every_step(events, terms, covariates=(TIE, PRICE)):
        np.testing.assert_allclose(value[rows, 1], value[rows, 0] * MATRIX.ravel()[rows])
        np.testing.assert_allclose(value[rows, 2], value[rows, 0] * (3.0 if time < 2.5 else 7.0))


def test_a_change_holds_from_its_time_on(events: RelationalEvents) -> None:
    moving = ActorCovariate("size", 4, np.r_[np.full(4, -np.inf), 3.0], np.r_[0:4, 0], np.r_[X, 50.0])
    seen = {time: value[1, 0] for time, _, value in every_step(events, (term("ego"),), covariates=(moving,))}
    assert seen == {1.0: 1.0, 2.0: 1.0, 3.0: 50.0, 4.0: 50.0, 5.0: 50.0}


def test_waiting_times_are_parted_where_a_covariate_changes(events: RelationalEvents) -> None:
    moving = ActorCovariate("size", 4, np.r_[np.full(4, -np.inf), 3.5], np.r_[0:4, 0], np.r_[X, 2.0])
    config = RemConfig(likelihood="interval")
    problem = build_problem(events, (term("ego"),), config=config, covariates=(moving,))
    beta, rate = np.array([-3.0, 0.1]), {}
    for first in (1.0, 2.0):
        rate[first] = 3 * np.exp(-3.0 + 0.1 * np.r_[first, X[1:]]).sum()
    expected = sum(-3.0 + 0.1 * x for x in (4.0, 4.0, 9.0, 2.0)) - 2.5 * rate[1.0] - 1.5 * rate[2.0]
    assert evaluate(problem, beta).log_likelihood == pytest.approx(expected, rel=1e-12)


def test_what_is_the_same_for_all_dyads_is_refused(events: RelationalEvents) -> None:
    price = Term("event", (("covariate", "price"),))
    with pytest.raises(InputError, match="Not identified: event"):
        fit_rem(events, (Term("reciprocity"), price), covariates=(PRICE,))


def test_values_that_two_mode_data_never_need_may_be_missing() -> None:
    frame = {"time": [1.0, 2.0, 3.0], "sender": "aba", "receiver": "cdd"}
    events = RelationalEvents.from_frame(frame, receivers=["c", "d"])
    known = ActorCovariate("size", 4, np.full(2, -np.inf), np.array([0, 1]), np.array([2.0, 5.0]))
    for _, rows, value in every_step(events, (term("ego"),), covariates=(known,)):
        assert sorted(value[rows, 0]) == [2.0, 2.0, 5.0, 5.0]


def test_standardised_covariate(events: RelationalEvents) -> None:
    wanted = Term("ego", (("covariate", "size"),), scaling="std")
    for _, rows, value in every_step(events, (wanted,), covariates=(SIZE,)):
        raw = EXPECTED["ego"][0].ravel()[rows]
        np.testing.assert_allclose(value[rows, 0], (raw - raw.mean()) / raw.std(ddof=1))
