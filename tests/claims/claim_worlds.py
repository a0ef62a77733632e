"""Worlds whose truth is known, and claims about them."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np

from melian.claims.claim import Claim, Curve, Evidence, Reference
from melian.claims.expression import Figure
from melian.claims.verdict import Finding
from melian.curve.result import CurveAxis, make_result
from melian.data import ingest
from melian.measures.answer import Estimate

DAYS = 364


def make_store(
    path: Path, force: dict[str, float], *, seed: int = 1, names: tuple[str, str] = ("AAA", "BBB")
) -> Path:
    """Write a store in which each of two actors does two deeds a day, by force with its own probability."""
    rng = np.random.default_rng(seed)
    rows = []
    for day in range(DAYS):
        date = (dt.date(2018, 1, 1) + dt.timedelta(days=day)).isoformat()
        for source, target in (names, names[::-1]):
            for _ in range(2):
                tool = "force" if rng.random() < force[source] else "economy"
                rows.append([date, source, target, tool])
    table = path.with_suffix(".csv")
    with table.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerows([["date", "source", "target", "instrument"], *rows])
    ingest("table", [table], path, as_is=True)
    return path


def claim_tables(**evidence: Any) -> dict[str, Any]:
    """Give the tables of a claim that A uses force more than B."""
    row = {
        "name": "force",
        "asks": "Does AAA use more force than BBB?",
        "why": "It is what the words say.",
        "data": "world",
        "measure": "toolkits",
        "estimate": "share.AAA.force",
        "expect": "above",
        "than": "share.BBB.force",
        "actors": ["AAA", "BBB"],
        "study": {"toolkit_draws": 99, "jobs": 1},
    }
    return {
        "claim": {
            "id": "a-test",
            "statement": "uses more force",
            "said_by": "Nobody",
            "where": "a test",
            "date": "2022-03",
            "reading": "AAA's share of force is above BBB's.",
            "against": "A share of force at or below BBB's.",
        },
        "evidence": [{key: value for key, value in {**row, **evidence}.items() if value is not None}],
    }


def toml_of(tables: dict[str, Any]) -> str:
    import tomli_w

    return tomli_w.dumps(tables)


def evidence(name: str = "one", **changes: Any) -> Evidence:
    basis: dict[str, Any] = {
        "asks": "What?", "why": "So.", "data": "d", "measure": "shares", "estimate": "initiative.A",
        "expect": "above", "than": Reference((0.5,)),
    }  # fmt: skip
    return Evidence(name, **{**basis, **changes})


def claim(*tests: Evidence, share: float = 0.8) -> Claim:
    return Claim("c", "words", "who", "where", "2022", "reading", "against", tests, curve=Curve({}, 4, share))


def found(
    one: Evidence, value: float | None, half: float = 0.05, *, curve: list[float] | None = None, **more: Any
) -> Finding:
    if value is None:
        return Finding.undecidable(one, "no data were given for 'd'")
    figure = Figure(value, value - half, value + half, 100)
    return Finding(one, figure, None, figure, curve=None if curve is None else curve_of(curve), **more)


def curve_of(values: list[float]) -> Any:
    """Make a curve over one axis whose specifications have these estimates."""
    n = len(values)
    return make_result(
        np.arange(n)[:, None],
        [Estimate(v, v - 0.1, v + 0.1, 100) for v in values],
        ["initiative.A"] * n,
        axes=[CurveAxis("knots", tuple(str(i) for i in range(n)))],
        measure="shares",
        estimate="initiative.A",
        reference=0.5,
        combinations=n,
        data={},
        settings={},
    )
