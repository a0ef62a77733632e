"""Which specifications are run: all where they are few, else main, neighbours and a balanced sample."""

from __future__ import annotations

import numpy as np
import pytest

from melian.curve.grid import choose_rows, one_at_a_time
from melian.errors import InputError

SIZES = [3, 4, 2, 4, 2, 2, 2, 3, 4, 3, 3, 3]
SLOW = [True] * 6 + [False] * 6


def test_few_combinations_are_all_run() -> None:
    rows = choose_rows([2, 3], slow=[True, False], most=6, seed=1)
    assert rows.tolist() == [[a, b] for a in range(2) for b in range(3)]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_sample_holds_the_main_row_and_every_neighbour_once(seed: int) -> None:
    rows = choose_rows(SIZES, slow=SLOW, most=200, seed=seed)
    assert rows.shape == (200, len(SIZES))
    fixed = one_at_a_time(SIZES)
    assert (rows[: len(fixed)] == fixed).all()
    assert len({tuple(row) for row in rows.tolist()}) == 200
    assert (rows < np.array(SIZES)).all()


def test_every_value_is_as_frequent_as_the_others_of_its_axis() -> None:
    rows = choose_rows(SIZES, slow=SLOW, most=400, seed=1)[len(one_at_a_time(SIZES)) :]
    for axis, size in enumerate(SIZES):
        counts = np.bincount(rows[:, axis], minlength=size)
        assert counts.max() - counts.min() <= (12 if SLOW[axis] else 2)


def test_sampled_rows_share_their_slow_settings() -> None:
    rows = choose_rows(SIZES, slow=SLOW, most=200, seed=1)[len(one_at_a_time(SIZES)) :]
    assert len({tuple(row[:6]) for row in rows.tolist()}) < len(rows) / 4


def test_the_seed_decides() -> None:
    draws = [choose_rows(SIZES, slow=SLOW, most=100, seed=seed) for seed in (1, 1, 2)]
    assert (draws[0] == draws[1]).all()
    assert (draws[0] != draws[2]).any()


def test_too_few_specifications_are_refused() -> None:
    with pytest.raises(InputError, match="allow 24 or vary fewer"):
        choose_rows(SIZES, slow=SLOW, most=10, seed=1)
