"""What the funnel found of reports told again on later days, in sentences from its record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from melian.report.numerals import count, listing, share_text

__all__ = ["re_report_sentences"]


def re_report_sentences(found: Iterable[Mapping[str, Any]]) -> list[str]:
    """Say for each kind of source what was found and done, from the `re_reports` of the JSON.

    Examples
    --------
    >>> day = {"days": 1, "reports": 9, "share": None, "reason": "too few repeats to tell"}
    >>> record = {"source": "icews", "reports": 412, "repeats": [day], "reach": 0, "verdict": "few"}
    >>> re_report_sentences([record])[0].split(": ")[1]
    '9 reports repeat raw pair and code a day later, too few to tell; all stay in.'
    """
    return [f"Re-reports of later days ({one['source']}): {_found(one)}; {_done(one)}." for one in found]


def _found(one: Mapping[str, Any]) -> str:
    known = [lag for lag in one["repeats"] if lag["share"] is not None]
    if not known:
        few = one["repeats"][0]["reports"]
        return f"{count(few)} reports repeat raw pair and code a day later, too few to tell"
    shares = (share_text(lag["share"], lag["low"], lag["high"]) for lag in known)
    parts = [
        f"{share} of the {count(lag['reports'])} {_later(lag['days'])}"
        for share, lag in zip(shares, known, strict=True)
    ]
    return (
        "of the reports that repeat an earlier one's raw pair and code, an estimated "
        f"{listing(parts)} are that report told again"
    )


def _later(days: int) -> str:
    return f"{('one', 'two', 'three')[days - 1]} day{'s' if days > 1 else ''} later"


def _done(one: Mapping[str, Any]) -> str:
    if one["verdict"] == "joined":
        within = _later(one["reach"]).removesuffix(" later")
        return (
            f"that is many up to {within}, so as many are joined to the act they tell of, first where pair "
            "and code are rare otherwise"
        )
    return {
        "minority": "that is not surely a quarter or more, so all stay in",
        "fading": "but what repeats fades from day to day as conduct that goes on does, so all stay in",
        "few": "all stay in",
    }[one["verdict"]]
