"""Ingest of a simulated Parquet table with resolution: rows per second of the clock, memory, store.

    python bench/bench_ingest.py [rows]      10 million by default; 50 actors by name, 200 CAMEO codes in use

The floor is one copy of the same table by DuckDB into a table of its own, in the same run.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from melian.codebook import load_codebook
from melian.data import ingest

ACTORS = 50
DAYS = 3653


def write_table(path: Path, rows: int) -> None:
    """Write ten years of rows among the first states of the codebook, by their names."""
    rng = np.random.default_rng(1)
    names = pl.Series(list(load_codebook().countries)[:ACTORS])
    codes = pl.Series([f"{root:02d}{leaf}" for root in range(2, 21) for leaf in range(0, 4)])
    source = rng.integers(0, ACTORS, rows)
    target = (source + rng.integers(1, ACTORS, rows)) % ACTORS
    frame = pl.DataFrame(
        {
            "date": pl.Series(14610 + np.sort(rng.integers(0, DAYS, rows))).cast(pl.Int32).cast(pl.Date),
            "source": names.gather(source),
            "target": names.gather(target),
            "cameo": codes.gather(rng.integers(0, len(codes), rows)),
        }
    )
    frame.write_parquet(path)


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        table, store = Path(folder) / "events.parquet", Path(folder) / "events.duckdb"
        write_table(table, rows)
        began = time.perf_counter()
        with duckdb.connect(str(Path(folder) / "copy.duckdb")) as connection:
            connection.execute("CREATE TABLE copy AS SELECT * FROM read_parquet(?)", [str(table)])
        floor = time.perf_counter() - began
        began, worked = time.perf_counter(), time.process_time()
        report = ingest("table", [table], store)
        took, worked = time.perf_counter() - began, time.process_time() - worked
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(f"{rows:,} rows: {took:.1f} s = {rows / took:,.0f} rows/s, {worked:.1f} s of processor")
        print(f"peak {peak:.1f} GiB, store {store.stat().st_size / 2**20:,.0f} MiB")
        print(f"a bare copy takes {floor:.1f} s, ratio {took / floor:.0f}")
        print(report.totals)


if __name__ == "__main__":
    main(int(float(sys.argv[1])) if len(sys.argv) > 1 else 10_000_000)
