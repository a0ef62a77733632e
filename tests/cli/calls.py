"""What one call of the command line gives, and a handful of deeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

DEEDS = """date,source,target,instrument
2020-01-01,ATH,SPA,coercion
2020-01-02,SPA,ATH,coercion
2020-01-05,COR,ATH,economy
2020-02-01,ATH,COR,soft_power
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What one call gave."""

    status: int
    out: str
    err: str


Melian = Callable[..., Run]
