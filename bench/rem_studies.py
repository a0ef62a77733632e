"""Relational event models of real event data: ICEWS 2018 by instrument group, KEDS Levant and Balkans.

`python bench/rem_studies.py [FOLDER]` fits each study, writes its report below FOLDER (default: a temporary
one) and prints the tables of docs/relational-event-models.md. The data stay where MELIAN_SHARED says.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from melian.data import ingest, load_history, open_store
from melian.report.rem_describe import factor, p_value
from melian.report.rem_labels import said
from melian.study import Study
from melian.study.rem import run_rem

CONFLICT = ("contestation", "coercion", "force")
COOPERATION = ("soft_power", "economy", "security_cooperation", "concession")
STRUCTURE = (
    "inertia(scaling='log1p') + inertia(halflife=7, scaling='log1p') + reciprocity(scaling='log1p')"
    " + reciprocity(halflife=7, scaling='log1p') + outdegree_sender(halflife=30, scaling='log1p')"
    " + indegree_receiver(halflife=30, scaling='log1p') + otp(halflife=30, scaling='log1p')"
    " + isp(halflife=30, scaling='log1p')"
)
STATES = " + ego(cinc, log=True) + alter(cinc, log=True) + difference(democracy)"


OWN_KIND = (
    "inertia(types='same', scaling='log1p') + inertia(types='same', halflife=7, scaling='log1p')"
    " + reciprocity(types='same', halflife=7, scaling='log1p')"
    " + outdegree_sender(types='same', halflife=30, scaling='log1p')"
    " + indegree_receiver(types='same', halflife=30, scaling='log1p')"
)
TYPED = (
    f"{OWN_KIND} + fixed_type(reference='soft_power')"
    f" * reciprocity(types={list(COOPERATION)}, halflife=30, scaling='log1p')"
)


@dataclass(frozen=True, slots=True)
class Case:
    """One study: its data, actors (None: the 30 with most events), window, instruments and formula.

    Without `since` the window begins where BEGIN says: what is before is history, so that the statistics do
    not begin at nothing.
    """

    name: str
    data: str
    instruments: tuple[str, ...]
    formula: str = STRUCTURE + " + allied + neighbours"
    actors: tuple[str, ...] | None = None
    since: str | None = None
    until: str | None = None
    joint: str = "history"
    typed: bool = False


BEGIN = {"icews": "2018-03-01", "levant": "1981-01-01", "balkans": "1991-01-01"}
LEVANT = ("EGY", "FRA", "GBR", "IRN", "IRQ", "ISR", "JOR", "LBN", "LBY", "RUS", "SAU", "SYR", "TUR", "USA")
ICEWS = (
    *("AUS", "AZE", "CAN", "CHN", "DEU", "EGY", "FRA", "GBR", "GEO", "GRC", "IND", "IRN", "ISR", "ITA"),
    *("JPN", "KOR", "LTU", "PAK", "PRK", "RUS", "SAU", "SYR", "TUR", "UKR", "USA", "VNM"),
)
CASES = (
    Case("icews-conflict", "icews", CONFLICT),
    Case("icews-cooperation", "icews", COOPERATION),
    Case("icews-force", "icews", ("force",)),
    Case("icews-soft-power", "icews", ("soft_power",)),
    Case("icews-soft-power-without-joint", "icews", ("soft_power",), joint="drop"),
    Case("icews-states-conflict", "icews", CONFLICT, STRUCTURE + " + allied + neighbours" + STATES, ICEWS),
    Case("levant-conflict", "levant", CONFLICT),
    Case("levant-cooperation", "levant", COOPERATION),
    Case("levant-states-conflict", "levant", CONFLICT, STRUCTURE + " + allied + neighbours" + STATES, LEVANT),
    Case("balkans-conflict", "balkans", CONFLICT),
    Case("balkans-cooperation", "balkans", COOPERATION),
    *(
        Case(f"{data}-typed", data, (*CONFLICT, *COOPERATION), TYPED, joint="drop", typed=True)
        for data in BEGIN
    ),
    Case("balkans-war-conflict", "balkans", CONFLICT, since="1992-04-06", until="1995-12-14"),
)


CONFLICTS = tuple(case.name for case in CASES if case.name.endswith("conflict"))
COOPERATIONS = (
    *("icews-cooperation", "icews-soft-power", "icews-soft-power-without-joint"),
    *("levant-cooperation", "balkans-cooperation"),
)


def shared() -> Path:
    """Folder of the real data; ends the script with a reason where there is none."""
    folder = Path(os.environ.get("MELIAN_SHARED", Path(__file__).parents[2] / "shared")) / "data"
    if not folder.is_dir():
        sys.exit(f"skipped: no {folder}; set MELIAN_SHARED to the folder of real data")
    return folder


def make_stores(folder: Path) -> None:
    """Ingest the three sets, once."""
    data = shared()
    sets = {
        "icews": ("table", data / "icews/icews18.parquet", {"text": "event"}),
        "levant": ("keds", data / "keds/keds_levant_cameo_1979_2011.parquet", None),
        "balkans": ("keds", data / "keds/keds_balkans_weis_1989_2003.parquet", None),
    }
    for name, (source, path, mapping) in sets.items():
        if not (folder / f"{name}.duckdb").exists():
            ingest(source, [path], folder / f"{name}.duckdb", map=mapping)


def covariates(folder: Path) -> dict[str, dict[str, object]]:
    """Name the tables of attributes; of the contiguity only shared land borders."""
    context = shared() / "context"
    borders = folder / "borders.parquet"
    pl.read_parquet(context / "cow_contiguity.parquet").filter(pl.col("conttype") == 1).write_parquet(borders)
    return {
        "allied": {
            "file": str(context / "atop_alliance_dyad_year.parquet"),
            "column": "atop_defense",
            "absent": 0.0,
        },
        "neighbours": {
            "file": str(borders),
            "column": "conttype",
            "columns": {"since": "stdate", "until": "enddate"},
            "absent": 0.0,
            "extend": True,
        },
        "cinc": {"file": str(context / "cow_nmc_cinc.parquet")},
        "democracy": {"file": str(context / "democracy_state_year.parquet"), "column": "v2x_polyarchy"},
    }


def most_active(store: Path) -> tuple[str, ...]:
    """Give the 30 actors with most events."""
    with open_store(store) as opened:
        return load_history(opened, n_actors=30).actors


def run(case: Case, folder: Path) -> None:
    """Fit one study, write its report, print its table."""
    store = folder / f"{case.data}.duckdb"
    named = {n: t for n, t in covariates(folder).items() if n in case.formula}
    study = Study().replace(
        store=str(store),
        actors=case.actors or most_active(store),
        since=case.since or BEGIN[case.data],
        until=case.until,
        formula=case.formula,
        instruments=case.instruments,
        joint=case.joint,
        typed=case.typed,
        reactive="with",
        errors="dyad",
        covariates=named,
        out=str(folder / case.name),
    )
    begun = time.process_time()
    answer = run_rem(study)
    summary = answer.summary
    seconds = time.process_time() - begun
    print(f"\n### {case.name}\n\n{summary['events']:,} events, {len(summary['data']['actors'])} actors, "
          f"{summary['data']['since']} to {summary['data']['until']}; log-likelihood "
          f"{summary['log_likelihood']:,.0f} (without effects {summary['log_likelihood_null']:,.0f}); "
          f"{summary['recall'][2]['recall']:.0%} of the events in the tenth of the pairs held most likely; "
          f"{seconds:.0f} CPU s.\n")  # fmt: skip
    print("| effect | estimate | 95% interval | p | factor per standard deviation |")
    print("| --- | --- | --- | --- | --- |")
    for row in summary["coefficients"]:
        ratio = factor(row["estimate"], row["deviation"])
        print(f"| {said(row['term'])} | {row['estimate']:.3f} | {row['low']:.3f} to {row['high']:.3f} | "
              f"{p_value(row['p_value'])} | {ratio:.2f} |")  # fmt: skip
    sys.stdout.flush()


def print_beside(folder: Path, names: tuple[str, ...]) -> None:
    """Print the estimates of several studies beside each other, from their results."""
    results = {name: json.loads((folder / name / "result.json").read_text("utf-8")) for name in names}
    found = {name: {row["term"]: row for row in r["coefficients"]} for name, r in results.items()}
    terms = list(dict.fromkeys(term for rows in found.values() for term in rows))
    print(f"\n| effect | {' | '.join(names)} |")
    print(f"| --- |{' --- |' * len(names)}")
    for term in terms:
        print(f"| {said(term)} | {' | '.join(_cell(found[name].get(term)) for name in names)} |")
    for what in ("events", "dyads_at_risk"):
        print(f"| {what.replace('_', ' ')} | {' | '.join(f'{results[n][what]:,}' for n in names)} |")
    tenth = [f"{results[name]['recall'][2]['recall']:.0%}" for name in names]
    print(f"| found in the first tenth | {' | '.join(tenth)} |")


def _cell(row: dict[str, float] | None) -> str:
    if row is None:
        return ""
    text = f"{row['estimate']:.2f} ({row['low']:.2f} to {row['high']:.2f})".replace("-", "−")
    return f"**{text}**" if row["low"] > 0 or row["high"] < 0 else text


def main() -> None:
    """Run the studies that the arguments name, or all."""
    given = [a for a in sys.argv[1:] if a not in {case.name for case in CASES}]
    wanted = [case for case in CASES if case.name in sys.argv[1:]] or list(CASES)
    folder = Path(given[0]) if given else Path(tempfile.mkdtemp(prefix="melian-rem-"))
    folder.mkdir(parents=True, exist_ok=True)
    make_stores(folder)
    for case in wanted:
        run(case, folder)
    for names in (CONFLICTS, COOPERATIONS):
        if all((folder / name / "result.json").exists() for name in names):
            print_beside(folder, names)
    print(f"\nReports below {folder}", file=sys.stderr)


if __name__ == "__main__":
    main()
