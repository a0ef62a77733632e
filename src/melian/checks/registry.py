"""The checks by name: what each asks, when it passes, where it comes from, what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from melian.checks.dead_actor import dead_actor
from melian.checks.forecasts import forecasts
from melian.checks.hidden import hidden_driver
from melian.checks.ladder import ladder
from melian.checks.lead import lead_test
from melian.checks.placebo import time_shift
from melian.checks.radius import moving_baseline
from melian.checks.reactive import reactive_codes
from melian.checks.rescaling import time_rescaling
from melian.checks.residuals import autocorrelation, dispersion, uniformity
from melian.checks.result import CheckResult
from melian.checks.reversal import time_reversal
from melian.checks.subject import Subject
from melian.checks.thinning import halves, thinning
from melian.checks.visits import meetings

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
        "the residuals are distributed as in worlds of the model",
        "Brockwell 2007; Czado, Gneiting and Held 2009; Lilliefors 1967",
        "20 on four fifths of the days, shared by the residual checks",
        uniformity,
    ),
    Check(
        "rescaling",
        "Do events come at rate one where time runs by what the fit expects?",
        "the test does not reject at 5%",
        "intervals between an actor's events, in units of expected events, are exponential but for what "
        "estimation leaves",
        "Ogata 1988; Brown et al. 2002; Haslinger, Pipa and Brown 2010",
        "20 on four fifths of the days, shared by the residual checks",
        time_rescaling,
    ),
    Check(
        "autocorrelation",
        "Is what the fit leaves unexplained independent from day to day?",
        "the test does not reject at 5%",
        "autocorrelation over lags 1 to 7 is what estimation leaves in worlds of the model, or 0.005 more",
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
        "forecasts",
        "Do one-day-ahead forecasts of the last days hold what they promise?",
        "80% intervals hold 75 to 85% of the source-days, and of ten tenths by expected count three at most "
        "lie outside their 90% band",
        "",
        "Czado, Gneiting and Held 2009; Gneiting and Katzfuss 2014",
        "4 to each stretch of the last fifth (28 days, or a seventh of it)",
        forecasts,
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
        "placebo-actor",
        "Is all that a dead actor does found to be its own initiative?",
        "initiative of actors who only follow their own slow course is 0.80 at least, in the mean weighted "
        "by events",
        "",
        "negative controls: Lipsitch, Tchetgen Tchetgen and Cohen 2010",
        "1 for each of the 12 busiest actors",
        dead_actor,
    ),
    Check(
        "lead",
        "Does the others' past tell more than their future?",
        "the test rejects at 5%",
        "for no actor does the past of the others tell more than their future",
        "Angrist and Pischke 2009 (leads and lags)",
        "40: two, and two for each of 19 shifted calendars",
        lead_test,
    ),
    Check(
        "reversal",
        "Have the deeds of actors among each other a direction in time?",
        "the test rejects at 5%",
        "read backwards the record loses no more than with the others' calendar shifted, where each actor's "
        "own past alone gives a direction",
        "Cox 1981 (reversibility)",
        "40: two, and two for each of 19 shifted calendars",
        time_reversal,
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
        "Do two random halves of the sources, or else of the events, give the same answer?",
        "the actors' initiative lies 0.10 apart at most, in the mean weighted by events",
        "",
        "split-half reliability: Spearman 1910",
        "2, and 6 where sources can be told apart",
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
    Check(
        "visits",
        "Do visits and consultations answer themselves?",
        "the test does not reject at 5%",
        "with instruments of meetings, deeds are done back on their own day no more often, against the days "
        "beside it, than chance and other instruments give",
        "Cook and Weidmann 2019",
        "none",
        meetings,
    ),
    Check(
        "hidden-driver",
        "How strong must a hidden driver be to explain the reaction away?",
        "a driver that leaves daily counts as correlated as they are gives three quarters of the share of "
        "reaction at most",
        "",
        "Rosenbaum 2002 (sensitivity analysis)",
        "20",
        hidden_driver,
    ),
)
CHECKS: Final[dict[str, Check]] = {check.name: check for check in _ALL}
