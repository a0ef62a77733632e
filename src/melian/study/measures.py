"""The measures by name: how each is run from a study and a store."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final, Protocol

from melian.errors import check_option
from melian.study.files import write_study
from melian.study.model import Study
from melian.study.output import prepare_folder
from melian.study.run import Progress, silent, store_of

if TYPE_CHECKING:
    from melian.data.connect import Store
    from melian.measures.answer import Answer
    from melian.study.source import Source

__all__ = ["MEASURES", "Measuring", "answer_of", "measure_store", "run_measure"]


class Measuring(Protocol):
    """Runs one measure; the same study and rows give the same answer."""

    def __call__(self, study: Study, source: Source, *, progress: Progress) -> Answer:
        """Run it."""


MEASURES: Final[dict[str, str]] = {
    "cooperation": "melian.study.measure_cooperation:measure_cooperation",
    "shares": "melian.study.measure_shares:measure_shares",
    "toolkits": "melian.study.measure_toolkits:measure_toolkits",
    "var": "melian.study.measure_var:measure_var",
    "responses": "melian.study.measure_responses:measure_responses",
    "change": "melian.study.measure_change:measure_change",
    "diffusion": "melian.study.measure_diffusion:measure_diffusion",
}
"""Name to `module:function`, a `Measuring`; loaded when it is asked for."""


def answer_of(study: Study, source: Source, measure: str, *, progress: Progress | None = None) -> Answer:
    """Run a measure on an open source.

    Raises
    ------
    InputError
        If the measure is not known, or its settings do not fit the data.
    """
    check_option("measure", measure, tuple(MEASURES))
    module, function = MEASURES[measure].split(":")
    run: Measuring = getattr(importlib.import_module(module), function)
    return run(study, source, progress=progress or silent)


def run_measure(study: Study, measure: str, *, progress: Progress | None = None) -> Answer:
    """Read the store, run a measure, and write its report where `[report] out` names a folder.

    Raises
    ------
    StudyError
        If the study names no store.
    InputError, StoreError
        If the measure is not known, or the store, the window or the output folder cannot be used.
    """
    from melian.data import open_store

    with open_store(store_of(study)) as store:
        return measure_store(study, store, measure, progress=progress)


def measure_store(study: Study, store: Store, measure: str, *, progress: Progress | None = None) -> Answer:
    """Run a measure on an open store, and write its report where `[report] out` names a folder.

    Raises
    ------
    InputError, StoreError
        If the measure is not known, or the store, the window or the output folder cannot be used.
    """
    from melian.study.source import Source

    tell = progress or silent
    out = prepare_folder(study.report.out) if study.report.out else None
    tell("reading the store")
    answer = answer_of(study, Source(store), measure, progress=tell)
    if out is not None:
        from melian.report.answers import write_answer

        tell("writing the report")
        write_answer(answer, out)
        write_study(study, out / "study.toml")
    return answer
