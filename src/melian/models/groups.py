"""Fits of histories whose feature rows do not fit in memory: groups of sources, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from melian.history import EventHistory
from melian.models.attention import Wave
from melian.models.course import CourseBasis
from melian.models.design import Design, make_columns, make_design
from melian.models.newton import Hyper, NewtonConfig, NewtonFit, fit_newton
from melian.models.parameters import Parameters

__all__ = ["fit_in_groups", "source_groups"]

FEATURE_BUDGET = 2**31
"""Bytes of feature rows held at a time."""


def source_groups(
    history: EventHistory, n_kernels: int, *, bloc: str | None = None, budget: int = FEATURE_BUDGET
) -> list[NDArray[np.int64]]:
    """Cut the actors into runs whose feature rows stay within the budget; one source is never cut.

    Parameters
    ----------
    n_kernels : int
        Number of half-lives.
    budget : int
        Bytes; a row is a dyad-day with directed events, of four bytes a feature.
    """
    n = history.n_actors
    columns = make_columns(n, history.n_instruments, n_kernels, bloc)
    directed = ~history.joint
    key = (history.source[directed].astype(np.int64) * n + history.target[directed]) * history.n_steps
    key = np.unique(key + history.step[directed])
    size = np.bincount(key // (n * history.n_steps), minlength=n) * columns.n_features * 4
    groups: list[list[int]] = [[]]
    filled = 0
    for i in range(n):
        if groups[-1] and filled + size[i] > budget:
            groups.append([])
            filled = 0
        groups[-1].append(i)
        filled += int(size[i])
    return [np.array(group, dtype=np.int64) for group in groups]


def fit_in_groups(
    history: EventHistory,
    half_lives: tuple[float, ...],
    basis: CourseBasis,
    waves: Sequence[Wave] = (),
    *,
    hyper: Hyper | None = None,
    config: NewtonConfig | None = None,
    bloc: str | None = None,
    budget: int = FEATURE_BUDGET,
) -> NewtonFit:
    """Fit each group of sources with its own feature rows: the result of `fit_newton` on all of them.

    Sources are independent given hyper-parameters, so the cut changes nothing but memory.
    """
    groups = source_groups(history, len(half_lives), bloc=bloc, budget=budget)
    whole: NewtonFit | None = None
    for group in groups:
        design: Design = make_design(history, half_lives, bloc=bloc, sources=group)
        fit = fit_newton(design, basis, waves, hyper=hyper, config=config)
        whole = fit if whole is None else _merge(whole, fit, group)
    assert whole is not None
    return whole


def _merge(whole: NewtonFit, part: NewtonFit, group: NDArray[np.int64]) -> NewtonFit:
    """Put the group's sources of `part` into `whole`."""
    names = ("level", "weight", "course")
    arrays = {name: getattr(whole.parameters, name).copy() for name in names}
    for name in names:
        arrays[name][group] = getattr(part.parameters, name)[group]
    parameters: Parameters = replace(whole.parameters, **arrays)
    rest = {}
    for name in ("steps", "residual", "rounds", "shares", "events", "swell"):
        rest[name] = getattr(whole, name).copy()
        rest[name][group] = getattr(part, name)[group]
    return replace(whole, parameters=parameters, converged=whole.converged and part.converged, **rest)
