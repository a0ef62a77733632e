"""What a measure gives: estimates by name, sentences, tests, and exhibits (a table with its chart)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

from melian.errors import InputError

__all__ = ["Answer", "Chart", "ColumnKind", "Estimate", "Exhibit"]

ColumnKind = Literal["text", "name", "count", "share", "estimate", "quantity", "number", "date"]
ChartKind = Literal["lines", "dots", "heat"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 90% interval and the events behind it, or the reason why there is none.

    Examples
    --------
    >>> Estimate(0.25, 0.2, 0.3, events=400).as_dict()
    {'value': 0.25, 'low': 0.2, 'high': 0.3, 'events': 400}
    >>> Estimate.undefined("no events in the window").as_dict()
    {'value': None, 'reason': 'no events in the window', 'events': 0}
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    events: int = 0
    reason: str = ""

    @classmethod
    def undefined(cls, reason: str, *, events: int = 0) -> Estimate:
        """Make an estimate that says why it has no value."""
        return cls(None, events=events, reason=reason)

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form."""
        if self.value is None:
            return {"value": None, "reason": self.reason or "undefined", "events": self.events}
        return {"value": self.value, "low": self.low, "high": self.high, "events": self.events}


@dataclass(frozen=True, slots=True)
class Chart:
    """How the frame of an exhibit is drawn.

    Attributes
    ----------
    kind : {'lines', 'dots', 'heat'}
        Lines with bands over x; dots with intervals on a list of labels; a matrix of values.
    x, y : str
        Columns: for `lines` x a number or date and y the value; for `dots` x the value and y the label; for
        `heat` column and row labels.
    low, high : str
        Columns of the interval; "" where there is none.
    series : str
        Column that splits by colour (four at most: more belong in panels), "" for one series.
    panel : str
        Column that splits into small multiples, "" for one panel.
    value : str
        For `heat`, the column of the values.
    zero : float or None
        Where a line of reference is drawn (0 for differences), None for none.
    x_title, y_title : str
    percent : bool
        Whether values are shares.
    """

    kind: ChartKind
    x: str
    y: str
    low: str = ""
    high: str = ""
    series: str = ""
    panel: str = ""
    value: str = ""
    zero: float | None = None
    x_title: str = ""
    y_title: str = ""
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A table with its finding and, where it helps, a chart.

    Attributes
    ----------
    name : str
        Of the CSV under `tables/`; letters, digits and hyphens.
    title : str
        What is shown, without a finding.
    finding : str
        One sentence or two with figures from `frame`.
    frame : pl.DataFrame
        One row per record; an estimate `k` has `k_low`, `k_high` and, where it is null, `k_reason`.
    columns : tuple of (key, heading, kind)
        Those that the page shows; `estimate` writes `k` and its interval as percentages, `quantity` as
        numbers.
    chart : Chart or None
    note : str
        How to read it, where that is not plain.
    """

    name: str
    title: str
    finding: str
    frame: pl.DataFrame
    columns: tuple[tuple[str, str, ColumnKind], ...]
    chart: Chart | None = None
    note: str = ""

    def __post_init__(self) -> None:
        chart = self.chart
        drawn = [] if chart is None else [chart.x, chart.y, chart.low, chart.high, chart.series, chart.panel]
        wanted = [key for key, _, _ in self.columns] + [key for key in drawn if key]
        missing = [key for key in wanted if key not in self.frame.columns]
        if missing:
            raise InputError(f"exhibit {self.name!r} shows columns that its frame lacks: {missing}.")


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer of one measure.

    Attributes
    ----------
    measure, title : str
    sentences : tuple of str
        The answer in words; every figure in them is one of the estimates, tests or exhibits.
    estimates : mapping of str to Estimate
        By dotted name (`initiative.RUS`, `response.RUS.USA.force`): what claims and curves refer to.
    tests : mapping of str to float
        Plain p-values by name; the page says how many there are and gives Holm's beside them.
    exhibits : tuple of Exhibit
    notes : tuple of str
        What to know before reading: what was left out, what cannot be said.
    data : mapping
        At least actors, since, until, events, snapshot.
    settings : mapping
        What was chosen, with the seed where chance takes part.
    """

    measure: str
    title: str
    sentences: tuple[str, ...]
    estimates: Mapping[str, Estimate]
    exhibits: tuple[Exhibit, ...]
    data: Mapping[str, Any]
    settings: Mapping[str, Any]
    tests: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        sizes = f"{len(self.estimates)} estimates, {len(self.tests)} tests, {len(self.exhibits)} exhibits"
        return f"<Answer {self.measure}: {sizes}>"

    def frame(self) -> pl.DataFrame:
        """Give a row per estimate: name, value, 90% interval, events, and the reason where it has none."""
        rows = [
            {"estimate": name, "value": e.value, "low": e.low, "high": e.high, "events": e.events}
            | {"reason": e.reason or None}
            for name, e in self.estimates.items()
        ]
        numbers = dict.fromkeys(("value", "low", "high"), pl.Float64)
        schema = {"estimate": pl.String, **numbers, "events": pl.Int64, "reason": pl.String}
        return pl.DataFrame(rows, schema=schema)

    def summary(self) -> dict[str, Any]:
        """Give the JSON form."""
        return {
            "measure": self.measure,
            "data": dict(self.data),
            "settings": dict(self.settings),
            "estimates": {name: estimate.as_dict() for name, estimate in self.estimates.items()},
            "tests": dict(self.tests),
            "sentences": list(self.sentences),
            "notes": list(self.notes),
        }
