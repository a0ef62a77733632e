"""The tables of a claim file: keys, what is allowed, what they mean; `docs/claim-file.md` is made of them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from melian.claims.claim import EXPECTATIONS
from melian.options import INSTRUMENTS
from melian.study.keys import Key, key
from melian.study.kinds import Choice, Day, Flag, Many, Number, Text, Whole
from melian.study.world_schema import REQUIRED

__all__ = ["ClaimKeys", "CurveKeys", "EvidenceKeys", "NeedsKeys", "ThanKeys", "claim_keys"]


@dataclass(frozen=True, slots=True)
class Id:
    """A short name that can be part of a file's name."""

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        return "a short name of small letters, digits, hyphens and underscores"

    def read(self, value: object) -> str:
        """Read a short name."""
        if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9]+([_-][a-z0-9]+)*", value):
            raise ValueError(f"{value!r} is not {self.allowed}")
        return value


@dataclass(frozen=True, slots=True)
class When:
    """A year, month or day."""

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        return "YYYY, YYYY-MM or YYYY-MM-DD, as a text"

    def read(self, value: object) -> str:
        """Read a year, month or day."""
        if isinstance(value, str) and re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2]))?", value):
            return value
        try:
            return Day().read(value).isoformat()
        except ValueError:
            raise ValueError(f"{value!r} is not {self.allowed}") from None


@dataclass(frozen=True, slots=True)
class Mapped:
    """A table whose keys are checked elsewhere, since they are those of a study."""

    what: str

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        return self.what

    def read(self, value: object) -> Mapping[str, Any]:
        """Read a table."""
        if not isinstance(value, Mapping):
            raise ValueError(f"{value!r} is not {self.what}")
        return dict(value)


@dataclass(frozen=True, slots=True)
class Than:
    """A number, two numbers, an estimate, a list of estimates, or a table (`ThanKeys`)."""

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        return (
            "a number | two numbers (`between`) | an estimate | a list of estimates (their mean) | a table "
            "with `estimate`, `since`, `until` (another period)"
        )

    def read(self, value: object) -> object:
        """Read a reference; its parts are checked with the rest of the evidence."""
        items = value if isinstance(value, list) else [value]
        numbers = all(isinstance(item, int | float) and not isinstance(item, bool) for item in items)
        texts = all(isinstance(item, str) and item.strip() for item in items)
        if isinstance(value, Mapping) or (items and (numbers or texts)):
            return value
        raise ValueError(f"{value!r} is not {self.allowed}")


@dataclass(frozen=True, slots=True)
class ClaimKeys:
    """`[claim]`: the statement and what it is taken to mean."""

    id: str = key(REQUIRED, Id(), "Names the claim on the command line and its page.")
    statement: str = key(REQUIRED, Text("the words of the statement"), "The words, verbatim.")
    said_by: str = key(REQUIRED, Text(), "Who said it.")
    where: str = key(REQUIRED, Text(), "In what it was said.")
    date: str = key(REQUIRED, When(), "When it was said.")
    reading: str = key(REQUIRED, Text(), "What the statement is taken to mean, in one sentence.")
    against: str = key(REQUIRED, Text(), "What would count against it.")
    limits: str = key("", Text(), "What this reading leaves out.")


@dataclass(frozen=True, slots=True)
class EvidenceKeys:
    """`[[evidence]]`: one test on one set of data; there may be several."""

    name: str = key(REQUIRED, Text(), "Short name of the test; unique in the claim.")
    asks: str = key(REQUIRED, Text(), "The question that it puts, in one sentence.")
    why: str = key(REQUIRED, Text(), "Why the answer bears on the statement.")
    data: str = key(REQUIRED, Id(), "Logical name of the data; `--data NAME=PATH` says where they are.")
    measure: str = key(REQUIRED, Text("the name of a measure"), "Which measure; see below.")
    estimate: str = key(
        REQUIRED,
        Text("the dotted name of an estimate"),
        "The estimate that is tested; `a + b` adds estimates up, and `{instruments}` stands for the sum over "
        "`instruments`.",
    )
    expect: str = key(REQUIRED, Choice(EXPECTATIONS), "The direction that speaks for the statement.")
    than: object = key(REQUIRED, Than(), "What the estimate is held against.")
    margin: float = key(
        0.0,
        Number(0, 1e6),
        "Least difference that counts: the threshold is moved by it, upwards for `above`, downwards for "
        "`below`.",
    )
    test: str = key(
        "",
        Text("the name of a test"),
        "Test of the measure that has to reject as well: for estimates that were searched for, such as a "
        "threshold, whose interval alone is too sure. Its first word is checked before anything runs.",
    )
    guards: str = key(
        "both",
        Choice(("both", "support")),
        "Whether `test` has to reject for either verdict, or for support.",
    )
    beside: tuple[str, ...] = key(
        (), Many(Text("the name of an estimate")), "Estimates shown beside it that do not count."
    )
    since: dt.date | None = key(None, Day(), "First day of the window; else that of the data.")  # noqa: RUF009
    until: dt.date | None = key(None, Day(), "Last day of the window; else that of the data.")  # noqa: RUF009
    actors: tuple[str, ...] = key(
        (),
        Many(Text("an actor code")),
        "Actors, as in a study. Estimates may name these only; where none are listed, those of the codebook. "
        "Data with codes of their own need the list.",
    )
    instruments: tuple[str, ...] = key(
        (), Many(Choice(INSTRUMENTS)), "What `{instruments}` in an estimate stands for."
    )
    study: Mapping[str, Any] | None = key(
        None, Mapped("a table of study keys"), "Study keys ([study.md](study.md)) that are not the default."
    )
    curve: bool = key(False, Flag(), "Whether the specification curve is run over this test.")
    essential: bool = key(False, Flag(), "Whether the claim stays undecided as long as this test is.")
    unit: str = key("share", Choice(("share", "number")), "How the figure is written.")
    needs: Mapping[str, Any] | None = key(
        None, Mapped("a table with `events`, `actors`, `names`"), "What the data must hold; see below."
    )


@dataclass(frozen=True, slots=True)
class NeedsKeys:
    """`needs`: what the data must hold before the estimate is looked at."""

    events: int = key(0, Whole(0, 10**9), "Least events behind the estimate.")
    actors: tuple[str, ...] = key((), Many(Text("an actor code")), "Actors that must have events.")
    names: tuple[str, ...] = key(
        (),
        Many(Text("a name")),
        "Names that must stand in the reports as the source writes them. A country whose own name is absent "
        "is not there, whoever else is counted to it.",
    )


@dataclass(frozen=True, slots=True)
class ThanKeys:
    """`than` as a table: the reference is taken in another period."""

    estimate: str | None = key(
        None, Text("the name of an estimate"), "Left out: the estimate of the evidence itself."
    )
    since: dt.date | None = key(None, Day(), "First day of the other period.")  # noqa: RUF009
    until: dt.date | None = key(None, Day(), "Last day of the other period.")  # noqa: RUF009


@dataclass(frozen=True, slots=True)
class CurveKeys:
    """`[curve]`: the grid over which the tests whose `curve` is true are run again."""

    specs: int = key(24, Whole(2, 100_000), "Specifications drawn from the grid, the claim's own among them.")
    share: float = key(
        0.8, Number(0.5, 1), "Share of specifications on one side of the threshold that a decision needs."
    )
    axes: Mapping[str, Any] | None = key(
        None, Mapped("a table from study keys to lists of values"), "Study keys and the values they take."
    )


def claim_keys(kind: type, section: str) -> Iterator[Key]:
    """Give the keys of a table of a claim file in the order they are declared.

    Examples
    --------
    >>> [key.name for key in claim_keys(NeedsKeys, "needs")]
    ['events', 'actors', 'names']
    """
    for item in fields(kind):
        yield Key(section, item.name, item.default, item.metadata["kind"], item.metadata["meaning"])
