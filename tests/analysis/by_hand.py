"""Seven directed deeds and a meeting among three actors, with four drawn genealogies written out.

2018-01-01 (step 0) is a Monday. Unit 0 lies before the likelihood; the six others are shared out.

unit  cell  step  deed                draw 0          draw 1          draw 2         draw 3
0     0     0     A -> B force        (not live)
1     1     1     B -> A coercion     reply to 0      reply to 0      -              reply to 0
2     2     2     A -> B force        persist. 0      -               reply to 1     persist. 0
3     2     2     A -> B force        reply to 1      reply to 1      -              -
      3     2     A and B meet (coercion)
4     4     40    B -> C force        spread 1        alarm 2         -              -
5     5     41    C -> B coercion     reply to 4      joining 2       reply to 4     -
6     6     42    A -> B coercion     joint 3         joint 3         -              persist. 2
"""

from __future__ import annotations

import datetime as dt

import numpy as np
from genealogies import HALF_LIVES, columns_of, summary_of_fit

from melian.analysis.evidence import Evidence
from melian.history import EventHistory, FunnelCount, Provenance
from melian.models.draws import Draws, FitSummary

A, B, C, JOINT = range(4)
COERCION, FORCE = range(2)
PERSISTENCE, SPREAD, REPLY, ALARM, JOINING, ALIGNMENT, MEETING = range(7)


def make_history() -> EventHistory:
    return EventHistory(
        actors=("A", "B", "C"),
        instruments=("coercion", "force"),
        origin=dt.date(2018, 1, 1),
        n_steps=90,
        window=(0, 90),
        step=np.array([0, 1, 2, 2, 40, 41, 42], np.int32),
        source=np.array([A, B, A, A, B, C, A], np.int32),
        target=np.array([B, A, B, B, C, B, B], np.int32),
        instrument=np.array([FORCE, COERCION, FORCE, COERCION, FORCE, COERCION, COERCION], np.int32),
        count=np.array([1, 1, 2, 1, 1, 1, 1], np.int32),
        joint=np.array([False, False, False, True, False, False, False]),
        row=np.array([100, 101, 102, 103, 104, 105, -1]),
        reactive=np.array([False, False, False, False, True, False, False]),
        provenance=Provenance(
            snapshot="sha256:ab",
            sources=("table",),
            funnel=(FunnelCount("resolve", 12), FunnelCount("mirrors", 9)),
            without=("statements",),
            notes=("a note",),
        ),
    )


def feature(relation: int, answered: int, kernel: int = 0) -> int:
    return (relation * 2 + answered) * len(HALF_LIVES) + kernel


def make_draws(history: EventHistory) -> Draws:
    reply, persist = feature(REPLY, FORCE), feature(PERSISTENCE, FORCE)
    answer, meet = feature(REPLY, COERCION), feature(MEETING, COERCION)
    spread, alarm, joining = feature(SPREAD, COERCION), feature(ALARM, FORCE), feature(JOINING, FORCE)
    term = [
        [-1, reply, persist, answer, spread, reply, meet],
        [-1, reply + 1, -1, answer, alarm, joining, meet],
        [-1, -1, answer, -1, -1, reply, -1],
        [-1, reply, persist, -1, -1, -1, persist],
    ]
    parent = [
        [-1, 0, 0, 1, 1, 4, 3],
        [-1, 0, -1, 1, 2, 2, 3],
        [-1, -1, 1, -1, -1, 4, -1],
        [-1, 0, 0, -1, -1, -1, 2],
    ]
    root = [
        [A, A, A, A, A, A, JOINT],
        [A, A, A, A, A, A, JOINT],
        [A, B, B, A, B, B, A],
        [A, A, A, A, B, C, A],
    ]
    return Draws(
        columns_of(history),
        np.array([0, 1, 2, 2, 4, 5, 6], np.int32),
        np.array([False, True, True, True, True, True, True]),
        np.array(term, np.int16),
        np.array(parent, np.int32),
        np.array(root, np.int16),
    )


def make_fit(history: EventHistory) -> FitSummary:
    return summary_of_fit(history, columns_of(history), share_from=1)


EVIDENCE = Evidence(
    placebo=np.array([[0.1, 0.2, 0.1], [0.2, 0.1, 0.05]]),
    same_step=np.array([0.1, 0.2, 0.3]),
    initiative_same_step=np.array([0.2, 0.3, 0.4]),
    ladder=(("poisson", -5.0), ("baseline", -4.5), ("full", -4.25)),
    extra={"estimator": "gibbs", "exposure": {"bandwidth": 7.0}},
)
