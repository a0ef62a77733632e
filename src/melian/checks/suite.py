"""Several checks at once, and p-values that know how many there were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from melian.checks.registry import CHECKS
from melian.checks.result import LEVEL, CheckResult
from melian.checks.subject import Subject
from melian.errors import check_option

__all__ = ["CheckReport", "check_names", "holm", "run_checks"]


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Results of the checks that ran, and Holm's p-values over those that are tests.

    Attributes
    ----------
    subject : Subject
    results : tuple of CheckResult
    adjusted : dict of str to float
        By name of the check.
    """

    subject: Subject
    results: tuple[CheckResult, ...]
    adjusted: dict[str, float]

    def __repr__(self) -> str:
        counts = Counter(result.verdict for result in self.results)
        return f"<CheckReport {', '.join(f'{n} {verdict}' for verdict, n in counts.items())}>"

    def frame(self) -> pl.DataFrame:
        """Give a row per check."""
        rows = [
            {
                "check": r.name,
                "verdict": r.verdict,
                "statistic": r.statistic,
                "p_value": r.p_value,
                "p_holm": self.adjusted.get(r.name),
                "sentence": r.sentence,
            }
            for r in self.results
        ]
        return pl.DataFrame(
            rows,
            schema={"check": pl.String, "verdict": pl.String, "statistic": pl.Float64, "p_value": pl.Float64}
            | {"p_holm": pl.Float64, "sentence": pl.String},
        )

    def summary(self) -> dict[str, Any]:
        """Give the JSON form of `melian check`."""
        history = self.subject.history
        return {
            "actors": list(history.actors),
            "since": history.since.isoformat(),
            "until": history.until.isoformat(),
            "events": history.n_events,
            "snapshot": history.provenance.snapshot,
            "estimator": "newton",
            "seed": self.subject.seed,
            "tests": {"run": len(self.adjusted), "level": LEVEL, "adjustment": "Holm"},
            "checks": [{**r.as_dict(), "p_holm": self.adjusted.get(r.name)} for r in self.results],
        }


def check_names(wanted: Sequence[str]) -> tuple[str, ...]:
    """Give the names of the checks to run, in the registry's order; all of them where none is wanted.

    Raises
    ------
    InputError
        If a name is not in the registry.

    Examples
    --------
    >>> check_names(["dispersion", "pit"])
    ('pit', 'dispersion')
    """
    for name in wanted:
        check_option("checks", name, tuple(CHECKS))
    return tuple(name for name in CHECKS if name in wanted or not wanted)


def run_checks(
    subject: Subject, names: Sequence[str] = (), *, progress: Callable[..., None] | None = None
) -> CheckReport:
    """Run the named checks, or all of them."""
    chosen = check_names(names)
    results = []
    for done, name in enumerate(chosen):
        if progress:
            progress(f"check {name}", done / len(chosen))
        results.append(CHECKS[name].run(subject))
    tests = {r.name: r.p_value for r in results if r.p_value is not None}
    return CheckReport(subject, tuple(results), dict(zip(tests, holm(list(tests.values())), strict=True)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust p-values for their number (Holm 1979): no test is rejected at 5% unless the family allows it.

    Examples
    --------
    >>> [round(p, 2) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    >>> holm([])
    []
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    steps = np.minimum(1.0, (len(p) - np.arange(len(p))) * p[order])
    out = np.empty(len(p))
    out[order] = np.maximum.accumulate(steps) if len(p) else steps
    return [float(value) for value in out]
