"""Coefficients, standard errors and log-likelihoods of remstats + coxph, relevent, goldfish and eventnet.

Tolerances: 1e-6 absolute and 1e-8 relative in the log-likelihood where the other tool's optimum is tight,
1e-5 where it ran with its default tolerance. The numbers themselves stay outside the repository.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from golden_data import actual, columns, expected, observed, social_covariates, social_events, synthetic
from golden_models import DOCUMENTED, SOCIAL_EVOLUTION, SYNTHETIC, UNCONVERGED, Golden

from melian.effects.formula import parse_formula
from melian.rem.fit import fit_rem
from melian.rem.result import RemFit
from melian.sequence import RelationalEvents

TIGHT, LOOSE, RELATIVE = 1e-6, 1e-5, 1e-8


def fit(golden: Golden, events: RelationalEvents, covariates: tuple = ()) -> RemFit:
    return fit_rem(events, parse_formula(golden.formula), config=golden.config, covariates=covariates)


def agrees(found: RemFit, model: dict, golden: Golden) -> None:
    """Compare a fit with a golden model."""
    coefficients, errors = expected(model)
    near = TIGHT if golden.tight else LOOSE
    assert found.converged
    np.testing.assert_allclose(found.estimate, coefficients, rtol=0, atol=near)
    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), errors, rtol=0, atol=near)
    likelihood = model["loglik"] if "loglik" in model else -0.5 * model["deviance"]
    assert found.log_likelihood == pytest.approx(likelihood, rel=RELATIVE if golden.tight else LOOSE)
    if "loglik_null" in model and model["loglik_null"] is not None:
        assert found.log_likelihood_null == pytest.approx(model["loglik_null"], rel=RELATIVE)


@pytest.mark.parametrize("name", SYNTHETIC)
def test_synthetic_sequence(golden: Path, name: str) -> None:
    models = actual(golden, "syn_20_400_golden.json")["models"]
    agrees(fit(SYNTHETIC[name], synthetic(golden, SYNTHETIC[name])), models[name], SYNTHETIC[name])


def test_every_synthetic_model_is_named(golden: Path) -> None:
    assert set(actual(golden, "syn_20_400_golden.json")["models"]) == set(SYNTHETIC)
    named = set(SOCIAL_EVOLUTION) | set(UNCONVERGED)
    assert set(actual(golden, "social_evolution_golden.json")["models"]) == named


def test_small_synthetic_sequence(golden: Path) -> None:
    model = SYNTHETIC["A_full"]
    events = synthetic(golden, model, name="syn_10_100.csv")
    agrees(fit(model, events), actual(golden, "syn_10_100_golden.json"), model)


@pytest.mark.parametrize("name", SOCIAL_EVOLUTION)
def test_social_evolution(golden: Path, name: str) -> None:
    model = SOCIAL_EVOLUTION[name]
    events = observed(social_events(golden), model)
    models = actual(golden, "social_evolution_golden.json")["models"]
    agrees(fit(model, events, social_covariates(golden)), models[name], model)


@pytest.mark.parametrize("name", UNCONVERGED)
def test_a_model_that_goldfish_left_unconverged_is_fitted(golden: Path, name: str) -> None:
    model = UNCONVERGED[name]
    found = fit(model, observed(social_events(golden), model), social_covariates(golden))
    coefficients, errors = expected(actual(golden, "social_evolution_golden.json")["models"][name])
    assert found.converged
    np.testing.assert_allclose(found.estimate, coefficients, rtol=0, atol=TIGHT)
    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), errors, rtol=0, atol=TIGHT)


def test_remstimate_help_example(golden: Path) -> None:
    frame = columns(golden / "remstimate_tie_data.csv")
    events = RelationalEvents.from_frame(frame, sender="actor1", receiver="actor2")
    name = "remstimate_doc_tie_data"
    found = fit(DOCUMENTED[name], events)
    agrees(found, actual(golden, "doc_examples_golden.json")[name], DOCUMENTED[name])
    assert (found.n_events, found.dyads_at_risk) == (99, 20)


def test_relevent_help_example(golden: Path) -> None:
    frame = columns(golden / "relevent_doc_example.csv")
    kept = {name: values[:-1] for name, values in frame.items()}
    events = RelationalEvents.from_frame(kept, actors=[str(label) for label in range(1, 11)])
    name = "relevent_doc_FE_ordinal"
    found = fit(DOCUMENTED[name], events)
    agrees(found, actual(golden, "doc_examples_golden.json")[name], DOCUMENTED[name])
    assert found.n_events == 869
