"""An answer as plain text: sentences, then its estimates, tests and notes."""

from __future__ import annotations

from typing import Final

from melian.measures.answer import Answer, Estimate
from melian.report.holm import said_of_tests
from melian.report.numerals import count, number

__all__ = ["answer_text"]

MOST: Final = 40
HEADER: Final = ("estimate", "value", "90% interval", "events")


def answer_text(answer: Answer) -> str:
    """Give an answer as text; the first `MOST` estimates, the JSON has all.

    Examples
    --------
    >>> none = Estimate.undefined("no events")
    >>> both = {"share.RUS": Estimate(0.25, 0.2, 0.3, events=400), "share.PRK": none}
    >>> print(answer_text(Answer("toolkits", "Toolkits", ("RUS uses force.",), both, (),
    ...     {"actors": ["RUS"], "since": "2018-01-01", "until": "2018-10-31", "events": 400,
    ...      "snapshot": "ab"}, {})))
    400 directed events, 2018-01-01 to 2018-10-31, snapshot ab.
    <BLANKLINE>
    RUS uses force.
    <BLANKLINE>
    estimate   value                 90% interval  events
    share.RUS  0.25                  0.2 to 0.3    400
    share.PRK  undefined: no events                0
    """
    data = answer.data
    lines = [
        f"{count(data['events'])} directed events, {data['since']} to {data['until']}, snapshot "
        f"{data['snapshot']}.",
        "",
        *answer.sentences,
    ]
    if answer.estimates:
        lines += ["", *_table([HEADER, *(_row(n, e) for n, e in list(answer.estimates.items())[:MOST])])]
    if len(answer.estimates) > MOST:
        lines.append(f"... and {count(len(answer.estimates) - MOST)} more; --json has all.")
    if answer.tests:
        lines += ["", said_of_tests(answer.tests)]
    return "\n".join([*lines, *([""] if answer.notes else []), *(f"Note: {note}" for note in answer.notes)])


def _row(name: str, estimate: Estimate) -> tuple[str, ...]:
    if estimate.value is None:
        return name, f"undefined: {estimate.reason}", "", count(estimate.events)
    both = estimate.low is not None and estimate.high is not None
    spread = f"{number(estimate.low)} to {number(estimate.high)}" if both else "none"
    return name, number(estimate.value), spread, count(estimate.events)


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]
