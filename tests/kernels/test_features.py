"""Feature kernel and column sums against the naive definition."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from naive_hawkes import feature, unseen
from small_histories import random_history

import melian.models.design as home
from melian.history import EventHistory
from melian.kernels.exposure import dyad_sums, tail_sums
from melian.kernels.features import features
from melian.models.design import Design, make_design

SINGLE = 2e-6
"""Features are stored in float32; relative to values of order one."""
DOUBLE = 1e-9
"""Column sums are float64 sums of a few hundred terms."""
HALF_LIVES = (1.0, 3.0)
CASES = pytest.mark.parametrize("bloc", [None, "pact"])


def naive_rows(history: EventHistory, design: Design, bloc: str | None) -> np.ndarray:
    rows = zip(design.row_source, design.row_target, design.row_step, strict=True)
    return np.array([naive_row(history, design, int(i), int(j), int(t), bloc) for i, j, t in rows])


def naive_row(history: EventHistory, design: Design, i: int, j: int, t: int, bloc: str | None) -> np.ndarray:
    names = design.columns.names
    seen = feature(history, names, HALF_LIVES, i, j, t, bloc)
    return seen + unseen(history, names, HALF_LIVES, i, j, t, design.share_from)


@CASES
def test_features_are_the_decayed_counts_of_their_definition(bloc: str | None) -> None:
    history = random_history(1)
    design = make_design(history, HALF_LIVES, bloc=bloc)
    np.testing.assert_allclose(design.x, naive_rows(history, design, bloc), rtol=SINGLE, atol=SINGLE)


@CASES
def test_column_sums_are_sums_over_all_channels_and_days(bloc: str | None) -> None:
    history = random_history(2, n_steps=40, rows=90)
    weight = np.where(np.arange(40) % 9 == 3, 0.0, 1.0)
    design = make_design(history, HALF_LIVES, bloc=bloc, day_weight=weight)
    expected = np.zeros_like(design.exposure)
    for i in range(4):
        for j in range(4):
            for t in range(design.fit_from, 40) if i != j else ():
                expected[i, j] += design.daily[i, t] * naive_row(history, design, i, j, t, bloc)
    np.testing.assert_allclose(design.exposure, expected, rtol=DOUBLE, atol=DOUBLE)


def test_rows_of_some_sources_are_those_of_all() -> None:
    history = random_history(3)
    whole, part = make_design(history, HALF_LIVES), make_design(history, HALF_LIVES, sources=np.array([1, 3]))
    keep = np.isin(whole.row_source, [1, 3])
    np.testing.assert_array_equal(part.x, whole.x[keep])
    np.testing.assert_array_equal(part.exposure, whole.exposure)
    np.testing.assert_array_equal(part.cell, whole.cell[np.isin(whole.cell_source, [1, 3])])


def test_events_of_the_same_day_are_no_parents() -> None:
    history = random_history(4)
    design = make_design(history, HALF_LIVES)
    first = np.flatnonzero(design.row_step == history.step[0])
    for row in first:
        i, j = int(design.row_source[row]), int(design.row_target[row])
        past = unseen(
            history, design.columns.names, HALF_LIVES, i, j, int(history.step[0]), design.share_from
        )
        np.testing.assert_allclose(design.x[row], past, rtol=SINGLE, atol=SINGLE)


def test_the_unseen_past_ends_with_the_lead_in() -> None:
    history = random_history(5)
    design = make_design(history, HALF_LIVES)
    assert 0 <= design.fit_from < design.share_from
    later = design.row_step >= design.share_from
    rows = zip(design.row_source[later], design.row_target[later], design.row_step[later], strict=True)
    names = design.columns.names
    plain = [feature(history, names, HALF_LIVES, int(i), int(j), int(t)) for i, j, t in rows]
    np.testing.assert_allclose(design.x[later], plain, rtol=SINGLE, atol=SINGLE)


def test_compiled_kernels_do_what_is_written() -> None:
    history = random_history(7, n_steps=40, rows=90)
    args: list[tuple[Any, ...]] = []
    original = home.features
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(home, "features", lambda *a: (args.append(a), original(*a))[1])
        design = make_design(history, HALF_LIVES, bloc="pact")
    plain = np.zeros_like(design.x)
    features.py_func(*args[0][:-1], plain)
    np.testing.assert_allclose(plain, args[0][-1], rtol=SINGLE, atol=1e-12)
    decay = home.decay_table(HALF_LIVES, 40)
    tails = tail_sums(design.daily, decay)
    np.testing.assert_allclose(tail_sums.py_func(design.daily, decay), tails, rtol=1e-12)
    stream = home.design_stream(design)
    inputs = [getattr(stream, name) for name in ("step", "source", "target", "instrument", "count", "joint")]
    results = []
    for kernel in (dyad_sums, dyad_sums.py_func):
        out = [np.zeros((4, 4, 2, 2, 2, 2)), np.zeros((4, 4, 2, 2, 2, 2)), np.zeros((4, 4, 2, 2))]
        out += [np.zeros((4, 2, 2, 40)), np.zeros((4, 2, 2, 40))]
        kernel(*inputs, stream.source_in, stream.target_in, tails, *out)
        results.append(out)
    for compiled, written in zip(*results, strict=True):
        np.testing.assert_allclose(compiled, written, rtol=1e-12)
