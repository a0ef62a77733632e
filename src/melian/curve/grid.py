"""Which combinations of choices are run: all, or the main one, its neighbours and a balanced sample."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError

__all__ = ["choose_rows", "one_at_a_time"]

Ints = NDArray[np.int64]
PER_SLOW = 5
"""Sampled rows that share their values of the slow axes, so that data are read once for several fits."""


def choose_rows(sizes: Sequence[int], *, slow: Sequence[bool], most: int, seed: int) -> Ints:
    """Choose rows of the grid of all combinations, value 0 of each axis being the study's own.

    Parameters
    ----------
    sizes : sequence of int
        Number of values of each axis.
    slow : sequence of bool
        Axes whose values need the data to be read anew.
    most : int
        Rows wanted where there are more combinations.
    seed : int

    Returns
    -------
    (n_rows, n_axes) int64
        The main row of zeros first, then rows that differ from it in one axis, then the sample; in it every
        value of an axis is as frequent as the others, give or take chance among rows that were drawn twice.
        All combinations, in order, where they are `most` or fewer.

    Raises
    ------
    InputError
        If `most` is too small for the main row and its neighbours.

    Examples
    --------
    >>> choose_rows([2, 2], slow=[True, False], most=10, seed=1).tolist()
    [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> rows = choose_rows([3, 4, 4, 5], slow=[True, True, False, False], most=40, seed=1)
    >>> rows.shape, len({tuple(row) for row in rows.tolist()})
    ((40, 4), 40)
    """
    if math.prod(sizes) <= most:
        return np.array(list(itertools.product(*(range(size) for size in sizes))), dtype=np.int64)
    fixed = one_at_a_time(sizes)
    if len(fixed) > most:
        raise InputError(
            f"curve_specs={most} is fewer than the study's own specification and the {len(fixed) - 1} that "
            f"differ from it in one choice; allow {len(fixed)} or vary fewer axes."
        )
    rng = np.random.default_rng((seed, len(sizes)))
    seen = {tuple(row) for row in fixed.tolist()}
    rows = fixed.tolist()
    for row in _sample(sizes, slow, most - len(fixed), rng).tolist():
        while tuple(row) in seen:
            row = [int(rng.integers(size)) for size in sizes]
        seen.add(tuple(row))
        rows.append(row)
    return np.array(rows, dtype=np.int64)


def one_at_a_time(sizes: Sequence[int]) -> Ints:
    """Give the row of zeros and those that differ from it in one axis, axis by axis."""
    rows = [[0] * len(sizes)]
    for axis, size in enumerate(sizes):
        for value in range(1, size):
            rows.append([value if place == axis else 0 for place in range(len(sizes))])
    return np.array(rows, dtype=np.int64)


def _sample(sizes: Sequence[int], slow: Sequence[bool], n: int, rng: np.random.Generator) -> Ints:
    """Draw rows in which every axis is balanced; slow axes over settings, the others over rows."""
    settings = max(1, round(n / PER_SLOW))
    setting = np.arange(n) % settings
    columns = [
        _balanced(size, settings, rng)[setting] if is_slow else _balanced(size, n, rng)
        for size, is_slow in zip(sizes, slow, strict=True)
    ]
    return np.stack(columns, axis=1)


def _balanced(size: int, n: int, rng: np.random.Generator) -> Ints:
    """Give each of `size` values equally often, in random order; which are one more often is random too."""
    return rng.permutation(np.resize(rng.permutation(size), n))
