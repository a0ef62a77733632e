"""Verdicts as plain mappings, for JSON and tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from melian.claims.claim import Claim, Evidence
from melian.claims.expression import Figure
from melian.claims.verdict import LEVEL, ClaimVerdict, JudgedTest

__all__ = ["exit_status", "summary"]


def exit_status(verdicts: Sequence[ClaimVerdict]) -> int:
    """Give the exit status: 0 all supported, 3 some contradicted, 4 none contradicted but some undecided.

    Examples
    --------
    >>> exit_status([])
    0
    """
    found = {one.verdict for one in verdicts}
    return 3 if "contradicted" in found else 4 if "undecided" in found else 0


def summary(verdicts: Sequence[ClaimVerdict]) -> dict[str, Any]:
    """Give the JSON form of `melian claim`."""
    ran = sum(test.p_value is not None for one in verdicts for test in one.tests)
    adjustment = "Holm within each claim, not between claims; one-sided on either side"
    return {
        "tests": {"run": ran, "level": LEVEL, "adjustment": adjustment},
        "verdicts": {name: sum(v.verdict == name for v in verdicts)
                     for name in ("supported", "contradicted", "undecided")},
        "claims": [_claim(one) for one in verdicts],
    }  # fmt: skip


def _claim(one: ClaimVerdict) -> dict[str, Any]:
    claim: Claim = one.claim
    return {
        "id": claim.id,
        "verdict": one.verdict,
        "reason": one.reason,
        "statement": claim.statement,
        "said_by": claim.said_by,
        "where": claim.where,
        "date": claim.date,
        "reading": claim.reading,
        "against": claim.against,
        "evidence": [_test(test) for test in one.tests],
    }


def _test(test: JudgedTest) -> dict[str, Any]:
    result, evidence = test.result, test.result.evidence
    answer = result.answer
    return {
        "name": evidence.name,
        "verdict": test.verdict,
        "reason": test.reason,
        "essential": evidence.essential,
        "asked": _asked(evidence),
        "estimate": _figure(result.estimate),
        "held_against": None if result.reference is None else _figure(result.reference),
        "tested": _figure(result.tested),
        "thresholds": list(result.thresholds),
        "p_value": test.p_value,
        "p_holm": test.p_holm,
        "beside": {name: _figure(figure) for name, figure in result.beside},
        "curve": None if result.curve is None else {
            "share_expected": result.expected_share, **result.curve.summary()
        },
        "data": None if answer is None else _plain({**answer.data, "settings": dict(answer.settings)}),
        "funnel": [{"step": count.step, "rows": count.rows} for count in result.funnel],
    }  # fmt: skip


def _asked(evidence: Evidence) -> dict[str, Any]:
    than = evidence.than
    return {
        "data": evidence.data,
        "measure": evidence.measure,
        "estimate": evidence.estimate,
        "expect": evidence.expect,
        "than": list(than.numbers or than.estimates),
        "than_window": [_day(than.since), _day(than.until)] if than.other_window else None,
        "margin": evidence.margin,
        "since": _day(evidence.since),
        "until": _day(evidence.until),
        "actors": list(evidence.actors),
        "study": _plain(evidence.study),
    }


def _plain(value: Any) -> Any:
    """Give a value as JSON holds it: days as texts, tuples as lists."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def _day(value: dt.date | None) -> str | None:
    return None if value is None else value.isoformat()


def _figure(figure: Figure) -> dict[str, Any]:
    if figure.value is None:
        return {"value": None, "reason": figure.reason, "events": figure.events}
    return {"value": figure.value, "low": figure.low, "high": figure.high, "events": figure.events}
