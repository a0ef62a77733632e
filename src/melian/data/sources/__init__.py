"""Readers: one declared `SourceSpec` per provider."""

from __future__ import annotations

from functools import cache

from melian.data.sources.spec import SourceSpec
from melian.errors import check_option
from melian.options import SOURCES

__all__ = ["SourceSpec", "source_spec"]


@cache
def _specs() -> dict[str, SourceSpec]:
    from melian.data.sources.acled import ACLED
    from melian.data.sources.gdelt import GDELT1, GDELT2
    from melian.data.sources.icews import ICEWS
    from melian.data.sources.keds import KEDS
    from melian.data.sources.phoenix import PHOENIX
    from melian.data.sources.polecat import POLECAT
    from melian.data.sources.table import TABLE
    from melian.data.sources.ucdp import UCDP_GED

    specs = (GDELT1, GDELT2, ICEWS, POLECAT, PHOENIX, KEDS, UCDP_GED, ACLED, TABLE)
    return {spec.name: spec for spec in specs}


def source_spec(name: str) -> SourceSpec:
    """Give the declaration of a source.

    Examples
    --------
    >>> source_spec("icews").fields["date"]
    'Event Date'
    """
    return _specs()[check_option("source", name, SOURCES)]
