"""The measure `diffusion` from a study."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from melian.study.run import Progress, hawkes_config

if TYPE_CHECKING:
    from melian.measures.answer import Answer
    from melian.study.model import Study
    from melian.study.source import Source

__all__ = ["measure_diffusion"]


def measure_diffusion(study: Study, source: Source, *, progress: Progress) -> Answer:
    """Load conduct among the actors and the events inside those that are countries, and measure diffusion."""
    import numpy as np

    from melian.data.domestic import load_domestic
    from melian.data.funnel import FunnelOptions
    from melian.measures.diffusion import diffusion
    from melian.measures.diffusion_settings import DiffusionSettings

    data, keys = study.data, study.diffusion
    history = source.history(study, reactive="with")
    progress("events inside countries")
    rules: dict[str, Any] = {
        "level": data.level, "crosswalk": data.crosswalk, "span": data.span, "re_report_days": 0,
    }  # fmt: skip
    domestic = load_domestic(
        source.store,
        countries=[actor for actor in history.actors if "." not in actor],
        origin=history.origin,
        until=history.until,
        options=FunnelOptions(**rules),
    )
    if data.unit == "active-step":
        domestic = replace(domestic, count=np.minimum(domestic.count, 1))
    settings = DiffusionSettings(
        least=keys.diffusion_least, shifts=keys.diffusion_shifts, refits=keys.diffusion_refits,
        back=keys.diffusion_back,
        seed=study.run.seed,
    )  # fmt: skip
    return diffusion(history, domestic, settings, config=hawkes_config(study), progress=progress)
