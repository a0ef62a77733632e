"""Numbers in the sentence of every check come from its result: other results, another sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest
from check_worlds import CONFIG
from told import Case, Told, faults, tellings

from melian.checks import (
    dead_actor,
    forecasts,
    hidden,
    ladder,
    lead,
    learned,
    placebo,
    radius,
    reactive,
    rescaling,
    residuals,
    reversal,
    thinning,
    visits,
)
from melian.checks.registry import CHECKS
from melian.checks.subject import Subject, make_subject
from melian.simulate import Baseline, Branching, Kernel, World, simulate, to_history

Pairs = tuple[tuple[Any, str], ...]


@cache
def subject(size: int) -> Subject:
    """A small world, of the second size with an actor and some days more; some soft power is joint."""
    kernel = Kernel(half_lives=(1.0, 5.0), weights=(0.6, 0.4))
    made = World(
        actors=("A", "B", "C", "D")[: 3 + size], instruments=("coercion", "soft_power"),
        n_steps=300 + 40 * size, baseline=Baseline(events=900 + 300 * size), reactive={"coercion": 0.4},
        branching=Branching(persistence=0.15, spread=0.0, reply=0.3, kernel=kernel),
    )  # fmt: skip
    history = to_history(simulate(made), since=0)
    joint = (history.instrument == 1) & (np.arange(len(history.step)) % 9 == 0)
    return make_subject(replace(history, joint=joint), CONFIG)


def found(name: str) -> tuple[Pairs, Pairs, dict[tuple[Any, str], tuple[Any, Any]]]:
    """Functions whose results a check tells, dear ones, and its constants in two values each."""
    few: dict[tuple[Any, str], tuple[Any, Any]] = {(learned, "DRAWS"): (29, 29)}
    return {
        "pit": (((residuals, "residuals"),), (), few),
        "rescaling": (
            ((rescaling, "rescaled"), (rescaling, "_drawn")),
            ((rescaling, "source_days"), (rescaling, "learned_draws")), few,
        ),
        "autocorrelation": (((residuals, "residuals"),), (), {(residuals, "LAGS"): (7, 6), **few}),
        "dispersion": (((residuals, "source_days"),), (), {}),
        "ladder": (((ladder, "score_ladder"),), (), {}),
        "forecasts": (
            ((forecasts, "_forecasts"), (forecasts, "_coverage")), (),
            {(forecasts, "NOMINAL"): ((0.5, 0.8, 0.95), (0.6, 0.7, 0.85)), (forecasts, "JUDGED"): (0.8, 0.7)},
        ),
        "placebo": (
            ((placebo, "mean_share"), (placebo, "share_of")),
            ((Subject, "fit_design"), (placebo, "make_design")), {(placebo, "SHIFTS"): (19, 20)},
        ),
        "placebo-actor": (((dead_actor, "_shares"), (dead_actor, "share_of")), (), {}),
        "lead": (((lead, "_gains"),), ((lead, "past_and_future"),), {(lead, "SHIFTS"): (19, 20)}),
        "reversal": (
            ((reversal, "cell_terms"),), ((reversal, "fit_newton"), (reversal, "make_design")),
            {(reversal, "SHIFTS"): (19, 20)},
        ),
        "thinning": (
            ((thinning, "_row"),), (),
            {(thinning, "REPEATS"): (1, 1), (thinning, "JUDGED"): (0.3, 0.2), (thinning, "DROPPED"): (
                (0.1, 0.2, 0.3, 0.5), (0.2, 0.4))},
        ),
        "halves": (
            ((thinning, "share_of"),), ((Subject, "refit"),), {(thinning, "MOST_APART"): (0.1, 0.2)},
        ),
        "radius": (((radius, "mean_share"), (radius, "_radius")), ((radius, "fit_newton"),), {}),
        "reactive": (((reactive, "cell_terms"),), (), {}),
        "visits": (((visits, "_ratio"),), ((visits, "_done_back"), (visits, "_table")), {}),
        "hidden-driver": (
            ((hidden, "_fitted"), (hidden, "mean_share"), (hidden, "same_day_correlation")), (),
            {(hidden, "WORLDS"): (1, 1), (hidden, "STRENGTHS"): ((0.4, 2.5), (0.4, 1.5))},
        ),
    }[name]  # fmt: skip


DERIVED: dict[str, Callable[[pl.DataFrame], Any]] = {
    "thinning": lambda table: table["initiative"].to_numpy() - table["initiative"][0],
    "placebo-actor": lambda table: [
        float(np.average(table[f"dead_{part}"], weights=table["events"])) for part in dead_actor.PARTS
    ],
}
"""Figures that follow from the table of a result."""
PHRASES = {"autocorrelation": ("lags 1 to",)}
"""Phrases whose numerals are constants of a check."""
KEEP = frozenset({"dropped", "actor", "fold", "block", "weekday", "models"})


def case(name: str, size: int) -> Case:
    def tell() -> Told:
        result = CHECKS[name].run(subject(size))
        assert result.verdict != "not run", result.sentence
        derived = DERIVED[name](result.table) if name in DERIVED else ()
        values = (result.table, result.figure, result.statistic, result.p_value, derived, constants)
        return Told((result.sentence,), values)

    told, dear, either = found(name)
    constants = {key: values[size] for key, values in either.items()}
    return Case(tell, told, dear, KEEP, constants)


@pytest.mark.parametrize("name", list(CHECKS))
def test_sentence_follows_the_result(name: str) -> None:
    told = [one for size in (0, 1) for one in tellings(case(name, size))]
    assert faults(told, PHRASES.get(name, ())) == []
