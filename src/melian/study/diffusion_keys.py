"""The keys of `[diffusion]`: which shares are given, and the effort behind placebo and intervals."""

from __future__ import annotations

from dataclasses import dataclass

from melian.study.keys import key
from melian.study.kinds import Flag, Whole

__all__ = ["DiffusionKeys"]


@dataclass(frozen=True, slots=True)
class DiffusionKeys:
    """`[diffusion]`: spread of protest (`melian diffusion`); see [diffusion.md](diffusion.md)."""

    diffusion_least: int = key(
        50,
        Whole(1, 1_000_000),
        "Events of a kind below which no share of them is given, and no country asked about.",
    )
    diffusion_shifts: int = key(19, Whole(0, 200), "Shifted calendars behind the placebo; 19 allow p = 0.05.")
    diffusion_back: bool = key(
        True, Flag(), "Also ask which conduct from outside follows protest and repression: the dearer half."
    )
    diffusion_refits: int = key(20, Whole(5, 1000), "Weighted refits behind the intervals.")
