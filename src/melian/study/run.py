"""The run: from a study to an attribution and its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from melian.errors import StudyError
from melian.study.files import write_study
from melian.study.model import Study
from melian.study.output import prepare_folder

if TYPE_CHECKING:
    from melian.analysis.attribution import Attribution
    from melian.data.connect import Store
    from melian.history import EventHistory
    from melian.models.hawkes import HawkesConfig, HawkesFit

__all__ = [
    "Progress",
    "attribute_fit",
    "fit_history",
    "hawkes_config",
    "run_attribute",
    "silent",
    "store_of",
    "study_history",
]


class Progress(Protocol):
    """Is told what is being done and, where known, how much of it (0 to 1)."""

    def __call__(self, label: str, done: float | None = None) -> None:
        """Tell it."""


def run_attribute(
    study: Study, *, progress: Progress | None = None, truth: Mapping[str, Any] | None = None
) -> Attribution:
    """Read the store, fit, attribute, and write the report where `[report] out` names a folder.

    The output folder is tried before any work.

    Parameters
    ----------
    study : Study
    progress : Progress, optional
        Is told what is being done.
    truth : mapping, optional
        True shares by actor in the form of `attribute --json`, for a simulated world; the report sets them
        beside the estimates.

    Raises
    ------
    StudyError
        If the study names no store.
    InputError, StoreError
        If the store, the window or the output folder cannot be used.
    """
    from melian.data import open_store

    tell = progress or silent
    path = store_of(study)
    out = prepare_folder(study.report.out) if study.report.out else None
    with open_store(path) as store:
        tell("reading the store")
        history = study_history(study, store)
        fit = fit_history(study, history, progress=tell)
        attribution = attribute_fit(study, fit, store=store, progress=tell)
        if out is not None:
            tell("writing the report")
            _write(study, attribution, out, store=store, truth=truth)
    return attribution


def store_of(study: Study) -> str:
    """Give the path of the store that a study names.

    Raises
    ------
    StudyError
        If it names none.
    """
    if study.data.store is None:
        raise StudyError("[data] store is not given; name the event store made by `melian ingest`.")
    return study.data.store


def study_history(study: Study, store: Store, **instead: Any) -> EventHistory:
    """Load the history that a study names from an open store.

    Parameters
    ----------
    study : Study
    store : Store
    **instead
        Arguments of `load_history` that another model needs in place of the study's: all actors where the
        study names none, or actors without events.
    """
    from melian.data import load_history

    data = study.data
    settings: dict[str, Any] = {
        "actors": data.actors or None,
        "since": data.since,
        "until": data.until,
        "without": data.without,
        "level": data.level,
        "n_actors": data.n_actors,
        "crosswalk": data.crosswalk,
        "unit": data.unit,
        "blocs": study.model.blocs,
        "span": data.span,
        "re_report_days": data.re_report_days,
        "reactive": data.reactive,
    }
    history: EventHistory = load_history(store, **{**settings, **instead})
    return history


def fit_history(study: Study, history: EventHistory, *, progress: Progress | None = None) -> HawkesFit:
    """Fit the model of a study to a history."""
    from melian.models.hawkes import fit_hawkes

    return fit_hawkes(history, hawkes_config(study), progress=progress)


def attribute_fit(
    study: Study, fit: HawkesFit, *, store: Store | None = None, progress: Progress | None = None
) -> Attribution:
    """Share the events of a fit out; the check of the sources needs the store."""
    from melian.analysis.attribution import attribute
    from melian.analysis.trust import gather_evidence

    evidence = gather_evidence(
        fit, placebo=study.run.placebo, same_step=study.model.same_step, progress=progress
    )
    (progress or silent)("sharing the events out")
    found = attribute(fit.history, fit.draws, fit.summary, evidence, telling=study.report.telling)
    if study.run.checks == "none":
        return found
    return _checked(study, fit, found, store=store, progress=progress)


def _checked(
    study: Study, fit: HawkesFit, attribution: Attribution, *, store: Store | None, progress: Progress | None
) -> Attribution:
    """Add the checks to an attribution: those that need no fits, and with `checks = "all"` the whole list."""
    from melian.checks.quick import checks_summary, quick_checks

    results = quick_checks(fit, attribution)
    if study.run.checks == "all":
        from melian.checks.subject import make_subject
        from melian.checks.suite import run_checks
        from melian.study.told import told_of

        told = None if store is None else told_of(study, store, fit.history)
        listed = run_checks(make_subject(fit.history, fit.config, told=told), progress=progress).results
        own = {result.name for result in listed}
        results = (*(result for result in results if result.name not in own), *listed)
    checks = checks_summary(results, study.run.checks)
    return replace(attribution, summary=attribution.summary | {"checks": checks})


def hawkes_config(study: Study) -> HawkesConfig:
    """Give the model's configuration as the study has it."""
    from melian.models.hawkes import HawkesConfig

    model, run = study.model, study.run
    return HawkesConfig(
        half_lives=tuple(float(h) for h in model.half_lives),
        knots=model.knots,
        exposure=model.exposure,
        bandwidth=model.bandwidth,
        targets=model.targets,
        bloc=model.blocs[0] if model.blocs and study.data.level != "bloc" else None,
        estimator=model.estimator,
        seed=run.seed,
        draws=run.draws,
        jobs=0 if run.jobs == "auto" else int(run.jobs),
    )


def _write(
    study: Study, attribution: Attribution, out: Path, *, store: Store, truth: Mapping[str, Any] | None
) -> None:
    """Write the report, its files, and the study that replays it."""
    from melian.data import source_rows
    from melian.report import write_report

    write_report(attribution, out, source_rows=lambda rows: source_rows(store, rows), truth=truth)
    write_study(study, out / "study.toml")


def silent(label: str, done: float | None = None) -> None:
    """Tell nobody."""
