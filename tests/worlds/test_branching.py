"""The simulator against its own parameters: branching, expectation, kernels, weekdays."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import numpy as np
import pytest

from melian.errors import InputError
from melian.options import RELATIONS
from melian.simulate import Baseline, Branching, Kernel, Regime, World, draw_parameters, simulate
from melian.simulate.courses import kernel_mass
from melian.simulate.expectation import descent_of, expected_counts, spectral_radius
from melian.simulate.openings import list_openings

# Poisson counts: 4.5 standard errors are passed by chance less than once in 100,000 comparisons.
Z = 4.5
EVERYTHING = Branching(
    persistence=0.2,
    spread=0.1,
    reply=0.15,
    alarm=0.08,
    joining=0.06,
    alignment=0.07,
    joint=0.1,
    joint_self=0.3,
)


def make_world(**changes: object) -> World:
    settings: dict[str, object] = {
        "actors": ("A", "B", "C", "D", "E"),
        "instruments": ("coercion", "force", "soft_power"),
        "n_steps": 1500,
        "seed": 5,
        "baseline": Baseline(events=30_000, joint_ratio=0.3),
        "branching": EVERYTHING,
    }
    return World(**(settings | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def world() -> World:
    return make_world()


def naive_totals(world: World) -> np.ndarray:
    """Direct offspring by relation and responding actor, counted and expected, by plain loops."""
    path = simulate(world)
    n = world.n_actors
    born = np.zeros((len(RELATIONS), n))
    chances = np.zeros((len(RELATIONS), n))
    # Parents near the end of the record lose offspring beyond it.
    early = path.step < world.n_steps - 200
    for row in np.flatnonzero(early & ~path.joint):
        a, b, k = path.source[row], path.target[row], path.instrument[row]
        strength = path.parameters.provocation[:, k]
        for i in range(n):
            for name in ("persistence", "spread"):
                chances[RELATIONS.index(name), i] += strength[RELATIONS.index(name)] * (i == a)
            for name in ("reply", "alarm"):
                chances[RELATIONS.index(name), i] += strength[RELATIONS.index(name)] * (i == b)
            for name in ("joining", "alignment"):
                chances[RELATIONS.index(name), i] += (
                    strength[RELATIONS.index(name)] * (i not in (a, b)) / (n - 2)
                )
    joint = RELATIONS.index("joint")
    for row in np.flatnonzero(early & path.joint):
        strength = path.parameters.provocation[joint, path.instrument[row]]
        chances[joint, path.source[row]] += strength
        chances[joint, path.target[row]] += strength
    children = np.flatnonzero((path.parent >= 0) & ~path.joint)
    children = children[early[path.parent[children]]]
    np.add.at(born, (path.relation[children], path.source[children]), 1)
    return np.stack([born, chances * path.parameters.totals])


def test_empirical_branching_is_theta(world: World) -> None:
    born, expected = naive_totals(world)
    assert (np.abs(born - expected) < Z * np.sqrt(expected + 1)).all()


def test_relations_follow_the_table_of_the_model(world: World) -> None:
    path = simulate(world)
    child = np.flatnonzero((path.parent >= 0) & ~path.joint)
    parent = path.parent[child]
    i, j, a, b = path.source[child], path.target[child], path.source[parent], path.target[parent]
    names = np.array(RELATIONS)[path.relation[child]]
    holds = {
        "persistence": (i == a) & (j == b),
        "spread": (i == a) & (j != b),
        "reply": (i == b) & (j == a),
        "alarm": (i == b) & (j != a),
        "joining": (i != a) & (i != b) & (j == b),
        "alignment": (i != a) & (i != b) & (j == a),
        "joint": ((i == a) & (j == b)) | ((i == b) & (j == a)),
    }
    for name, good in holds.items():
        assert (names == name).sum() > 100
        assert good[names == name].all(), name
    assert (path.joint[parent] == (names == "joint")).all()


def test_mean_intensity_is_the_stationary_one() -> None:
    world = make_world(n_steps=4000, baseline=Baseline(events=60_000, joint_ratio=0.3, amplitude=0.0))
    path = simulate(world)
    directed, joint = expected_counts(path.parameters)
    seen = np.zeros_like(directed)
    rows = np.flatnonzero(path.visible & ~path.joint)
    np.add.at(seen, (path.source[rows], path.target[rows], path.instrument[rows]), 1)
    assert seen.sum() == pytest.approx(60_000, rel=0.02)
    # Clusters swell the variance of counts by about 1 / (1 - radius)**2.
    error = np.sqrt(directed * world.n_steps + 1) / (1 - spectral_radius(path.parameters))
    assert (np.abs(seen - directed * world.n_steps) < Z * error).all()
    assert (path.joint & path.visible).sum() == pytest.approx(joint.sum() * world.n_steps, rel=0.05)


def test_descent_sums_to_the_totals(world: World) -> None:
    parameters = draw_parameters(world)
    n, k = world.n_actors, world.n_instruments
    flat = dataclasses.replace(
        parameters,
        totals=np.full_like(parameters.totals, 0.1),
        provocation=np.ones_like(parameters.provocation),
    )
    one_each = (~np.eye(n, dtype=bool)).reshape(-1, 1) * np.ones(k)
    # Six relations with directed parents, each of total 0.1.
    assert descent_of(flat)(one_each).sum() == pytest.approx(0.6 * one_each.sum())
    assert spectral_radius(dataclasses.replace(flat, joint_self=0.0)) == pytest.approx(0.6, abs=1e-8)


def test_expectation_agrees_with_dense_algebra(world: World) -> None:
    parameters = draw_parameters(world)
    descent = descent_of(parameters)
    n, k = world.n_actors, world.n_instruments
    pairs = descent.pairs.toarray().reshape(n * n, -1, n * n).transpose(1, 0, 2)
    gamma = sum(np.kron(b, m.T) for b, m in zip(pairs, descent.instruments, strict=True))
    assert spectral_radius(parameters) == pytest.approx(np.abs(np.linalg.eigvals(gamma)).max(), rel=1e-6)
    silent = dataclasses.replace(parameters, joint_level=np.zeros_like(parameters.joint_level))
    solved = np.linalg.solve(np.eye(n * n * k) - gamma, silent.immigrant_rate()[0].reshape(-1))
    np.testing.assert_allclose(expected_counts(silent)[0].reshape(-1), solved, rtol=1e-7)


def test_openings_by_hand() -> None:
    totals = np.arange(7)[:, None] * 0.1 + np.arange(3) * 0.01
    openings = list_openings(totals, np.ones((7, 3, 3)), np.ones((3, 3)))
    row = 0 * 3 + 1  # A acts on B, C looks on
    seen = {
        (RELATIONS[r], int(i), int(j)): float(rate)
        for r, i, j, rate in zip(
            openings.relation[row],
            openings.responder[row],
            openings.target[row],
            openings.rate[row],
            strict=True,
        )
    }
    assert seen == pytest.approx(
        {
            ("persistence", 0, 1): 0.0,
            ("spread", 0, 2): 0.1,
            ("reply", 1, 0): 0.21,
            ("alarm", 1, 2): 0.31,
            ("joining", 2, 1): 0.42,
            ("alignment", 2, 0): 0.52,
        }
    )
    assert openings.joint_rate[1, 0] == pytest.approx(0.61)


@pytest.mark.parametrize(
    "kernel",
    [Kernel(), Kernel(shape="power", reach=60), Kernel(shape="uniform", reach=10), Kernel(same_step=0.3)],
    ids=["geometric", "power", "uniform", "same-step"],
)
def test_lags_follow_the_kernel(kernel: Kernel) -> None:
    world = make_world(branching=dataclasses.replace(EVERYTHING, kernel=kernel))
    path = simulate(world)
    child = np.flatnonzero(path.parent >= 0)
    child = child[path.step[path.parent[child]] < world.n_steps - 200]
    lag = path.step[child] - path.step[path.parent[child]]
    mass = kernel_mass(kernel, 200)
    expected = mass * len(lag)
    seen = np.bincount(lag, minlength=201)[:201]
    assert (np.abs(seen - expected) < Z * np.sqrt(expected + 1)).all()
    assert mass.sum() == pytest.approx(1.0, abs=1e-4)


def test_weekends_thin_everything() -> None:
    world = make_world(weekend=0.5, baseline=Baseline(events=40_000, joint_ratio=0.3, amplitude=0.0))
    path = simulate(world)
    weekday = (path.step + world.origin.weekday()) % 7
    # The kernels carry weekdays into the days that follow, but the factor multiplies the whole intensity.
    for part in (path.relation == -1, path.relation == 0, path.joint):
        counts = np.bincount(weekday[part & (path.step >= 0)], minlength=7)
        ratio = counts[5:].mean() / counts[:5].mean()
        assert ratio == pytest.approx(0.5, abs=0.06)


def test_exposure_follows_the_wave_by_kappa() -> None:
    parameters = draw_parameters(make_world(baseline=Baseline(events=1_000, kappa=0.6, wave=0.5)))
    np.testing.assert_allclose(parameters.exposure[2], 0.4 + 0.6 * parameters.wave)
    for course in (parameters.wave, parameters.exposure, parameters.course, parameters.target_weight * 5 / 4):
        assert course.mean() == pytest.approx(1.0)
    assert parameters.wave.min() > 0
    assert parameters.wave.std() > 0.3


def test_regime_multiplies_reaction_from_its_step() -> None:
    world = make_world(regime=Regime(step=750, spread=0.0, reaction=1.5), baseline=Baseline(events=30_000))
    path = simulate(world)
    share = [
        np.isin(path.relation[when], (2, 3, 4, 5)).mean()
        for when in ((path.step >= 0) & (path.step < 750), path.step >= 800)
    ]
    assert share[1] > share[0] + 0.05


def test_explosive_world_is_refused() -> None:
    with pytest.raises(InputError, match=r"spectral radius of 1\.\d+; it must be below 1"):
        draw_parameters(make_world(branching=dataclasses.replace(EVERYTHING, persistence=0.9)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"actors": ("B", "A")}, "sorted order"),
        ({"actors": ("A",)}, "at least two actors"),
        ({"hidden": ("Z",)}, "world.hidden='Z' is not known"),
        ({"reactive": {"economy": 1.0}}, "world.reactive='economy' is not known"),
    ],
)
def test_bad_worlds_say_why(changes: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        make_world(**changes)


def test_bad_kernels_and_totals_say_why() -> None:
    with pytest.raises(InputError, match="one weight per half-life"):
        Kernel(half_lives=(1.0, 5.0), weights=(1.0,))
    with pytest.raises(InputError, match=r"branching.reply=1.5 is outside 0.0 to 0.95"):
        Branching(reply=1.5)


def test_simulator_loads_no_part_of_the_fit() -> None:
    code = (
        "import melian.simulate, sys; print(*(m for m in sys.modules if m.startswith(('melian', 'numba'))))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    own = {"melian", "melian.errors", "melian.history", "melian.options", "melian.results"}
    assert {name for name in out if not name.startswith("melian.simulate")} == own
