"""Known truth, found again. The whole grid is `bench/recovery.py`; figures are in docs/estimators.md."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from melian.models.design import make_design
from melian.models.gibbs import GibbsConfig, run_chain
from melian.models.hawkes import HawkesConfig
from melian.simulate import recovery_grid, simulate, to_history, truth_of

Floats = NDArray[np.float64]
LENGTH = GibbsConfig(chains=1, burn_in=150, draws=60, thin=2)


def shares_of(name: str, *, days: int | None = None) -> tuple[Floats, Floats]:
    """Posterior mean shares (n_actors, 4) and the true ones, of a world of the grid."""
    world = next(spec.world for spec in recovery_grid() if spec.name == name)
    if days is not None:
        events = round(world.baseline.events * days / world.n_steps)
        world = replace(world, n_steps=days, baseline=replace(world.baseline, events=events))
    path = simulate(world)
    history = to_history(path, since=60)
    chain = HawkesConfig().chain()
    draws = run_chain(make_design(history, (1.0, 5.0, 20.0)), chain, LENGTH, (1,))
    return draws.shares.mean(axis=0), truth_of(path, since=60).shares()


def test_a_world_without_reaction_has_next_to_none() -> None:
    """The bound of .01 is for 15,000 events; at half of them .02 must do here."""
    found, truth = shares_of("no-reaction-weekday", days=500)
    assert truth[:, 2].max() == 0.0
    assert found[:, 2].mean() < 0.02


def test_a_mixed_world_is_found_again() -> None:
    """A third of the events of the grid's world; mean errors there are .02-.03."""
    found, truth = shares_of("mixed-on", days=400)
    error = np.abs(found - truth).mean(axis=0)
    assert error[0] < 0.08
    assert error[2] < 0.08
    assert found[:, 2].mean() > 0.2


@pytest.mark.slow
@pytest.mark.parametrize("name", ["no-reaction", "no-reaction-weekday", "no-reaction-wave", "meetings-only"])
def test_no_reaction_at_full_length(name: str) -> None:
    found, truth = shares_of(name)
    assert truth[:, 2].max() == 0.0
    assert found[:, 2].mean() <= 0.01
