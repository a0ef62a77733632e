"""What the measure `toolkits` is told."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ToolkitSettings"]


@dataclass(frozen=True, slots=True)
class ToolkitSettings:
    """Settings of `melian.measures.toolkits.toolkits`.

    Attributes
    ----------
    block : int
        Days that are drawn together.
    draws : int
        Resampled sets of blocks.
    least : int
        Directed events below which an actor's toolkit is compared with no other.
    period : str
        'year', 'quarter', or 'auto'.
    step : int or 'auto'
        Days of a step for following; `auto` takes 28, 14 or 7, the longest with 48 steps or more.
    instruments : tuple of str
        Those that make up the toolkit; all if empty.
    seed : int
    """

    block: int = 14
    draws: int = 999
    least: int = 50
    period: str = "auto"
    step: int | str = "auto"
    instruments: tuple[str, ...] = ()
    seed: int = 1
