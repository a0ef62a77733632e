"""The simulated path against the intensity of MODEL.md 2, written out term by term."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from melian.options import RELATIONS
from melian.simulate import (
    Baseline,
    Branching,
    Kernel,
    Parameters,
    Regime,
    SimulatedWorld,
    World,
    draw_parameters,
    simulate,
)

# Counts less their compensators are martingales: 4.5 standard errors, as in test_branching.
Z = 4.5
WORLD = World(
    actors=("A", "B", "C", "D"),
    instruments=("coercion", "soft_power"),
    n_steps=900,
    seed=31,
    weekend=0.5,
    baseline=Baseline(events=12_000, kappa=0.7, wave=0.5, joint_ratio=0.3, course="smooth"),
    branching=Branching(
        spread=0.12, alarm=0.1, joining=0.1, alignment=0.1, joint=0.1, joint_self=0.2, targets="level",
        kernel=Kernel(half_lives=(1.0, 6.0), weights=(0.5, 0.5)),
    ),
    regime=Regime(step=450, spread=0.5, reaction=1.3),
)  # fmt: skip


@pytest.fixture(scope="module")
def path() -> SimulatedWorld:
    parameters = draw_parameters(WORLD)
    rng = np.random.default_rng(0)
    shape = parameters.trigger.shape
    return simulate(WORLD, parameters=dataclasses.replace(parameters, trigger=rng.uniform(0.4, 1.6, shape)))


def decayed_counts(path: SimulatedWorld, joint: bool) -> np.ndarray:
    """Past events of each channel under the kernel, (N, N, K, T), by convolution."""
    world = path.world
    n, k, days = world.n_actors, world.n_instruments, world.n_days
    counts = np.zeros((n, n, k, days))
    rows = np.flatnonzero(path.joint == joint)
    index = (path.source[rows], path.target[rows], path.instrument[rows], path.step[rows] + world.warmup)
    np.add.at(counts, index, 1)
    mass = path.parameters.kernel[0]
    return np.apply_along_axis(lambda series: np.convolve(series, mass)[:days], 3, counts)


def regressor(name: str, i: int, j: int, past: np.ndarray, meetings: np.ndarray, p: Parameters) -> np.ndarray:
    """Decayed past of a relation for the channel i -> j, watched parties weighed, (K, T)."""
    others = [m for m in range(len(past)) if m not in (i, j)]
    weigh = p.trigger[RELATIONS.index(name), i]
    if name == "persistence":
        return weigh[j] * past[i, j]
    if name == "spread":
        return sum(weigh[m] * past[i, m] for m in others)
    if name == "reply":
        return weigh[j] * past[j, i]
    if name == "alarm":
        return sum(weigh[m] * past[m, i] for m in others)
    if name == "joining":
        return sum(weigh[m] * past[m, j] for m in others)
    if name == "alignment":
        return sum(weigh[m] * past[j, m] for m in others)
    return weigh[j] * meetings[min(i, j), max(i, j)]


def compensators(path: SimulatedWorld) -> np.ndarray:
    """Sum of each term of the intensity over the record, (relation, baseline last; source; target; K)."""
    p, world = path.parameters, path.world
    n, k = world.n_actors, world.n_instruments
    past, meetings = decayed_counts(path, False), decayed_counts(path, True)
    out = np.zeros((len(RELATIONS) + 1, n, n, k))
    record = slice(world.warmup, None)
    for i in range(n):
        for j in range(n):
            if i == j:
                continue
            own = p.level[i, j][:, None] * p.course[i] * p.exposure[i] * p.weekday[i]
            out[-1, i, j] = own[:, record].sum(axis=1)
            for r, name in enumerate(RELATIONS):
                far = name in ("spread", "alarm", "joining", "alignment")
                theta = p.totals[r, i] * (p.target_weight[i, j] / (n - 2) if far else 1.0)
                effect = (p.provocation[r][:, None] * p.instrument_map[r]).T
                term = effect @ regressor(name, i, j, past, meetings, p) * theta
                out[r, i, j] = (term * p.weekday[i] * p.totals_course[r])[:, record].sum(axis=1)
    return out


def test_every_term_of_the_intensity_accounts_for_its_events(path: SimulatedWorld) -> None:
    expected = compensators(path)
    rows = np.flatnonzero(path.visible & ~path.joint)
    seen = np.zeros_like(expected)
    index = (path.relation[rows], path.source[rows], path.target[rows], path.instrument[rows])
    np.add.at(seen, index, 1)  # relation -1 is the baseline, the last row
    for axes in ((1, 2, 3), (2, 3), (1, 3), (3,), (1, 2)):
        gap = np.abs(seen.sum(axis=axes) - expected.sum(axis=axes))
        assert (gap <= Z * np.sqrt(expected.sum(axis=axes) + 1)).all(), axes
    assert seen.sum() == pytest.approx(expected.sum(), rel=0.03)
    assert (seen.sum(axis=(1, 2, 3)) > 300).all()
