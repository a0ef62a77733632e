"""The measure `change`, run from a study: shares over time, change points, thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from melian.study.model import Study
from melian.study.run import Progress, hawkes_config

if TYPE_CHECKING:
    from melian.measures.answer import Answer
    from melian.study.source import Source

__all__ = ["measure_change"]


def measure_change(study: Study, source: Source, *, progress: Progress) -> Answer:
    """Measure change over time; the keys are those of `[change]`, `[model]` and `[run]`."""
    from melian.measures.change import ChangeSettings
    from melian.measures.change import measure_change as measure
    from melian.measures.refits import fit_quickly

    keys = study.change
    settings = ChangeSettings(
        window=keys.change_window, step=keys.change_step, cut=keys.change_cut, refit=keys.change_refit,
        refits=keys.change_refits, permutations=keys.change_permutations, pairs=keys.threshold_pairs,
        top=keys.threshold_top, half_life=keys.threshold_half_life, pressure=keys.threshold_pressure,
        response=keys.threshold_response, seed=study.run.seed,
    )  # fmt: skip
    progress("fitting (EM, then Newton)")
    return measure(fit_quickly(source.history(study), hawkes_config(study)), settings, tell=progress)
