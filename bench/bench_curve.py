"""Cost of a specification curve: processor time and wall time, in all and for one specification.

    python bench/bench_curve.py STORE [--actors 10] [--specs 200] [--jobs 2] [--cache DIR]

The bound (issue 4): 200 specifications on ICEWS 2018 among the 10 actors with most events in 300 s on 2
cores. Wall time means something on a quiet machine only: `given` says how much of the asked cores the run
had; `idle` is what the same processor time takes when it has all of them. A second call with the same folder
is what a finished curve costs when it is asked again.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from pathlib import Path

from joblib.externals.loky import get_reusable_executor

from melian.data import open_store
from melian.study import Study
from melian.study.curve import curve_of
from melian.study.source import Source

MIB = 2**10


def processor() -> float:
    """Processor seconds of this process and of its finished children."""
    parts = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in parts)


def run(given: argparse.Namespace, cache: Path) -> tuple[float, float, int]:
    """Run the curve; give wall seconds, processor seconds and how many specifications there are."""
    began, used = time.perf_counter(), processor()
    with open_store(given.store) as store:
        study = Study().replace(n_actors=given.actors, seed=given.seed)
        result = curve_of(
            study, Source(store), estimate=given.estimate, specs=given.specs, jobs=given.jobs, cache=cache
        )
    get_reusable_executor().shutdown(wait=True)
    return time.perf_counter() - began, processor() - used, result.verdict.specs


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("store")
    parser.add_argument("--actors", type=int, default=10)
    parser.add_argument("--estimate", default="initiative.RUS")
    parser.add_argument("--specs", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cache", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cache = given.cache or Path(folder)
        before = os.getloadavg()[0]
        wall, cpu, specs = run(given, cache)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / MIB
        again, _, _ = run(given, cache)
    after, each, idle = os.getloadavg()[0], cpu / specs, cpu / given.jobs
    print(f"specifications        {specs}, {given.jobs} jobs, load before {before:.1f}, after {after:.1f}")
    print(f"wall                  {wall:.1f} s; given {cpu / wall / given.jobs:.2f} of the cores")
    print(f"processor             {cpu:.1f} s; {each:.2f} s a specification; idle {idle:.1f} s")
    print(f"asked again           {again:.2f} s, {again / wall:.1%} of the first time")
    print(f"memory                {peak:.0f} MiB at most in one process")


if __name__ == "__main__":
    main()
