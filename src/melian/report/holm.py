"""P-values that know how many there were, and the sentence that says it."""

from __future__ import annotations

from collections.abc import Mapping

from melian.checks.result import LEVEL
from melian.checks.suite import holm
from melian.report.numerals import count

__all__ = ["holm", "said_of_tests"]


def said_of_tests(tests: Mapping[str, float]) -> str:
    """Say how many tests ran, how many fall below the level, and how many do after Holm's adjustment.

    Examples
    --------
    >>> said_of_tests({"a": 0.001, "b": 0.04, "c": 0.6})
    '3 tests ran; 2 have p at most 0.05, 1 after the adjustment for their number (Holm 1979).'
    """
    plain = sum(p <= LEVEL for p in tests.values())
    adjusted = sum(p <= LEVEL for p in holm(list(tests.values())))
    ran = f"{count(len(tests))} test{'' if len(tests) == 1 else 's'} ran"
    return (
        f"{ran}; {count(plain)} have p at most {LEVEL}, {count(adjusted)} after the adjustment for their "
        "number (Holm 1979)."
    )
