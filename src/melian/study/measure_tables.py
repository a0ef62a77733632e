"""Measures that read tables, not a store: votes in the General Assembly, and counts by pair and year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from melian.errors import InputError
from melian.study.claim_measures import TABLES_OF
from melian.study.model import Study

if TYPE_CHECKING:
    from melian.measures.answer import Answer

__all__ = ["answer_of_tables"]


def answer_of_tables(study: Study, measure: str, paths: Mapping[str, str]) -> Answer:
    """Run a measure on tables.

    Parameters
    ----------
    study : Study
        Of which actors, since and until are read.
    measure : {'agreement', 'dyad-year'}
    paths : mapping of str to str
        Logical name to file; all of `TABLES_OF[measure]`.

    Raises
    ------
    InputError
        If the study names no actors, or a table cannot be used.
    """
    data = study.data
    if not data.actors:
        raise InputError(f"{measure} needs actors: ISO codes such as USA.")
    tables = [paths[name] for name in TABLES_OF[measure]]
    if measure == "agreement":
        from melian.data.roll_calls import read_roll_calls
        from melian.measures.agreement import agreement

        return agreement(read_roll_calls(*tables), data.actors, since=data.since, until=data.until)
    from melian.data.dyad_year import read_dyad_years
    from melian.measures.conduct_classes import dyad_year_classes

    return dyad_year_classes(read_dyad_years(tables[0]), data.actors, since=data.since, until=data.until)
