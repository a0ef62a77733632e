"""The codebook: event codes, countries, sectors, organisations, dated actors and blocs, as package data.

Where every table comes from stands in `tables/SOURCES.md`.
"""

from __future__ import annotations

from melian.codebook.actors import End, actor_label, resolve_end
from melian.codebook.book import STATE_SECTORS, Codebook, Spell, load_codebook
from melian.codebook.codes import Code
from melian.codebook.specs import SECTORS, TABLES

__all__ = [
    "SECTORS",
    "STATE_SECTORS",
    "TABLES",
    "Code",
    "Codebook",
    "End",
    "Spell",
    "actor_label",
    "load_codebook",
    "resolve_end",
]
