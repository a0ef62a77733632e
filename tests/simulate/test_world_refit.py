"""Simulate, refit, and find the weights again: the simulator and the likelihood speak of the same model."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from melian.models.course import make_basis
from melian.models.design import make_design
from melian.models.newton import Hyper, fit_newton
from melian.worlds.form import Column, WorldForm
from melian.worlds.observed import history_of
from melian.worlds.run import Engine, run_seeds

HALF_LIFE = 4.0
TOTALS = {
    "persistence": 0.15,
    "spread": 0.1,
    "reply": 0.2,
    "alarm": 0.1,
    "joining": 0.12,
    "alignment": 0.08,
    "joint": 0.15,
}


def plain_world(seed: int, *, days: int, per_day: float) -> WorldForm:
    rng = np.random.default_rng(seed)
    n = 4
    off = ~np.eye(n, dtype=bool)
    theta = np.zeros((1, n, 1, len(TOTALS), 1, 1))
    for c, (name, total) in enumerate(TOTALS.items()):
        opens = n - 2 if name in ("spread", "alarm", "joining", "alignment") else 1
        theta[0, :, 0, c, 0, 0] = total / opens * rng.uniform(0.5, 1.5, n)
    level = rng.gamma(2.0, 1.0, (1, n, n, 1)) * off[:, :, None]
    level *= per_day / level.sum()
    ones = np.ones((1, n, n, 1))
    return WorldForm(
        actors=("A", "B", "C", "D"),
        instruments=("force",),
        origin=dt.date(2015, 1, 5),
        n_steps=days,
        columns=tuple(Column(name, name) for name in TOTALS),
        rho=np.exp2([-1 / HALF_LIFE]),
        phase=np.zeros(days, np.int32),
        level=level,
        channel=ones,
        joint_level=0.3 * np.triu(level[..., 0], 1)[..., None],
        joint_channel=ones,
        course=np.ones((n, 1, days)),
        joint_course=np.ones((n, 1, days)),
        exposure=np.ones((n, 1, days)),
        daily=np.ones((n, days)),
        theta=theta,
        joint_theta=np.full((1, 1, 1), 0.2),
        spread=np.repeat(off[None].astype(float), len(TOTALS), axis=0),
        trigger=np.ones((1, len(TOTALS), n, n)),
        bloc=None,
        member=np.zeros((n, days), bool),
    )


def scores(seed: int, *, days: int, per_day: float) -> np.ndarray:
    """(estimate - truth) / standard error of the weights that lie two standard errors away from 0."""
    world = plain_world(seed, days=days, per_day=per_day)
    history = history_of(Engine(world).path(run_seeds(seed, 1)[0]), world)
    design = make_design(history, (HALF_LIFE,))
    basis = make_basis(design.fit_from, history.n_steps, 120.0)
    n, columns = history.n_actors, len(design.columns.names)
    hyper = Hyper(0.05, 180.0, np.zeros(n), np.zeros(n, np.int64), np.ones((n, n, columns)))
    fit = fit_newton(design, basis, hyper=hyper)
    out = []
    for i in range(n):
        mine = np.flatnonzero((design.cell_source == i) & (design.cell_step >= design.fit_from))
        x = design.x[design.cell_row[mine]].astype(float)
        base = fit.parameters.course[i, 0, basis.block[design.cell_step[mine]]]
        levels = np.eye(n)[design.cell_target[mine]] * base[:, None]
        z = np.concatenate([x, levels[:, np.arange(n) != i]], axis=1)
        v = np.concatenate([fit.parameters.weight[i, 0], fit.parameters.level[i, np.arange(n) != i, 0]])
        information = z.T @ (z * (design.cell_count[mine] / (z @ v) ** 2)[:, None])
        error = np.sqrt(np.diag(np.linalg.inv(information)))[: x.shape[1]]
        true = world.theta[0, i, 0, :, 0, 0]
        away = true > 2.0 * error
        out.append(((fit.parameters.weight[i, 0] - true) / error)[away])
    return np.concatenate(out)


def test_refit_finds_the_weights() -> None:
    found = scores(1, days=700, per_day=12.0)
    assert len(found) > 3
    assert np.abs(found).max() < 4.5
    assert (np.abs(found) < 2.0).mean() > 0.75


@pytest.mark.slow
def test_refit_within_two_standard_errors_in_90_to_98_percent() -> None:
    found = np.concatenate([scores(seed, days=1000, per_day=20.0) for seed in range(1, 61)])
    assert len(found) > 400
    assert 0.90 <= (np.abs(found) < 2.0).mean() <= 0.98
