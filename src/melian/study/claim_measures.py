"""Measures that claims may use: the first words of their estimates, and what they read."""

from __future__ import annotations

from typing import Final

from melian.codebook.groups import instrument_groups
from melian.options import COMPONENTS, RELATIONS

__all__ = ["BARE", "ESTIMATES", "TABLES_OF", "TESTS"]

QUADS: Final = ("verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict")

ESTIMATES: Final[dict[str, tuple[str, ...]]] = {
    "toolkits": (
        *("share", "lean", "balance", "distance", "nearing", "follows"),
        *sorted(set(instrument_groups().values())),
    ),
    "shares": tuple(dict.fromkeys((*COMPONENTS, *RELATIONS, "root"))),
    "responses": (
        *("response", "direct", "outward", "before", "compliance", "defiance", "concession"),
        *("compliance-change", "defiance-change", "concession-change", "asymmetry"),
    ),
    "change": (
        *("initiative", "momentum", "reaction", "reply", "threshold"),
        *("initiative-change", "momentum-change", "reaction-change", "reply-change"),
    ),
    "diffusion": ("spread", "own", "home", "outside", "back", "placebo"),
    "cooperation": ("cooperation",),
    "agreement": ("agreement", "majority"),
    "dyad-year": ("cooperation", "conflict", *QUADS),
}
"""Measure to the first words of the estimates that it gives; a claim that asks for others is refused."""

BARE: Final[dict[str, tuple[str, ...]]] = {
    "change": (r"change-points\..+", r"threshold\..+\.p"),
}
"""Measure to patterns of estimates without an interval; a claim that asks for one is refused."""

TESTS: Final[dict[str, tuple[str, ...]]] = {
    "toolkits": ("distance", "follows"),
    "responses": ("compliance-change", "defiance-change", "concession-change", "asymmetry"),
    "change": ("initiative-change", "reaction-change", "reply-change", "threshold", "change-point"),
    "diffusion": ("spread", "own", "home", "outside", "back"),
}
"""Measure to the first words of the tests that it runs; `test` of a claim has to be one of them."""

TABLES_OF: Final[dict[str, tuple[str, ...]]] = {
    "agreement": ("un_votes", "un_roll_calls"),
    "dyad-year": ("dyad_year",),
}
"""Measures that read tables, not a store, with the logical names of these tables."""
