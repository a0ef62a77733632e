"""The step-by-step engine: slow, plain, and independent of the branching one."""

from __future__ import annotations

import numpy as np

from melian.kernels.stepping import step_path
from melian.worlds.form import WorldForm
from melian.worlds.growth import check_growth, expected_totals
from melian.worlds.run import Path
from melian.worlds.tables import cap_tables, rates_of, relation_numbers, units_of

__all__ = ["simulate_steps"]


def simulate_steps(world: WorldForm, *, seed: int = 1) -> Path:
    """Simulate one path day by day from the intensity.

    The same law as `melian.worlds.simulate_paths`, by other means: it costs O(days x actors^3) whatever
    happens, and knows no common random numbers (`identity` is the row).

    Raises
    ------
    InputError
        If the world's branching has a spectral radius of 1 or more.
    """
    check_growth(world)
    past, past_in = units_of(world.past, world.n_steps, past=True)
    given, _ = units_of(world.given, world.n_steps, past=False)
    shape = (world.n_actors, world.n_actors, len(world.instruments))
    caps, masks, spent = cap_tables(world.caps, shape, world.n_steps)
    relation = relation_numbers(world)
    group = np.array([c.side for c in world.columns], dtype=np.int32)
    room = int(1.5 * expected_totals(world)) + 2000
    while True:
        cells = np.empty((room, 5), dtype=np.int32)
        made = step_path(
            rates_of(world), relation, group, world.rho, past, past_in, given, caps, masks, spent.copy(),
            cells, np.random.default_rng(seed),
        )  # fmt: skip
        if made >= 0:
            break
        room *= 2
    kept = cells[:made]
    kept = kept[kept[:, 0] >= world.record]
    step, source, target, instrument, joint = kept.T
    return Path(
        step.copy(), source.astype(np.int16), target.astype(np.int16), instrument.astype(np.int16),
        joint.astype(bool), np.full(len(kept), -1, dtype=np.int16), np.arange(len(kept), dtype=np.uint64),
    )  # fmt: skip
