"""Every effect, memory and scaling against its definition on small random sequences.

Tolerance 1e-10: sums of a few dozen terms; half-lives go through a reference time.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from naive_statistics import naive_matrix
from stepwise import every_step

from melian.effects.registry import EFFECTS
from melian.effects.term import Memory, Term
from melian.rem.config import RemConfig
from melian.sequence import RelationalEvents

NEAR = 1e-10
COUNTS = [e.name for e in EFFECTS.values() if e.memory and e.directed]
SHIFTS = [e.name for e in EFFECTS.values() if e.ordered and e.directed]
MUTUAL = [e.name for e in EFFECTS.values() if e.undirected and e.family not in ("covariate", "fixed")]
MEMORIES = [
    Memory(),
    Memory.window(6.0),
    Memory.interval(2.0, 8.0),
    Memory.halflife(4.0),
    Memory.halflife(0.01),
    Memory.window(6.0, clock="previous"),
    Memory.halflife(4.0, clock="previous"),
]


def history(seed: int, *, n: int = 5, m: int = 36, ties: bool = False, **settings) -> RelationalEvents:
    """Make a random sequence with weights, two types and some joint events."""
    rng = np.random.default_rng(seed)
    ends = np.array([rng.choice(n, 2, replace=False) for _ in range(m)])
    step = rng.integers(0, 2, m) if ties else rng.integers(1, 3, m)
    joint = np.zeros(m, bool) if settings.get("undirected") else rng.random(m) < 0.15
    joint[-1] = False
    return RelationalEvents(
        actors=tuple("abcdefgh"[:n]),
        time=10.0 + np.cumsum(step.astype(float)),
        sender=ends[:, 0].astype(np.int32),
        receiver=ends[:, 1].astype(np.int32),
        type=rng.integers(0, 2, m).astype(np.int32),
        types=("talk", "work"),
        weight=rng.choice([1.0, 2.0, 0.5], m),
        joint=joint,
        row=np.full(m, -1),
        **settings,
    )


def compare(events: RelationalEvents, terms: list[Term], types: tuple[str, ...] | None = None) -> None:
    """Compare all columns at all steps; single columns and all of them together."""
    steps = 0
    for time, rows, value in every_step(events, tuple(terms)):
        for q, term in enumerate(terms):
            expected = naive_matrix(events, term, time, types).ravel()[rows]
            where = f"{term.label} {time}"
            np.testing.assert_allclose(value[rows, q], expected, rtol=NEAR, atol=NEAR, err_msg=where)
        steps += 1
    assert steps > 5


@pytest.mark.parametrize("memory", MEMORIES, ids=lambda m: f"{m.kind}-{m.span}-{m.clock}")
def test_counts_under_every_memory(memory: Memory) -> None:
    for kind in ((), (("kind", "unique"),)):
        compare(history(1), [Term(name, kind, memory) for name in COUNTS])


@pytest.mark.parametrize("memory", MEMORIES[:5], ids=lambda m: f"{m.kind}-{m.span}-{m.clock}")
def test_counts_with_ties_in_time(memory: Memory) -> None:
    compare(history(2, ties=True), [Term(name, memory=memory) for name in COUNTS])


@pytest.mark.parametrize("scaling", ["log1p", "prop"])
def test_scalings_under_every_memory(scaling: str) -> None:
    names = [name for name in COUNTS if scaling in EFFECTS[name].scalings]
    for memory in MEMORIES:
        if memory.span == (0.01,) and scaling == "prop":
            continue  # the definition divides two numbers that have both underflowed
        compare(history(3), [Term(name, (), memory, scaling) for name in names])


@pytest.mark.parametrize("name", COUNTS)
def test_each_effect_alone_takes_the_quick_path(name: str) -> None:
    compare(history(4, n=8, m=60), [Term(name)])


def test_order_of_events() -> None:
    recencies = [e.name for e in EFFECTS.values() if e.family == "last"]
    compare(history(5), [Term(name) for name in (*SHIFTS, *recencies)])


def test_events_of_one_type() -> None:
    names = (*COUNTS, *SHIFTS, "recency_continue")
    compare(history(6), [Term(name, (("types", ("work",)),)) for name in names], ("work",))


@pytest.mark.parametrize("name", MUTUAL)
def test_undirected(name: str) -> None:
    events = history(7, undirected=True)
    for time, rows, value in every_step(events, (Term(name),)):
        expected = naive_matrix(events, Term(name), time)
        if name == "totaldegree_dyad":
            expected = expected / 2.0
        np.testing.assert_allclose(value[rows, 0], expected.ravel()[rows], rtol=NEAR, atol=NEAR)
        assert all(d // 5 < d % 5 for d in rows)


def test_standardised_over_the_dyads_at_risk() -> None:
    events, term = history(8), Term("inertia", scaling="std")
    for time, rows, value in every_step(events, (term,)):
        raw = naive_matrix(events, Term("inertia"), time).ravel()[rows]
        spread = raw.std(ddof=1)
        expected = (raw - raw.mean()) / spread if spread > 0 else 0.0 * raw
        np.testing.assert_allclose(value[rows, 0], expected, rtol=NEAR, atol=NEAR)


def test_half_life_over_a_very_long_time() -> None:
    base = history(9)
    events = RelationalEvents.from_frame(
        {"time": 400.0 * (base.time - 10.0), "sender": base.sender, "receiver": base.receiver},
        actors=[str(k) for k in range(5)],
    )
    compare(
        events, [Term(name, memory=Memory.halflife(3.0)) for name in ("inertia", "otp", "outdegree_sender")]
    )


def test_no_event_is_in_its_own_statistics() -> None:
    first = next(iter(every_step(history(10), tuple(Term(name) for name in COUNTS))))
    assert not first[2].any()


def test_every_effect_is_covered() -> None:
    tested = {*COUNTS, *SHIFTS, *MUTUAL, *(e.name for e in EFFECTS.values() if e.family == "last")}
    outside = {e.name for e in EFFECTS.values() if e.family in ("covariate", "fixed")}
    assert tested | outside == set(EFFECTS)
    assert len(list(itertools.chain(EFFECTS))) >= 40


def test_proportions_fall_back_once_all_weights_have_left_a_window() -> None:
    base = history(11)
    weight = np.random.default_rng(1).choice([0.1, 0.7, 0.3], base.n_events)
    events = replace(base, weight=weight)
    compare(events, [Term(name, (), Memory.window(3.0), "prop") for name in ("inertia", "outdegree_sender")])


def test_rows_of_a_type_count_events_of_their_type() -> None:
    events, cells = history(12), 25
    names = (*COUNTS, *(name for name in SHIFTS if not name.startswith("rrank")))
    terms = tuple(Term(name, (("types", "same"),)) for name in names)
    config = RemConfig(first_event="include", typed=True)
    for time, rows, value in every_step(events, terms, config=config):
        for c, own in enumerate(events.types):
            mine = rows[rows // cells == c]
            for q, term in enumerate(terms):
                expected = naive_matrix(events, Term(term.effect), time, (own,)).ravel()[mine % cells]
                np.testing.assert_allclose(value[mine, q], expected, rtol=NEAR, atol=NEAR, err_msg=term.label)
