"""Result values: an estimate with its interval, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Share"]


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 90% interval and the number of events behind it, or a reason why it is undefined.

    Examples
    --------
    >>> Share(0.25, 0.2, 0.3, events=400).as_dict()
    {'share': 0.25, 'low': 0.2, 'high': 0.3}
    >>> Share.undefined("no events in the window").as_dict()
    {'share': None, 'reason': 'no events in the window'}
    """

    share: float | None
    low: float | None = None
    high: float | None = None
    events: int = 0
    reason: str | None = None

    @classmethod
    def undefined(cls, reason: str) -> Share:
        """Make a share that says why it has no value."""
        return cls(None, reason=reason)

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form of PRODUCT.md."""
        if self.share is None:
            return {"share": None, "reason": self.reason or "undefined"}
        out: dict[str, Any] = {"share": self.share}
        if self.low is not None:
            out |= {"low": self.low, "high": self.high}
        return out
