"""What must not change a fit, and what must change it in a known way.

Tolerance 1e-9: the estimates are the same numbers up to the order of sums.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sequences import random_events, six

from melian.effects.term import Memory, Product, Term
from melian.rem.config import RemConfig
from melian.rem.engine import evaluate
from melian.rem.fit import fit_rem
from melian.rem.problem import build_problem
from melian.rem.result import RemFit

NEAR = 1e-9
MIXED = (
    Term("inertia", memory=Memory.halflife(8.0)),
    Term("reciprocity", memory=Memory.window(10.0)),
    Term("outdegree_sender", scaling="log1p"),
    Term("otp", (("kind", "unique"),)),
    Term("indegree_receiver", scaling="std"),
)
seeds = st.integers(0, 10_000)
quick = settings(max_examples=8, deadline=None)


def same(one: RemFit, two: RemFit) -> None:
    assert one.log_likelihood == pytest.approx(two.log_likelihood, rel=NEAR)
    np.testing.assert_allclose(one.estimate, two.estimate, rtol=NEAR, atol=NEAR)
    np.testing.assert_allclose(one.covariance, two.covariance, rtol=1e-7, atol=NEAR)


@quick
@given(seeds)
def test_names_and_order_of_actors(seed: int) -> None:
    events = random_events(seed)
    order = np.random.default_rng(seed).permutation(7)
    place = np.argsort(order).astype(np.int32)
    renamed = replace(
        events,
        actors=tuple(f"x{events.actors[k]}" for k in order),
        sender=place[events.sender],
        receiver=place[events.receiver],
    )
    same(fit_rem(events, MIXED), fit_rem(renamed, MIXED))


@quick
@given(seeds, st.sampled_from([-64.0, 1024.0]))
def test_shift_of_time(seed: int, shift: float) -> None:
    events = random_events(seed, ties=True)
    moved = replace(events, time=events.time + shift, since=events.since + shift, until=events.until + shift)
    same(fit_rem(events, MIXED), fit_rem(moved, MIXED))


@quick
@given(seeds, st.sampled_from([0.25, 32.0]))
def test_unit_of_time_changed_together_with_memory(seed: int, factor: float) -> None:
    events = random_events(seed, ties=True)
    other = replace(
        events, time=factor * events.time, since=factor * events.since, until=factor * events.until
    )
    memories = [replace(t.memory, span=tuple(factor * x for x in t.memory.span)) for t in MIXED]
    terms = tuple(Term(t.effect, t.arguments, m, t.scaling) for t, m in zip(MIXED, memories, strict=True))
    same(fit_rem(events, MIXED), fit_rem(other, terms))


@quick
@given(seeds)
def test_rows_of_one_step_may_stand_in_any_order(seed: int) -> None:
    events = random_events(seed, ties=True)
    order = np.lexsort((np.random.default_rng(seed).random(120), events.time))
    mixed = replace(events, sender=events.sender[order], receiver=events.receiver[order])
    same(fit_rem(events, MIXED), fit_rem(mixed, MIXED))


@quick
@given(seeds, st.sampled_from(["full", "window"]), st.sampled_from(["raw", "log1p"]))
def test_sums_kept_up_to_date_are_sums_made_anew(seed: int, memory: str, scaling: str) -> None:
    events = random_events(seed, n=20, m=700)
    terms = six(Memory() if memory == "full" else Memory.window(60.0), scaling)
    problem = build_problem(events, terms, config=RemConfig())
    assert not problem.plan.everywhere
    anew = replace(problem, plan=replace(problem.plan, everywhere=True))
    beta = 0.1 * np.random.default_rng(seed).normal(size=6)
    one, two = evaluate(problem, beta), evaluate(anew, beta)
    assert one.log_likelihood == pytest.approx(two.log_likelihood, rel=1e-12)
    np.testing.assert_allclose(one.score, two.score, atol=1e-9 * np.abs(two.score).max())
    np.testing.assert_allclose(one.information, two.information, atol=1e-9 * np.abs(two.information).max())


def test_weights_of_any_size_neither_overflow_nor_cancel() -> None:
    events = random_events(3, n=20, m=700)
    problem = build_problem(events, six(), config=RemConfig())
    anew = replace(problem, plan=replace(problem.plan, everywhere=True))
    for size in (30.0, -30.0):
        beta = size * np.array([1.0, -1.0, 0.5, 0.2, -0.4, 0.1])
        one, two = evaluate(problem, beta), evaluate(anew, beta)
        assert np.isfinite(two.log_likelihood)
        assert one.log_likelihood == pytest.approx(two.log_likelihood, rel=1e-10)
        np.testing.assert_allclose(one.score, two.score, atol=1e-8 * np.abs(two.score).max())


def test_interaction_is_the_product() -> None:
    events = random_events(4)
    pair = six()[:2]
    problem = build_problem(events, (*pair, Product(pair)), config=RemConfig())
    here = evaluate(problem, np.zeros(3))
    assert here.magnitude is not None
    assert problem.labels == ("inertia", "reciprocity", "inertia:reciprocity")
    assert fit_rem(events, (*pair, Product(pair))).log_likelihood > fit_rem(events, pair).log_likelihood


def test_own_effect_in_python_is_the_same_as_ours() -> None:
    class Mine:
        name = "mine"

        def init(self, actors: tuple[str, ...]) -> np.ndarray:
            return np.zeros((len(actors), len(actors)))

        def update(
            self, value: np.ndarray, *, sender: int, receiver: int, time: float, weight: float
        ) -> None:
            value[sender, receiver] += weight

    events = random_events(5, ties=True)
    ours = fit_rem(events, (Term("inertia"), Term("reciprocity")))
    mine = fit_rem(events, (Term("mine"), Term("reciprocity")), covariates=(Mine(),))
    same(ours, mine)


def test_splines_add_up_to_the_plain_effect() -> None:
    events = random_events(6)
    problem = build_problem(events, (Term("inertia", (("varying", 5),)),), config=RemConfig())
    plain = build_problem(events, (Term("inertia"),), config=RemConfig())
    one, two = evaluate(problem, np.full(5, 0.3)), evaluate(plain, np.array([0.3]))
    assert one.log_likelihood == pytest.approx(two.log_likelihood, rel=1e-12)
    assert one.score.sum() == pytest.approx(two.score[0])


def test_history_before_the_observation_counts_but_is_not_fitted() -> None:
    events = random_events(7)
    late = replace(events, first=60, since=float(events.time[60]))
    fit = fit_rem(late, six()[:2])
    assert fit.n_events == 60
    whole = build_problem(events, six()[:2], config=RemConfig())
    part = build_problem(late, six()[:2], config=RemConfig())
    beta = np.array([0.1, 0.2])
    head = replace(events, **{f: getattr(events, f)[:60] for f in row_fields()}, until=float("nan"))
    before = build_problem(head, six()[:2], config=RemConfig())
    total = evaluate(before, beta).log_likelihood + evaluate(part, beta).log_likelihood
    assert evaluate(whole, beta).log_likelihood == pytest.approx(total, rel=1e-12)


def row_fields() -> tuple[str, ...]:
    """Fields of a sequence that have a row per event."""
    return ("time", "sender", "receiver", "type", "weight", "joint", "row")


def test_joint_events_count_for_both_and_are_not_fitted() -> None:
    events = random_events(8)
    joint = np.zeros(120, bool)
    joint[::6] = True
    mixed = replace(events, joint=joint)
    fit = fit_rem(mixed, six()[:2])
    assert fit.n_events == 100 - (not joint[0])
    assert any("joint" in note for note in fit.notes)


def test_undirected_events_do_not_know_their_direction() -> None:
    events = random_events(9, undirected=True)
    turned = replace(events, sender=events.receiver, receiver=events.sender)
    terms = (Term("inertia"), Term("sp"), Term("totaldegree_dyad"))
    same(fit_rem(events, terms), fit_rem(turned, terms))
    assert fit_rem(events, terms).dyads_at_risk == 21
