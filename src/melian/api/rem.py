"""The Python door to relational event models: a formula, keyword settings, `fit(events)`, and frames out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from melian.study import Study

if TYPE_CHECKING:
    import polars as pl

    from melian.data.covariates import CovariateTable
    from melian.effects.own import OwnEffect
    from melian.history import EventHistory
    from melian.rem.answer import RemAnswer
    from melian.rem.result import RemFit
    from melian.sequence import RelationalEvents
    from melian.study.rem import Prepared

__all__ = ["Rem", "RemModel", "compare"]


class Rem:
    """A relational event model; nothing is computed before `fit`.

    Parameters
    ----------
    formula : str
        Effects joined by +, as `"inertia + reciprocity(halflife=30)"`; `docs/effects.md` lists them.
    **settings
        Keys of the sections `[rem]` and `[run]` of the study file by name, such as `likelihood`, `ties`,
        `memory_half_life`, `controls`, `errors`, `seed`.

    Raises
    ------
    StudyError
        If a setting is not known or holds what is not allowed.

    Examples
    --------
    >>> import melian
    >>> events = melian.events_from_frame(
    ...     {"time": [1, 2, 3, 4, 5, 6], "sender": list("abcaba"), "receiver": list("babbcb")})
    >>> model = Rem("inertia + reciprocity").fit(events)
    >>> model.tidy()["term"].to_list()
    ['inertia', 'reciprocity']
    >>> Rem("inertia", tie="efron")
    Traceback (most recent call last):
    ...
    melian.errors.StudyError: tie is not a key of a study; did you mean ties?
    """

    def __init__(self, formula: str, **settings: Any) -> None:
        self.study = Study().replace(formula=formula, **settings)

    def fit(
        self,
        events: RelationalEvents | EventHistory,
        *,
        covariates: Sequence[CovariateTable | OwnEffect] = (),
    ) -> RemModel:
        """Estimate the model on a history from a store, or on a sequence of events.

        Parameters
        ----------
        events : RelationalEvents or EventHistory
            As `melian.events_from_frame` or `Store.history` give them.
        covariates : sequence of CovariateTable or OwnEffect
            Attributes that the formula names, each made by `melian.covariate`, beside those of the settings;
            and effects of your own (`melian.effects.own`), which it names like any other.
        """
        from melian.study.rem import answer_prepared

        return RemModel(self.study, answer_prepared(self.study, self._prepared(events, covariates)))

    def moving(
        self,
        events: RelationalEvents | EventHistory,
        *,
        width: float,
        step: float,
        covariates: Sequence[CovariateTable | OwnEffect] = (),
    ) -> pl.DataFrame:
        """Fit the model to one stretch of time after another: a row per window and coefficient.

        Parameters
        ----------
        width, step : float
            Length of a window and distance between two begins, in the unit of the events (days).
        """
        from melian.rem.frames import tidy_windows
        from melian.rem.moving import fit_moving

        ready = self._prepared(events, covariates)
        return tidy_windows(
            fit_moving(
                ready.events,
                ready.terms,
                width=width,
                step=step,
                config=ready.config,
                covariates=ready.covariates,
            )
        )

    def _prepared(
        self, events: RelationalEvents | EventHistory, covariates: Sequence[CovariateTable | OwnEffect]
    ) -> Prepared:
        from melian.data.covariates import CovariateTable
        from melian.study.rem import covariate_tables, prepared

        given = tuple(c for c in covariates if isinstance(c, CovariateTable))
        own = tuple(c for c in covariates if not isinstance(c, CovariateTable))
        return prepared(self.study, events, tables=(*covariate_tables(self.study), *given), own=own)


class RemModel:
    """A fitted relational event model as frames, and its report.

    Attributes
    ----------
    fit : RemFit
    summary : mapping
        As `melian rem --json` writes it.
    """

    def __init__(self, study: Study, answer: RemAnswer) -> None:
        self.study = study
        self.answer = answer
        self.fit: RemFit = answer.fit
        self.summary = answer.summary

    def tidy(self) -> pl.DataFrame:
        """Give a row per coefficient: estimate, standard error, p-value, interval, factor on the rate."""
        return self.answer.frames["coefficients"]

    def glance(self) -> pl.DataFrame:
        """Give one row about the model: events, log-likelihood, AIC, BIC, convergence."""
        from melian.rem.frames import glance

        return glance(self.fit)

    def augment(self) -> pl.DataFrame:
        """Give a row per event: probability, rank at risk, each effect's contribution to its log rate."""
        return self._frame("events")

    def recall(self) -> pl.DataFrame:
        """Say how often what happened stood among the pairs that the model held most likely."""
        return self._frame("recall")

    def residuals(self) -> pl.DataFrame:
        """Set each actor's observed events beside the expected ones."""
        return self._frame("actors")

    def course(self) -> pl.DataFrame:
        """Follow each effect through time by its cumulated score residuals."""
        return self._frame("course")

    def plot(self, what: str = "effects") -> Any:
        """Draw effects, recall, residuals or course as an Altair chart.

        Raises
        ------
        InputError
            If the name is not known, or the events of the fit were not ranked.
        """
        from melian.report.rem_charts import rem_chart

        return rem_chart(self.answer, what)

    def posterior(self, **settings: Any) -> pl.DataFrame:
        """Give mean, deviation and 95% interval of the coefficients' posterior; see `melian.rem.posterior`.

        Needs the extra `bayes` (`pip install 'melian[bayes]'`).
        """
        from melian.rem.frames import tidy_posterior
        from melian.rem.posterior import sample_posterior

        return tidy_posterior(sample_posterior(self.fit, **settings))

    def report(self, out: str | Path) -> Path:
        """Write the report and its tables into a folder."""
        from melian.report import write_rem_report

        path: Path = write_rem_report(self.answer, out)
        return path

    def simulate(self, events: int, *, seed: int = 1) -> RelationalEvents:
        """Simulate a sequence of so many events from the fitted model; see `melian.rem.simulate`."""
        from melian.rem.simulate import simulate_events

        return simulate_events(self.fit, events, seed=seed)

    def _frame(self, name: str) -> pl.DataFrame:
        from melian.errors import InputError

        if name not in self.answer.frames:
            notes = " ".join(self.answer.fit.notes)
            raise InputError(f"the events of this fit were not ranked: {notes}")
        return self.answer.frames[name]


def compare(models: Mapping[str, RemModel]) -> pl.DataFrame:
    """Set fitted models of the same events beside each other; see `melian.rem.frames.compare`."""
    from melian.rem.frames import compare as compare_fits

    return compare_fits({name: model.fit for name, model in models.items()})
