"""Sampler kernels: right probabilities, right parents and roots, compiled as written."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import gammaln
from scipy.stats import chisquare
from small_histories import random_history

from melian.kernels.course import course_mode, log_posterior
from melian.kernels.gibbs import collapsed_sweep, draw_terms, term_sums
from melian.kernels.hyper import common_gain, common_scale, scale_moves, shift_sums
from melian.models.design import make_design
from melian.models.genealogy import draw_genealogy, make_lists
from melian.models.units import make_units

DRAWS = 4000
LEAST_P = 1e-4
"""Draws are seeded; a right kernel fails a chi-square test at this level once in 10,000 seeds."""


class Setting:
    """A small history with random parameters."""

    def __init__(self, bloc: str | None = None) -> None:
        rng = np.random.default_rng(3)
        history = random_history(5, first=15)
        self.design = make_design(history, (1.0, 4.0), bloc=bloc)
        self.units = make_units(self.design)
        n, k, p = history.n_actors, history.n_instruments, self.design.columns.n_features
        self.level = rng.gamma(1.0, 0.2, (n, n, k))
        self.weight = rng.gamma(0.5, 0.2, (n, k, p))
        self.base = rng.uniform(0.5, 1.5, len(self.units))
        self.factor = rng.uniform(0.5, 1.5, (n, n, len(self.design.columns.names)))

    def terms_of(self, e: int) -> np.ndarray:
        """Intensity of unit e by term, baseline first, in plain Python."""
        u, d = self.units, self.design
        i, j, k = u.source[e], u.target[e], u.instrument[e]
        out = [self.base[e] * self.level[i, j, k]]
        for p in range(d.columns.n_features):
            w = self.factor[i, j, p // d.columns.width]
            out.append(w * self.weight[i, k, p] * float(d.x[u.row[e], p]))
        return np.array(out)

    def head(self) -> tuple[np.ndarray, ...]:
        u = self.units
        return u.row, u.source, u.target, u.instrument


def test_terms_are_drawn_in_proportion_to_their_intensity() -> None:
    s = Setting()
    e = int(np.argmax((s.design.x[s.units.row] > 0).sum(axis=1)))
    wanted = np.zeros(len(s.units), dtype=bool)
    wanted[e] = True
    term = np.full(len(s.units), -1, dtype=np.int32)
    rng = np.random.default_rng(1)
    seen = np.zeros(1 + s.design.columns.n_features)
    for _ in range(DRAWS):
        draw_terms(*s.head(), wanted, s.base, s.design.x, s.factor, s.design.columns.width, term, s.level,
                   s.weight, rng)  # fmt: skip
        seen[1 + term[e]] += 1
    expected = s.terms_of(e) / s.terms_of(e).sum() * DRAWS
    assert (seen[expected == 0] == 0).all()
    often = expected > 5
    rest = [seen[~often].sum()], [expected[~often].sum()]
    assert chisquare(np.r_[seen[often], rest[0]], np.r_[expected[often], rest[1]]).pvalue > LEAST_P


def test_collapsed_sweep_is_compiled_as_written() -> None:
    s = Setting()
    n, k, p = s.weight.shape
    results = []
    for sweep in (collapsed_sweep, collapsed_sweep.py_func):
        term = np.full(len(s.units), -1, dtype=np.int32)
        levels, weights = np.zeros((n, n, k)), np.zeros((n, k, p))
        live = s.units.live
        np.add.at(levels, (s.units.source[live], s.units.target[live], s.units.instrument[live]), 1.0)
        rng = np.random.default_rng(2)
        for _ in range(3):
            sweep(
                *s.head(), live, s.base, s.design.x, s.factor, s.design.columns.width, term, levels, 0.7,
                np.full((n, n, k), 30.0), weights, np.full(p, 0.8), np.full((n, k, p), 25.0), rng,
            )  # fmt: skip
        assert levels.sum() + weights.sum() == live.sum()
        assert (levels >= 0).all()
        assert (weights >= 0).all()
        results.append(term)
    assert (results[0] == results[1]).all()


def test_sums_by_column_are_those_of_the_terms() -> None:
    s = Setting()
    columns = s.design.columns
    sums = np.zeros((len(s.units), 1 + len(columns.names)))
    term_sums(*s.head(), s.units.live, s.base, s.design.x, s.factor, s.level, s.weight, columns.width, sums)
    for e in np.flatnonzero(s.units.live)[::7]:
        terms = s.terms_of(e)
        by_column = terms[1:].reshape(len(columns.names), -1).sum(axis=1)
        assert sums[e] == pytest.approx(np.r_[terms[0], by_column], rel=1e-6)


def fits_relation(s: Setting, name: str, i: int, j: int, a: int, b: int) -> bool:
    """Whether an event a -> b stands in relation `name` to the channel i -> j, by MODEL.md's table."""
    return {
        "persistence": (a, b) == (i, j),
        "spread": a == i and b != j,
        "reply": (a, b) == (j, i),
        "alarm": b == i and a != j,
        "joining": b == j and a != i,
        "alignment": a == j and b != i,
        "joint": {a, b} == {i, j},
    }[name]


@pytest.mark.parametrize("bloc", [None, "pact"])
def test_parents_stand_in_the_relation_that_their_term_names(bloc: str | None) -> None:
    s = Setting(bloc)
    h, u, columns = s.design.history, s.units, s.design.columns
    term = np.full(len(u), -1, dtype=np.int32)
    everyone = np.ones(len(u), dtype=bool)
    rng = np.random.default_rng(4)
    draw_terms(
        *s.head(), everyone, s.base, s.design.x, s.factor, columns.width, term, s.level * 0.1, s.weight, rng
    )
    parent, root = draw_genealogy(s.design, u, make_lists(s.design, u), term, rng)
    assert (parent[term < 0] < 0).all()
    before_record = (parent < 0) & (term >= 0)
    assert (u.step[before_record] < s.design.share_from).all()
    found = (term >= 0) & ~before_record
    assert found.sum() > 50
    for e in np.flatnonzero(found):
        p, c = parent[e], term[e] // columns.width
        assert h.step[p] < u.step[e]
        assert h.instrument[p] == term[e] % columns.width // columns.n_kernels
        assert h.joint[p] == (columns.relations[c] == "joint")
        assert fits_relation(s, columns.relations[c], u.source[e], u.target[e], h.source[p], h.target[p])
        if "[" in columns.names[c]:
            third = h.target[p] if columns.relations[c] in ("spread", "alignment") else h.source[p]
            assert h.blocs["pact"][third, h.step[p]] == columns.names[c].endswith("[pact]")
        if h.joint[p]:
            assert root[e] == h.n_actors
        else:
            assert root[e] in root[u.cell == p]
    assert (root[parent < 0] == u.source[parent < 0]).all()


def test_parents_are_drawn_in_proportion_to_their_decayed_count() -> None:
    s = Setting()
    h, u = s.design.history, s.units
    p = 2 * s.design.columns.width + 1
    past = s.design.x[u.row, p]
    e = int(np.argmax(past))
    i, j, t = u.source[e], u.target[e], u.step[e]
    rho = 2 ** (-1 / 4.0)
    fits = (h.source == j) & (h.target == i) & (h.step < t) & (h.instrument == 0) & ~h.joint
    mass = np.where(fits, h.count * rho ** (t - h.step.astype(float) - 1), 0.0)
    lists, term = make_lists(s.design, u), np.full(len(u), -1, dtype=np.int32)
    term[e] = p
    rng = np.random.default_rng(5)
    seen = np.bincount(
        [draw_genealogy(s.design, u, lists, term, rng)[0][e] for _ in range(DRAWS)], minlength=len(h.step)
    )
    expected = mass / mass.sum() * DRAWS
    assert (seen[~fits] == 0).all()
    often = expected > 5
    assert often.sum() > 1
    rest = seen[~often].sum(), max(expected[~often].sum(), 1e-9)
    observed, wanted = np.r_[seen[often], rest[0]], np.r_[expected[often], rest[1]]
    assert chisquare(observed, wanted * observed.sum() / wanted.sum()).pvalue > LEAST_P


def negative_binomial(count: np.ndarray, exposure: np.ndarray, shape: float, mean: np.ndarray) -> np.ndarray:
    """log p(count) but for its factorial: Poisson(rate * exposure), rate ~ Gamma(shape, shape / mean)."""
    rate = shape / mean
    return (
        gammaln(shape + count)
        - gammaln(shape)
        + shape * np.log(rate)
        - (shape + count) * np.log(rate + exposure)
    )


def test_moves_of_means_see_the_negative_binomial() -> None:
    rng = np.random.default_rng(6)
    n, k, n_b, columns = 3, 2, 2, 2
    width = k * n_b
    count = rng.poisson(2.0, (n, k, columns * width)).astype(float)
    exposure = rng.uniform(1, 20, (n, columns * width))
    shape = np.array([0.7, 2.0])
    mean = rng.uniform(0.05, 0.4, count.shape)
    by = np.repeat(shape, width)
    delta = rng.normal(0, 0.5, (n, columns))
    got = shift_sums(count, exposure, shape, by / mean, delta, 0, columns)
    for i in range(n):
        for c in range(columns):
            at = slice(c * width, (c + 1) * width)
            args = count[i, :, at], exposure[i, at], shape[c]
            change = negative_binomial(*args, mean[i, :, at] * np.exp(delta[i, c])) - negative_binomial(
                *args, mean[i, :, at]
            )
            assert got[i, c] == pytest.approx(change.sum())


def test_scaling_a_relation_keeps_the_expected_total() -> None:
    rng = np.random.default_rng(7)
    sums = rng.gamma(1.0, 1.0, (40, 3))
    expected = np.array([20.0, 6.0, 3.0])
    before, total = sums.copy(), expected.sum()
    scale, log_mean, anchor = np.ones(3), np.log([0.1, 0.2]), np.array([0.3, 0.5])
    for _ in range(50):
        scale_moves(
            sums, expected, log_mean, np.log([0.1, 0.1]), np.ones(2), anchor, np.full(2, 0.3), scale,
            np.zeros(2), rng,
        )  # fmt: skip
    assert scale[1] != 1.0
    assert anchor[0] == pytest.approx(0.3 + np.log(scale[0]))
    assert expected.sum() == pytest.approx(total)
    assert sums == pytest.approx(before * scale)
    assert np.exp(log_mean) == pytest.approx(np.array([0.1, 0.2]) * scale[1:])


def test_common_gain_is_the_change_of_the_log_intensities() -> None:
    rng = np.random.default_rng(8)
    sums, source = rng.gamma(1.0, 1.0, (30, 3)), rng.integers(0, 2, 30).astype(np.int32)
    totals, factor = sums.sum(axis=1), np.array([0.8, 1.1])
    gain = common_gain(sums, totals, source, 1, 1.4, factor)
    moved = sums * np.stack([factor[source], np.ones(30), np.full(30, 1.4)], axis=1)
    assert gain == pytest.approx((np.log(moved.sum(axis=1)) - np.log(totals)).sum())
    common_scale(sums, totals, source, 1, 1.4, factor)
    assert sums == pytest.approx(moved)
    assert totals == pytest.approx(moved.sum(axis=1))


def test_course_mode_has_no_slope() -> None:
    """Central differences of the log posterior at the mode; error of order 1e-10 / 1e-5."""
    rng = np.random.default_rng(9)
    basis = np.zeros((20, 8))
    for b in range(20):
        basis[b, b // 4 : b // 4 + 4] = [0.1, 0.4, 0.4, 0.1]
    count, exposure = rng.poisson(3.0, 20).astype(float), np.full(20, 2.5)
    mode, factor = course_mode(count, exposure, basis, np.eye(8), np.zeros(8))
    assert (np.diag(factor) > 0).all()
    for p in range(8):
        step = np.zeros(8)
        step[p] = 1e-5
        up, down = (log_posterior(mode + s * step, count, exposure, basis, np.eye(8)) for s in (1, -1))
        assert abs(up - down) / 2e-5 < 1e-3
