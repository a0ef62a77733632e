"""The keys of `[var]`: net series, systems and what they are asked."""

from __future__ import annotations

from dataclasses import dataclass

from melian.study.keys import key
from melian.study.kinds import Choice, Either, Many, Text, Whole

__all__ = ["VarKeys"]


@dataclass(frozen=True, slots=True)
class VarKeys:
    """`[var]`: vector autoregressions of net conduct (`melian var`); see [var.md](var.md)."""

    var_step: str = key("week", Choice(("week", "month")), "Step of the net series.")
    var_lags: str | int = key(
        "aic",
        Either(Choice(("aic", "bic")), Whole(1, 60)),
        "Lags: by information criterion, or so many steps.",
    )
    var_most_lags: int = key(8, Whole(1, 60, "steps"), "Most lags that the criterion may choose.")
    var_horizon: int = key(8, Whole(1, 104, "steps"), "Steps over which responses are summed.")
    var_joint: str = key(
        "both",
        Choice(("both", "out")),
        "Joint events: in both directions, as their mirrored rows would be counted, or in none.",
    )
    var_system: str = key(
        "auto",
        Choice(("auto", "pairs", "all")),
        "One system for each pair of actors, or all directed dyads of up to three actors in one; `auto`: all "
        "for three.",
    )
    var_parties: tuple[str, ...] = key(
        (),
        Many(Text("NAME=A+B")),
        "Actors that count as one party (`SERB=SRB+BIH.SER`); others are left out. Empty: the actors as they "
        "are.",
    )
    var_least: int = key(30, Whole(1, 1_000_000), "Directed events below which a dyad is not asked about.")
    var_draws: int = key(299, Whole(99, 100_000), "Bootstrap draws behind the bands.")
    var_shifts: int = key(
        19, Whole(0, 200), "Shifted calendars behind the placebo of the model beside; 19 allow p = 0.05."
    )
