"""A simulated path as the event history that a fit reads, and the exact expectation of a world."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.history import EventHistory, Provenance
from melian.kernels.stepping import mean_path
from melian.worlds.form import WorldForm
from melian.worlds.growth import check_growth
from melian.worlds.run import Path
from melian.worlds.tables import rates_of, relation_numbers, units_of

__all__ = ["expected_path", "history_of"]

Floats = NDArray[np.float64]


def history_of(path: Path, world: WorldForm) -> EventHistory:
    """Make the event history of a path that was reported without a fault, the whole record as window."""
    n, k, days = world.n_actors, len(world.instruments), world.n_steps - world.record
    shape = (days, 2, n, n, k)
    where = (path.step - world.record, path.joint.astype(np.int64), path.source, path.target, path.instrument)
    cell, count = np.unique(np.ravel_multi_index(where, shape), return_counts=True)
    step, joint, source, target, instrument = (x.astype(np.int32) for x in np.unravel_index(cell, shape))
    blocs = {} if world.bloc is None else {world.bloc: world.member[:, world.record :]}
    return EventHistory(
        actors=world.actors, instruments=world.instruments, origin=world.date(world.record), n_steps=days,
        window=(0, days), step=step, source=source, target=target, instrument=instrument,
        count=count.astype(np.int32), joint=joint.astype(bool), row=np.full(len(cell), -1, dtype=np.int64),
        blocs=blocs, provenance=Provenance(notes=("one run of a simulated world",)),
    )  # fmt: skip


def expected_path(world: WorldForm) -> tuple[Floats, Floats]:
    """Give the exact expected counts by day and channel, directed and joint, both (n_days, N, N, K).

    Conditional on the world's past and given events; days of the record only. The truth that contrasts of
    written worlds are held against.

    Raises
    ------
    InputError
        If the world has caps, which are not linear, or its branching would explode.
    """
    if world.caps:
        raise InputError("a world with caps has no exact expectation; simulate it.")
    check_growth(world)
    past, past_in = units_of(world.past, world.n_steps, past=True)
    given, _ = units_of(world.given, world.n_steps, past=False)
    relation = relation_numbers(world)
    group = np.array([c.side for c in world.columns], dtype=np.int32)
    shape = (world.n_steps, world.n_actors, world.n_actors, len(world.instruments))
    directed, joint = np.zeros(shape), np.zeros(shape)
    mean_path(rates_of(world), relation, group, world.rho, past, past_in, given, directed, joint)
    return directed[world.record :], joint[world.record :]
