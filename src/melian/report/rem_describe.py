"""A relational event model for the terminal: coefficients with intervals, fit, recall, what to know."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from melian.report.answer_reading import Answered
from melian.report.numerals import count, listing, number, percent

__all__ = ["RemAnswered", "rem_text"]


class RemAnswered(Answered, Protocol):
    """What the report needs of a relational event model's answer."""


LARGEST_EXPONENT: Final = 700.0
HEADER = ("effect", "estimate", "95% interval", "p", "rate x per sd", "95% interval")


def rem_text(answer: RemAnswered) -> str:
    """Write the answer as plain text of at most 100 columns where labels allow.

    `rate x per sd` is the factor on the rate for one standard deviation more of the statistic among the pairs
    at risk, which makes effects comparable.
    """
    summary = answer.summary
    data, model = summary["data"], summary["model"]
    lines = [
        f"{count(summary['events'])} events explained, {data['since']} to {data['until']}, "
        f"{count(len(data['actors']))} actors, {count(summary['dyads_at_risk'])} {_risk(model)} at risk.",
        f"{model['formula']}",
        "",
        *_aligned([HEADER, *(_row(row) for row in summary["coefficients"])]),
        "",
        f"Log-likelihood {_decimal(summary['log_likelihood'])} (without effects "
        f"{_decimal(summary['log_likelihood_null'])}), AIC {_decimal(summary['aic'])}, BIC "
        f"{_decimal(summary['bic'])}.",
        *_recall(summary.get("recall") or []),
        *(
            f"Random effects of {part['side']}s: deviation {number(part['deviation'])}."
            for part in summary.get("frailty", [])
        ),
        *([] if model["converged"] else ["The fit did NOT converge; do not use these figures."]),
        *(f"Note: {note}" for note in model["notes"]),
    ]
    return "\n".join(lines)


def _risk(model: Mapping[str, Any]) -> str:
    return "senders" if model["model"] == "rate" else "pairs"


def _row(row: Mapping[str, Any]) -> tuple[str, ...]:
    if row.get("std_error") is None:
        return (row["term"], _signed(row["estimate"]), row.get("reason") or "undefined", "", "", "")
    return (
        row["term"],
        _signed(row["estimate"]),
        f"{_signed(row['low'])} to {_signed(row['high'])}",
        p_value(row["p_value"]),
        *_per_deviation(row),
    )


def _per_deviation(row: Mapping[str, Any]) -> tuple[str, str]:
    if not row.get("deviation"):
        return "", ""
    point, low, high = (number(factor(row[name], row["deviation"])) for name in ("estimate", "low", "high"))
    return point, f"{low} to {high}"


def factor(value: float, deviation: float) -> float | None:
    """Give the factor on the rate for one standard deviation more; nothing where it is beyond any number.

    Examples
    --------
    >>> factor(0.5, 2.0)
    2.718281828459045
    """
    exponent = value * deviation
    return math.exp(exponent) if exponent < LARGEST_EXPONENT else None


def p_value(value: float) -> str:
    """Write a p-value.

    Examples
    --------
    >>> p_value(0.0312), p_value(1e-9)
    ('0.031', '<0.001')
    """
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def _signed(value: float | None) -> str:
    return number(value)


def _decimal(value: float | None) -> str:
    return "undefined" if value is None else f"{value:,.1f}".replace("-", "−")


def _recall(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    if not rows:
        return []
    parts = [f"{percent(row['recall'])} in the first {100 * row['top']:.0f}%" for row in rows[1:4]]
    return [f"What happened was, of the pairs at risk with the most likely first: {listing(parts)}."]


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    return [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]
