"""What fits by the fast estimator need of a history, chosen once so that several stand beside each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from melian.history import EventHistory
from melian.models.attention import Wave
from melian.models.chain import make_basis_and_waves
from melian.models.choose import choose_hyper
from melian.models.course import CourseBasis
from melian.models.design import Design, make_design
from melian.models.hawkes import HawkesConfig
from melian.models.newton import Hyper, default_hyper
from melian.models.refuse import refuse_empty, refuse_history

__all__ = ["chosen_hyper", "quick_setting"]


def quick_setting(
    history: EventHistory, config: HawkesConfig
) -> tuple[Design, CourseBasis, tuple[Wave, ...], Hyper]:
    """Give design, courses, waves and hyper-parameters, whatever estimator the configuration names.

    Hyper-parameters are chosen by held-out score where `exposure` is "auto". All relations take part, so that
    a check or measure of reaction is free to find it.

    Raises
    ------
    InputError
        If there are fewer than two actors, an unknown bloc, or no directed events that are shared out.
    """
    refuse_history(history, half_lives=config.half_lives, bloc=config.bloc)
    design = make_design(history, config.half_lives, bloc=config.bloc)
    refuse_empty(design)
    basis, waves = make_basis_and_waves(design, config.chain())
    return design, basis, waves, chosen_hyper(design, basis, waves, config)


def chosen_hyper(design: Design, basis: CourseBasis, waves: tuple[Wave, ...], config: HawkesConfig) -> Hyper:
    """Choose hyper-parameters by held-out score where `exposure` is "auto"; all relations take part."""
    if config.exposure == "auto":
        hyper = choose_hyper(design, basis, waves, seed=config.seed).hyper
    else:
        kappa = config.chain().kappa or 0.0
        hyper = replace(
            default_hyper(design), kappa=np.full(design.history.n_actors, kappa if waves else 0.0)
        )
    return replace(hyper, columns=None)
