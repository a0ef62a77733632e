"""The measure `toolkits` from a study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from melian.study.run import Progress

if TYPE_CHECKING:
    from melian.measures.answer import Answer
    from melian.study.model import Study
    from melian.study.source import Source

__all__ = ["measure_toolkits"]


def measure_toolkits(study: Study, source: Source, *, progress: Progress) -> Answer:
    """Measure toolkits; codes that answer by their own meaning stand with their instrument."""
    from melian.measures.toolkits import toolkits
    from melian.measures.toolkits_settings import ToolkitSettings

    keys = study.toolkits
    history = source.history(study, reactive="with")
    progress("comparing toolkits")
    settings = ToolkitSettings(
        block=keys.toolkit_block,
        draws=keys.toolkit_draws,
        least=keys.toolkit_least,
        period=keys.toolkit_period,
        step=keys.toolkit_step,
        instruments=keys.toolkit_instruments,
        seed=study.run.seed,
    )
    return toolkits(history, settings)
