"""With all non-events sampled, the sampled path gives the other tools' numbers too; tolerances as there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from golden_data import actual, observed, social_covariates, social_events, synthetic
from golden_models import SOCIAL_EVOLUTION, SYNTHETIC, Golden
from test_golden_models import agrees, fit


def ordinal(models: dict[str, Golden]) -> list[str]:
    """Keep the models that a sample can carry: of the order of events, without standardising."""
    return [
        name
        for name, model in models.items()
        if model.config.likelihood == "ordinal" and "std" not in model.formula
    ]


def sampled(model: Golden) -> Golden:
    """Ask for all events and all their non-events, by the sampled path."""
    return replace(model, config=replace(model.config, cases=1.0))


@pytest.mark.parametrize("name", ordinal(SYNTHETIC))
def test_synthetic_sequence(golden: Path, name: str) -> None:
    models = actual(golden, "syn_20_400_golden.json")["models"]
    model = sampled(SYNTHETIC[name])
    agrees(fit(model, synthetic(golden, model)), models[name], model)


@pytest.mark.parametrize("name", ordinal(SOCIAL_EVOLUTION))
def test_social_evolution(golden: Path, name: str) -> None:
    model = sampled(SOCIAL_EVOLUTION[name])
    models = actual(golden, "social_evolution_golden.json")["models"]
    events = observed(social_events(golden), model)
    agrees(fit(model, events, social_covariates(golden)), models[name], model)
