"""What the measure `diffusion` is told."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DiffusionSettings"]


@dataclass(frozen=True, slots=True)
class DiffusionSettings:
    """Settings of `melian.measures.diffusion.diffusion`.

    Attributes
    ----------
    least : int
        Events of one kind below which no share of them is given.
    shifts : int
        Shifted calendars behind the placebo.
    refits : int
        Weighted refits behind the intervals.
    back : bool
        Whether conduct from outside after domestic events is asked about.
    seed : int
    """

    least: int = 50
    shifts: int = 19
    refits: int = 20
    back: bool = True
    seed: int = 1
