"""Draws and evidence that do not belong to the history are refused in one sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from by_hand import make_draws, make_fit, make_history

from melian.analysis.attribution import attribute
from melian.analysis.evidence import Evidence
from melian.errors import InputError


def changed(name: str, at: Any, value: int) -> dict[str, Any]:
    array = getattr(make_draws(make_history()), name).copy()
    array[at] = value
    return {name: array}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (changed("term", (0, 1), 999), r"draws\.term holds -1 to 999"),
        (changed("parent", (0, 1), 99), r"draws\.parent holds -1 to 99; allowed are -1 to 6"),
        (changed("root", (0, 1), 9), r"draws\.root holds 0 to 9; allowed are 0 to 3"),
        (changed("cell", 1, 3), r"1 units of joint cells \(first: unit 1\)"),
        (changed("live", 0, True), r"marks 1 units outside the steps 1 to 89"),
        (changed("parent", (2, 5), -1), r"1 drawn units have a term without a parent"),
        ({"live": np.ones(3, bool)}, r"draws\.live has shape \(3,\); it needs \(7,\)"),
        ({"root": np.zeros((1, 7), np.int16)}, r"draws\.root has shape \(1, 7\)"),
        ({"term": np.zeros((0, 7), np.int16)}, r"at least one draw"),
    ],
)
def test_draws_must_fit_the_history(changes: dict[str, Any], says: str) -> None:
    history = make_history()
    with pytest.raises(InputError, match=says):
        attribute(history, replace(make_draws(history), **changes), make_fit(history), Evidence())


@pytest.mark.parametrize(
    ("evidence", "says"),
    [
        (Evidence(placebo=np.zeros((2, 5))), r"placebo has shape \(2, 5\)"),
        (Evidence(placebo=np.zeros((0, 3))), "at least one shift"),
        (Evidence(same_step=np.zeros(2)), r"same_step has shape \(2,\)"),
        (Evidence(ladder=(("full", float("nan")),)), "not finite"),
    ],
)
def test_evidence_must_fit_the_actors(evidence: Evidence, says: str) -> None:
    history = make_history()
    with pytest.raises(InputError, match=says):
        attribute(history, make_draws(history), make_fit(history), evidence)


def test_kernels_of_draws_and_fit_must_agree() -> None:
    history = make_history()
    fit = replace(make_fit(history), half_lives=(1.0, 5.0, 20.0))
    with pytest.raises(InputError, match="2 kernels"):
        attribute(history, make_draws(history), fit, Evidence())
