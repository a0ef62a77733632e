"""Measures that claims may use: the first words of their estimates, and what they read."""

from __future__ import annotations

from typing import Final

from melian.codebook.groups import instrument_groups
from melian.options import COMPONENTS, RELATIONS

__all__ = ["ESTIMATES", "TABLES_OF"]

QUADS: Final = ("verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict")

ESTIMATES: Final[dict[str, tuple[str, ...]]] = {
    "toolkits": (
        *("share", "lean", "balance", "distance", "nearing", "follows"),
        *sorted(set(instrument_groups().values())),
    ),
    "shares": (*COMPONENTS, *RELATIONS, "root"),
    "responses": (
        *("response", "direct", "outward", "before", "compliance", "defiance", "concession"),
        *("compliance-change", "defiance-change", "concession-change", "asymmetry"),
    ),
    "change": (
        *("initiative", "momentum", "reaction", "reply", "threshold", "change-points"),
        *("initiative-change", "momentum-change", "reaction-change", "reply-change"),
    ),
    "diffusion": ("spread", "own", "home", "outside", "back", "placebo"),
    "cooperation": ("cooperation",),
    "agreement": ("agreement", "majority"),
    "dyad-year": ("cooperation", "conflict", *QUADS),
}
"""Measure to the first words of the estimates that it gives; a claim that asks for others is refused."""

TABLES_OF: Final[dict[str, tuple[str, ...]]] = {
    "agreement": ("un_votes", "un_roll_calls"),
    "dyad-year": ("dyad_year",),
}
"""Measures that read tables, not a store, with the logical names of these tables."""
