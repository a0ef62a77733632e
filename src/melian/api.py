"""The Python door: a model with keyword settings, `fit(history)`, and frames out."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from melian.study import Study
from melian.study.run import attribute_fit, fit_history

if TYPE_CHECKING:
    import polars as pl

    from melian.analysis.attribution import Attribution
    from melian.history import EventHistory
    from melian.models.hawkes import HawkesFit

__all__ = ["Fit", "Hawkes"]


class Hawkes:
    """A network Hawkes model in daily steps; nothing is computed before `fit`.

    Parameters
    ----------
    **settings
        Keys of the sections `[model]` and `[run]` of the study file by name, such as `half_lives`, `knots`,
        `exposure`, `estimator`, `seed`, `draws`, `jobs`; the others have the defaults of `docs/study.md`.

    Raises
    ------
    StudyError
        If a setting is not known or holds what is not allowed.

    Examples
    --------
    >>> Hawkes(half_lives=(1, 5, 20), seed=7).study.run.seed
    7
    >>> Hawkes(halflives=(1, 5))
    Traceback (most recent call last):
    ...
    melian.errors.StudyError: halflives is not a key of a study; did you mean half_lives?
    """

    def __init__(self, **settings: Any) -> None:
        self.study = Study().replace(**settings)

    def fit(self, history: EventHistory) -> Fit:
        """Estimate the model on a history."""
        return Fit(self.study, fit_history(self.study, history))


class Fit:
    """A fitted model: a row per coefficient, a row about the model, a row per event, and the attribution."""

    def __init__(self, study: Study, model: HawkesFit) -> None:
        self.study = study
        self.model = model

    def attribute(self) -> Attribution:
        """Share the events out: initiative, momentum, reaction, and to whom, with intervals."""
        return self._attribution

    def tidy(self) -> pl.DataFrame:
        """Give a row per coefficient, with its 90% interval."""
        return self._attribution.frames["coefficients"]

    def glance(self) -> pl.DataFrame:
        """Give one row about the model."""
        from melian.analysis.glance import glance

        return glance(self._attribution)

    def augment(self) -> pl.DataFrame:
        """Give a row per cell of events, with its shares and most probable parents."""
        return self._attribution.frames["events"]

    @cached_property
    def _attribution(self) -> Attribution:
        return attribute_fit(self.study, self.model)
