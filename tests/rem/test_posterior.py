"""The posterior against the estimate it has to be near, and against its normal approximation."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest
from sequences import random_events, six

from melian.errors import InputError
from melian.rem.config import RemConfig
from melian.rem.fit import fit_rem
from melian.rem.posterior import sample_posterior, split_r_hat


@pytest.fixture
def nutpie() -> None:
    """Skip where the extra is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("nutpie", reason="the extra 'bayes' is not installed")


@pytest.mark.usefixtures("nutpie")
@pytest.mark.parametrize("likelihood", ["ordinal", "interval"])
def test_posterior_is_near_the_estimate(likelihood: str) -> None:
    fit = fit_rem(random_events(1, m=120), six()[:3], config=RemConfig(likelihood=likelihood))
    posterior = sample_posterior(fit, prior=50.0, draws=400, tune=150, chains=2, seed=3)
    error = np.sqrt(np.diag(fit.covariance))
    mean, spread = posterior.draws.mean((0, 1)), posterior.draws.std((0, 1))
    assert posterior.draws.shape == (2, 400, len(fit.labels))
    assert posterior.divergent == 0
    assert (posterior.r_hat < 1.03).all()
    np.testing.assert_allclose((mean - fit.estimate) / error, 0.0, atol=0.35)
    np.testing.assert_allclose(spread / error, 1.0, atol=0.15)


@pytest.mark.usefixtures("nutpie")
def test_prior_shrinks_and_seed_repeats() -> None:
    fit = fit_rem(random_events(1, m=60), six()[:2])
    wide, narrow, again = (
        sample_posterior(fit, prior=prior, draws=200, tune=100, chains=1, seed=3)
        for prior in (9.0, 0.01, 9.0)
    )
    assert (np.abs(narrow.draws.mean((0, 1))) < np.abs(wide.draws.mean((0, 1)))).all()
    np.testing.assert_array_equal(wide.draws, again.draws)


def test_what_has_no_posterior_here() -> None:
    fit = fit_rem(random_events(1), six()[:2])
    with pytest.raises(InputError, match="without controls"):
        sample_posterior(replace(fit, config=RemConfig(controls=3)))
    with pytest.raises(InputError, match="prior=0 must be positive"):
        sample_posterior(fit, prior=0)


def test_r_hat_sees_chains_apart() -> None:
    draws = np.random.default_rng(1).normal(size=(2, 400, 2))
    draws[1, :, 1] += 3.0
    near, far = split_r_hat(draws)
    assert near < 1.02
    assert far > 1.5
