"""Draws of every share by its dotted name: `initiative.RUS`, `reaction.RUS.to.USA`, `root.self.RUS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.analysis.counts import Counts, component_of_column, count_draws
from melian.analysis.units import live_units
from melian.errors import InputError
from melian.history import EventHistory
from melian.models.bootstrap import bootstrap_draws
from melian.models.chain import make_basis_and_waves
from melian.models.design import Columns, Design, make_design
from melian.models.draws import Draws, FitSummary
from melian.models.gibbs import GibbsConfig, join_chains, run_chain
from melian.models.hawkes import HawkesConfig
from melian.models.units import make_units
from melian.options import COMPONENTS

__all__ = ["ShareDraws", "draw_shares"]

Floats = NDArray[np.float64]
Progress = Callable[..., None]
FEWEST_SWEEPS = 40


@dataclass(frozen=True, slots=True)
class ShareDraws:
    """Shares of every actor's directed events, draw by draw.

    Attributes
    ----------
    actors : tuple of str
    events : (n_actors,) int64
        Directed events that are shared out.
    values : mapping of str to (n_draws,) float64
        By name; NaN where an actor has no events.
    of : mapping of str to int
        The actor whose events the named share is of.
    """

    actors: tuple[str, ...]
    events: NDArray[np.int64]
    values: Mapping[str, Floats]
    of: Mapping[str, int]


def draw_shares(
    history: EventHistory, config: HawkesConfig, *, sweeps: int, progress: Progress | None = None
) -> ShareDraws:
    """Draw genealogies by one short chain, or by the fast estimator, and count them.

    Parameters
    ----------
    history : EventHistory
        Its steps may be longer than a day; half-lives, knots and bandwidths are in days all the same.
    config : HawkesConfig
        `draws`, `burn_in`, `chains`, `thin` and `jobs` are not looked at.
    sweeps : int
        Length of the chain: the first half is burn-in, every second sweep of the rest is a draw. The fast
        estimator gives as many draws.

    Raises
    ------
    InputError
        If the history has fewer than two actors or no events to share out, or `sweeps` is too small.
    """
    if sweeps < FEWEST_SWEEPS:
        raise InputError(f"sweeps={sweeps} is too few; at least {FEWEST_SWEEPS} are needed.")
    tell = progress or (lambda label, done=None: None)
    design = _design(history, config)
    length = GibbsConfig(chains=1, burn_in=sweeps // 2, draws=sweeps // 4, thin=2)
    if config.estimator == "newton":
        tell("fitting (EM, then Newton)")
        basis, waves = make_basis_and_waves(design, config.chain())
        auto = config.exposure == "auto"
        draws, summary, _ = bootstrap_draws(
            design, basis, waves, seed=config.seed, n_draws=length.draws, auto=auto
        )
    else:
        tell("drawing genealogies", 0.0)

        def told(done: float) -> None:
            tell("drawing genealogies", done)

        chain = run_chain(design, config.chain(), length, (config.seed, 0), told)
        fit = join_chains(design, [chain], make_units(design), seed=config.seed, length=length)
        draws, summary = fit.draws, fit.summary
    return count_shares(history, draws, summary)


def _design(history: EventHistory, config: HawkesConfig) -> Design:
    if history.n_actors < 2:
        raise InputError(f"The history has {history.n_actors} actors; the model needs at least two.")
    in_steps = tuple(days / history.step_days for days in config.half_lives)
    design = make_design(history, in_steps, bloc=config.bloc)
    if not make_units(design).shared.any():
        raise InputError(
            f"No directed events among the {history.n_actors} actors from "
            f"{history.date(design.share_from)} to {history.until}. Widen the window or name other actors."
        )
    return design


def count_shares(history: EventHistory, draws: Draws, summary: FitSummary) -> ShareDraws:
    """Count drawn genealogies by name."""
    live = live_units(history, draws, summary)
    counts = count_draws(history, draws, live, period=np.zeros(len(live.cells), np.int64), n_periods=1)
    events = counts.column[0].sum(axis=(1, 2))
    total = np.where(events > 0, events, np.nan)
    values: dict[str, Floats] = {}
    of: dict[str, int] = {}
    for name, actor, count in _named(history.actors, counts, draws.columns):
        values[name], of[name] = count / total[actor], actor
    return ShareDraws(history.actors, events, values, of)


def _named(
    actors: tuple[str, ...], counts: Counts, columns: Columns
) -> Iterator[tuple[str, int, NDArray[np.int64]]]:
    """Give the name of every share, its actor, and its count in every draw."""
    column = counts.column[:, :, 0, :]
    component = component_of_column(columns)
    for i, actor in enumerate(actors):
        for c, part in enumerate(COMPONENTS):
            yield f"{part}.{actor}", i, column[:, i, component == c].sum(axis=1)
        for relation in dict.fromkeys(columns.relations):
            if relation != "joint":
                members = [r == relation for r in columns.relations] + [False]
                yield f"{relation}.{actor}", i, column[:, i, members].sum(axis=1)
        for c, name in enumerate(columns.names):
            if name != columns.relations[c]:
                yield f"{name}.{actor}", i, column[:, i, c]
        yield f"root.self.{actor}", i, counts.root[:, i, i]
        yield f"root.joint.{actor}", i, counts.root[:, i, -1]
        for j, other in enumerate(actors):
            if i != j:
                yield f"reaction.{actor}.to.{other}", i, counts.to[:, i, j]
                yield f"root.{actor}.by.{other}", i, counts.root[:, i, j]
