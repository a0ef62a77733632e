"""The keys of `[shares]`: length of the chain, step, differences."""

from __future__ import annotations

from dataclasses import dataclass

from melian.study.keys import key
from melian.study.kinds import Many, Text, Whole

__all__ = ["SharesKeys"]


@dataclass(frozen=True, slots=True)
class SharesKeys:
    """`[shares]`: quick shares with intervals; see [specification-curve.md](specification-curve.md)."""

    sweeps: int = key(
        120, Whole(40, 100_000), "Sweeps of the chain; the first half is burn-in. More are slower and surer."
    )
    step_days: int = key(
        1, Whole(1, 28, "days"), "Length of the model's step; half-lives and knots stay in days."
    )
    differences: tuple[str, ...] = key(
        (),
        Many(Text("a difference such as initiative.RUS-USA")),
        "Differences between the shares of two actors that are estimated too: the first's less the second's.",
    )
