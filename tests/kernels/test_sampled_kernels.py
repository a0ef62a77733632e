"""Kernels of sampled risk sets: right derivatives, sorted lists, statistics as defined, compiled as written.

EXACT: the same additions, but for fused multiply-adds and another order of a few terms.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from melian.effects.term import Term
from melian.kernels.sampled_logit import cluster_sums, extremes, logit_sums
from melian.kernels.sampled_pairs import make_pairs, place, take_slots
from melian.kernels.sampled_triads import shared
from melian.rem.columns import expand
from melian.rem.sampled_columns import make_plan
from melian.rem.sampled_stream import Rows, start_pass
from melian.sequence import RelationalEvents

Floats = NDArray[np.float64]
EXACT = 1e-12
STEP, DIFFERENCE = 1e-6, 2e-6
"""Central differences: error of order STEP^2, and rounding of order 1e-16 / STEP."""


class Strata:
    """Random rows in strata of 2 to 9."""

    def __init__(self, seed: int, *, strata: int = 40, p: int = 4) -> None:
        rng = np.random.default_rng(seed)
        self.first = np.r_[0, np.cumsum(rng.integers(2, 10, strata))].astype(np.int64)
        self.x = rng.normal(100.0, 1.0, (self.first[-1], p))
        self.beta = rng.normal(0.0, 0.5, p)

    def sums(self, beta: Floats) -> tuple[float, Floats, Floats]:
        score, information = np.empty(len(beta)), np.empty((len(beta), len(beta)))
        return logit_sums(self.x, self.first, beta, score, information), score, information

    def naive(self, beta: Floats) -> float:
        total = 0.0
        for a, b in zip(self.first[:-1], self.first[1:], strict=True):
            eta = (self.x[a:b] - self.x[a]) @ beta
            total -= np.log(np.exp(eta).sum())
        return total


def test_conditional_logit_against_its_definition_and_differences() -> None:
    case = Strata(1)
    value, score, information = case.sums(case.beta)
    assert value == pytest.approx(case.naive(case.beta), rel=EXACT)
    unit = np.eye(4) * STEP
    numeric = [(case.naive(case.beta + e) - case.naive(case.beta - e)) / (2 * STEP) for e in unit]
    np.testing.assert_allclose(score, numeric, atol=DIFFERENCE * np.abs(score).max())
    slopes = [(case.sums(case.beta + e)[1] - case.sums(case.beta - e)[1]) / (2 * STEP) for e in unit]
    np.testing.assert_allclose(-information, slopes, atol=DIFFERENCE * information.max())


def test_conditional_logit_survives_large_predictors() -> None:
    case = Strata(2)
    value, score, _ = case.sums(case.beta * 2000.0)
    assert np.isfinite(value)
    assert np.isfinite(score).all()


def test_residuals_of_clusters_add_up_to_the_score() -> None:
    case = Strata(3)
    cluster = np.random.default_rng(1).integers(0, 5, len(case.x))
    out = np.zeros((5, 4))
    cluster_sums(case.x, case.first, case.beta, cluster, out)
    np.testing.assert_allclose(out.sum(axis=0), case.sums(case.beta)[1], rtol=1e-9)


def test_extremes_count_rows_on_both_sides() -> None:
    case = Strata(4)
    case.x[case.first[:-1], 0] = 1e6
    below, above = np.zeros(4, np.int64), np.zeros(4, np.int64)
    extremes(case.x, case.first, below, above)
    assert above[0] == 0
    assert below[0] == len(case.x) - 40
    assert (above[1:] > 0).all()


def test_compiled_kernels_do_what_is_written() -> None:
    case = Strata(5)
    score, information = np.empty(4), np.empty((4, 4))
    plain = logit_sums.py_func(case.x, case.first, case.beta, score, information)
    value, other, second = case.sums(case.beta)
    assert value == pytest.approx(plain, rel=EXACT)
    np.testing.assert_allclose(other, score, rtol=1e-9, atol=EXACT)
    np.testing.assert_allclose(second, information, rtol=1e-9, atol=EXACT)
    items = np.array([1, 3, 3, 8], np.int32)
    for wanted in range(10):
        assert (
            place(items, 0, 4, wanted) == place.py_func(items, 0, 4, wanted) == np.searchsorted(items, wanted)
        )


def test_lists_stay_sorted_and_slots_are_kept() -> None:
    rng = np.random.default_rng(6)
    n, m = 12, 200
    sender = rng.integers(0, n, m).astype(np.int32)
    receiver = ((sender + rng.integers(1, n, m)) % n).astype(np.int32)
    both = rng.random(m) < 0.2
    bound = np.full(n, n, np.int64)
    pairs = make_pairs(n, bound, bound, dense=False)
    slot, back = np.empty(m, np.int32), np.empty(m, np.int32)
    take_slots(*pairs[2:], sender, receiver, both, slot, back, 0, m)
    known: dict[tuple[int, int], int] = {}
    for e in range(m):
        assert known.setdefault((sender[e], receiver[e]), slot[e]) == slot[e]
        if both[e]:
            assert known.setdefault((receiver[e], sender[e]), back[e]) == back[e]
    assert sorted(known.values()) == list(range(pairs.used[0]))
    for a in range(n):
        part = slice(pairs.out_first[a], pairs.out_first[a] + pairs.out_length[a])
        assert pairs.out_to[part].tolist() == sorted(j for i, j in known if i == a)
        part = slice(pairs.in_first[a], pairs.in_first[a] + pairs.in_length[a])
        assert pairs.in_from[part].tolist() == sorted(i for i, j in known if j == a)


def hub_events(n: int, m: int) -> RelationalEvents:
    """Events of which a third begin or end at two actors, so that list lengths differ by more than eight."""
    rng = np.random.default_rng(7)
    sender, receiver = rng.integers(0, n, m), rng.integers(0, n, m)
    sender[rng.random(m) < 0.3] = 0
    receiver[rng.random(m) < 0.3] = 1
    keep = sender != receiver
    ends = {"sender": sender[keep].astype(str), "receiver": receiver[keep].astype(str)}
    labels = [str(k) for k in range(n)]
    return RelationalEvents.from_frame({"time": np.arange(keep.sum()), **ends}, actors=labels)


def defined(count: Floats, i: int, j: int, *, unique: bool) -> list[float]:
    """Triads and four-cycles of a dyad from the matrix of counts, as the registry defines them."""
    c = (count > 0).astype(float) if unique else count
    other = np.ones(len(c), bool)
    other[[i, j]] = False
    pairs = ((c[i], c[:, j]), (c[j], c[:, i]), (c[i], c[j]), (c[:, i], c[:, j]))
    out = [float(np.minimum(a, b)[other].sum()) for a, b in pairs]
    cycles = np.minimum(np.minimum(c[i][None, :], c), c[:, j][:, None])[np.ix_(other, other)]
    return [*out, float(cycles.sum() - np.diag(cycles).sum())]


@pytest.mark.parametrize("unique", [False, True])
def test_statistics_of_many_actors_are_as_defined(unique: bool) -> None:
    events = hub_events(600, 2500)
    rng = np.random.default_rng(8)
    rows = 40
    sender = np.r_[0, 1, 5, rng.integers(0, 300, rows - 3)].astype(np.int32)
    receiver = np.r_[1, 0, 1, rng.integers(300, 600, rows - 3)].astype(np.int32)
    arguments = (("kind", "unique"),) if unique else ()
    terms = [Term(name, arguments) for name in ("otp", "itp", "osp", "isp", "four_cycle")]
    plan = make_plan(expand(terms, events, baseline=False, typed=False), events)
    states = start_pass(events, plan)
    assert not states.pairs.dense
    seen = events.n_events
    asked = Rows(
        np.array([seen]),
        np.array([seen + 1.0]),
        np.array([0, rows]),
        sender,
        receiver,
        np.zeros(rows, np.int32),
    )
    found = states.statistics(asked)
    count = np.zeros((600, 600))
    np.add.at(count, (events.sender, events.receiver), 1.0)
    wanted = [defined(count, i, j, unique=unique) for i, j in zip(sender, receiver, strict=True)]
    np.testing.assert_allclose(found, wanted, rtol=EXACT)
    assert (np.array(wanted).max(axis=0) > 0).all()


def test_merging_and_looking_up_find_the_same() -> None:
    """Lists of 1 and 4 are looked up in one of 90, a list of 60 is merged with it; against intersect1d."""
    rng = np.random.default_rng(9)
    zero, kind = np.zeros(1, np.int64), np.zeros(1, np.int32)
    for short in (1, 4, 60):
        a = np.sort(rng.choice(500, short, replace=False)).astype(np.int32)
        b = np.sort(rng.choice(500, 90, replace=False)).astype(np.int32)
        value, live = rng.random((1, 500)), np.ones((1, 500), np.int32)
        head = (zero[:, None], zero, zero > 0, (0, 1), value, live, np.ones(1), kind, kind, kind, (0, 1))
        lists = (zero, np.array([len(a)]), a, a, zero, np.array([len(b)]), b, b)
        out = np.empty((1, 1))
        shared(*head, out, *lists)
        assert out[0, 0] == pytest.approx(value[0, np.intersect1d(a, b)].sum(), rel=EXACT)
