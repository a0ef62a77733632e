"""What sampled risk sets refuse, and the words they say it with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sequences import random_events, six

import melian.rem.sampled_rows as sampled_rows
from melian.effects.covariates import ActorCovariate
from melian.effects.term import Memory, Term
from melian.errors import InputError
from melian.rem.config import RemConfig, RiskTable
from melian.rem.fit import fit_rem

EXACT, TIED = random_events(1), random_events(2, ties=True)
SAMPLED = {"controls": 5}
GAP = ActorCovariate("gdp", 7, np.full(6, -np.inf), np.arange(6), np.arange(6.0))
EGO = (Term("ego", (("covariate", "gdp"),)), Term("inertia"))
LATE = RiskTable.of_actors(EXACT.actors, since=(-np.inf,) * 6 + (1e6,), until=(np.inf,) * 7)

CASES = {
    "more non-events than there are": (
        EXACT,
        six(),
        {"controls": 42},
        "at most 41, or for the full risk set",
    ),
    "more than a sender has": (
        EXACT,
        six(),
        {"controls": 6, "conditional": "sender"},
        "controls=6 is larger",
    ),
    "no non-event": (EXACT, six(), {"controls": 0}, "at least 1"),
    "no part": (EXACT, six(), {"cases": 0.0}, "above 0 and at most 1"),
    "more than all": (EXACT, six(), {"cases": 1.5}, "above 0 and at most 1"),
    "waiting times": (EXACT, six(), {**SAMPLED, "likelihood": "interval"}, "needs the whole risk set"),
    "efron": (TIED, six(), {**SAMPLED, "ties": "efron"}, "use ties='breslow'"),
    "frailty": (EXACT, six(), {**SAMPLED, "frailty": "sender"}, "full risk set only"),
    "standardised": (EXACT, six(scaling="std"), SAMPLED, r"raw, log1p, prop, or the full risk set"),
    "p-shift under ties": (TIED, (Term("psABBA"),), SAMPLED, "which event came right before"),
    "previous clock under ties": (
        TIED,
        six(Memory.halflife(3.0, clock="previous")),
        SAMPLED,
        "use clock='now'",
    ),
    "unknown type": (EXACT, (Term("inertia", (("types", ("tlk",)),)),), SAMPLED, "Did you mean 'talk'"),
    "type of untyped rows": (EXACT, (Term("inertia", (("types", "same"),)),), SAMPLED, "set typed=True"),
    "unknown values": (EXACT, EGO, SAMPLED, "covariate 'gdp' has no value for"),
    "outside the risk set": (EXACT, six(), {**SAMPLED, "risk_set": LATE}, "outside the risk set"),
    "collinear": (
        EXACT,
        (Term("outdegree_sender"), Term("indegree_sender"), Term("totaldegree_sender")),
        SAMPLED,
        "Collinear effects",
    ),
    "same for all": (EXACT, (Term("outdegree_sender"),), {**SAMPLED, "model": "choice"}, "Not identified"),
    "same for all, with a penalty": (
        EXACT,
        (Term("outdegree_sender"),),
        {**SAMPLED, "model": "choice", "penalty": ("ridge", 1.0)},
        "Not identified",
    ),
    "typed rate": (EXACT, (Term("ego"),), {**SAMPLED, "model": "rate", "typed": True}, "ego"),
}


@pytest.mark.parametrize("case", CASES)
def test_one_clear_error(case: str) -> None:
    events, terms, given, words = CASES[case]
    with pytest.raises(InputError, match=words):
        fit_rem(events, terms, config=RemConfig(**given), covariates=(GAP,))


def test_more_numbers_than_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampled_rows, "MOST_CELLS", 1000)
    with pytest.raises(InputError, match="714 sampled rows with 6 coefficients are 4,284 numbers"):
        fit_rem(EXACT, six(), config=RemConfig(controls=5))


def test_single_precision_is_said_and_costs_little(monkeypatch: pytest.MonkeyPatch) -> None:
    terms = six(Memory.halflife(20.0))
    double = fit_rem(EXACT, terms, config=RemConfig(controls=10))
    monkeypatch.setattr(sampled_rows, "SINGLE_ABOVE", 1000)
    single = fit_rem(EXACT, terms, config=RemConfig(controls=10))
    assert any("single precision" in note for note in single.notes)
    assert not any("single precision" in note for note in double.notes)
    np.testing.assert_allclose(single.estimate, double.estimate, atol=1e-5)


def test_what_is_said() -> None:
    fit = fit_rem(replace(TIED, joint=np.arange(120) == 60), six(), config=RemConfig(controls=5))
    said = " ".join(fit.notes)
    for words in ("compared with 5 non-events", "at most 41", "seed 1", "1 joint events", "ties by Breslow"):
        assert words in said
