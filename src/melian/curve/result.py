"""A specification curve: one estimate under many defensible choices, and what they say together.

Steegen, Tuerlinckx, Gelman & Vanpaemel (2016, *Perspectives on Psychological Science* 11) on the multiverse;
Simonsohn, Simmons & Nelson (2020, *Nature Human Behaviour* 4) on the curve.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from melian.curve.influence import Influence, influence
from melian.measures.answer import Estimate

__all__ = ["CurveAxis", "CurveResult", "Verdict", "make_result", "verdict_of"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
VALUES = ("estimate", "low", "high")


@dataclass(frozen=True, slots=True)
class CurveAxis:
    """A choice that varies: its name and the labels of its values, the study's own first."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the defined specifications say together.

    Attributes
    ----------
    specs, defined : int
    median, least, most : float or None
    quartiles : (float, float) or None
    above, below : float or None
        Shares of the defined specifications whose estimate lies above and below the reference.
    same_sign : float or None
        Share whose sign (estimate less reference) is that of the study's own specification, or of the median
        where that one is undefined.
    surely_above, surely_below : float or None
        Shares whose whole 90% interval does.
    distinct : int
        How many of the defined specifications differ in their figures: a choice that changes nothing in these
        data repeats a result.
    same_sign_distinct : float or None
        As `same_sign`, each result counted once.
    """

    specs: int
    defined: int
    median: float | None = None
    least: float | None = None
    most: float | None = None
    quartiles: tuple[float, float] | None = None
    above: float | None = None
    below: float | None = None
    same_sign: float | None = None
    surely_above: float | None = None
    surely_below: float | None = None
    distinct: int = 0
    same_sign_distinct: float | None = None


@dataclass(frozen=True, slots=True)
class CurveResult:
    """A finished curve.

    Attributes
    ----------
    measure, estimate : str
    reference : float
        What estimates are compared with.
    axes : tuple of CurveAxis
    frame : pl.DataFrame
        A row per specification, the study's own first: `spec` (number), `changed` (axes that differ from the
        study), one column per axis with the label of its value, `name` (of the estimate there: actors have
        other names at other levels), `estimate`, `low`, `high`, `events`, `reason` (why undefined).
    main : Estimate
        Of the study's own specification.
    verdict : Verdict
    influence : Influence
    combinations : int
        All that the axes allow; `len(frame)` of them were run.
    data, settings : mapping
        As in `Answer`.
    """

    measure: str
    estimate: str
    reference: float
    axes: tuple[CurveAxis, ...]
    frame: pl.DataFrame
    main: Estimate
    verdict: Verdict
    influence: Influence
    combinations: int
    data: Mapping[str, Any]
    settings: Mapping[str, Any]

    def __repr__(self) -> str:
        found = self.verdict
        return f"<CurveResult {self.estimate}: {found.specs} specifications, {found.defined} with a value>"

    def influence_frame(self) -> pl.DataFrame:
        """Give a row per axis, the one that moves the answer most first."""
        found = self.influence
        frame = pl.DataFrame(
            {
                "axis": [axis.name for axis in self.axes],
                "values": [len(axis.values) for axis in self.axes],
                "mean_range": found.mean_range,
                "alone": found.alone,
                "variance": found.variance,
            },
            schema_overrides={"axis": pl.String, "values": pl.Int64},
        )
        numbers = pl.col("mean_range", "alone", "variance")
        return frame.with_columns(numbers.fill_nan(None)).sort(
            "variance", "axis", descending=[True, False], nulls_last=True
        )

    def undefined(self) -> dict[str, int]:
        """Count the undefined specifications by reason, the most frequent first."""
        lost = self.frame.filter(pl.col("estimate").is_null())
        counts = lost.group_by("reason").len().sort("len", "reason", descending=[True, False])
        return dict(counts.iter_rows())

    def summary(self) -> dict[str, Any]:
        """Give the JSON form."""
        found = self.verdict
        names = [name for name in Verdict.__slots__]
        verdict = {name: getattr(found, name) for name in names}
        return {
            "measure": self.measure,
            "estimate": self.estimate,
            "reference": self.reference,
            "data": dict(self.data),
            "settings": dict(self.settings),
            "axes": {axis.name: list(axis.values) for axis in self.axes},
            "combinations": self.combinations,
            "main": self.main.as_dict(),
            "verdict": {k: list(v) if isinstance(v, tuple) else v for k, v in verdict.items()},
            "undefined": self.undefined(),
            "influence": {"axes": self.influence_frame().to_dicts(), "rest": self.influence.rest},
            "specifications": self.frame.to_dicts(),
        }


def make_result(
    rows: Ints,
    estimates: Sequence[Estimate],
    names: Sequence[str],
    *,
    axes: Sequence[CurveAxis],
    measure: str,
    estimate: str,
    reference: float,
    combinations: int,
    data: Mapping[str, Any],
    settings: Mapping[str, Any],
) -> CurveResult:
    """Put finished specifications together.

    Parameters
    ----------
    rows : (n_specs, n_axes) int64
        Values by index into `axes`; the first row is the study's own.
    estimates, names
        By specification.
    """
    labels = {axis.name: [axis.values[value] for value in rows[:, place]] for place, axis in enumerate(axes)}
    frame = pl.DataFrame(
        {
            "spec": np.arange(1, len(rows) + 1),
            "changed": (rows != 0).sum(axis=1),
            **labels,
            "name": list(names),
            "estimate": [one.value for one in estimates],
            "low": [one.low for one in estimates],
            "high": [one.high for one in estimates],
            "events": [one.events for one in estimates],
            "reason": [one.reason or None for one in estimates],
        },
        schema_overrides={**dict.fromkeys(VALUES, pl.Float64), "reason": pl.String, "events": pl.Int64},
    )
    value = np.array([np.nan if one.value is None else one.value for one in estimates])
    return CurveResult(
        measure=measure,
        estimate=estimate,
        reference=reference,
        axes=tuple(axes),
        frame=frame,
        main=estimates[0],
        verdict=verdict_of(estimates, reference),
        influence=influence(rows, value, [len(axis.values) for axis in axes]),
        combinations=combinations,
        data=data,
        settings=settings,
    )


def verdict_of(estimates: Sequence[Estimate], reference: float) -> Verdict:
    """Say what specifications say together; the first one is the study's own.

    Examples
    --------
    >>> ranges = (0.2, 0.1, 0.3), (0.3, -0.1, 0.7), (-0.1, -0.2, 0.0)
    >>> found = verdict_of([Estimate(*one) for one in ranges], 0.0)
    >>> round(found.same_sign, 3), round(found.surely_above, 3), found.median
    (0.667, 0.333, 0.2)
    >>> twice = verdict_of([Estimate(*one) for one in (*ranges, ranges[2])], 0.0)
    >>> twice.same_sign, twice.distinct, round(twice.same_sign_distinct, 3)
    (0.5, 3, 0.667)
    """
    known = [one for one in estimates if one.value is not None]
    if not known:
        return Verdict(len(estimates), 0)
    value = np.array([one.value for one in known], dtype=np.float64)
    low = np.array([np.nan if one.low is None else one.low for one in known])
    high = np.array([np.nan if one.high is None else one.high for one in known])
    own = estimates[0].value
    sign = np.sign((float(np.median(value)) if own is None else own) - reference)
    once = np.unique([value, low, high], axis=1)[0]
    first, third = (float(q) for q in np.quantile(value, [0.25, 0.75]))
    return Verdict(
        specs=len(estimates),
        defined=len(known),
        median=float(np.median(value)),
        least=float(value.min()),
        most=float(value.max()),
        quartiles=(first, third),
        above=float((value > reference).mean()),
        below=float((value < reference).mean()),
        same_sign=float((np.sign(value - reference) == sign).mean()),
        surely_above=float((low > reference).mean()),
        surely_below=float((high < reference).mean()),
        distinct=len(once),
        same_sign_distinct=float((np.sign(once - reference) == sign).mean()),
    )
