"""The measure `cooperation` from a study: shares of cooperative conduct inside blocs and across them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from melian.errors import InputError
from melian.study.model import Study
from melian.study.run import Progress

if TYPE_CHECKING:
    from melian.measures.answer import Answer
    from melian.study.source import Source

__all__ = ["measure_cooperation"]


def measure_cooperation(study: Study, source: Source, *, progress: Progress) -> Answer:
    """Load the history with the blocs that the actors name, and estimate.

    Raises
    ------
    InputError
        If the study names no actors, or the store or window cannot be used.
    """
    from melian.measures.conduct_classes import cooperation

    groups = study.data.actors
    if not groups:
        raise InputError("cooperation needs actors: codes, and blocs such as NATO:.")
    blocs = tuple(sorted({a.removesuffix(":") for a in groups if a.endswith(":")} | set(study.model.blocs)))
    progress("reading the store")
    return cooperation(source.history(study, blocs=blocs), groups)
