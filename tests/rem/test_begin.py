"""Where Newton begins changes how long it takes, not where it ends."""

from __future__ import annotations

import numpy as np
import pytest
from sequences import random_events, six

from melian.effects.term import Memory
from melian.rem import begin
from melian.rem.config import RemConfig
from melian.rem.engine import evaluate
from melian.rem.fit import fit_rem
from melian.rem.problem import build_problem


@pytest.mark.parametrize("ties", [False, True])
def test_parts_of_the_steps_add_up(ties: bool) -> None:
    events = random_events(1, m=200, ties=ties)
    problem = build_problem(events, six(Memory.window(30.0)), config=RemConfig())
    beta, steps = 0.02 * np.arange(6), np.arange(problem.timeline.n_steps)
    parts = [evaluate(begin.thinned(problem, steps[steps % 3 == k]), beta) for k in range(3)]
    whole = evaluate(problem, beta)
    assert sum(p.log_likelihood for p in parts) == pytest.approx(whole.log_likelihood, rel=1e-12)
    np.testing.assert_allclose(sum(p.information for p in parts), whole.information, rtol=1e-9)


def test_same_optimum_from_both_beginnings(monkeypatch: pytest.MonkeyPatch) -> None:
    events = random_events(2, n=15, m=600)
    plain = fit_rem(events, six())
    monkeypatch.setattr(begin, "LONG", 0.0)
    near = fit_rem(events, six())
    assert begin.begin_near(build_problem(events, six(), config=RemConfig())) is not None
    np.testing.assert_allclose(near.estimate, plain.estimate, rtol=0, atol=1e-10)
    assert near.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-13)


def test_models_with_other_parts_begin_at_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(begin, "LONG", 0.0)
    events = random_events(3)
    for terms, config in (
        (six(Memory.halflife(5.0)), RemConfig()),
        (six(), RemConfig(model="choice")),
        (six(), RemConfig(likelihood="interval")),
    ):
        assert begin.begin_near(build_problem(events, terms, config=config)) is None
