"""The checks by name: what each asks, when it passes, where it comes from, what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from melian.checks.ladder import ladder
from melian.checks.lead import lead_test
from melian.checks.placebo import time_shift
from melian.checks.radius import moving_baseline
from melian.checks.reactive import reactive_codes
from melian.checks.residuals import autocorrelation, dispersion, uniformity
from melian.checks.result import CheckResult
from melian.checks.subject import Subject
from melian.checks.thinning import halves, thinning

__all__ = ["CHECKS", "Check", "Runner"]


class Runner(Protocol):
    """Runs one check; it must not change the subject, and the same subject gives the same result."""

    def __call__(self, subject: Subject, name: str, question: str) -> CheckResult:
        """Run it."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes
    ----------
    name, question : str
    rule : str
        When it passes.
    null : str
        What a small p-value speaks against; "" where the check is no hypothesis test.
    reference : str
    fits : str
        Fits it needs beside the first one.
    runner : Runner
    """

    name: str
    question: str
    rule: str
    null: str
    reference: str
    fits: str
    runner: Runner

    def run(self, subject: Subject) -> CheckResult:
        """Run the check on a fitted history."""
        return self.runner(subject, self.name, self.question)


_ALL: Final = (
    Check(
        "pit",
        "Are the events of an actor on a day distributed as the fit says?",
        "the test does not reject at 5%",
        "the residuals are uniform",
        "Brockwell 2007; Czado, Gneiting and Held 2009",
        "20 on four fifths of the days, shared by the residual checks",
        uniformity,
    ),
    Check(
        "autocorrelation",
        "Is what the fit leaves unexplained independent from day to day?",
        "the test does not reject at 5%",
        "autocorrelation over lags 1 to 7 is 0.015 at most (root mean square), as estimation leaves",
        "Box and Pierce 1970",
        "20 on four fifths of the days, shared by the residual checks",
        autocorrelation,
    ),
    Check(
        "dispersion",
        "Do daily counts scatter more than the fit allows?",
        "the test does not reject at 5%",
        "the variance of the counts is their mean",
        "Pearson's statistic; McCullagh and Nelder 1989",
        "20 on four fifths of the days, shared by the residual checks",
        dispersion,
    ),
    Check(
        "ladder",
        "Does reaction help to foresee days that the fit has not seen?",
        "the full model has the higher held-out log score than the one without reaction",
        "",
        "Gneiting and Raftery 2007",
        "16 on four fifths of the days",
        ladder,
    ),
    Check(
        "placebo",
        "Is there more reaction than where the others' calendar is shifted?",
        "the share of reaction is above the 95th percentile of the shifted calendars",
        "the share of reaction is that of shifted calendars",
        "Lotwick and Silverman 1982",
        "39",
        time_shift,
    ),
    Check(
        "lead",
        "Does the others' past tell more than their future?",
        "the test rejects at 5% for at least one actor",
        "for no actor does the past of the others tell more than their future",
        "Angrist and Pischke 2009 (leads and lags)",
        "2",
        lead_test,
    ),
    Check(
        "thinning",
        "How do the shares move where sources miss part of the events?",
        "with 30% of the events dropped at random, initiative moves by 0.10 at most",
        "",
        "Weidmann 2016",
        "15",
        thinning,
    ),
    Check(
        "halves",
        "Do two random halves of the events give the same answer?",
        "the actors' initiative lies 0.10 apart at most, in the mean weighted by events",
        "",
        "split-half reliability: Spearman 1910",
        "2",
        halves,
    ),
    Check(
        "radius",
        "Does the answer hang on the moving baseline?",
        "initiative is within 0.10 of that with a constant baseline, and the spectral radius below 1",
        "",
        "Filimonov and Sornette 2015",
        "1",
        moving_baseline,
    ),
    Check(
        "reactive",
        "Do codes that answer by their own meaning show less initiative?",
        "the test rejects at 5%",
        "codes that answer show as much initiative as the rest, or more",
        "",
        "none",
        reactive_codes,
    ),
)
CHECKS: Final[dict[str, Check]] = {check.name: check for check in _ALL}
