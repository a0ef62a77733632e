"""The bundled world: the Aegean from 431 to 422 BC, ten years of daily reports with known truth. Fiction.

**What it is.** Twelve polities (`melian/worlds/aegean.toml`) act on one another by seven instruments. What
they do of their own accord comes at the level of the channel, times a slow course of the source's instrument,
times the campaigning season (force and coercion swell in summer), times episodes such as the Athenian plague,
and follows the wave of attention by half. Every act brings about others by the relations of MODEL.md 2, with
totals by polity, targets in proportion to what two polities have to do with each other, and third parties
that a polity watches. Offspring keep their parent's instrument in half of the cases and mostly stay in its
family (hostile or friendly). Delays are a mixture of half-lives of 1.5 and 12 days, which the fit does not
assume. Meetings beget meetings, and acts by either side. Concessions, and part of the contestation, that
answer carry codes that say so. On two days of seven scribes write three quarters of what they write on the
others.

**What is told of it.** Meetings by both sides, 3% of them by one only; 8% of the stories again on the same
day; mere statements; quarrels inside Athens, Corcyra and Megara; and reports among twenty islands, which
follow the wave.

**Calendar.** Years before our era have no place in ISO dates, so they are mapped: year = 2000 - BC. 431 BC is
written 1569, 422 BC is 1578. Days and months are those of the mapped year and mean nothing more.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from melian.options import COMPONENTS
from melian.simulate.cast import cast_parameters
from melian.simulate.codes import PLAIN_CODES
from melian.simulate.polities import aegean_tables, cast_of
from melian.simulate.reporting import to_table
from melian.simulate.simulated import SimulatedWorld, simulate
from melian.simulate.specs import World
from melian.simulate.truth import truth_of
from melian.simulate.written import reporting_of, world_of

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "AEGEAN_SEED",
    "AegeanFiles",
    "aegean_reports",
    "aegean_world",
    "bc_year",
    "simulate_aegean",
    "write_aegean",
]

AEGEAN_SEED: Final = 431
BURN_IN: Final = 60


@dataclass(frozen=True, slots=True)
class AegeanFiles:
    """Where `write_aegean` put the reports, the truth and the leagues."""

    reports: Path
    truth: Path
    leagues: Path


def bc_year(date: dt.date) -> int:
    """Give the year BC that a mapped date stands for.

    Examples
    --------
    >>> bc_year(dt.date(1569, 3, 1))
    431
    """
    return 2000 - date.year


def aegean_world(seed: int = AEGEAN_SEED) -> World:
    """Give the configuration of the Aegean world; `melian.simulate.cast` sets its characters."""
    return replace(world_of(aegean_tables()), seed=seed)


def simulate_aegean(seed: int = AEGEAN_SEED) -> SimulatedWorld:
    """Simulate the Aegean world.

    Examples
    --------
    >>> simulate_aegean().world.actors[:3]
    ('Argos', 'Athens', 'Chios')
    """
    world = aegean_world(seed)
    return simulate(world, parameters=cast_parameters(world, cast_of(aegean_tables())))


def aegean_reports(path: SimulatedWorld) -> pl.DataFrame:
    """Tell the Aegean world as a table of reports, domestic quarrels included.

    Stories are told again on their own day only: what comes back a day or two later no funnel can tell from
    momentum (docs/reporting-faults.md), and a first world should not hang on it.
    """
    import polars as pl

    tables = aegean_tables()
    quarrels = _quarrels(path.world, tuple(tables["reporting"]["quarrels"]))
    told = pl.concat([to_table(path, reporting_of(tables)), quarrels]).sort("date", maintain_order=True)
    return told.with_columns(pl.format("AEG-{}", pl.int_range(1, len(told) + 1)).alias("event_id"))


def write_aegean(folder: Path, *, seed: int = AEGEAN_SEED) -> AegeanFiles:
    """Write the reports of the Aegean world, its true shares and its leagues.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    seed : int

    Returns
    -------
    AegeanFiles
        `aegean.csv` for `melian ingest table --as-is`; `truth.json`, whose `actors` has the form of
        PRODUCT.md's `attribute --json` with counts, for the days `since` to `until`; `leagues.csv`, dated
        memberships in the form of the codebook's blocs.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_aegean(Path(folder)).reports.name
    'aegean.csv'
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = AegeanFiles(folder / "aegean.csv", folder / "truth.json", folder / "leagues.csv")
    path = simulate_aegean(seed)
    aegean_reports(path).write_csv(files.reports)
    files.truth.write_text(
        json.dumps(_told_truth(path), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    with files.leagues.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("iso3", "bloc", "from", "to", "status", "note"))
        writer.writerows(
            (m.polity, m.league, m.since, m.until, "member", m.note) for m in cast_of(aegean_tables()).leagues
        )
    return files


def _quarrels(world: World, quarrels: tuple[str, ...]) -> pl.DataFrame:
    """Tell of quarrels between a polity and its own people: the funnel's domestic set."""
    import polars as pl

    rng = np.random.default_rng([world.seed, 6])
    n = rng.poisson(0.12 * world.n_steps)
    step = np.sort(rng.integers(0, world.n_steps, size=n))
    who = np.array(quarrels, dtype=object)[rng.integers(0, len(quarrels), size=n)]
    people = np.array([f"{name}.CVL" for name in who], dtype=object)
    below = rng.random(n) < 0.5
    codes = np.array((*PLAIN_CODES["contestation"], "141", "143", "145"), dtype=object)
    return pl.DataFrame(
        {
            "date": pl.Series(
                np.datetime64(world.origin, "D") + step.astype("timedelta64[D]"), dtype=pl.Date
            ),
            "source": np.where(below, people, who).tolist(),
            "target": np.where(below, who, people).tolist(),
            "cameo": codes[rng.integers(0, len(codes), size=n)].tolist(),
            "event_id": [""] * n,
            "weight": np.ones(n, dtype=np.int64),
        }
    )


def _told_truth(path: SimulatedWorld) -> dict[str, Any]:
    """Give the true shares over the record less the fit's burn-in, by actor and by year."""
    world = path.world
    years = [(dt.date(y, 1, 1) - world.origin).days for y in range(1569, 1580)]
    whole = truth_of(path, since=BURN_IN)
    return {
        "fiction": "This world is simulated. Names and leagues are from history; what is done is made up.",
        "calendar": "year = 2000 - BC: 431 BC is 1569, 422 BC is 1578",
        "seed": world.seed,
        "since": str(world.origin + dt.timedelta(days=BURN_IN)),
        "until": str(world.origin + dt.timedelta(days=world.n_steps - 1)),
        "events": int(whole.events.sum()),
        "actors": whole.as_dict(),
        "periods": [_period(path, max(a, BURN_IN), b) for a, b in pairwise(years)],
        "characters": {polity.name: asdict(polity) for polity in cast_of(aegean_tables()).polities},
        "kernel": asdict(world.branching.kernel),
    }


def _period(path: SimulatedWorld, since: int, until: int) -> dict[str, Any]:
    truth = truth_of(path, since=since, until=until)
    origin = path.world.origin
    actors = {
        name: {"events": int(total), **dict(zip(COMPONENTS, counts.tolist(), strict=True))}
        for name, total, counts in zip(truth.actors, truth.events, truth.component, strict=True)
    }
    first, last = origin + dt.timedelta(days=since), origin + dt.timedelta(days=until - 1)
    return {"since": str(first), "until": str(last), "actors": actors}
