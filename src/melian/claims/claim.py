"""A claim: a statement, what it is taken to mean, and the evidence that would count for or against it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

__all__ = ["EXPECTATIONS", "Claim", "Curve", "Evidence", "Expectation", "Needs", "Reference"]

Expectation = Literal["above", "below", "between"]
EXPECTATIONS: Final[tuple[Expectation, ...]] = ("above", "below", "between")


@dataclass(frozen=True, slots=True)
class Reference:
    """What an estimate is held against: fixed numbers, or other estimates.

    Attributes
    ----------
    numbers : tuple of float
        One for `above` and `below`, two for `between`; empty where estimates are given.
    estimates : tuple of str
        Estimates whose mean is the reference.
    since, until : date or None
        Another window in which they are taken; None: the evidence's own.
    """

    numbers: tuple[float, ...] = ()
    estimates: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None

    @property
    def other_window(self) -> bool:
        """Whether the estimates come from another window than the evidence's."""
        return self.since is not None or self.until is not None


@dataclass(frozen=True, slots=True)
class Needs:
    """What the data must hold before the estimate is looked at.

    Attributes
    ----------
    events : int
        Least events behind the estimate.
    actors : tuple of str
        Actors that must have events.
    names : tuple of str
        Names that must stand in the reports as the source writes them: a country whose own name is absent is
        not there, whoever else is counted to it.
    """

    events: int = 0
    actors: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Curve:
    """The grid of a specification curve: study key to values, how many specifications, and the share asked.

    Attributes
    ----------
    axes : mapping of str to tuple
        Study keys and the values that they take.
    specs : int
        How many specifications are drawn from the grid, the claim's own among them.
    share : float
        Share of specifications on the expected side that a decision needs, 0.5 to 1.
    """

    axes: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    specs: int = 24
    share: float = 0.8


@dataclass(frozen=True, slots=True)
class Evidence:
    """One test of a claim on one set of data; the direction is stated before the data are read.

    Attributes
    ----------
    name, asks, why : str
        Short name, the question in words, and why the answer bears on the statement.
    data : str
        Logical name of the data.
    measure, estimate : str
        Which measure, and the dotted name of the estimate; `a + b` is a sum.
    expect : {'above', 'below', 'between'}
    than : Reference
    margin : float
        Least difference that counts; the threshold is moved by it.
    test : str
        Name of a test of the measure whose p-value counts as well: the estimate was searched for, so that its
        interval alone is too sure. "" for none.
    guards : {'both', 'support'}
        Whether that test has to reject for either verdict, or for support only.
    beside : tuple of str
        Estimates shown beside, which do not count: the same asked of others.
    since, until : date or None
    actors : tuple of str
    instruments : tuple of str
        What `{instruments}` in an estimate stands for: the sum over these.
    study : mapping
        Study keys that differ from the defaults.
    curve : bool
        Whether the specification curve of the claim is run over this test.
    essential : bool
        Whether the claim stays undecided as long as this test is.
    unit : {'share', 'number'}
        How the figure is written.
    needs : Needs
    """

    name: str
    asks: str
    why: str
    data: str
    measure: str
    estimate: str
    expect: Expectation
    than: Reference
    margin: float = 0.0
    test: str = ""
    guards: Literal["both", "support"] = "both"
    beside: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    actors: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    study: Mapping[str, Any] = field(default_factory=dict)
    curve: bool = False
    essential: bool = False
    unit: Literal["share", "number"] = "share"
    needs: Needs = field(default_factory=Needs)


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement and the tests that decide it.

    Attributes
    ----------
    id : str
        Short name, used for files.
    statement : str
        The words, verbatim.
    said_by, where, date : str
    reading : str
        What the statement is taken to mean, in one sentence.
    against : str
        What would count against it.
    limits : str
        What this reading leaves out; may be empty.
    evidence : tuple of Evidence
    curve : Curve
    """

    id: str
    statement: str
    said_by: str
    where: str
    date: str
    reading: str
    against: str
    evidence: tuple[Evidence, ...]
    limits: str = ""
    curve: Curve = field(default_factory=Curve)
