"""The sampler as a whole: reproducible, sub-critical worlds said so, priors that can let go."""

from __future__ import annotations

import numpy as np
import pytest
from small_histories import random_history

from melian.errors import InputError
from melian.models.chain import Chain, ChainConfig
from melian.models.design import make_design
from melian.models.gibbs import GibbsConfig, run_chain, split_r_hat
from melian.models.hawkes import HawkesConfig, fit_hawkes, placebo_shifts
from melian.models.spectral import apply_branching, relation_totals, spectral_radius

SHORT = GibbsConfig(chains=1, burn_in=12, draws=6, thin=2)


def test_same_seed_same_draws_and_another_seed_others() -> None:
    design = make_design(random_history(1, rows=300), (1.0, 4.0))
    first, again, other = (run_chain(design, ChainConfig(knots=20.0), SHORT, (s,)) for s in (1, 1, 2))
    assert (first.term == again.term).all()
    assert (first.root == again.root).all()
    assert first.weight_sum.tobytes() == again.weight_sum.tobytes()
    assert (first.term != other.term).any()


def test_jobs_do_not_change_the_draws() -> None:
    history = random_history(2, rows=300)
    fits = [
        fit_hawkes(history, HawkesConfig(half_lives=(1.0, 4.0), burn_in=10, draws=8, jobs=j)) for j in (1, 2)
    ]
    assert (fits[0].draws.term == fits[1].draws.term).all()
    assert (fits[0].draws.parent == fits[1].draws.parent).all()
    assert fits[0].summary.weights.tobytes() == fits[1].summary.weights.tobytes()


@pytest.mark.parametrize("bloc", [None, "pact"])
def test_spectral_radius_is_that_of_the_dense_operator(bloc: str | None) -> None:
    design = make_design(random_history(3), (1.0, 4.0), bloc=bloc)
    n, k, c = design.history.n_actors, design.history.n_instruments, design.columns
    rng = np.random.default_rng(1)
    weight = rng.gamma(0.5, 0.05, (n, k, c.n_features))
    factor = rng.uniform(0.5, 1.5, (n, n, len(c.names)))
    totals, off = relation_totals(weight, c), ~np.eye(n, dtype=bool)
    channels = [(i, j, q) for i in range(n) for j in range(n) for q in range(k) if off[i, j]]
    dense = np.zeros((len(channels), len(channels)))
    for at, channel in enumerate(channels):
        one = np.zeros((n, n, k))
        one[channel] = 1.0
        out = apply_branching(totals, factor, c, one)
        dense[:, at] = [out[other] for other in channels]
    wanted = np.abs(np.linalg.eigvals(dense)).max()
    assert spectral_radius(weight, factor, c, steps=300) == pytest.approx(wanted, rel=1e-4)


def test_a_fixed_exposure_and_fixed_targets_stay() -> None:
    design = make_design(random_history(4, rows=300), (1.0, 4.0))
    chain = Chain(design, ChainConfig(knots=20.0, kappa=0.4, power=1.0), np.random.default_rng(1))
    for _ in range(4):
        chain.sweep(adapt=True)
    assert (chain.baseline.kappa == 0.4).all()
    sums = np.where(~np.eye(4, dtype=bool)[:, :, None], chain.targets.factor, 0.0).sum(axis=1)
    assert sums == pytest.approx(np.full((4, 7), 3.0))
    assert chain.targets.factor[:, :, 1].std() > 0


def test_chains_that_disagree_have_a_large_r_hat() -> None:
    rng = np.random.default_rng(1)
    same = rng.normal(0, 1, (2, 200, 3, 4))
    assert split_r_hat(same) < 1.1
    assert split_r_hat(same + np.array([0.0, 3.0])[:, None, None, None]) > 1.5


def test_shifts_of_the_placebo_are_weeks_and_at_least_nine_of_them() -> None:
    for steps in (126, 200, 304, 3652):
        shifts = placebo_shifts(steps, 5)
        assert shifts
        assert all(s % 7 == 0 and 63 <= s <= steps - 63 for s in shifts)
    assert placebo_shifts(125, 5) == ()


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (HawkesConfig(half_lives=(0.0,)), "half_lives"),
        (HawkesConfig(bloc="NATO"), "NATO"),
        (HawkesConfig(estimator="gibs"), "gibbs"),
        (HawkesConfig(half_lives=(40.0,)), "burn-in"),
    ],
)
def test_bad_configurations_are_named(config: HawkesConfig, words: str) -> None:
    with pytest.raises(InputError, match=words):
        fit_hawkes(random_history(1, first=0), config)
