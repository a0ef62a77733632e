"""How the result of each check is drawn and its table headed: by name of the check, from its figure data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from melian.checks.result import CheckResult
from melian.measures.answer import Chart, ColumnKind
from melian.report.answer_charts import chart_keys, chart_values
from melian.report.page import Key
from melian.report.tables import Column

__all__ = ["Drawing", "check_columns", "check_drawing"]

Drawn = tuple[pl.DataFrame, Chart]
BINNED: Final = {"pit": "transformed counts", "rescaling": "transformed intervals"}
HEADINGS: Final[dict[str, tuple[str, ColumnKind]]] = {
    "events": ("Events", "count"),
    "observed": ("Observed events", "count"),
    "source_days": ("Source-days", "count"),
    "intervals": ("Intervals", "count"),
    "initiative": ("Initiative", "share"),
    "momentum": ("Momentum", "share"),
    "reaction": ("Reaction", "share"),
    "reaction_to_the_future": ("Reaction to the future", "share"),
    "placebo": ("Mean of the placebos", "share"),
    "placebo_95": ("95% of the placebos below", "share"),
    "dead_initiative": ("Dead actor: initiative", "share"),
    "dead_momentum": ("Dead actor: momentum", "share"),
    "dead_reaction": ("Dead actor: reaction", "share"),
    "first": ("Initiative, first half", "share"),
    "second": ("Initiative, second half", "share"),
    "dropped": ("Events dropped", "share"),
    "reply": ("Reply, by the fit", "share"),
    "reaction_allowed": ("Reaction that it gives", "share"),
    "half_life": ("Half-life of the driver (days)", "number"),
    "needed": ("Strength needed", "number"),
    "correlation_needed": ("Correlation it leaves", "number"),
    "allowed": ("Strength that the record allows", "number"),
    "instrument": ("Instrument", "name"),
    "p_value": ("p", "number"),
}


def check_columns(frame: pl.DataFrame) -> list[Column]:
    """Give the columns of a check's table: headings and kinds by name, or else by type."""
    return [
        Column(name, *HEADINGS.get(name, (name.replace("_", " ").capitalize(), _kind(kind))))
        for name, kind in frame.schema.items()
    ]


def _kind(kind: pl.DataType) -> ColumnKind:
    if kind.is_integer():
        return "count"
    return "number" if kind.is_float() else "text"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart file of `charts/`, what fills it on a wide and a narrow page, and its key."""

    file: str
    wide: dict[str, Any]
    narrow: dict[str, Any]
    keys: tuple[Key, ...] = ()


def check_drawing(result: CheckResult) -> Drawing | None:
    """Give what is drawn of a result; None where nothing is.

    Examples
    --------
    >>> from melian.checks.result import not_run
    >>> check_drawing(not_run("placebo", "Is it noise?", "The record is too short.")) is None
    True
    """
    if result.figure.height == 0:
        return None
    if result.name in ("pit", "rescaling"):
        return _bins(result)
    if result.name not in _DRAWN:
        return None
    frame, chart = _DRAWN[result.name](result)
    file, wide, narrow = chart_values(chart, frame)
    return Drawing(file, wide, narrow, tuple(chart_keys(chart, frame)))


def _long(frame: pl.DataFrame, label: str, columns: Sequence[tuple[str, str]]) -> pl.DataFrame:
    """Put columns below each other as series; text labels."""
    parts = [
        frame.select(
            pl.col(label).cast(pl.String) if frame.schema[label] == pl.String else pl.col(label),
            pl.lit(name).alias("series"),
            pl.col(column).cast(pl.Float64).alias("value"),
        )
        for column, name in columns
    ]
    return pl.concat(parts)


def _dots(label: str, *columns: tuple[str, str], title: str, percent: bool = False) -> Callable[..., Drawn]:
    """Make a drawing of one or more columns as dots beside a label."""

    def drawn(result: CheckResult) -> Drawn:
        series = "series" if len(columns) > 1 else ""
        return _long(result.figure, label, columns), Chart(
            "dots", "value", label, series=series, x_title=title, percent=percent
        )

    return drawn


def _bins(result: CheckResult) -> Drawing:
    rows = [
        {"low": row["from"], "high": row["to"], "share": row["share"], "panel": BINNED[result.name]}
        for row in result.figure.to_dicts()
    ]
    wide = {"rows": rows, "panels": [BINNED[result.name]], "columns": 1, "width": 620, "height": 170}
    return Drawing("forecast_pit", wide, {"width": 280, "height": 130})


def _lags(result: CheckResult) -> Drawn:
    frame = result.figure.with_columns(
        pl.format("lag {}", "lag").alias("label"),
        (pl.col("autocorrelation") - pl.col("band")).alias("low"),
        (pl.col("autocorrelation") + pl.col("band")).alias("high"),
    )
    return frame, Chart(
        "dots", "autocorrelation", "label", low="low", high="high", zero=0.0,
        x_title="autocorrelation, with its 95% interval",
    )  # fmt: skip


def _dispersion(result: CheckResult) -> Drawn:
    return result.figure, Chart("dots", "dispersion", "actor", zero=1.0, x_title="dispersion (1: Poisson)")


def _tenths(result: CheckResult) -> Drawn:
    by = pl.col("expected").clip(lower_bound=1e-9)
    frame = result.figure.select(
        pl.format("tenth {}", "tenth").alias("label"),
        *[(pl.col(name) / by).alias(name) for name in ("observed", "low", "high")],
    )
    return frame, Chart(
        "dots", "observed", "label", low="low", high="high", zero=1.0,
        x_title="observed over expected events; the bar is where nine of ten would lie",
    )  # fmt: skip


def _shifts(result: CheckResult) -> Drawn:
    return result.figure, Chart(
        "lines", "shift", "reaction", zero=result.statistic, percent=True,
        x_title="shift of the others' calendar (days); the rule is the share of the record",
    )  # fmt: skip


def _reversed(result: CheckResult) -> Drawn:
    return result.figure, Chart(
        "lines", "shift", "gain", zero=float(result.figure["recorded"][0]),
        x_title="shift of the others' calendar (days); nats gained forwards; the rule is the record",
    )  # fmt: skip


def _thinned(result: CheckResult) -> Drawn:
    parts = [(name, name.capitalize()) for name in ("initiative", "momentum", "reaction")]
    return _long(result.table, "dropped", parts), Chart(
        "lines", "dropped", "value", series="series", percent=True, x_title="part of the events dropped"
    )


def _driven(result: CheckResult) -> Drawn:
    frame = result.figure.with_columns(pl.format("half-life {} days", "half_life").alias("series"))
    return frame, Chart(
        "lines", "strength", "reaction", series="series", percent=True, zero=_observed(result),
        x_title="strength of the driver (coefficient of variation); the rule is the record",
    )  # fmt: skip


def _observed(result: CheckResult) -> float | None:
    return float(result.figure["observed"][0]) if "observed" in result.figure.columns else None


_DRAWN: Final[dict[str, Callable[[CheckResult], Drawn]]] = {
    "autocorrelation": _lags,
    "dispersion": _dispersion,
    "forecasts": _tenths,
    "ladder": _dots("model", ("score", "score"), title="nats per held-out event"),
    "placebo": _shifts,
    "placebo-actor": _dots(
        "actor", ("initiative", "as recorded"), ("dead_initiative", "dead actor in its place"),
        title="initiative", percent=True,
    ),
    "lead": _dots(
        "actor", ("reaction", "to the past"), ("reaction_to_the_future", "to the future"),
        title="share of reaction", percent=True,
    ),
    "reversal": _reversed,
    "thinning": _thinned,
    "halves": _dots(
        "actor", ("first", "first half"), ("second", "second half"), title="initiative", percent=True
    ),
    "radius": _dots("baseline", ("initiative", "initiative"), title="initiative", percent=True),
    "reactive": _dots("codes", ("initiative", "initiative"), title="initiative", percent=True),
    "visits": _dots(
        "instrument", ("same_day", "on the day itself"), ("days_beside", "on the days beside it"),
        title="deeds done back",
    ),
    "hidden-driver": _driven,
}  # fmt: skip
