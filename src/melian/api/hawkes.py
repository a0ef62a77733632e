"""The Python door to the Hawkes model: keyword settings, `fit(history)`, and frames out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from melian.study import Study
from melian.study.run import attribute_fit, fit_history

if TYPE_CHECKING:
    import polars as pl

    from melian.analysis.attribution import Attribution
    from melian.checks.suite import CheckReport
    from melian.forecast.answer import ForecastAnswer
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

    def forecast(
        self, *, as_of: dt.date | str | None = None, horizons: Sequence[int] = (1, 7, 30)
    ) -> ForecastAnswer:
        """Forecast counts of the days after `as_of`; say how good such forecasts were on held-out days.

        Forecasts have fast fits of their own, with pooled weights: see `docs/forecast.md`. `[forecast]` keys
        of the study, such as `min_events` and `held_out`, hold here too.

        Parameters
        ----------
        as_of : date or ISO text, optional
            Last day that is known; the last of the history where it is not given.
        horizons : sequence of int
            Days ahead.
        """
        from melian.study.forecast import forecast_from, history_as_of
        from melian.study.run import silent

        study = self.study.replace(horizons=tuple(horizons))
        return forecast_from(study, history_as_of(self.model.history, as_of), None, progress=silent)

    def check(self, names: Sequence[str] = ()) -> CheckReport:
        """Ask of the model what a hostile reader would: see `docs/checks.md`.

        Checks have fits of their own, by the fast estimator, with the settings of this one.

        Parameters
        ----------
        names : sequence of str
            Names of checks; all of them where there are none.

        Returns
        -------
        CheckReport
            `frame()` has a row per check; `results` their tables and figures.

        Raises
        ------
        InputError
            If a name is not known; the nearest one is told.

        Examples
        --------
        >>> from melian.simulate import Baseline, World, simulate, to_history
        >>> world = World(
        ...     actors=("A", "B"), instruments=("force",), n_steps=300, baseline=Baseline(events=600))
        >>> fit = Hawkes(half_lives=(1, 5), exposure="off", estimator="newton", draws=20, jobs=1).fit(
        ...     to_history(simulate(world), since=0))
        >>> fit.check(["radius", "halves"]).frame()["check"].to_list()
        ['halves', 'radius']
        """
        from melian.checks.subject import make_subject
        from melian.checks.suite import check_names, run_checks

        chosen = check_names(names)
        return run_checks(make_subject(self.model.history, self.model.config), chosen)

    @cached_property
    def _attribution(self) -> Attribution:
        return attribute_fit(self.study, self.model)
