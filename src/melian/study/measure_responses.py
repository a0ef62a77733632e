"""The measure `responses`, run from a study: what follows one act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from melian.study.model import Study
from melian.study.run import Progress, hawkes_config

if TYPE_CHECKING:
    from melian.measures.answer import Answer
    from melian.measures.refits import Fitted
    from melian.study.source import Source

__all__ = ["measure_responses"]


def measure_responses(study: Study, source: Source, *, progress: Progress) -> Answer:
    """Measure responses; the keys are those of `[responses]`, `[model]` and `[run]`."""
    from melian.measures.refits import fit_quickly
    from melian.measures.responses import measure_responses as measure
    from melian.measures.responses_settings import ResponseSettings

    keys, history = study.responses, source.history(study)
    settings = ResponseSettings(
        days=keys.response_days, pairs=keys.response_pairs, top=keys.response_top, cut=keys.response_cut,
        methods=keys.response_methods, pressure=keys.response_pressure, refits=keys.response_refits,
        draws=keys.response_draws, seed=study.run.seed,
    )  # fmt: skip

    def fit() -> Fitted:
        return fit_quickly(history, hawkes_config(study), pooled=True)

    return measure(history, settings, fit, tell=progress)
