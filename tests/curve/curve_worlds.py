"""Small worlds for specification curves: Attica acts, Boeotia answers; in one of them Boeotia also talks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl

from melian.data import ingest

DAYS = 240
FIRST = dt.date(2015, 1, 1)
ACT, STATEMENT = ("111", "112"), "010"


def reports(*, talks: float, seed: int = 3) -> pl.DataFrame:
    """Reports of a world: ATT acts in bursts, BOE answers in two days and makes `talks` statements a day."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[int, str, str, str]] = []

    def act(day: int, source: str, target: str, code: str) -> None:
        if day < DAYS:
            rows.append((day, source, target, code))

    for day in range(DAYS):
        for _ in range(rng.poisson(6.0) if rng.random() < 0.2 else 0):
            act(day, "ATT", "BOE", str(rng.choice(ACT)))
            if rng.random() < 0.7:
                act(day + int(rng.integers(1, 3)), "BOE", "ATT", str(rng.choice(ACT)))
        for source, target in (("CHI", "ATT"), ("CHI.REB", "BOE"), ("BOE", "CHI")):
            for _ in range(rng.poisson(0.15)):
                act(day, source, target, str(rng.choice(ACT)))
        for _ in range(rng.poisson(talks)):
            act(day, "BOE", "ATT", STATEMENT)
    table = {
        "date": [FIRST + dt.timedelta(days=row[0]) for row in rows],
        "source": [row[1] for row in rows],
        "target": [row[2] for row in rows],
        "cameo": [row[3] for row in rows],
        "event_id": [str(number) for number in range(len(rows))],
    }
    return pl.DataFrame(table)


def store_of(folder: Path, *, talks: float) -> Path:
    """Ingest the reports of a world."""
    reports(talks=talks).write_csv(folder / "reports.csv")
    path = folder / "events.duckdb"
    ingest("table", folder / "reports.csv", path, as_is=True)
    return path
