"""What is checked: a history with the fast fit of the model to it, and refits beside that one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.history import EventHistory
from melian.models.attention import Wave
from melian.models.course import CourseBasis
from melian.models.design import Design, make_design
from melian.models.hawkes import HawkesConfig
from melian.models.newton import Hyper, NewtonFit, fit_newton
from melian.models.parameters import Parameters
from melian.models.quick import quick_setting
from melian.options import COMPONENTS

__all__ = ["Point", "Subject", "Told", "make_subject", "mean_share", "share_of"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """One point of the model on a design, whichever estimator gave it: what checks without fits read."""

    design: Design
    basis: CourseBasis
    waves: tuple[Wave, ...]
    parameters: Parameters


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Who told the reports behind a history, where the store is at hand.

    Attributes
    ----------
    reports : mapping of str to int
        Reports among the actors in the window by source.
    history : callable
        Gives the history that some of the sources tell, of the same actors and days.
    """

    reports: Mapping[str, int]
    history: Callable[[Sequence[str]], EventHistory]


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A history and its fit by the fast estimator; every fit of a check has the same hyper-parameters.

    Attributes
    ----------
    history : EventHistory
    design : Design
    basis : CourseBasis
    waves : tuple of Wave
    hyper : Hyper
        Roughness, attention and targets, chosen once on the history as it is.
    fit : NewtonFit
    seed : int
    told : Told or None
        None where the history alone is at hand.
    """

    history: EventHistory
    design: Design
    basis: CourseBasis
    waves: tuple[Wave, ...]
    hyper: Hyper
    fit: NewtonFit
    seed: int
    told: Told | None = None

    @property
    def point(self) -> Point:
        """The fit itself."""
        return Point(self.design, self.basis, self.waves, self.fit.parameters)

    def refit(self, history: EventHistory) -> NewtonFit:
        """Fit another history of the same actors and days."""
        return self.fit_design(make_design(history, self.design.half_lives, bloc=self.design.bloc))

    def fit_design(self, design: Design) -> NewtonFit:
        """Fit another design of the same actors and days."""
        return fit_newton(design, self.basis, self.waves, hyper=self.hyper)

    def rng(self, *stream: int) -> np.random.Generator:
        """Give the generator of one check: the same whichever others run."""
        return np.random.default_rng((self.seed, *stream))


def make_subject(
    history: EventHistory, config: HawkesConfig | None = None, *, told: Told | None = None
) -> Subject:
    """Fit a history with the fast estimator, whatever estimator the configuration names.

    Raises
    ------
    InputError
        If there are fewer than two actors, an unknown bloc, or no directed events that are shared out.
    """
    config = config or HawkesConfig()
    design, basis, waves, hyper = quick_setting(history, config)
    fit = fit_newton(design, basis, waves, hyper=hyper)
    return Subject(history, design, basis, waves, hyper, fit, config.seed, told)


def share_of(fit: NewtonFit, design: Design, component: str = "reaction") -> Floats:
    """Share of one component in every actor's events, (n_actors,)."""
    return np.asarray(fit.components(design.columns.relations)[:, COMPONENTS.index(component)])


def mean_share(fit: NewtonFit, design: Design, component: str = "reaction") -> float:
    """Share of one component in all events together."""
    return float(share_of(fit, design, component) @ fit.events / max(fit.events.sum(), 1e-300))
