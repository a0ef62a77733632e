"""The groups that instruments add up to: soft, contest, economy, hard, concession, domestic."""

from __future__ import annotations

from functools import cache

from melian.codebook.specs import TABLES
from melian.codebook.tables import packaged_rows
from melian.errors import InputError

__all__ = ["instrument_groups"]


@cache
def instrument_groups() -> dict[str, str]:
    """Give the group of every instrument, as the column `group` of the table of CAMEO codes has it.

    Examples
    --------
    >>> groups = instrument_groups()
    >>> groups["force"], groups["security_cooperation"], groups["soft_power"]
    ('hard', 'hard', 'soft')
    """
    groups: dict[str, str] = {}
    spec = next(spec for spec in TABLES if spec.name == "instruments")
    for row in packaged_rows(spec):
        instrument, group = row["instrument"], row["group"]
        if group and groups.setdefault(instrument, group) != group:
            raise InputError(
                f"table 'instruments': {instrument!r} stands in the groups {groups[instrument]!r} and "
                f"{group!r} (code {row['cameo_code']!r}); give every row of an instrument one group."
            )
    return groups
