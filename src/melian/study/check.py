"""The run of the checks: from a study to verdicts and their files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from melian.study.files import write_study
from melian.study.model import Study
from melian.study.output import prepare_folder
from melian.study.run import Progress, hawkes_config, silent, store_of, study_history

if TYPE_CHECKING:
    from melian.checks.suite import CheckReport

__all__ = ["run_study_checks"]


def run_study_checks(
    study: Study, checks: Sequence[str] = (), *, progress: Progress | None = None
) -> CheckReport:
    """Read the store, fit, check, and write the results where `[report] out` names a folder.

    Names of checks and the output folder are tried before any work.

    Parameters
    ----------
    study : Study
    checks : sequence of str
        Names of `melian.checks.registry.CHECKS`; all where it is empty.
    progress : Progress, optional

    Raises
    ------
    StudyError
        If the study names no store.
    InputError, StoreError
        If a check is not known, or the store, the window or the output folder cannot be used.
    """
    from melian.checks.subject import make_subject
    from melian.checks.suite import check_names, run_checks
    from melian.data import open_store
    from melian.study.told import told_of

    tell = progress or silent
    path = store_of(study)
    names = check_names(checks)
    out = prepare_folder(study.report.out) if study.report.out else None
    with open_store(path) as store:
        tell("reading the store")
        history = study_history(study, store)
        told = told_of(study, store, history) if "halves" in names else None
        tell("fitting (EM, then Newton)")
        subject = make_subject(history, hawkes_config(study), told=told)
        report = run_checks(subject, names, progress=tell)
    if out is not None:
        from melian.report.checks import write_checks

        tell("writing the report")
        write_checks(report, out)
        write_study(study, out / "study.toml")
    return report
