"""Small worlds for the checks: simulated ones, and two actors of whom one may answer the other."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np

from melian.checks.subject import Subject, make_subject
from melian.history import EventHistory
from melian.models.hawkes import HawkesConfig
from melian.simulate import Baseline, Branching, Kernel, World, simulate, to_history

CONFIG = HawkesConfig(half_lives=(1.0, 5.0), exposure="off")


def world(
    *,
    reply: float = 0.0,
    persistence: float = 0.15,
    events: int = 3000,
    seed: int = 1,
    instruments: tuple[str, ...] = ("coercion",),
    **settings: float,
) -> EventHistory:
    """Four actors, 500 days; `settings` are the baseline's."""
    reactive = {"coercion": settings.pop("reactive", 0.0)}
    baseline = Baseline(events=events, **{"amplitude": 0.2, **settings})
    branching = Branching(
        persistence=persistence, spread=0.0, reply=reply, alarm=0.0, joining=0.0, alignment=0.0,
        kernel=Kernel(half_lives=(1.0, 5.0), weights=(0.6, 0.4)),
    )  # fmt: skip
    made = World(
        actors=("A", "B", "C", "D"), instruments=instruments, n_steps=500, seed=seed, baseline=baseline,
        branching=branching, reactive=reactive if reactive["coercion"] else {},
    )  # fmt: skip
    return to_history(simulate(made), since=0)


def one_way(*, answered: float, each: int = 1, per_day: float = 1.0, own: float = 0.3) -> EventHistory:
    """A acts by a Poisson process; B acts too, and answers a share of A's acts on the next day."""
    rng = np.random.default_rng(7)
    n_steps = 500
    first = rng.poisson(per_day, n_steps)
    answers = np.append(0, rng.binomial(first[:-1], answered) * each)
    counts = {(0, 1): first, (1, 0): rng.poisson(own, n_steps) + answers}
    rows = sorted(
        (t, source, target, int(count[t]))
        for (source, target), count in counts.items()
        for t in range(n_steps)
        if count[t]
    )
    step, source, target, count = np.array(rows, dtype=np.int32).T
    zeros = np.zeros(len(rows), dtype=np.int32)
    return EventHistory(
        ("A", "B"), ("coercion",), dt.date(2018, 1, 1), n_steps, (0, n_steps), step, source, target, zeros,
        count, zeros.astype(bool), np.arange(len(rows), dtype=np.int64),
    )  # fmt: skip


def escalating(*, each: float, days: int = 180) -> EventHistory:
    """Two actors, each of whose acts brings forth `each` acts of the other on the next day, in the mean."""
    rng = np.random.default_rng(11)
    counts = np.zeros((2, days), dtype=np.int64)
    for t in range(days):
        counts[:, t] = rng.poisson(0.3 + (each * counts[::-1, t - 1] if t else 0.0), 2)
    source, step = np.nonzero(counts)
    order = np.lexsort((source, step))
    source, step = source[order].astype(np.int32), step[order].astype(np.int32)
    zeros = np.zeros(len(step), dtype=np.int32)
    return EventHistory(
        ("A", "B"), ("coercion",), dt.date(2018, 1, 1), days, (0, days), step, source, 1 - source, zeros,
        counts[source, step].astype(np.int32), zeros.astype(bool), np.arange(len(step), dtype=np.int64),
    )  # fmt: skip


def swinging(history: EventHistory) -> EventHistory:
    """On the last 100 days every second week has three events for one, and the others none."""
    late = history.step >= history.n_steps - 100
    week = np.where(history.step // 7 % 2 == 0, 0, 3)
    return _counted(history, np.where(late, week, 1) * history.count)


def told_from_both_sides(history: EventHistory, share: float = 0.35) -> EventHistory:
    """A share of the events of soft power is told as done by the target, too, on the same day."""
    rng = np.random.default_rng(5)
    soft = history.instrument == history.instruments.index("soft_power")
    back = np.where(soft, rng.binomial(history.count, share), 0)
    n = history.n_actors
    key = [history.step, history.source, history.target, history.instrument]
    mirror = [history.step, history.target, history.source, history.instrument]
    rows = np.concatenate([np.array([*key, history.count]), np.array([*mirror, back])[:, back > 0]], axis=1)
    flat = ((rows[0] * n + rows[1]) * n + rows[2]) * history.n_instruments + rows[3]
    _, first, group = np.unique(flat, return_index=True, return_inverse=True)
    step, source, target, instrument = rows[:4, first].astype(np.int32)
    return replace(
        history, step=step, source=source, target=target, instrument=instrument, reactive=None,
        count=np.bincount(group, rows[4]).astype(np.int32), joint=np.zeros(len(first), dtype=bool),
        row=np.full(len(first), -1, dtype=np.int64),
    )  # fmt: skip


def _counted(history: EventHistory, count: np.ndarray) -> EventHistory:
    some = count > 0
    fields = ("step", "source", "target", "instrument", "joint", "row")
    kept = {field: getattr(history, field)[some] for field in fields}
    return replace(history, count=count[some].astype(np.int32), reactive=None, **kept)


def told_twice(history: EventHistory) -> EventHistory:
    """Every event is told twice on its day."""
    return replace(history, count=history.count * 2)


def marked_at_random(history: EventHistory) -> EventHistory:
    """A third of the cells carry codes that answer, whatever made them."""
    return replace(history, reactive=np.random.default_rng(3).random(len(history.step)) < 0.33)


def subject(history: EventHistory) -> Subject:
    return make_subject(history, CONFIG)
