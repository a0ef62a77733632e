"""Score and information against finite differences, for every likelihood.

Tolerance 1e-5 relative to the largest entry: central differences of a sum of about 1000 terms.
"""

from __future__ import annotations

import numpy as np
import pytest
from sequences import random_events, six

from melian.effects.term import Memory, Product, Term
from melian.rem import frailty
from melian.rem.config import RemConfig
from melian.rem.engine import evaluate
from melian.rem.problem import build_problem

MODELS = {
    "ordinal": (random_events(1), six(), RemConfig()),
    "half-life": (random_events(2), six(Memory.halflife(20)), RemConfig()),
    "window": (random_events(2), six(Memory.window(20)), RemConfig()),
    "std": (random_events(3), six(scaling="std"), RemConfig()),
    "ties": (random_events(4, ties=True), six(), RemConfig()),
    "interval": (random_events(6), six(Memory.window(9)), RemConfig(likelihood="interval")),
    "daily": (random_events(7, days=True), six(Memory.halflife(9)), RemConfig(likelihood="daily")),
    "choice": (random_events(8), six()[:2], RemConfig(model="choice")),
    "receiver": (random_events(8), six()[:3], RemConfig(conditional="receiver")),
    "rate": (random_events(9), (Term("outdegree_sender"),), RemConfig(model="rate")),
    "product": (random_events(9), (*six()[:2], Product(six()[:2])), RemConfig()),
    "varying": (random_events(9), (Term("inertia", (("varying", 3),)),), RemConfig()),
}


@pytest.mark.parametrize("name", MODELS)
def test_score_and_information(name: str) -> None:
    events, terms, config = MODELS[name]
    problem = build_problem(events, terms, config=config)
    p = len(problem.labels)
    beta = 0.02 * np.arange(1, p + 1) - (3.0 if config.likelihood != "ordinal" else 0.0)
    here, step = evaluate(problem, beta), 1e-5
    for q in range(p):
        move = step * np.eye(p)[q]
        up, down = evaluate(problem, beta + move), evaluate(problem, beta - move)
        slope = (up.log_likelihood - down.log_likelihood) / (2 * step)
        assert slope == pytest.approx(here.score[q], abs=1e-5 * np.abs(here.score).max())
        bend = -(up.score - down.score) / (2 * step)
        np.testing.assert_allclose(bend, here.information[q], atol=1e-5 * np.abs(here.information).max())


def test_efron_score_and_information() -> None:
    rng = np.random.default_rng(1)
    pairs = [(i, j) for i in range(7) for j in range(7) if i != j]
    drawn = [pairs[k] for _ in range(30) for k in rng.choice(len(pairs), 3, replace=False)]
    ends = np.array(drawn, np.int32)
    time = np.repeat(np.arange(30.0), 3)
    events = random_events(1, m=90, time=time, sender=ends[:, 0].copy(), receiver=ends[:, 1].copy())
    problem = build_problem(events, six(), config=RemConfig(ties="efron"))
    beta, step = 0.02 * np.arange(6), 1e-5
    here = evaluate(problem, beta)
    for q in range(6):
        move = step * np.eye(6)[q]
        up, down = evaluate(problem, beta + move), evaluate(problem, beta - move)
        slope = (up.log_likelihood - down.log_likelihood) / (2 * step)
        assert slope == pytest.approx(here.score[q], abs=1e-5 * np.abs(here.score).max())
        bend = -(up.score - down.score) / (2 * step)
        np.testing.assert_allclose(bend, here.information[q], atol=1e-5 * np.abs(here.information).max())


def test_score_and_information_with_actor_effects() -> None:
    problem = build_problem(random_events(10, ties=True), six()[:2], config=RemConfig(frailty="both"))
    ends = frailty._ends(problem)
    theta, step = 0.1 * np.random.default_rng(1).normal(size=2 + ends.size), 1e-5
    here = frailty._evaluate(problem, ends, theta)
    for q in (0, 1, 2, 5, 9, 15):
        move = step * np.eye(len(theta))[q]
        up, down = (frailty._evaluate(problem, ends, theta + side * move) for side in (1, -1))
        slope = (up.log_likelihood - down.log_likelihood) / (2 * step)
        assert slope == pytest.approx(here.score[q], abs=1e-5 * np.abs(here.score).max())
        bend = -(up.score - down.score) / (2 * step)
        np.testing.assert_allclose(bend, here.information[q], atol=1e-5 * np.abs(here.information).max())
