"""The page on costs names every effect once, and what it says is refused is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sequences import random_events

from melian.effects.registry import EFFECTS
from melian.effects.term import Term
from melian.errors import InputError
from melian.rem import checks, sampled_rows, sampled_stream
from melian.rem.columns import expand
from melian.rem.sampled_columns import ASKED_SCALINGS, make_plan

PAGE = (Path(__file__).parents[2] / "docs" / "rem-costs.md").read_text(encoding="utf-8")


def test_every_effect_has_its_cost() -> None:
    table = PAGE.split("## What a sampled row costs")[1].split("## Memory")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = re.findall(r"`(\w+)`", " ".join(rows))
    assert sorted(named) == sorted(EFFECTS)


def test_numbers_on_the_page_are_those_of_the_program() -> None:
    assert f"Up to {sampled_stream.MOST_DENSE} actors" in PAGE
    assert sampled_rows.SINGLE_ABOVE == 2**27
    assert sampled_rows.MOST_CELLS == 2**31
    assert f"above {checks.MEMORY_LIMIT / 1e9:.0f} GB it is refused" in PAGE


@pytest.mark.parametrize("undirected", [False, True])
def test_all_effects_but_the_named_exceptions_can_be_sampled(undirected: bool) -> None:
    events = random_events(1, undirected=undirected)
    refused = set()
    for name, effect in EFFECTS.items():
        fits = effect.undirected if undirected else effect.directed
        for scaling in effect.scalings if fits else ():
            given = (("covariate", "x"),) if effect.covariate else ()
            columns = expand([Term(name, given, scaling=scaling)], events, baseline=False, typed=True)
            try:
                make_plan(columns, events, typed=True)
            except InputError:
                refused.add(scaling)
    assert refused == {"std"}
    assert set(ASKED_SCALINGS) == {"raw", "log1p", "prop"}
