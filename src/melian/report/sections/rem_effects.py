"""The answer of a relational event model: what makes an event more or less likely, and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from melian.report.numerals import count, listing, number, percent
from melian.report.page import Figure, Key, Section, make_figure
from melian.report.rem_charts import effects_values, shown_effects
from melian.report.rem_describe import p_value
from melian.report.rem_reading import EffectRow, RemReading
from melian.report.tables import Column, Table, make_table

__all__ = ["answer", "effects"]

NAMED: Final = 3


def answer(reading: RemReading) -> list[str]:
    """Give the answer in three sentences."""
    summary = reading.summary
    first = (
        f"{count(summary['events'])} events among {count(len(reading.data['actors']))} actors, "
        f"{reading.period}: the model says {reading.explained}, from what was recorded before."
    )
    return [first, _strongest(reading), _found(reading)]


def _strongest(reading: RemReading) -> str:
    more = [e for e in reading.strongest if e.direction == "more"][:NAMED]
    less = [e for e in reading.strongest if e.direction == "less"][:NAMED]
    if not more and not less:
        return "No effect can be told apart from none."
    parts = []
    if more:
        parts.append(f"rises with {listing([f'{e.name}, {e.words}' for e in more])}")
    if less:
        parts.append(f"falls with {listing([f'{e.name}, {e.words}' for e in less])}")
    return (
        f"The rate of an event {'; it '.join(parts)}. The factors are for one standard deviation more, the "
        "rest being equal."
    )


def _found(reading: RemReading) -> str:
    rows = reading.summary.get("recall") or []
    if not rows:
        return "How well the model ranks what happened was not evaluated."
    row = rows[min(2, len(rows) - 1)]
    return (
        f"What happened stood among the {percent(row['top'])} of the pairs at risk that the model held most "
        f"likely in {percent(row['recall'])} of the events."
    )


def effects(reading: RemReading) -> Section:
    """Show the coefficients: a forest plot, and the table with estimates and intervals."""
    shown = shown_effects(reading)
    return Section(
        "effects",
        "What makes an event more or less likely",
        "Effects",
        paragraphs=(
            "Each effect multiplies the rate of an event. To compare effects that count different things, "
            "the chart shows the factor for a pair that has one standard deviation more of the statistic "
            "than another, the rest being equal; the table also has the estimates per unit (log rate).",
            *(
                []
                if reading.model["converged"]
                else ["The fit did not converge: these figures are not to be used."]
            ),
        ),
        figures=(_forest(reading, shown),) if shown else (),
        tables=() if shown else ((_table(reading), reading.frames["coefficients"].write_csv()),),
    )


def _forest(reading: RemReading, shown: Sequence[EffectRow]) -> Figure:
    drawn = effects_values(shown)
    return make_figure(
        "forest",
        "rem_forest",
        wide=drawn,
        narrow={"width": 170, "label_limit": 165, "ticks": _few(drawn["ticks"])},
        title="Factor on the rate for one standard deviation more of each effect",
        finding=_finding(reading),
        table=_table(reading),
        frame=reading.frames["coefficients"],
        keys=[
            Key("initiative", "more likely", "dot"),
            Key("reaction", "less likely", "dot"),
            Key("joint", "not told apart from none", "dot"),
        ],
        note="Points with 95% intervals; the line at 1 is no effect. The axis is logarithmic.",
    )


def _few(ticks: Sequence[float]) -> list[float]:
    """Thin ticks out for a narrow page; 1 stays."""
    if len(ticks) <= 3:
        return list(ticks)
    return [ticks[0], 1.0, ticks[-1]] if 1.0 in ticks else [ticks[0], ticks[-1]]


def _finding(reading: RemReading) -> str:
    clear = reading.strongest
    if not clear:
        return "No interval leaves 1 out."
    first = clear[0]
    unclear = len([e for e in reading.effects if e.direction == "unclear" and e.term != "baseline"])
    rest = f" {unclear} of {len(reading.effects)} cannot be told apart from none." if unclear else ""
    return f"The strongest effect is {first.name}: {first.words}.{rest}"


def _table(reading: RemReading) -> Table:
    return make_table(
        "coefficients-table",
        "Coefficients",
        columns=[
            Column("name", "Effect"),
            Column("term", "Term of the formula"),
            Column("estimate", "Estimate", "number", "Log rate per unit"),
            Column("range", "95% interval", "text", "Log rate per unit"),
            Column("std_error", "Std. error", "number", "Log rate per unit"),
            Column("p", "p", "text", "Log rate per unit"),
            Column("per_unit", "Per unit", "number", "Factor on the rate"),
            Column("per_deviation", "Per std. deviation", "number", "Factor on the rate"),
            Column("factor_range", "95% interval", "text", "Factor on the rate"),
        ],
        rows=[_row(reading, e, row) for e, row in _paired(reading)],
        note="Per unit: one more of the statistic itself, such as one event. Standard deviation: among the "
        "pairs at risk, over all events.",
    )


def _paired(reading: RemReading) -> list[tuple[EffectRow, dict[str, Any]]]:
    rows = reading.frames["coefficients"].iter_rows(named=True)
    return list(zip(reading.effects, rows, strict=True))


def _row(reading: RemReading, effect: EffectRow, row: dict[str, Any]) -> dict[str, Any]:
    undefined = effect.reason or "the pairs at risk do not differ in it"
    return {
        "name": effect.name,
        "term": effect.term,
        "estimate": effect.estimate,
        "range": "" if effect.low is None else f"{number(effect.low)} to {number(effect.high)}",
        "std_error": row["std_error"],
        "std_error_reason": undefined,
        "p": "" if effect.p_value is None else p_value(effect.p_value),
        "per_unit": row["ratio"],
        "per_unit_reason": "too large to write",
        "per_deviation": effect.ratio,
        "per_deviation_reason": "the events were not ranked" if not reading.evaluated else undefined,
        "factor_range": ""
        if effect.ratio_low is None
        else f"{number(effect.ratio_low)} to {number(effect.ratio_high)}",
    }
