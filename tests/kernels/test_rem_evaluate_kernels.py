"""Evaluating and drawing events: the compiled loops give what the same lines give in Python."""

from __future__ import annotations

import numpy as np
import pytest

from melian.effects.formula import parse_formula
from melian.kernels.rem_draw import draw_pass
from melian.kernels.rem_evaluate import evaluate_pass
from melian.rem.config import RemConfig
from melian.rem.evaluate import evaluate_events
from melian.rem.fit import fit_rem
from melian.rem.result import RemFit
from melian.rem.simulate import simulate_events
from melian.sequence import RelationalEvents

SETTINGS = [{}, {"model": "choice"}, {"likelihood": "interval"}]


def fitted(**settings: object) -> RemFit:
    rng = np.random.default_rng(2)
    sender = rng.integers(0, 5, 60)
    receiver = (sender + rng.integers(1, 5, 60)) % 5
    events = RelationalEvents.from_frame({"time": np.arange(60.0), "sender": sender, "receiver": receiver})
    terms = parse_formula("inertia(scaling='log1p') + reciprocity(scaling='std')")
    return fit_rem(events, terms, config=RemConfig(**settings))  # type: ignore[arg-type]


@pytest.mark.parametrize("settings", SETTINGS)
def test_evaluating_compiled_and_not(settings: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    fit = fitted(**settings)
    compiled = evaluate_events(fit)
    monkeypatch.setattr("melian.rem.evaluate.evaluate_pass", evaluate_pass.py_func)
    plain = evaluate_events(fit)
    for name in (
        "statistics",
        "mean",
        "expected",
        "variance",
        "log_probability",
        "rank",
        "pair_expected",
        "hazard",
    ):
        np.testing.assert_allclose(getattr(compiled, name), getattr(plain, name), atol=1e-12, err_msg=name)


def test_drawing_compiled_and_not(monkeypatch: pytest.MonkeyPatch) -> None:
    fit = fitted()
    compiled = simulate_events(fit, 40, past="all", seed=3)
    monkeypatch.setattr("melian.rem.simulate.draw_pass", draw_pass.py_func)
    plain = simulate_events(fit, 40, past="all", seed=3)
    assert (compiled.sender == plain.sender).all()
    assert (compiled.receiver == plain.receiver).all()
