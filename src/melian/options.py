"""Closed options: every name that users may choose from, in one place."""

from __future__ import annotations

from typing import Final, Literal

__all__ = [
    "ANSWERS",
    "CODE_SCHEMES",
    "COMPONENTS",
    "FUNNEL_STEPS",
    "INSTRUMENTS",
    "OWN_RELATIONS",
    "REACTION_RELATIONS",
    "RELATIONS",
    "SOURCES",
    "Component",
    "FunnelStep",
    "ReReportVerdict",
    "Relation",
    "Source",
]

Relation = Literal["persistence", "spread", "reply", "alarm", "joining", "alignment", "joint"]
RELATIONS: Final[tuple[Relation, ...]] = (
    "persistence",
    "spread",
    "reply",
    "alarm",
    "joining",
    "alignment",
    "joint",
)
OWN_RELATIONS: Final[tuple[Relation, ...]] = ("persistence", "spread")
REACTION_RELATIONS: Final[tuple[Relation, ...]] = ("reply", "alarm", "joining", "alignment")

Component = Literal["initiative", "momentum", "reaction", "joint"]
COMPONENTS: Final[tuple[Component, ...]] = ("initiative", "momentum", "reaction", "joint")

FunnelStep = Literal["domestic", "statements", "re-reports", "co-reports", "mirrors"]
FUNNEL_STEPS: Final[tuple[FunnelStep, ...]] = (
    "domestic",
    "statements",
    "re-reports",
    "co-reports",
    "mirrors",
)

ReReportVerdict = Literal["joined", "minority", "fading", "few"]
"""What was found of reports that repeat a raw pair and code on later days: many are told again, so joined;
not surely many; many, but fading like conduct that goes on; too few to tell."""

INSTRUMENTS: Final[tuple[str, ...]] = (
    "soft_power",
    "contestation",
    "economy",
    "coercion",
    "force",
    "security_cooperation",
    "concession",
    "repression",
    "protest",
)

ANSWERS: Final = " (answers)"
"""Ends the name of an instrument that holds only codes which answer by their own meaning."""

Source = Literal["gdelt1", "gdelt2", "icews", "polecat", "phoenix", "keds", "ucdp-ged", "acled", "table"]
SOURCES: Final[tuple[Source, ...]] = (
    "gdelt1",
    "gdelt2",
    "icews",
    "polecat",
    "phoenix",
    "keds",
    "ucdp-ged",
    "acled",
    "table",
)

CODE_SCHEMES: Final[dict[str, tuple[str, ...]]] = {"keds": ("weis", "cameo")}
"""Sources that have used several code schemes, which the user may say where the codes do not."""
