"""A history of ten events with every statistic written out by hand at its end.

Actors a, b, c, d; times 1 to 10:

    1 a-b   2 b-c   3 a-b   4 c-a   5 b-a   6 a-c   7 b-c   8 d-a   9 c-d   10 a-b

Counts after the ten (sender in rows): a: b 3, c 1;  b: a 1, c 2;  c: a 1, d 1;  d: a 1.
"""

from __future__ import annotations

import numpy as np
import pytest
from stepwise import every_step

from melian.effects.term import Memory, Term
from melian.rem.config import RemConfig
from melian.sequence import RelationalEvents

ENDS = ("ab", "bc", "ab", "ca", "ba", "ac", "bc", "da", "cd", "ab")
RECIPROCITY = [[0, 1, 1, 1], [3, 0, 0, 0], [1, 2, 0, 0], [0, 0, 1, 0]]
HAND = {
    "inertia": [[0, 3, 1, 0], [1, 0, 2, 0], [1, 0, 0, 1], [1, 0, 0, 0]],
    "reciprocity": RECIPROCITY,
    "outdegree_sender": [[0, 4, 4, 4], [3, 0, 3, 3], [2, 2, 0, 2], [1, 1, 1, 0]],
    "indegree_sender": [[0, 3, 3, 3], [3, 0, 3, 3], [3, 3, 0, 3], [1, 1, 1, 0]],
    "outdegree_receiver": [[0, 3, 2, 1], [4, 0, 2, 1], [4, 3, 0, 1], [4, 3, 2, 0]],
    "indegree_receiver": [[0, 3, 3, 1], [3, 0, 3, 1], [3, 3, 0, 1], [3, 3, 3, 0]],
    # a-c by b: min(3, 2) = 2; a-d by c: min(1, 1); b-a by c: min(2, 1); b-c by a: min(1, 1);
    # b-d by c: min(2, 1); c-a by d: min(1, 1); c-b by a: min(1, 3); d-b by a: min(1, 3); d-c by a: min(1, 1).
    "otp": [[0, 0, 2, 1], [1, 0, 1, 1], [1, 1, 0, 0], [0, 1, 1, 0]],
    # itp of i, j is otp of j, i.
    "itp": [[0, 1, 1, 0], [0, 0, 1, 1], [2, 1, 0, 1], [1, 1, 0, 0]],
    # a, b share c as target: min(1, 2); a, c share none; a, d none; b, c share a: min(1, 1);
    # b, d share a: min(1, 1); c, d share a.
    "osp": [[0, 1, 0, 0], [1, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0]],
    # a, b: senders to both: c 1, 0; d 1, 0: none. a, c: b sends 1, 2: 1. a, d: c sends 1, 1: 1.
    # b, c: a sends 3, 1: 1. b, d: none. c, d: none.
    "isp": [[0, 0, 1, 1], [0, 0, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0]],
    # After a-b: only the pairs that follow on from it.
    "psABBA": [[0, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]],
    "psABBY": [[0, 0, 0, 0], [0, 0, 1, 1], [0, 0, 0, 0], [0, 0, 0, 0]],
    "psABXA": [[0, 0, 0, 0], [0, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0]],
    "psABXB": [[0, 0, 0, 0], [0, 0, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0]],
    "psABXY": [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]],
    "psABAY": [[0, 0, 1, 1], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]],
    "psABAB": [[0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]],
    # a sent to b (10), c (6); b to c (7), a (5); c to d (9), a (4); d to a.
    "rrank_send": [[0, 1, 1 / 2, 0], [1 / 2, 0, 1, 0], [1 / 2, 0, 0, 1], [1, 0, 0, 0]],
    # a received from d (8), b (5), c (4); b from a; c from b (7), a (6); d from c.
    "rrank_receive": [[0, 1 / 2, 1 / 3, 1], [1, 0, 0, 0], [1 / 2, 1, 0, 0], [0, 0, 1, 0]],
    # Time 11 less the last event of the dyad, and one more.
    "recency_continue": [[0, 1 / 2, 1 / 6, 0], [1 / 7, 0, 1 / 5, 0], [1 / 8, 0, 0, 1 / 3], [1 / 4, 0, 0, 0]],
    # i-j by l and h: n_il, n_hl, n_hj above 0, all distinct. a-d: b then none else sends to b. b-d: by a
    # from c is n_ba 1, n_ca 1, n_cd 1; c-b: d then none. d-c: by a: n_da 1, n_ba 1, n_bc 2. d-b: by a,
    # who else sends to a and to b: none. c-a, d-a and the others: none.
    "four_cycle": [[0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0], [0, 0, 1, 0]],
}


@pytest.fixture
def ten() -> RelationalEvents:
    """Ten events, and an eleventh that looks back at them."""
    ends = [*ENDS, "ab"]
    frame = {
        "time": [float(t) for t in range(1, 12)],
        "sender": [e[0] for e in ends],
        "receiver": [e[1] for e in ends],
    }
    return RelationalEvents.from_frame(frame)


def at_the_end(events: RelationalEvents, term: Term, config: RemConfig | None = None) -> np.ndarray:
    """Matrix of a statistic at time 11, the diagonal 0."""
    settings = config or RemConfig(first_event="include")
    for time, rows, value in every_step(events, (term,), config=settings):
        if time == 11.0:
            out = np.zeros(16)
            out[rows] = value[rows, 0]
    return out.reshape(4, 4)


@pytest.mark.parametrize("name", HAND)
def test_ten_events(ten: RelationalEvents, name: str) -> None:
    np.testing.assert_allclose(at_the_end(ten, Term(name)), HAND[name], atol=1e-12)


def test_unique_partners(ten: RelationalEvents) -> None:
    # a-c by b; a-d by c; b-a by c; b-c by a; b-d by c; c-a by d; c-b by a; d-b by a; d-c by a.
    expected = [[0, 0, 1, 1], [1, 0, 1, 1], [1, 1, 0, 0], [0, 1, 1, 0]]
    np.testing.assert_allclose(at_the_end(ten, Term("otp", (("kind", "unique"),))), expected)


def test_window_of_four(ten: RelationalEvents) -> None:
    # Ages up to 4 at time 11: events 7 to 10.
    expected = [[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0]]
    np.testing.assert_allclose(at_the_end(ten, Term("inertia", memory=Memory.window(4))), expected)


def test_interval_of_ages(ten: RelationalEvents) -> None:
    # Ages above 4 and up to 8: events 3 to 6.
    expected = [[0, 1, 1, 0], [1, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
    np.testing.assert_allclose(at_the_end(ten, Term("inertia", memory=Memory.interval(4, 8))), expected)


def test_half_life_of_one_step(ten: RelationalEvents) -> None:
    found = at_the_end(ten, Term("inertia", memory=Memory.halflife(1)))
    assert found[0, 1] == pytest.approx(2.0**-1 + 2.0**-8 + 2.0**-10)
    previous = at_the_end(ten, Term("inertia", memory=Memory.halflife(1, clock="previous")))
    assert previous[0, 1] == pytest.approx(1.0 + 2.0**-7 + 2.0**-9)


def test_proportions(ten: RelationalEvents) -> None:
    found = at_the_end(ten, Term("inertia", scaling="prop"))
    np.testing.assert_allclose(found[0], [0, 3 / 4, 1 / 4, 0])
    np.testing.assert_allclose(at_the_end(ten, Term("outdegree_sender", scaling="prop"))[0, 1:], 0.4)
