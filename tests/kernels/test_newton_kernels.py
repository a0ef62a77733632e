"""EM and Newton kernels: monotone, right derivatives, KKT at the end, compiled as written."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from melian.kernels.em import column_terms, em_passes, fill_problem, intensity, pull
from melian.kernels.newton import cholesky, hessian, kkt_residual, log_posterior, newton_solve, slope
from melian.kernels.same_step import same_day_counts

Floats = NDArray[np.float64]
STEP = 1e-6
"""Central differences: error of order STEP^2 |third derivative|, and rounding of order 1e-16 |f| / STEP."""
DIFFERENCE = 2e-6
EXACT = 1e-12
"""Compiled and interpreted kernels do the same additions; only fused multiply-adds may differ."""


class Case:
    """A random problem: cells of one source and instrument."""

    def __init__(self, seed: int, *, pseudo: float = 0.0, cells: int = 57, variables: int = 12) -> None:
        rng = np.random.default_rng(seed)
        z = rng.gamma(0.4, 1.0, (variables, cells)) * (rng.random((variables, cells)) < 0.6)
        z[-1] = 1.0
        self.z = z.astype(np.float32)
        self.y = rng.integers(1, 4, cells).astype(float)
        self.rest = np.zeros(cells)
        self.exposure = self.z.sum(axis=1) * rng.uniform(0.8, 3.0, variables) + 1.0
        self.pseudo = np.full(variables, pseudo)
        self.rate = self.pseudo / 0.3
        self.v = rng.uniform(0.1, 0.5, variables)

    def value(self, v: Floats) -> float:
        lam = self.lam(v)
        return float(log_posterior(lam, self.y, self.exposure, self.pseudo, self.rate, v))

    def lam(self, v: Floats) -> Floats:
        lam = np.empty(len(self.y))
        intensity(self.z, v, self.rest, lam)
        return lam

    def gradient(self, v: Floats) -> Floats:
        out = np.empty_like(v)
        args = (self.z, self.y, self.lam(v), self.exposure, self.pseudo, self.rate, v)
        slope(*args, np.empty_like(self.y), out)
        return out


@pytest.mark.parametrize("pseudo", [0.0, 0.4])
def test_em_never_descends(pseudo: float) -> None:
    case = Case(1, pseudo=pseudo)
    v, values = case.v.copy(), []
    for _ in range(40):
        values.append(case.value(v))
        em_passes(case.z, case.y, case.rest, case.exposure, case.pseudo, case.rate, v, 1)
    assert (np.diff(values) >= -1e-10).all()
    assert (v >= 0.0).all()


@pytest.mark.parametrize("pseudo", [0.0, 0.4])
def test_gradient_and_hessian_agree_with_finite_differences(pseudo: float) -> None:
    case = Case(2, pseudo=pseudo)
    n = len(case.v)
    unit = np.eye(n) * STEP
    numeric = [(case.value(case.v + e) - case.value(case.v - e)) / (2 * STEP) for e in unit]
    gradient = case.gradient(case.v)
    np.testing.assert_allclose(gradient, numeric, atol=DIFFERENCE * np.abs(gradient).max())
    second = np.zeros((n, n))
    lam = case.lam(case.v)
    hessian(case.z, case.y / lam**2, np.arange(n), case.pseudo, case.v, second)
    slopes = [(case.gradient(case.v + e) - case.gradient(case.v - e)) / (2 * STEP) for e in unit]
    np.testing.assert_allclose(-second, slopes, atol=DIFFERENCE * np.abs(second).max())


@pytest.mark.parametrize("pseudo", [0.0, 0.1])
@pytest.mark.parametrize("variables", [12, 90])
def test_newton_ends_at_a_kkt_point(pseudo: float, variables: int) -> None:
    case = Case(3, pseudo=pseudo, variables=variables)
    v = case.v.copy()
    steps, residual, _ = newton_solve(
        case.z, case.y, case.rest, case.exposure, case.pseudo, case.rate, v, 20, 60, 1e-8
    )
    assert steps < 60
    assert residual <= 1e-8
    scaled = case.gradient(v) / (case.exposure + case.rate)
    assert (scaled[v == 0.0] <= 1e-8).all()
    assert np.abs(scaled[v > 0.0]).max() <= 1e-8
    assert kkt_residual(case.gradient(v), case.exposure, case.rate, v) == residual
    if pseudo == 0.0:
        assert (v == 0.0).any()
        np.testing.assert_allclose(v @ case.exposure, case.y.sum(), rtol=1e-7)


def test_newton_reaches_what_many_em_passes_reach() -> None:
    case = Case(4)
    slow, fast = case.v.copy(), case.v.copy()
    em_passes(case.z, case.y, case.rest, case.exposure, case.pseudo, case.rate, slow, 20_000)
    newton_solve(case.z, case.y, case.rest, case.exposure, case.pseudo, case.rate, fast, 10, 60, 1e-8)
    assert case.value(fast) >= case.value(slow) - 1e-9
    np.testing.assert_allclose(fast, slow, atol=1e-4)


def test_cholesky_factors_and_says_where_it_cannot() -> None:
    a = np.array([[4.0, 2.0], [2.0, 5.0]])
    root = np.zeros((2, 2))
    assert cholesky(a, 0.0, root)
    np.testing.assert_allclose(np.triu(root).T @ np.triu(root), a)
    assert not cholesky(np.array([[1.0, 1.0], [1.0, 1.0]]), 0.0, root)


def test_compiled_kernels_do_what_is_written() -> None:
    case = Case(5)
    out, plain = np.empty(12), np.empty(12)
    ratio = case.y / case.lam(case.v)
    pull(case.z, ratio, out)
    pull.py_func(case.z.astype(float), ratio, plain)
    np.testing.assert_allclose(out, plain, rtol=EXACT)
    lam = np.empty(len(case.y))
    intensity.py_func(case.z.astype(float), case.v, case.rest, lam)
    np.testing.assert_allclose(case.lam(case.v), lam, rtol=EXACT)
    fast, slow = case.v.copy(), case.v.copy()
    em_passes(case.z, case.y, case.rest, case.exposure, case.pseudo, case.rate, fast, 3)
    em_passes.py_func(case.z, case.y, case.rest, case.exposure, case.pseudo, case.rate, slow, 3)
    np.testing.assert_allclose(fast, slow, rtol=EXACT)
    a, b = case.v.copy(), case.v.copy()
    args = (case.z, case.y, case.rest, case.exposure, case.pseudo, case.rate)
    newton_solve(*args, a, 5, 60, 1e-8)
    newton_solve.py_func(*args, b, 5, 60, 1e-8)
    np.testing.assert_allclose(a, b, atol=1e-8)


def test_terms_and_problem_are_the_weighted_features() -> None:
    rng = np.random.default_rng(6)
    x = rng.random((9, 6)).astype(np.float32)
    row = rng.integers(0, 9, 20).astype(np.int32)
    target = rng.integers(1, 4, 20).astype(np.int32)
    base, factor = rng.random(20) + 0.5, rng.random((4, 4, 2))
    level, weight = rng.random((4, 4, 1)), rng.random((4, 1, 6))
    source = np.zeros(20, dtype=np.int32)
    terms = np.zeros((20, 3))
    live = np.ones(20, dtype=bool)
    column_terms(row, source, target, source, live, base, x, factor, level, weight, 3, terms)
    part = (weight[0, 0] * x[row]).reshape(20, 2, 3).sum(axis=2) * factor[0, target]
    np.testing.assert_allclose(terms, np.column_stack([base * level[0, target, 0], part]), rtol=1e-6)
    z = np.empty((9, 20), dtype=np.float32)
    place = np.array([-1, 6, 7, 8])
    fill_problem(x, row, target, base, factor[0], 3, np.arange(6), place, z)
    v = np.concatenate([weight[0, 0], level[0, 1:, 0]])
    np.testing.assert_allclose(v @ z, terms.sum(axis=1), rtol=1e-5)


def test_same_day_counts_compile_as_written() -> None:
    rng = np.random.default_rng(7)
    n = 30
    step = np.sort(rng.integers(0, 5, n)).astype(np.int32)
    source = rng.integers(0, 3, n).astype(np.int32)
    target = (source + rng.integers(1, 3, n)).astype(np.int32) % 3
    ints = np.zeros(n, dtype=np.int32)
    args = (
        step, source, target, ints, ints + 2, rng.random(n) < 0.2, ints, ints,
        step, source, target, np.arange(n), np.ones((3, 5)), 1,
    )  # fmt: skip
    results = []
    for kernel in (same_day_counts, same_day_counts.py_func):
        out, sums = np.zeros((n, 4, 1), dtype=np.float32), np.zeros((3, 3, 4, 1))
        kernel(*args, out, sums)
        results.append((out, sums))
    np.testing.assert_array_equal(results[0][0], results[1][0])
    np.testing.assert_array_equal(results[0][1], results[1][1])
