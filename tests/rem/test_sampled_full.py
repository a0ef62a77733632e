"""All non-events sampled is the full risk set: every effect, memory, scaling and risk set, to 1e-9.

The log-likelihood, score and information are compared at coefficients off the optimum, relative to the
largest of their entries: the two paths share no kernel, so equal numbers there are equal statistics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sequences import random_events, six

import melian.rem.sampled_stream as sampled_stream
from melian.effects.covariates import ActorCovariate, DyadCovariate, StepCovariate
from melian.effects.registry import EFFECTS
from melian.effects.term import Memory, Product, Term
from melian.rem.columns import expand
from melian.rem.config import RemConfig, RiskTable
from melian.rem.engine import evaluate
from melian.rem.fit import fit_rem
from melian.rem.problem import build_problem
from melian.rem.sampled import evaluate as evaluate_sampled
from melian.rem.sampled_columns import ASKED_SCALINGS, make_plan
from melian.rem.sampled_rows import sampled_statistics, strata_of
from melian.sequence import RelationalEvents

NEAR = 1e-9
N = 7
MEMORIES = (
    Memory(),
    Memory.window(9.0),
    Memory.interval(3.0, 20.0),
    Memory.halflife(6.0),
    Memory.halflife(0.3),
    Memory.window(9.0, clock="previous"),
    Memory.interval(0.0, 9.0, clock="previous"),
    Memory.halflife(6.0, clock="previous"),
)
TIED = MEMORIES[:5]
rng = np.random.default_rng(11)
EXACT = random_events(3, m=70)
SOME_JOINT = replace(random_events(4, m=70, ties=True), joint=rng.random(70) < 0.2)
KINDS = {
    "exact": EXACT,
    "ties and joint events": SOME_JOINT,
    "undirected": replace(random_events(5, m=70), undirected=True),
    "weights": replace(EXACT, weight=rng.uniform(0.3, 3.0, 70)),
    "two modes": replace(
        EXACT,
        sender=rng.integers(0, 4, 70).astype(np.int32),
        receiver=rng.integers(4, 7, 70).astype(np.int32),
        receivers=(4, 5, 6),
    ),
}
WEALTH = ActorCovariate(
    "gdp", N, np.r_[np.full(N, -np.inf), 20.0, 40.0], np.r_[np.arange(N), 2, 5], np.arange(1.0, N + 3.0)
)
TREATY = DyadCovariate(
    "treaty", N, np.array([0.0, 5.0, 50.0]), np.array([1, 9, 9]), np.array([1.0, 2.0, 0.5]), 0.0
)
WAR = StepCovariate("war", np.array([-np.inf, 30.0]), np.array([0.0, 1.0]))


@pytest.fixture(params=[512, 2], ids=["states of all pairs", "sparse states"])
def storage(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test with both forms of the states."""
    monkeypatch.setattr(sampled_stream, "MOST_DENSE", request.param)


def terms_of(events: RelationalEvents, memory: Memory) -> list[Term]:
    """Every effect of past events that these events allow, in every scaling and counting."""
    out = []
    for name, effect in EFFECTS.items():
        fits = effect.undirected if events.undirected else effect.directed
        if not fits or effect.family in ("covariate", "fixed") or (events.has_ties and effect.ordered):
            continue
        counts = [(), (("types", ("talk",)),)] + [(("kind", "unique"),)] * ("kind" in effect.arguments)
        for scaling in set(effect.scalings) & set(ASKED_SCALINGS):
            if effect.memory or memory == Memory():
                out += [Term(name, count, memory, scaling) for count in counts]
    return out


def agree(
    events: RelationalEvents,
    terms: Sequence[Term | Product],
    config: RemConfig = RemConfig(),  # noqa: B008 - frozen
    covariates: tuple = (),
) -> None:
    """Compare both paths at the same coefficients."""
    problem = build_problem(events, terms, config=config, covariates=covariates)
    beta = np.random.default_rng(1).normal(0.0, 0.05, len(problem.labels))
    one = evaluate(problem, beta)
    every = replace(config, cases=1.0)
    columns = expand(terms, events, baseline=False, typed=config.typed)
    strata = strata_of(events, every, rng=np.random.default_rng(1))
    plan = make_plan(columns, events, typed=config.typed)
    rows = sampled_statistics(strata, plan, config=every, covariates=covariates, rng=np.random.default_rng(1))
    two = evaluate_sampled(rows, strata, beta)
    assert columns.labels == problem.labels
    assert two.log_likelihood == pytest.approx(one.log_likelihood, rel=NEAR)
    for found, wanted in ((two.score, one.score), (two.information, one.information)):
        np.testing.assert_allclose(found, wanted, rtol=0, atol=NEAR * max(1.0, np.abs(wanted).max()))


@pytest.mark.usefixtures("storage")
@pytest.mark.parametrize("kind", KINDS)
def test_every_effect_of_past_events(kind: str) -> None:
    events = KINDS[kind]
    for memory in TIED if events.has_ties else MEMORIES:
        for term in terms_of(events, memory):
            agree(events, [term])


MIXED = (
    Term("inertia", memory=Memory.halflife(6.0)),
    Term("otp", (("kind", "unique"),), Memory.window(30.0)),
    Term("outdegree_sender", scaling="prop"),
    Term("recency_continue"),
    Product((Term("inertia"), Term("itp"))),
    Term("reciprocity", (("varying", 4),)),
    Term("same", (("covariate", "gdp"),)),
    Product((Term("reciprocity"), Term("event", (("covariate", "war"),)))),
)
TYPED = (
    *MIXED,
    Term("inertia", (("types", "same"),)),
    Term("recency_send_sender", (("types", "same"),)),
    Term("fixed_type"),
)
TABLES = ("full", "active", "dyads", "presence")


def risk_set(events: RelationalEvents, name: str) -> str | RiskTable:
    """Give a risk set; in tables every second actor is there from its first event to its last only."""
    if name in ("full", "active"):
        return name
    own = [(events.sender == a) | (events.receiver == a) for a in range(N)]
    since = tuple(float(events.time[w].min()) if a % 2 else -np.inf for a, w in enumerate(own))
    until = tuple(float(events.time[w].max()) if a % 2 else np.inf for a, w in enumerate(own))
    if name == "presence":
        return RiskTable.of_actors(events.actors, since=since, until=until)
    return RiskTable((*events.actors, "a0"), (*(None,) * N, "a3"), (*since, 5.0), (*until, 20.0))


@pytest.mark.parametrize("typed", [False, True])
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("conditional", [None, "sender", "receiver"])
def test_every_risk_set(table: str, conditional: str | None, typed: bool) -> None:
    for events in (EXACT, SOME_JOINT):
        risk = risk_set(events, table)
        config = RemConfig(conditional=conditional, risk_set=risk, typed=typed, first_event="include")
        agree(events, TYPED if typed else MIXED, config, (WEALTH, WAR))


def test_two_modes_and_undirected_risk_sets() -> None:
    for table in ("full", "active"):
        agree(KINDS["two modes"], (Term("inertia"), Term("indegree_receiver")), RemConfig(risk_set=table))
        agree(KINDS["undirected"], (Term("inertia", scaling="prop"), Term("sp")), RemConfig(risk_set=table))


@pytest.mark.usefixtures("storage")
def test_actor_models() -> None:
    agree(EXACT, MIXED, RemConfig(model="choice"), (WEALTH, WAR))
    of_sender = (
        Term("outdegree_sender"),
        Term("indegree_sender", memory=Memory.halflife(4.0)),
        Term("recency_send_sender"),
        Term("psABA"),
        Term("ego", (("covariate", "gdp"), ("log", True))),
    )
    for table in ("full", "active"):
        agree(EXACT, of_sender, RemConfig(model="rate", risk_set=table), (WEALTH,))


@pytest.mark.parametrize(
    "name", ["ego", "alter", "same", "difference", "similarity", "minimum", "maximum", "average"]
)
def test_attributes_of_actors(name: str) -> None:
    given_name = ("covariate", "gdp")
    terms = [Term(name, (given_name,))]
    if name != "same":
        terms.append(Term(name, (given_name, ("log", True))))
    if name == "difference":
        terms.append(Term(name, (given_name, ("absolute", False))))
    agree(EXACT, terms, covariates=(WEALTH,))


def test_attributes_of_dyads_and_fixed_effects() -> None:
    name = ("covariate", "treaty")
    terms = (Term("tie", (name,)), Term("tie", (name, ("reverse", True))), Term("fixed_sender"))
    agree(EXACT, terms, covariates=(TREATY,))
    agree(EXACT, (Term("fixed_receiver", (("reference", "a3"),)),))


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["information", "sender", "receiver", "dyad"]))
def test_fits_are_the_same(seed: int, errors: str) -> None:
    events = random_events(seed)
    config = RemConfig(errors=errors)
    one = fit_rem(events, six(), config=config)
    two = fit_rem(events, six(), config=replace(config, controls=N * (N - 1) - 1))
    np.testing.assert_allclose(two.estimate, one.estimate, rtol=NEAR, atol=NEAR)
    np.testing.assert_allclose(two.covariance, one.covariance, rtol=1e-8, atol=1e-10)
    assert two.log_likelihood == pytest.approx(one.log_likelihood, rel=NEAR)
    assert two.log_likelihood_null == pytest.approx(one.log_likelihood_null, rel=NEAR)
    assert (two.n_events, two.dyads_at_risk) == (one.n_events, one.dyads_at_risk)


@pytest.mark.parametrize("penalty", [("ridge", 5.0), ("lasso", 3.0)])
def test_penalised_fits_are_the_same(penalty: tuple[str, float]) -> None:
    one = fit_rem(EXACT, six(), config=RemConfig(penalty=penalty))
    two = fit_rem(EXACT, six(), config=RemConfig(penalty=penalty, controls=N * (N - 1) - 1))
    np.testing.assert_allclose(two.estimate, one.estimate, rtol=1e-7, atol=1e-8)
