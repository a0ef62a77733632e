"""Who is drawn: distinct, never the event itself, equally often, and the same whatever the order of rows.

Chances are judged by chi-square at 1e-4 with fixed seeds.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2
from sequences import random_events, six

from melian.effects.term import Memory, Product, Term
from melian.kernels.sampled_draw import locate, member
from melian.rem.config import RemConfig
from melian.rem.fit import fit_rem
from melian.rem.result import RemFit
from melian.rem.sampled_risk import spells
from melian.rem.sampled_rows import asked_rows, strata_of
from melian.rem.sampled_stream import Rows
from melian.sequence import RelationalEvents

TWO_MODES = replace(
    random_events(1),
    sender=np.arange(120, dtype=np.int32) % 4,
    receiver=4 + np.arange(120, dtype=np.int32) % 3,
    receivers=(4, 5, 6),
)
DIRECTED, UNDIRECTED = random_events(2), random_events(3, undirected=True)
FORMS = {
    "ordered": (DIRECTED, RemConfig()),
    "typed": (DIRECTED, RemConfig(typed=True)),
    "active": (DIRECTED, RemConfig(risk_set="active")),
    "active typed": (DIRECTED, RemConfig(risk_set="active", typed=True)),
    "given sender": (DIRECTED, RemConfig(conditional="sender")),
    "given receiver": (DIRECTED, RemConfig(conditional="receiver")),
    "active, given receiver": (DIRECTED, RemConfig(risk_set="active", conditional="receiver")),
    "choice": (DIRECTED, RemConfig(model="choice")),
    "rate": (DIRECTED, RemConfig(model="rate")),
    "unordered, odd": (UNDIRECTED, RemConfig()),
    "unordered, even": (random_events(4, n=8, undirected=True), RemConfig()),
    "unordered active": (UNDIRECTED, RemConfig(risk_set="active")),
    "two modes": (TWO_MODES, RemConfig()),
    "two modes, given receiver": (TWO_MODES, RemConfig(conditional="receiver")),
}


@pytest.mark.parametrize("form", FORMS)
def test_members_and_numbers_are_inverse(form: str) -> None:
    events, config = FORMS[form]
    (spell,) = spells(events, config)
    risk = spell.risk
    for e in (0, 17):
        ends = [np.array([x], np.int32) for x in (events.sender[e], events.receiver[e])]
        kind = np.array([events.type[e] if config.typed else 0], np.int32)
        base, size, own = (np.empty(1, np.int64) for _ in range(3))
        locate(risk, *ends, kind, base, size, own)
        rows = [member(risk, base[0] + k) for k in range(size[0])]
        assert len(set(rows)) == size[0]
        for k, (i, j, c) in enumerate(rows):
            found = [np.empty(1, np.int64) for _ in range(3)]
            locate(risk, *(np.array([x], np.int32) for x in (i, j, c)), *found)
            assert (found[0][0], found[1][0], found[2][0]) == (base[0], size[0], k)


def drawn(events: RelationalEvents, config: RemConfig) -> tuple[Rows, np.ndarray]:
    """Give all rows of a sample in one piece, and each row's stratum."""
    rng = np.random.default_rng(config.seed)
    strata = strata_of(events, config, rng=rng)
    (rows,) = asked_rows(strata, rng=rng, typed=config.typed)
    return rows, np.repeat(np.arange(len(strata.event)), np.diff(strata.first))


def few(config: RemConfig) -> int:
    return 1 if config.conditional or config.model != "tie" else 4


@pytest.mark.parametrize("form", FORMS)
def test_rows_are_distinct_and_the_event_is_first(form: str) -> None:
    events, config = FORMS[form]
    rows, stratum = drawn(events, replace(config, controls=few(config)))
    key = np.stack([stratum, rows.sender, rows.receiver, rows.kind], axis=1)
    assert len(np.unique(key, axis=0)) == len(key)
    case = rows.first[:-1]
    assert len(case) == 119
    for name in () if events.undirected or config.model == "rate" else ("sender", "receiver"):
        np.testing.assert_array_equal(getattr(rows, name)[case], getattr(events, name)[1:])


@pytest.mark.parametrize("controls", [3, 20, 40])
def test_every_non_event_is_drawn_equally_often(controls: int) -> None:
    """41 non-events of one dyad: each must be drawn `controls` / 41 of the time."""
    n, m = 7, 1501
    same = np.zeros(m, np.int32)
    events = RelationalEvents(
        tuple(f"a{k}" for k in range(n)), np.arange(m, dtype=float), same, same + 1, same,
        np.ones(m), np.zeros(m, bool), np.full(m, -1),
    )  # fmt: skip
    rows, _ = drawn(events, RemConfig(controls=controls, seed=3))
    other = np.ones(len(rows.sender), bool)
    other[rows.first[:-1]] = False
    count = np.bincount(rows.sender[other].astype(int) * n + rows.receiver[other], minlength=n * n)
    assert count[1] == 0
    assert (count > 0).sum() == 41
    expected = (m - 1) * controls / 41
    # Without replacement the counts vary less than independent ones: by (41 - controls) / 40.
    statistic = ((count[count > 0] - expected) ** 2 / expected).sum()
    less = (41 - controls) / 40
    assert statistic < chi2.ppf(1 - 1e-4, 40) * less
    assert statistic > chi2.ppf(1e-4, 40) * less


def same(one: RemFit, two: RemFit) -> None:
    """Compare two fits to 1e-9."""
    np.testing.assert_allclose(two.estimate, one.estimate, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(two.covariance, one.covariance, rtol=1e-8, atol=1e-10)


MIXED = (
    Term("inertia", memory=Memory.halflife(8.0)),
    Term("reciprocity", memory=Memory.window(10.0)),
    Term("otp", scaling="log1p"),
    Product((Term("outdegree_sender"), Term("indegree_receiver"))),
)
seeds = st.integers(0, 10_000)
quick = settings(max_examples=6, deadline=None)


@quick
@given(seeds)
def test_rows_within_a_step_and_order_of_actors_change_nothing(seed: int) -> None:
    events = random_events(seed, ties=True, m=150)
    rng = np.random.default_rng(seed)
    order = np.lexsort((rng.random(150), events.time))
    place = rng.permutation(7).astype(np.int32)
    moved = replace(
        events,
        actors=tuple(events.actors[k] for k in np.argsort(place)),
        sender=place[events.sender[order]],
        receiver=place[events.receiver[order]],
        type=events.type[order],
    )
    config = RemConfig(controls=6, cases=0.7, seed=seed)
    same(fit_rem(events, MIXED, config=config), fit_rem(moved, MIXED, config=config))


@quick
@given(seeds, st.sampled_from([-64.0, 4096.0]), st.sampled_from([0.25, 16.0]))
def test_shift_of_time_and_change_of_unit(seed: int, shift: float, unit: float) -> None:
    events = random_events(seed, m=150)
    time = events.time * unit + shift
    moved = replace(events, time=time, since=float(time[0]), until=float(time[-1]))
    config = RemConfig(controls=6, seed=seed)
    terms = (Term("inertia", memory=Memory.halflife(8.0)), Term("otp"))
    scaled = (Term("inertia", memory=Memory.halflife(8.0 * unit)), Term("otp"))
    same(fit_rem(events, terms, config=config), fit_rem(moved, scaled, config=config))


def test_the_seed_decides() -> None:
    events = random_events(1, m=150)
    one, two, other = (
        fit_rem(events, six(), config=RemConfig(controls=5, seed=seed)).estimate for seed in (1, 1, 2)
    )
    assert (one == two).all()
    assert (one != other).all()


def test_a_part_of_the_events() -> None:
    events = random_events(1, m=150)
    fit = fit_rem(events, six(), config=RemConfig(controls=10, cases=0.5))
    assert fit.n_events == 74
    assert any("part of 0.5 of the events" in note for note in fit.notes)
    full = fit_rem(events, six(), config=RemConfig(controls=10))
    assert (np.diag(fit.covariance) > np.diag(full.covariance)).all()


@pytest.mark.slow
def test_estimates_from_samples_are_centred_on_those_of_the_full_risk_set() -> None:
    """200 samples of non-events of one sequence: their mean within 4 of its standard errors."""
    events = random_events(8, n=10, m=600)
    full = fit_rem(events, six())
    found = np.array(
        [fit_rem(events, six(), config=RemConfig(controls=10, seed=s)).estimate for s in range(200)]
    )
    error = found.std(axis=0, ddof=1) / np.sqrt(200)
    # A sample's estimate has the bias of a ratio, of order its variance; half a standard error allows for it.
    allowed = 4 * error + 0.5 * np.sqrt(np.diag(full.covariance))
    assert (np.abs(found.mean(axis=0) - full.estimate) < allowed).all()


def test_no_array_has_a_cell_for_every_pair_of_many_actors() -> None:
    """20,000 actors have 4e8 pairs; a fit takes a few megabytes."""
    import tracemalloc

    rng = np.random.default_rng(4)
    n, m = 20_000, 3_000
    group = rng.integers(0, 40, m)
    sender = np.where(rng.random(m) < 0.9, group, rng.integers(0, n, m)).astype(np.int32)
    receiver = ((sender + rng.integers(1, 40, m)) % n).astype(np.int32)
    turned = rng.random(m) < 0.5
    sender, receiver = np.where(turned, receiver, sender), np.where(turned, sender, receiver)
    events = RelationalEvents(
        tuple(f"a{k}" for k in range(n)), np.arange(m, dtype=float), sender, receiver, np.zeros(m, np.int32),
        np.ones(m), np.zeros(m, bool), np.full(m, -1),
    )  # fmt: skip
    config = RemConfig(controls=5, penalty=("ridge", 1.0))
    fit_rem(random_events(1), six(), config=config)
    tracemalloc.start()
    fit = fit_rem(events, six(Memory.halflife(500.0)), config=config)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert fit.converged
    assert fit.dyads_at_risk == n * (n - 1)
    assert peak < 32 * 2**20
