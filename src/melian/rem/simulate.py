"""Simulate event sequences from a fitted relational event model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from melian.effects.registry import EFFECTS
from melian.effects.term import Product, Term
from melian.errors import InputError, check_option
from melian.kernels.rem_draw import draw_pass
from melian.kernels.rem_state import Changes
from melian.rem.columns import LayerKey
from melian.rem.engine import Runner
from melian.rem.entries import build_changes
from melian.rem.problem import Problem, build_problem
from melian.rem.result import RemFit
from melian.rem.riskset import build_risk_set
from melian.sequence import RelationalEvents

__all__ = ["simulate_events"]

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
LongArray = NDArray[np.int64]
Past = Literal["before", "all", "none"]
PASTS: Final[tuple[Past, ...]] = ("before", "all", "none")


def simulate_events(
    fit: RemFit,
    n_events: int | None = None,
    *,
    past: Past = "before",
    estimate: FloatArray | None = None,
    seed: int = 1,
) -> RelationalEvents:
    """Draw a sequence of events from a fitted model.

    With the ordinal likelihood the times are those of the fit's own events, then their mean distance apart:
    the model says nothing of them. Events that share a time share their statistics, as in the fit. With the
    interval likelihood waiting times are drawn as well.

    Parameters
    ----------
    fit : RemFit
    n_events : int, optional
        How many to draw; default as many as the fit explained.
    past : {'before', 'all', 'none'}
        What has happened before: the events before the observation, all events of the fit (to go on after
        them), or nothing.
    estimate : (p,) float64, optional
        Coefficients to draw with, such as a draw from their distribution; default the estimate.
    seed : int

    Returns
    -------
    RelationalEvents
        The past, then the events drawn, from `first` on.

    Raises
    ------
    InputError
        If the model does not say enough to draw whole events, or asks for what is not known of them.

    Examples
    --------
    >>> from melian.effects.formula import parse_formula
    >>> from melian.rem.fit import fit_rem
    >>> events = RelationalEvents.from_frame(
    ...     {"time": [*range(1, 13)], "sender": "abcabacbcaab", "receiver": "baaccbbaacbc"})
    >>> simulate_events(fit_rem(events, parse_formula("inertia")), 7, seed=3).n_events
    7
    """
    check_option("past", past, PASTS)
    _refuse(fit)
    n = fit.n_events if n_events is None else n_events
    if n < 1:
        raise InputError(f"n_events={n} must be at least 1.")
    grid = _grid(fit, n, past)
    problem = _problem(fit, grid)
    beta = np.asarray(fit.estimate if estimate is None else estimate, np.float64)
    if beta.shape != fit.estimate.shape:
        raise InputError(f"estimate has shape {beta.shape}; the fit has {len(fit.estimate)} coefficients.")
    rng = np.random.default_rng(seed)
    drawn, rate = _draw(problem, beta, rng.random(grid.n_events))
    if fit.config.likelihood == "interval":
        return _timed(drawn, rate, rng)
    return drawn


def _refuse(fit: RemFit) -> None:
    """Refuse what cannot be drawn, with the reason."""
    config = fit.config
    if config.model != "tie" or config.conditional:
        raise InputError(
            "a model of senders alone, or of one side given the other, does not say whole events; simulate "
            "from "
            "a tie model (model='tie', conditional left out)."
        )
    if config.likelihood == "daily":
        raise InputError(
            "a model of daily counts is not simulated; fit the order (likelihood='ordinal') to simulate from."
        )
    if fit.frailties:
        raise InputError(
            "a fit with random effects of actors is not simulated; fit with fixed_sender or fixed_receiver "
            "instead."
        )
    for term in (f for t in fit.terms for f in (t.factors if isinstance(t, Product) else (t,))):
        _refuse_term(fit, term)


def _refuse_term(fit: RemFit, term: Term) -> None:
    types = term.get("types")
    if types is not None and not fit.config.typed:
        raise InputError(
            f"{term.label}: the model does not say of which type an event is, so past events of a type "
            "cannot be "
            "drawn; fit with typed=True."
        )
    effect = EFFECTS.get(term.effect)
    if effect is None:
        raise InputError(f"{term.label}: a user's own effect is not simulated.")
    timed = term.memory.kind != "full" or effect.family in ("last", "covariate") or term.get("varying")
    if fit.config.likelihood == "interval" and timed and not _constant(fit, term):
        raise InputError(
            f"{term.label} changes between events, so waiting times are not exponential; simulate from a "
            "model "
            "of the order (likelihood='ordinal'), or with full memory."
        )


def _constant(fit: RemFit, term: Term) -> bool:
    """Whether a covariate never changes after the beginning."""
    named = [c for c in fit.covariates if getattr(c, "name", None) == term.get("covariate")]
    return bool(named) and not len(named[0].breaks(-np.inf, np.inf))


def _grid(fit: RemFit, n: int, past: Past) -> RelationalEvents:
    """Lay out past and future events; the ends of the future ones stand for nothing yet."""
    events = fit.events
    known = {"before": events.first, "all": events.n_events, "none": 0}[past]
    times = _times(events, n, known, past, interval=fit.config.likelihood == "interval")
    one, two = _any_pair(events)

    def filled(values: NDArray[Any], value: object) -> NDArray[Any]:
        return np.concatenate([values[:known], np.full(n, value, values.dtype)])

    joined = np.r_[events.time[:known], times]
    return replace(
        events,
        time=joined,
        sender=filled(events.sender, one),
        receiver=filled(events.receiver, two),
        type=filled(events.type, 0),
        weight=filled(events.weight, 1.0),
        joint=filled(events.joint, False),
        row=filled(events.row, -1),
        first=known,
        since=min(float(times[0]), float(joined[known - 1])) if known else float(times[0]),
        until=float(times[-1]),
    )


def _times(events: RelationalEvents, n: int, known: int, past: Past, *, interval: bool) -> FloatArray:
    """Give the times of the events to draw."""
    own = events.time[events.first :][~events.joint[events.first :] | events.undirected]
    gap = (own[-1] - own[0]) / max(len(own) - 1, 1) or 1.0
    start = float(events.time[-1]) if past == "all" else float(own[0]) - gap
    if interval:
        # Only the order enters the statistics; the times are drawn afterwards.
        return start + np.arange(1.0, n + 1.0)
    if past == "all":
        ahead = start + gap * np.arange(1.0, n + 1.0)
        return np.asarray(np.ceil(ahead) if events.resolution == "day" else ahead, np.float64)
    more = own[-1] + gap * np.arange(1.0, max(n - len(own), 0) + 1.0)
    more = np.ceil(more) if events.resolution == "day" else more
    return np.asarray(np.r_[own[:n], more], np.float64)


def _any_pair(events: RelationalEvents) -> tuple[int, int]:
    """Give a pair that could act, to hold the place of those to be drawn."""
    if events.receivers is None:
        return 0, 1
    senders = [k for k in range(events.n_actors) if k not in set(events.receivers)]
    return senders[0], events.receivers[0]


def _problem(fit: RemFit, grid: RelationalEvents) -> Problem:
    """Lay the model out over past and future, with the fit's own risk set."""
    config = replace(
        fit.config,
        likelihood=fit.config.likelihood,
        risk_set="full",
        ties="breslow",
        first_event="include",
        controls=None,
        cases=None,
        penalty=None,
        errors="information",
    )
    problem = build_problem(grid, fit.terms, config=config, covariates=fit.covariates)
    if fit.config.risk_set == "full":
        return problem
    own = replace(config, risk_set=fit.config.risk_set)
    risk = build_risk_set(fit.events, own, problem.timeline, blocks=problem.blocks)
    starts = np.union1d(problem.segments[:-1], risk.begin)
    return replace(problem, risk=risk, segments=np.r_[starts, problem.segments[-1]].astype(np.int64))


@dataclass(frozen=True, slots=True)
class _Places:
    """Stands for the events where entries are laid out: the ends are places, filled when they are drawn."""

    n_events: int
    time: FloatArray
    type: IntArray
    weight: FloatArray
    joint: BoolArray
    undirected: bool
    sender: LongArray
    receiver: LongArray


def _entries(problem: Problem) -> tuple[Changes, BoolArray, BoolArray]:
    """Give the entries of all events in all layers, and which types each layer counts."""
    events, keys = problem.events, problem.plan.keys
    every = np.arange(events.n_events, dtype=np.int64)
    places = _Places(
        events.n_events, events.time, events.type, events.weight, events.joint, events.undirected,
        2 * every, 2 * every + 1,
    )  # fmt: skip
    open_keys = [LayerKey(None, key.memory, key.presence, key.order) for key in keys]
    n_types = max(1, len(events.types))
    counted = np.ones((len(keys), n_types), np.bool_)
    for place, key in enumerate(keys):
        if key.types is not None:
            counted[place] = np.isin(np.arange(n_types), key.types)
    ordered = np.array([key.order for key in keys], np.bool_)
    return build_changes(places, problem.timeline, open_keys), counted, ordered  # type: ignore[arg-type]


def _draw(problem: Problem, beta: FloatArray, uniform: FloatArray) -> tuple[RelationalEvents, FloatArray]:
    """Run the kernel over all segments; the events drawn come back with the sum of rates of each step."""
    events = problem.events
    changes, counted, ordered = _entries(problem)
    ends = np.empty(2 * events.n_events, np.int64)
    ends[0::2], ends[1::2] = events.sender, events.receiver
    kinds = events.type.astype(np.int64)
    first = events.first + problem.timeline.first
    rate = np.zeros(problem.timeline.n_steps)
    runner = Runner(problem)
    for segment in range(len(problem.segments) - 1):
        rows = runner.prepare(segment)
        steps = (int(problem.segments[segment]), int(problem.segments[segment + 1]))
        draw_pass(
            problem.plan.layout, runner.state, changes, problem.observed, runner.sums, rows, beta, steps,
            problem.plan.plain, ends, kinds, counted, ordered, first, uniform, rate,
        )  # fmt: skip
    drawn = replace(
        events,
        sender=ends[0::2].astype(np.int32),
        receiver=ends[1::2].astype(np.int32),
        type=kinds.astype(np.int32) if problem.blocks > 1 else events.type,
    )
    return drawn, rate


def _timed(drawn: RelationalEvents, rate: FloatArray, rng: np.random.Generator) -> RelationalEvents:
    """Draw the waiting times, each exponential with the sum of the rates of its step."""
    known = drawn.first
    start = float(drawn.time[known - 1]) if known else float(drawn.time[0]) - 1.0
    times = start + np.cumsum(rng.exponential(size=len(rate)) / rate[-(drawn.n_events - known) :])
    time = np.r_[drawn.time[:known], times]
    return replace(drawn, time=time, since=start, until=float(time[-1]), resolution="exact")
