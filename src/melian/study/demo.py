"""The demonstration: the bundled world through the same door as real files, with its truth."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from melian.study.model import Study
from melian.study.output import prepare_folder
from melian.study.run import Progress, run_attribute

if TYPE_CHECKING:
    from melian.analysis.attribution import Attribution

__all__ = ["Demonstration", "run_demo"]


# Fewer than the defaults: a demonstration should not take minutes.
DRAWS: Final = 100
PLACEBO: Final = 1


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What the demonstration gave: the attribution, the true shares by actor, and the report."""

    attribution: Attribution
    truth: Mapping[str, Any]
    report: Path


def run_demo(out: str | Path, *, progress: Progress) -> Demonstration:
    """Write the Aegean world's reports, ingest them, fit, and write the report with the truth in it.

    `out` holds afterwards the reports (`aegean.csv`), the truth, the store (`aegean.duckdb`), and all that
    `melian attribute --out` writes.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    from melian.data import ingest
    from melian.simulate.aegean import write_aegean

    folder = prepare_folder(out)
    progress("simulating the Aegean")
    files = write_aegean(folder)
    told = json.loads(files.truth.read_text(encoding="utf-8"))
    store = folder / "aegean.duckdb"
    store.unlink(missing_ok=True)
    progress("reading the reports")
    ingest("table", files.reports, store, as_is=True)
    study = Study().replace(
        store=str(store),
        actors=tuple(told["actors"]),
        since=told["since"],
        until=told["until"],
        out=str(folder),
        draws=DRAWS,
        placebo=PLACEBO,
    )
    attribution = run_attribute(study, progress=progress, truth=told["actors"])
    return Demonstration(attribution, told["actors"], folder / "report.html")
