"""The measure `shares` as a study asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from melian.study.run import Progress, hawkes_config

if TYPE_CHECKING:
    from melian.measures.answer import Answer
    from melian.study.model import Study
    from melian.study.source import Source

__all__ = ["measure_shares"]


def measure_shares(study: Study, source: Source, *, progress: Progress) -> Answer:
    """Load the history, in longer steps where they are asked for, and share it out.

    Raises
    ------
    InputError
        As `melian.measures.shares.shares` does.
    """
    from melian.measures.shares import shares
    from melian.measures.steps import coarsen

    progress("reading the store")
    wanted = study.shares
    # Histories of either unit are the same but for the counts, so that one is loaded for both.
    history = source.history(study.replace(unit="event"))
    once = study.data.unit == "active-step"
    return shares(
        coarsen(history, wanted.step_days, once=once),
        hawkes_config(study),
        sweeps=wanted.sweeps,
        differences=wanted.differences,
        progress=progress,
    )
