"""The fast fit: right sums, KKT, held-out scores, small recovery, the same whatever the number of jobs."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from naive_hawkes import feature, unseen
from small_histories import random_history

from melian.errors import InputError
from melian.models.attention import Wave, make_wave
from melian.models.choose import choose_hyper, level_factor
from melian.models.course import CourseBasis, make_basis
from melian.models.daily import source_day_intensity
from melian.models.design import Design, make_design, reweight
from melian.models.dispersion import pearson_dispersion
from melian.models.groups import fit_in_groups, source_groups
from melian.models.heldout import held_out_days
from melian.models.ladder import score_ladder
from melian.models.newton import NewtonConfig, Ridge, default_hyper, fit_newton
from melian.models.parameters import (
    Parameters,
    attention_of,
    baseline_exposure,
    cell_base,
    cell_terms,
    feature_exposure,
    log_score,
)
from melian.models.same_step import same_step_sensitivity, with_same_step
from melian.simulate import Baseline, Branching, Kernel, World, simulate, to_history, truth_of

HALF_LIVES = (1.0, 3.0)
DOUBLE = 1e-9
"""Sums of a few thousand float64 terms."""
SINGLE = 1e-5
"""Features are float32."""
RECOVERY = 0.06
"""Mean absolute error of a share on 12,000 events: about three times what was seen."""


def small() -> tuple[Design, CourseBasis, list[Wave]]:
    history = random_history(5, n_steps=120, rows=500)
    design = make_design(history, HALF_LIVES, bloc="pact")
    basis = make_basis(design.fit_from, history.n_steps, 20.0)
    wave = make_wave(history, basis, design.daily, 7.0)
    assert wave is not None
    return design, basis, [wave]


def naive_features(design: Design, i: int, j: int, t: int) -> np.ndarray:
    names = design.columns.names
    seen = feature(design.history, names, HALF_LIVES, i, j, t, "pact")
    return seen + unseen(design.history, names, HALF_LIVES, i, j, t, design.share_from)


def random_parameters(design: Design, basis: CourseBasis) -> Parameters:
    rng = np.random.default_rng(9)
    n, kk = design.history.n_actors, design.history.n_instruments
    level = rng.random((n, n, kk)) * (1.0 - np.eye(n))[:, :, None]
    weight = rng.random((n, kk, design.columns.n_features)) * 0.1
    kappa = np.array([0.0, 0.3, 1.0, 0.6])
    return Parameters(
        level, weight, rng.random((n, kk, basis.n_blocks)) + 0.5,
        kappa, np.zeros(n, dtype=np.int64), level_factor(design),
    )  # fmt: skip


def test_column_sums_are_sums_of_the_intensity_over_all_cells() -> None:
    design, basis, waves = small()
    p = random_parameters(design, basis)
    expected = np.zeros(4)
    for i in range(4):
        e = 1.0 - p.kappa[i] + p.kappa[i] * attention_of(waves[0], i)
        for j in range(4):
            for t in range(design.fit_from, 120) if i != j else ():
                x = naive_features(design, i, j, t)
                b = basis.block[t]
                lam = (p.level[i, j] * p.course[i, :, b] * e[j, b]).sum()
                lam += (p.weight[i].sum(axis=0) * np.repeat(p.factor[i, j], design.columns.width) * x).sum()
                expected[i] += design.daily[i, t] * lam
    total = (p.level * baseline_exposure(design, basis, waves, p)).sum(axis=(1, 2))
    total += (p.weight.sum(axis=1) * feature_exposure(design, p.factor)).sum(axis=1)
    np.testing.assert_allclose(total, expected, rtol=1e-6)
    by_day = source_day_intensity(design, basis, waves, p)
    np.testing.assert_allclose(by_day.sum(axis=(1, 2)), total, rtol=DOUBLE)


def test_terms_of_a_cell_are_those_of_the_definition() -> None:
    design, basis, waves = small()
    p = random_parameters(design, basis)
    terms = cell_terms(design, basis, waves, p)
    base = cell_base(design, basis, waves, p)
    for c in np.flatnonzero(design.cell_step >= design.fit_from)[::37]:
        i, j, t = (int(a[c]) for a in (design.cell_source, design.cell_target, design.cell_step))
        k = int(design.cell_instrument[c])
        x = naive_features(design, i, j, t)
        e = 1.0 - p.kappa[i] + p.kappa[i] * attention_of(waves[0], i)[j, basis.block[t]]
        assert base[c] == pytest.approx(p.course[i, k, basis.block[t]] * e, rel=1e-9)
        parts = (p.weight[i, k] * x).reshape(len(design.columns.names), -1).sum(axis=1) * p.factor[i, j]
        np.testing.assert_allclose(terms[c, 1:], parts, rtol=SINGLE, atol=1e-9)
        assert terms[c, 0] == pytest.approx(p.level[i, j, k] * base[c])


def test_reweighted_design_is_the_design_of_those_days() -> None:
    history = random_history(6)
    weight = (np.arange(history.n_steps) % 5 > 0).astype(float)
    direct = make_design(history, HALF_LIVES, day_weight=weight, shift=21)
    again = reweight(make_design(history, HALF_LIVES, shift=21), weight)
    for name in ("exposure", "daily", "cell_weight", "x"):
        np.testing.assert_array_equal(getattr(direct, name), getattr(again, name))


def test_day_weights_of_the_wrong_form_are_refused() -> None:
    with pytest.raises(InputError, match="day_weight must have 60 weights"):
        make_design(random_history(6), HALF_LIVES, day_weight=np.ones(3))
    with pytest.raises(InputError, match="Widen the window"):
        held_out_days(40, 10)


def test_fit_meets_kkt_and_expected_events_match_the_events() -> None:
    design, basis, waves = small()
    fit = fit_newton(design, basis, waves, config=NewtonConfig(tolerance=1e-8))
    assert fit.converged
    np.testing.assert_allclose(fit.shares.sum(axis=1), 1.0, rtol=DOUBLE)
    p = fit.predictive()
    total = (p.level * baseline_exposure(design, basis, waves, p)).sum(axis=(1, 2))
    total += (p.weight.sum(axis=1) * feature_exposure(design, p.factor)).sum(axis=1)
    np.testing.assert_allclose(total, fit.events, rtol=1e-5)
    one = fit_newton(design, basis, waves, config=NewtonConfig(jobs=1))
    two = fit_newton(design, basis, waves, config=NewtonConfig(jobs=2))
    np.testing.assert_array_equal(one.parameters.weight, two.parameters.weight)
    np.testing.assert_array_equal(one.parameters.course, two.parameters.course)


def test_masked_columns_take_no_events() -> None:
    design, basis, waves = small()
    names = np.array(design.columns.relations)
    fit = fit_newton(design, basis, waves, columns=names == "reply")
    assert not fit.shares[:, 1:][:, names != "reply"].any()
    with pytest.raises(InputError, match="columns must have"):
        fit_newton(design, basis, waves, columns=np.ones(3, dtype=bool))


def test_ridge_fills_what_no_event_informs() -> None:
    design, basis, _ = small()
    n, kk = 4, 2
    ridge = Ridge(0.5, np.full((n, n, kk), 0.2), 0.1, np.full((n, kk, design.columns.n_features), 0.01))
    fit = fit_newton(design, basis, ridge=ridge)
    assert fit.converged
    off = ~np.eye(n, dtype=bool)
    assert (fit.parameters.level[off] > 0.0).all()
    used = feature_exposure(design, fit.parameters.factor) > 0.0
    assert (fit.parameters.weight[np.repeat(used[:, None, :], kk, axis=1)] > 0.0).all()


def test_log_score_is_the_poisson_density_over_all_cells() -> None:
    design, basis, waves = small()
    p = random_parameters(design, basis)
    out = held_out_days(120, design.fit_from, seed=3).astype(float)
    held = reweight(design, out)
    cells = np.flatnonzero(held.cell_weight)
    lam = cell_terms(held, basis, waves, p).sum(axis=1) * held.daily[held.cell_source, held.cell_step]
    y = held.cell_count
    factorial = np.array([float(np.prod(np.arange(1, v + 1))) for v in y])
    value = (y * np.log(np.maximum(lam, 1e-300)) - np.log(factorial))[cells].sum()
    value -= source_day_intensity(held, basis, waves, p).sum()
    assert log_score(design, basis, waves, p, out) == pytest.approx(value / y[cells].sum(), rel=1e-9)
    silent = dataclasses.replace(p, level=np.zeros_like(p.level), weight=np.zeros_like(p.weight))
    with pytest.raises(InputError, match="intensity 0"):
        log_score(design, basis, waves, silent, out)


def test_same_day_terms_count_others_acts_of_the_day() -> None:
    design, basis, _ = small()
    wide = with_same_step(design)
    first = len(design.columns.names)
    names = tuple(name.removesuffix("@0") for name in wide.columns.names[first:])
    extra = wide.x[:, design.columns.n_features :].reshape(len(wide.x), len(names), 2, 2)
    for r in range(0, len(wide.x), 29):
        i, j, t = (int(a[r]) for a in (wide.row_source, wide.row_target, wide.row_step))
        want = feature(design.history, names, HALF_LIVES, i, j, t, "pact", lag_zero=True)
        np.testing.assert_array_equal(extra[r, ..., 0], want)
        assert not extra[r, ..., 1].any()
    sums = wide.exposure[..., design.columns.n_features :].reshape(4, 4, len(names), 2, 2)[..., 0]
    expected = np.zeros_like(sums)
    for i, j in ((0, 1), (2, 3), (3, 0)):
        for t in range(design.fit_from, 120):
            x = feature(design.history, names, HALF_LIVES, i, j, t, "pact", lag_zero=True)
            expected[i, j] += design.daily[i, t] * x
        np.testing.assert_allclose(sums[i, j], expected[i, j], rtol=DOUBLE)
    result = same_step_sensitivity(design, basis)
    assert ((result.share >= 0.0) & (result.share + result.initiative <= 1.0 + DOUBLE)).all()


def world(seed: int, reply: float) -> World:
    return World(
        actors=("A", "B", "C", "D", "E"),
        instruments=("coercion", "force"),
        n_steps=800,
        seed=seed,
        baseline=Baseline(events=12_000),
        branching=Branching(
            persistence=0.15, spread=0.06, reply=reply, alarm=0.0, joining=0.0, alignment=0.0,
            kernel=Kernel(half_lives=(1.0, 5.0), weights=(0.6, 0.4)),
        ),
    )  # fmt: skip


def test_small_world_is_recovered_and_the_ladder_sees_its_reply() -> None:
    path = simulate(world(11, 0.25))
    history = to_history(path, since=60)
    truth = truth_of(path, since=60).shares()
    design = make_design(history, (1.0, 5.0))
    basis = make_basis(design.fit_from, history.n_steps, 30.0)
    wave = make_wave(history, basis, design.daily, 14.0)
    assert wave is not None
    choice = choose_hyper(design, basis, [wave])
    assert (choice.hyper.kappa == 0.0).mean() >= 0.8
    fit = fit_newton(design, basis, [wave], hyper=choice.hyper)
    error = np.abs(fit.components(design.columns.relations) - truth).mean(axis=0)
    assert error[0] < RECOVERY
    assert error[2] < RECOVERY
    ladder = score_ladder(design, basis, [wave], hyper=choice.hyper)
    scores = dict(zip(ladder.models, ladder.scores, strict=True))
    assert scores["poisson"] < scores["baseline"] < scores["+ persistence"] < scores["+ reply"]
    dispersion = pearson_dispersion(design, basis, [wave], fit.predictive())
    assert dispersion.source_day == pytest.approx(1.0, abs=0.1)
    assert default_hyper(design).kappa.shape == (5,)


def test_groups_of_sources_give_the_fit_of_all() -> None:
    design, basis, waves = small()
    groups = source_groups(design.history, 2, bloc="pact", budget=design.x.nbytes // 3)
    assert len(groups) >= 3
    assert np.concatenate(groups).tolist() == [0, 1, 2, 3]
    whole = fit_newton(design, basis, waves)
    parts = fit_in_groups(design.history, HALF_LIVES, basis, waves, bloc="pact", budget=design.x.nbytes // 3)
    for name in ("level", "weight", "course"):
        np.testing.assert_array_equal(getattr(parts.parameters, name), getattr(whole.parameters, name))
    np.testing.assert_array_equal(parts.shares, whole.shares)
