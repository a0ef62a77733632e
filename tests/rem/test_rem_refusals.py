"""What a relational event model refuses, and the words it says it with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sequences import random_events, six

from melian.effects.covariates import ActorCovariate, DyadCovariate
from melian.effects.term import Memory, Product, Term
from melian.errors import InputError
from melian.rem import checks
from melian.rem.config import RemConfig, RiskTable
from melian.rem.fit import fit_rem
from melian.sequence import RelationalEvents

EXACT = random_events(1)
TIED = random_events(2, ties=True)
DAYS = random_events(3, days=True)
MUTUAL = random_events(4, undirected=True)
FOREVER = (float("-inf"),) * 6, (float("inf"),) * 6
WEALTH = ActorCovariate("gdp", 7, np.full(6, -np.inf), np.arange(6), np.arange(6.0))
TREATY = DyadCovariate("treaty", 7, np.full(1, -np.inf), np.zeros(1, int), np.ones(1), fill=0.0)

CASES = {
    "unknown effect": (EXACT, (Term("recipricity"),), {}, "not known. Did you mean 'reciprocity'"),
    "unknown argument": (EXACT, (Term("otp", (("knd", "unique"),)),), {}, "Did you mean 'kind'"),
    "unknown value": (EXACT, (Term("otp", (("kind", "max"),)),), {}, "allowed: 'sum', 'unique'"),
    "scaling": (EXACT, (Term("otp", scaling="prop"),), {}, "otp takes scaling raw, log1p, std"),
    "memory": (EXACT, (Term("psABBA", memory=Memory.window(3)),), {}, "knows no memory"),
    "twice": (EXACT, (Term("otp"), Term("otp")), {}, "otp twice"),
    "nothing": (EXACT, (), {}, "no terms"),
    "p-shift under ties": (TIED, (Term("psABBA"),), {}, "which event came right before"),
    "rank under ties": (TIED, (Term("rrank_send"),), {}, "rrank_send needs to know"),
    "previous clock under ties": (
        TIED,
        (Term("inertia", memory=Memory.halflife(3, clock="previous")),),
        {},
        "clock='previous' needs to know .* use clock='now'",
    ),
    "exact model on days": (DAYS, six(), {"likelihood": "interval"}, "whole days. Use likelihood='daily'"),
    "exact model on order": (EXACT.by_order(), six(), {"likelihood": "interval"}, "only the order of events"),
    "daily model on exact times": (EXACT, six(), {"likelihood": "daily"}, "resolution 'exact'"),
    "directed effect": (MUTUAL, (Term("reciprocity"),), {}, "defined for directed events"),
    "undirected effect": (EXACT, (Term("sp"),), {}, "defined for undirected events"),
    "undirected choice": (MUTUAL, (Term("inertia"),), {"model": "choice"}, "no sender and no receiver"),
    "rate of a dyad": (EXACT, (Term("inertia"),), {"model": "rate"}, "a rate model is of the sender alone"),
    "efron twice a dyad": (TIED, six(), {"ties": "efron"}, "acts more than once in a step"),
    "collinear": (
        EXACT,
        (Term("outdegree_sender"), Term("indegree_sender"), Term("totaldegree_sender"), Term("inertia")),
        {},
        "Collinear effects: outdegree_sender, indegree_sender, totaldegree_sender. A comb",
    ),
    "same for all": (EXACT, (Term("outdegree_sender"),), {"model": "choice"}, "Not identified: outdegree_s"),
    "no covariate": (
        EXACT,
        (Term("ego", (("covariate", "cinc"),)),),
        {},
        "no covariate 'cinc'; given: gdp, tr",
    ),
    "covariate not named": (EXACT, (Term("ego"),), {}, r"name a covariate, as in ego\('cinc'\)"),
    "kind of covariate": (EXACT, (Term("ego", (("covariate", "treaty"),)),), {}, "has one value per dyad"),
    "missing values": (
        EXACT,
        (Term("difference", (("covariate", "gdp"),)),),
        {},
        "12 of 42 dyads have no value .*first: 'a0' to 'a6'",
    ),
    "log of zero": (
        EXACT,
        (Term("ego", (("covariate", "gdp"), ("log", True))),),
        {},
        "needs values above 0; 1 are not .first: 'a0'",
    ),
    "types of untyped": (
        replace(EXACT, types=()),
        (Term("otp", (("types", "war"),)),),
        {},
        "none .events are",
    ),
    "type not there": (EXACT, (Term("otp", (("types", ("war",)),)),), {}, "'war' is not among"),
    "type of the row": (EXACT, (Term("otp", (("types", "same"),)),), {}, "typed=True"),
    "fixed types": (EXACT, (Term("fixed_type"),), {}, "set typed=True"),
    "reference": (EXACT, (Term("fixed_sender", (("reference", "zz"),)),), {}, "'zz' is not among a0"),
    "outside the risk set": (
        EXACT,
        six(),
        {"risk_set": RiskTable.of_actors(EXACT.actors[:6], since=FOREVER[0], until=FOREVER[1])},
        "events are outside the risk set .*'a6'",
    ),
    "risk table": (
        EXACT,
        six(),
        {"risk_set": RiskTable(("zz",), (None,), (0.0,), (1.0,))},
        "unknown actors .first: 'zz'",
    ),
    "outside the observation": (replace(EXACT, until=5.0), six(), {}, "outside the observation"),
    "all is history": (replace(EXACT, first=120), six(), {}, "No event is left"),
    "two splines": (
        EXACT,
        (Product((Term("otp", (("varying", 3),)), Term("isp", (("varying", 3),)))),),
        {},
        "only one factor",
    ),
    "choice in time": (
        EXACT,
        six(),
        {"model": "choice", "likelihood": "interval"},
        "says when events happen",
    ),
    "frailty of waits": (
        EXACT,
        six(),
        {"frailty": "sender", "likelihood": "interval"},
        "likelihood='ordinal'",
    ),
    "clusters of undirected": (MUTUAL, (Term("sp"),), {"errors": "sender"}, "use errors='dyad'"),
}


@pytest.mark.parametrize("name", CASES)
def test_one_clear_sentence(name: str) -> None:
    events, terms, settings, words = CASES[name]
    with pytest.raises(InputError, match=words):
        fit_rem(events, terms, config=RemConfig(**settings), covariates=(WEALTH, TREATY))


def test_too_many_dyads_for_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MEMORY_LIMIT", 1000.0)
    with pytest.raises(InputError, match="Sample non-events"):
        fit_rem(EXACT, six())


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        ({"time": [1.0], "sender": ["a"], "receiver": ["a"]}, "sender equal to receiver .first: row 0, 'a'"),
        ({"time": ["x"], "sender": ["a"], "receiver": ["b"]}, "must hold numbers; its first value is 'x'"),
        ({"time": [float("nan")], "sender": ["a"], "receiver": ["b"]}, "1 missing or infinite times"),
        ({"date": [1.0], "sender": ["a"], "receiver": ["b"]}, "no column 'time'; it has date"),
    ],
)
def test_sequence_that_is_none(frame: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        RelationalEvents.from_frame(frame)


def test_actor_that_is_not_there() -> None:
    frame = {"time": [1.0], "sender": ["a"], "receiver": ["b"]}
    with pytest.raises(InputError, match="1 rows have a receiver that is not among the 1 actors"):
        RelationalEvents.from_frame(frame, actors=["a"])
    with pytest.raises(InputError, match="of the two-mode data"):
        RelationalEvents.from_frame(frame, receivers=["a"])
