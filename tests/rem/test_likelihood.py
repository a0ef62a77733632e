"""Log-likelihoods against the definition, written out over the naive statistics.

Tolerance 1e-10 relative: the same sums in another order.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from naive_statistics import naive_matrix
from sequences import random_events, six

from melian.effects.term import Memory, Term
from melian.rem.config import RemConfig, RiskTable
from melian.rem.engine import evaluate
from melian.rem.problem import build_problem
from melian.sequence import RelationalEvents

BETA = np.array([0.2, -0.1, 0.05, 0.03, 0.04, -0.02])


def predictor(events: RelationalEvents, terms: tuple[Term, ...], time: float) -> np.ndarray:
    """Linear predictor of every dyad, -inf on the diagonal."""
    out = sum(b * naive_matrix(events, term, time) for b, term in zip(BETA, terms, strict=False))
    np.fill_diagonal(out, -np.inf)
    return out


def value(events: RelationalEvents, terms: tuple[Term, ...], config: RemConfig, beta=BETA) -> float:
    return evaluate(build_problem(events, terms, config=config), beta).log_likelihood


@pytest.mark.parametrize("ties", [False, True])
def test_partial_likelihood(ties: bool) -> None:
    events, expected = random_events(1, m=60, ties=ties), 0.0
    for e in np.flatnonzero(events.time > events.time[0]):
        eta = predictor(events, six(), events.time[e])
        expected += eta[events.sender[e], events.receiver[e]] - math.log(np.exp(eta).sum())
    assert value(events, six(), RemConfig()) == pytest.approx(expected, rel=1e-10)


def test_efron() -> None:
    ends = np.array([(0, 1), (1, 2), (2, 0), (0, 1), (1, 0), (3, 4), (5, 6), (6, 5), (1, 2)], np.int32)
    time = np.array([0, 1, 1, 2, 2, 2, 3, 3, 4.0])
    events = random_events(1, m=9, time=time, sender=ends[:, 0].copy(), receiver=ends[:, 1].copy())
    expected = 0.0
    for step in np.unique(time)[1:]:
        eta = predictor(events, six(), step)
        tied = [eta[i, j] for i, j in ends[time == step]]
        for r in range(len(tied)):
            expected -= math.log(np.exp(eta).sum() - r / len(tied) * np.exp(tied).sum())
        expected += sum(tied)
    assert value(events, six(), RemConfig(ties="efron")) == pytest.approx(expected, rel=1e-10)


def test_choice_and_its_mirror() -> None:
    events, expected = random_events(2, m=60), [0.0, 0.0]
    for e in range(1, 60):
        eta = predictor(events, six(), events.time[e])
        i, j = events.sender[e], events.receiver[e]
        expected[0] += eta[i, j] - math.log(np.exp(eta[i]).sum())
        expected[1] += eta[i, j] - math.log(np.exp(eta[:, j]).sum())
    assert value(events, six(), RemConfig(model="choice")) == pytest.approx(expected[0], rel=1e-10)
    assert value(events, six(), RemConfig(conditional="sender")) == pytest.approx(expected[0], rel=1e-10)
    assert value(events, six(), RemConfig(conditional="receiver")) == pytest.approx(expected[1], rel=1e-10)


def test_waiting_times_are_parted_where_windows_end() -> None:
    events = random_events(3, m=40)
    # Eighths have no rounding, so that an age at the end of the window is what it should be.
    events = replace(events, time=np.round(8 * events.time) / 8, since=-2.0, until=200.0)
    terms, beta = six(Memory.window(7.0)), np.r_[-3.0, BETA]
    moments = np.unique(np.r_[events.time, events.time + 7.0, events.until])
    moments = moments[moments <= events.until]
    expected, before = 0.0, events.since
    for now in moments:
        rate = np.exp(-3.0 + predictor(events, terms, now))
        expected -= (now - before) * rate.sum()
        for e in np.flatnonzero(events.time == now):
            expected += math.log(rate[events.sender[e], events.receiver[e]])
        before = now
    config = RemConfig(likelihood="interval", first_event="include")
    assert value(events, terms, config, beta) == pytest.approx(expected, rel=1e-9)


def test_daily_counts() -> None:
    events = random_events(4, m=60, days=True)
    beta, expected = np.r_[-3.0, BETA], 0.0
    for day in np.arange(events.time[0] + 1, events.until + 1):
        rate = np.exp(-3.0 + predictor(events, six(), day))
        expected -= rate.sum()
        for e in np.flatnonzero(events.time == day):
            expected += math.log(rate[events.sender[e], events.receiver[e]])
    assert value(events, six(), RemConfig(likelihood="daily"), beta) == pytest.approx(expected, rel=1e-10)


def test_actors_that_enter_and_leave() -> None:
    events = random_events(5, m=60)
    late = events.time[(events.sender == 6) | (events.receiver == 6)][0]
    since = tuple(float(late) if k == 6 else -math.inf for k in range(7))
    table = RiskTable.of_actors(events.actors, since=since, until=(math.inf,) * 7)
    expected = 0.0
    for e in range(1, 60):
        eta = predictor(events, six(), events.time[e])
        if events.time[e] < late:
            eta[6], eta[:, 6] = -np.inf, -np.inf
        expected += eta[events.sender[e], events.receiver[e]] - math.log(np.exp(eta).sum())
    assert value(events, six(), RemConfig(risk_set=table)) == pytest.approx(expected, rel=1e-10)


def test_active_dyads() -> None:
    events = random_events(6, m=25)
    active = np.zeros((7, 7), bool)
    active[events.sender, events.receiver] = True
    expected = 0.0
    for e in range(1, 25):
        eta = np.where(active, predictor(events, six(), events.time[e]), -np.inf)
        expected += eta[events.sender[e], events.receiver[e]] - math.log(np.exp(eta).sum())
    problem = build_problem(events, six(), config=RemConfig(risk_set="active"))
    assert evaluate(problem, BETA).log_likelihood == pytest.approx(expected, rel=1e-10)
    assert problem.risk.largest == active.sum()


def test_dyads_at_risk_once_per_type() -> None:
    events = random_events(7, m=60)
    terms = (Term("inertia", (("types", "same"),)), Term("reciprocity"), Term("fixed_type"))
    beta, expected = np.array([0.3, 0.1, -0.4]), 0.0
    for e in range(1, 60):
        time = events.time[e]
        eta = np.stack(
            [
                0.3 * naive_matrix(events, Term("inertia"), time, (name,))
                + 0.1 * naive_matrix(events, Term("reciprocity"), time)
                - 0.4 * (name == "work")
                for name in events.types
            ]
        )
        eta[:, range(7), range(7)] = -np.inf
        expected += eta[events.type[e], events.sender[e], events.receiver[e]] - math.log(np.exp(eta).sum())
    assert value(events, terms, RemConfig(typed=True), beta) == pytest.approx(expected, rel=1e-10)


def test_two_modes() -> None:
    rng = np.random.default_rng(3)
    sender, receiver = rng.integers(0, 4, 50).astype(np.int32), rng.integers(4, 7, 50).astype(np.int32)
    events = random_events(1, m=50, sender=sender, receiver=receiver, receivers=(4, 5, 6))
    terms = (Term("inertia"), Term("indegree_receiver"), Term("four_cycle"))
    expected, beta = 0.0, np.array([0.3, 0.1, 0.02])
    for e in range(1, 50):
        eta = sum(b * naive_matrix(events, term, events.time[e]) for b, term in zip(beta, terms, strict=True))
        expected += eta[sender[e], receiver[e]] - math.log(np.exp(eta[:4, 4:]).sum())
    assert value(events, terms, RemConfig(), beta) == pytest.approx(expected, rel=1e-10)


def test_rate_of_senders() -> None:
    events, beta, expected = random_events(8, m=60), np.array([0.1, -0.05]), 0.0
    for e in range(1, 60):
        past = events.time < events.time[e]
        out = np.bincount(events.sender[past], minlength=7)
        into = np.bincount(events.receiver[past], minlength=7)
        eta = 0.1 * out - 0.05 * into
        expected += eta[events.sender[e]] - math.log(np.exp(eta).sum())
    terms = (Term("outdegree_sender"), Term("indegree_sender"))
    assert value(events, terms, RemConfig(model="rate"), beta) == pytest.approx(expected, rel=1e-10)
