"""The branching engine, the step-by-step engine and the exact expectation agree in law."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from small_worlds import full_world

from melian.worlds.form import WorldForm
from melian.worlds.growth import expected_counts, growth_radius
from melian.worlds.observed import expected_path
from melian.worlds.run import Path, simulate_paths, simulate_runs
from melian.worlds.stepwise import simulate_steps

SLOW_RUNS = 200


def channels(path: Path, world: WorldForm) -> np.ndarray:
    n, k = world.n_actors, len(world.instruments)
    key = ((path.joint * n + path.source) * n + path.target) * k + path.instrument
    return np.bincount(key, minlength=2 * n * n * k)


def branched(world: WorldForm, runs: int) -> list[Path]:
    return simulate_paths(world, lambda path: path, runs=runs, seed=3, jobs=1)


def test_branching_has_the_exact_expectation_by_channel_and_day() -> None:
    world, runs = full_world(), 400
    paths = branched(world, runs)
    directed, joint = expected_path(world)
    wanted = np.concatenate([directed.sum(axis=0).ravel(), joint.sum(axis=0).ravel()])
    found = np.array([channels(path, world) for path in paths])
    used = wanted > 0
    z = (found.mean(axis=0) - wanted)[used] / (found.std(axis=0)[used] / np.sqrt(runs))
    assert not found[:, ~used].any()
    assert np.abs(z).max() < 4.5
    days = np.array([np.bincount(path.step, minlength=world.n_steps) for path in paths])
    by_day = directed.sum(axis=(1, 2, 3)) + joint.sum(axis=(1, 2, 3))
    z = (days.mean(axis=0) - by_day) / (days.std(axis=0) / np.sqrt(runs))
    assert np.abs(z).max() < 4.5
    assert 0.8 < np.sqrt((z**2).mean()) < 1.3


def test_steps_have_the_exact_expectation() -> None:
    world = full_world(days=40)
    found = np.array([channels(simulate_steps(world, seed=s), world) for s in range(60)])
    directed, joint = expected_path(world)
    wanted = np.concatenate([directed.sum(axis=0).ravel(), joint.sum(axis=0).ravel()])
    z = (found.mean(axis=0) - wanted)[wanted > 0] / (found.std(axis=0)[wanted > 0] / np.sqrt(60))
    assert np.abs(z).max() < 4.5


@pytest.mark.slow
def test_engines_agree_over_200_runs() -> None:
    world = full_world()
    ours = branched(world, SLOW_RUNS)
    theirs = [simulate_steps(world, seed=10_000 + s) for s in range(SLOW_RUNS)]
    assert stats.ks_2samp([len(p) for p in ours], [len(p) for p in theirs]).pvalue > 0.01
    gaps = [np.concatenate([np.diff(p.step[p.source == 0]) for p in paths]) for paths in (ours, theirs)]
    table = np.array([np.bincount(np.minimum(g, 12), minlength=13) for g in gaps])
    assert _chi_square(table, _overdispersion(gaps, ours)) > 0.01
    found = [np.array([channels(p, world) for p in paths]) for paths in (ours, theirs)]
    used = (found[0] + found[1]).sum(axis=0) > 0
    for column in np.flatnonzero(used):
        spread = np.sqrt((found[0][:, column].var() + found[1][:, column].var()) / SLOW_RUNS)
        assert abs(found[0][:, column].mean() - found[1][:, column].mean()) < 4.5 * spread
    # Shares of single runs are over-dispersed by clustering, so runs are the units: a chi-square of
    # the vector of mean counts under their covariance over runs.
    gap = found[0][:, used].mean(axis=0) - found[1][:, used].mean(axis=0)
    covariance = (np.cov(found[0][:, used].T) + np.cov(found[1][:, used].T)) / SLOW_RUNS
    statistic = float(gap @ np.linalg.solve(covariance, gap))
    assert stats.chi2.sf(statistic, used.sum()) > 0.01


def _overdispersion(gaps: list[np.ndarray], paths: list[Path]) -> float:
    """Variance of the number of gaps over runs, in parts of its mean: gaps of one run are not independent."""
    counts = np.array([(p.source == 0).sum() for p in paths])
    return max(float(counts.var() / counts.mean()), 1.0)


def _chi_square(table: np.ndarray, overdispersion: float) -> float:
    statistic, _, degrees, _ = stats.chi2_contingency(table[:, table.sum(axis=0) > 20])
    return float(stats.chi2.sf(statistic / overdispersion, degrees))


def test_long_run_counts_and_radius() -> None:
    world = full_world(days=2000, bloc=None, radius=0.5)
    assert growth_radius(world) == pytest.approx(0.5, abs=1e-4)
    directed, _ = expected_path(world)
    assert expected_counts(world)[0].sum() == pytest.approx(directed.sum(), rel=0.02)


def test_result_does_not_depend_on_jobs_and_runs_are_prefixes() -> None:
    world = full_world(days=60)
    one, two = (simulate_runs(world, runs=12, seed=9, jobs=jobs) for jobs in (1, 2))
    for name in ("run", "step", "source", "target", "instrument", "joint"):
        assert np.array_equal(getattr(one, name), getattr(two, name))
    fewer = simulate_runs(world, runs=5, seed=9, jobs=1)
    assert np.array_equal(fewer.step, one.step[one.run < 5])
    assert not np.array_equal(simulate_runs(world, runs=5, seed=10, jobs=1).step, fewer.step)
