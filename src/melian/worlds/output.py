"""A simulated path as a table of reports, which `melian ingest table --as-is` reads back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.options import ANSWERS, REACTION_RELATIONS
from melian.simulate.codes import JOINT_CODES, PLAIN_CODES
from melian.simulate.reporting import Reporting, to_table
from melian.simulate.simulated import SimulatedWorld
from melian.simulate.specs import World
from melian.worlds.form import WorldForm
from melian.worlds.run import Path

if TYPE_CHECKING:
    import polars as pl

    from melian.simulate.parameters import Parameters

__all__ = ["Telling", "event_table"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How the acts of a path become reports.

    Attributes
    ----------
    reporting : Reporting
    reactive : mapping of str to float
        Share of an instrument's reactions told under codes that answer by their meaning.
    elsewhere : float
        Reports a day among outsiders.
    """

    reporting: Reporting = field(default_factory=lambda: Reporting(outsiders=()))
    reactive: Mapping[str, float] = field(default_factory=dict)
    elsewhere: float = 0.0


def event_table(
    path: Path, world: WorldForm, *, telling: Telling | None = None, seed: int = 1
) -> pl.DataFrame:
    """Tell one path as reports by CAMEO code; joint events are told by both sides.

    Parameters
    ----------
    telling : Telling, optional
        Faithful reports if not given.
    seed : int
        Of the choice of codes and the noise.

    Returns
    -------
    polars.DataFrame
        date, source, target, cameo, event_id, weight.

    Raises
    ------
    InputError
        If an instrument has no CAMEO codes to tell it by.
    """
    told = telling or Telling()
    base = tuple(name.removesuffix(ANSWERS) for name in world.instruments)
    tools = tuple(sorted(set(base)))
    _check_codes(path, world, base)
    rng = np.random.default_rng((seed, 8))
    number = np.array([tools.index(name) for name in base])
    n_days = world.n_steps - world.record
    spec = World(
        actors=world.actors, instruments=tools, n_steps=n_days, origin=world.date(world.record), seed=seed,
        warmup=0,
    )  # fmt: skip
    seen = SimulatedWorld(
        world=spec,
        parameters=_no_parameters(),
        step=path.step.astype(np.int64) - world.record,
        source=path.source.astype(np.int64),
        target=path.target.astype(np.int64),
        instrument=number[path.instrument],
        joint=path.joint,
        relation=path.origin.astype(np.int64),
        parent=np.full(len(path), -1, dtype=np.int64),
        root=np.full(len(path), -1, dtype=np.int64),
        reactive=_reactive(path, world, told, rng),
        visible=np.ones(len(path), dtype=bool),
        elsewhere=rng.poisson(told.elsewhere * world.daily[0, world.record :]),
    )
    return to_table(seen, told.reporting)


def _no_parameters() -> Parameters:
    """Give nothing: the telling reads events, never the rates behind them."""
    return None  # type: ignore[return-value]


def _reactive(path: Path, world: WorldForm, told: Telling, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Mark the events told under codes that answer by their meaning."""
    answers = np.array([name.endswith(ANSWERS) for name in world.instruments])
    share = np.array([told.reactive.get(name, 0.0) for name in world.instruments])
    reaction = np.array([*(c.relation in REACTION_RELATIONS for c in world.columns), False, False])
    drawn = reaction[path.origin] & (rng.random(len(path)) < share[path.instrument])
    return np.asarray((answers[path.instrument] | drawn) & ~path.joint)


def _check_codes(path: Path, world: WorldForm, base: tuple[str, ...]) -> None:
    for joint, known in ((False, PLAIN_CODES), (True, JOINT_CODES)):
        used = {base[k] for k in np.unique(path.instrument[path.joint == joint])}
        strange = sorted(used - set(known))
        if strange:
            kind = "joint events" if joint else "acts"
            raise InputError(
                f"{kind} of the instrument {strange[0]!r} have no CAMEO codes to be told by; there are codes "
                f"for {', '.join(sorted(known))}."
            )
