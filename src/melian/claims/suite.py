"""Several claims at once, and their tests as a frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from melian.claims.summary import summary
from melian.claims.verdict import ClaimVerdict

__all__ = ["ClaimReport"]

NUMBERS = ("value", "low", "high", "p_value", "p_holm", "curve_share")


@dataclass(frozen=True, slots=True, repr=False)
class ClaimReport:
    """Verdicts of the claims that ran.

    Attributes
    ----------
    verdicts : tuple of ClaimVerdict
        In the order of the claims; each has `verdict`, `reason` and `tests`.
    """

    verdicts: tuple[ClaimVerdict, ...]

    def __repr__(self) -> str:
        told = ", ".join(f"{one.claim.id} {one.verdict}" for one in self.verdicts)
        return f"<ClaimReport {told}>"

    def frame(self) -> pl.DataFrame:
        """Give a row per test: what is compared with the threshold, p-values, verdict and reason.

        `curve_share` is the share of specifications on the expected side; null where no curve was run.
        """
        rows = [
            {
                "claim": one.claim.id,
                "claim_verdict": one.verdict,
                "test": test.result.evidence.name,
                "verdict": test.verdict,
                "value": test.result.tested.value,
                "low": test.result.tested.low,
                "high": test.result.tested.high,
                "events": test.result.tested.events,
                "p_value": test.p_value,
                "p_holm": test.p_holm,
                "curve_share": test.result.expected_share,
                "reason": test.reason,
            }
            for one in self.verdicts
            for test in one.tests
        ]
        return pl.DataFrame(rows, schema_overrides=dict.fromkeys(NUMBERS, pl.Float64))

    def summary(self) -> dict[str, Any]:
        """Give the JSON form of `melian claim`."""
        return summary(self.verdicts)
