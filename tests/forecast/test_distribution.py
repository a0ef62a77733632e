"""The distribution against SciPy's and against sums written out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest, nbinom

from melian.forecast.distribution import (
    crps,
    log_probability,
    probability_up_to,
    quantile,
    randomised_pit,
    surprise_moments,
)

MEAN = np.array([0.003, 0.2, 1.0, 7.5, 60.0])
ALPHA = np.array([6.0, 1.5, 0.01, 0.4, 0.2])


def reference() -> list:
    return [nbinom(1 / a, 1 / (1 + a * m)) for m, a in zip(MEAN, ALPHA, strict=True)]


@pytest.mark.parametrize("y", [0, 1, 4, 70])
def test_probabilities_are_scipys(y: int) -> None:
    expected = [[d.logpmf(y), d.cdf(y), d.cdf(y - 1)] for d in reference()]
    found = [log_probability(y, MEAN, ALPHA), probability_up_to(y, MEAN, ALPHA)]
    found.append(probability_up_to(y - 1, MEAN, ALPHA))
    np.testing.assert_allclose(np.transpose(found), expected, rtol=1e-9, atol=1e-12)
    assert quantile(0.9, MEAN, ALPHA).tolist() == [d.ppf(0.9) for d in reference()]


def test_no_alpha_is_poisson() -> None:
    assert log_probability(2, 3.0, 0.0) == pytest.approx(np.log(4.5) - 3.0, abs=1e-5)


@pytest.mark.parametrize("y", [0, 3, 40, 400])
def test_crps_is_the_sum_over_the_support(y: int) -> None:
    k = np.arange(4000)
    expected = [((d.cdf(k) - (k >= y)) ** 2).sum() for d in reference()]
    np.testing.assert_allclose(crps(y, MEAN, ALPHA), expected, rtol=1e-6, atol=1e-8)


def test_surprise_has_the_entropy_as_its_mean() -> None:
    k = np.arange(4000)
    entropy, variance = surprise_moments(MEAN, ALPHA)
    for n, d in enumerate(reference()):
        p = d.pmf(k)
        minus = -np.log(np.maximum(p, 1e-300))
        assert entropy[n] == pytest.approx((p * minus).sum(), rel=1e-6)
        assert variance[n] == pytest.approx((p * minus**2).sum() - entropy[n] ** 2, rel=1e-4)


def test_pit_is_uniform_where_the_distribution_is_right() -> None:
    rng = np.random.default_rng(4)
    mean, alpha = rng.gamma(1.0, 2.0, 4000), np.full(4000, 0.5)
    y = rng.negative_binomial(2.0, 1 / (1 + 0.5 * mean))
    assert kstest(randomised_pit(y, mean, alpha, seed=2), "uniform").pvalue > 0.01
    assert kstest(randomised_pit(y, 1.5 * mean, alpha, seed=2), "uniform").pvalue < 1e-6
