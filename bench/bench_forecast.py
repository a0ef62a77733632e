"""Forecast skill on held-out months of ICEWS 2018, KEDS Levant and KEDS Balkans, against every baseline.

    python bench/bench_forecast.py [icews] [levant] [balkans] [--markdown FILE]

30 actors, channels with at least 50 events before the held-out days. ICEWS 2018: its last 60 days; the KEDS
sets: their last 365 days, fitted on about ten years before. Fast estimator; processor seconds of one core.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import tempfile
import time
from pathlib import Path

from melian.data import ingest, load_history, open_store
from melian.forecast.evaluate import train
from melian.forecast.fit import ForecastConfig
from melian.forecast.frames import evaluation_frames, lost_to
from melian.history import EventHistory

SETS = {
    "icews": ("table", "icews/icews18.parquet", {"map": {"text": "event"}}, 60, None),
    "levant": ("keds", "keds/keds_levant_cameo_1979_2011.parquet", {}, 365, dt.date(2001, 12, 1)),
    "balkans": ("keds", "keds/keds_balkans_weis_1989_2003.parquet", {}, 365, dt.date(1993, 8, 1)),
}


def real_history(name: str) -> tuple[EventHistory, int]:
    """Ingest one set, and give its history and the length of its held-out span."""
    folder = Path(os.environ.get("MELIAN_SHARED", Path(__file__).parents[2] / "shared")) / "data"
    source, path, options, held_out, since = SETS[name]
    if not (folder / path).is_file():
        sys.exit(f"skipped: no {folder / path}; set MELIAN_SHARED to the folder of real data")
    with tempfile.TemporaryDirectory() as scratch:
        store = Path(scratch) / "events.duckdb"
        ingest(source, [folder / path], store, **options)
        with open_store(store) as opened:
            return load_history(opened, n_actors=30, since=since), held_out


def main() -> None:
    """Print scores, gains, calibration and processor time of every set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", default=list(SETS))
    parser.add_argument("--markdown")
    asked = parser.parse_args()
    lines = ["| set | days ahead | model | log score | CRPS | gain | 90% interval |", "| --- " * 7 + "|"]
    for name in asked.sets:
        history, held_out = real_history(name)
        begun = time.process_time()
        predictor, evaluation = train(history, ForecastConfig(held_out=held_out))
        frames = evaluation_frames(evaluation, seed=1)
        spent = time.process_time() - begun
        print(
            f"{name}: {history.n_events} events, held out {evaluation.since} to {evaluation.until}, "
            f"{evaluation.channels.shape[1]} channels, {spent:.0f} s of processor time, "
            f"multipliers {predictor.tuning.levels}"
        )
        for part in ("scores", "calibration"):
            print(frames[part].write_csv(float_precision=4))
        print("lost to:", lost_to(frames["scores"]) or "none", flush=True)
        lines += [_line(name, row) for row in frames["scores"].to_dicts()]
    if asked.markdown:
        Path(asked.markdown).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _line(name: str, row: dict[str, float]) -> str:
    gain = (
        ""
        if row["model"] == "melian"
        else f"{row['gain']:.3f} | {row['gain_low']:.3f} to {row['gain_high']:.3f}"
    )
    return (
        f"| {name} | {row['horizon']} | {row['model']} | {row['log_score']:.4f} | {row['crps']:.4f} | "
        f"{gain or ' | '} |"
    )


if __name__ == "__main__":
    main()
