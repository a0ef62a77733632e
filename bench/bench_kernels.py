"""Features and gradient pass of the real model, as a ratio to the memory bandwidth of the same run.

All relations, nine instruments, three half-lives: 189 features a row, on one core. The floor of a pass is the
time to move the bytes that it cannot avoid at the measured bandwidth of copying a large array.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Callable

import numpy as np

from melian.history import EventHistory
from melian.kernels.em import em_passes, fill_problem, intensity, pull
from melian.models.design import make_design

N_ACTORS, N_INSTRUMENTS, N_STEPS = 30, 9, 1460
BYTES_OF_STATE = 8


def history(n_events: int, seed: int = 1) -> EventHistory:
    """Unequally busy actors and instruments, a tenth of the events joint; cells are unique."""
    rng = np.random.default_rng(seed)
    weight = rng.dirichlet(np.full(N_ACTORS, 1.0))
    source = rng.choice(N_ACTORS, n_events, p=weight)
    target = (source + 1 + rng.choice(N_ACTORS - 1, n_events)) % N_ACTORS
    joint = rng.random(n_events) < 0.1
    low, high = np.minimum(source, target), np.maximum(source, target)
    source, target = np.where(joint, low, source), np.where(joint, high, target)
    tool = rng.choice(N_INSTRUMENTS, n_events, p=rng.dirichlet(np.full(N_INSTRUMENTS, 1.0)))
    key = np.stack([rng.integers(0, N_STEPS, n_events), joint, source, target, tool], axis=1)
    key, count = np.unique(key, axis=0, return_counts=True)
    key = key.astype(np.int32)
    return EventHistory(
        tuple(f"A{i:02d}" for i in range(N_ACTORS)), tuple(f"tool{k}" for k in range(N_INSTRUMENTS)),
        dt.date(2015, 1, 1), N_STEPS, (60, N_STEPS), key[:, 0], key[:, 2], key[:, 3], key[:, 4],
        count.astype(np.int32), key[:, 1].astype(bool), np.full(len(key), -1, dtype=np.int64),
    )  # fmt: skip


def seconds(call: Callable[[], object], repeats: int = 5) -> float:
    """Best of several runs: other users of the machine only ever add time."""
    best = np.inf
    for _ in range(repeats):
        begun = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - begun)
    return best


def copy_bandwidth(size: int = 64 * 2**20) -> float:
    """Bytes per second read plus written by copying an array of 512 MiB."""
    a, b = np.ones(size), np.empty(size)
    return 2 * a.nbytes / seconds(lambda: np.copyto(b, a))


def feature_pass(past: EventHistory, bandwidth: float) -> np.ndarray:
    """Time the design's features; the floor writes each row once and reads each state that it needs once."""
    import melian.models.design as home

    took: list[float] = []
    kernel = home.features

    def watched(*args: object) -> None:
        begun = time.perf_counter()
        kernel(*args)
        took.append(time.perf_counter() - begun)

    home.features = watched
    try:
        for _ in range(4):
            design = make_design(past)
    finally:
        home.features = kernel
    rows, width = design.x.shape
    per_row = width * 4 + (2 + 4 + 1) * N_INSTRUMENTS * 3 * BYTES_OF_STATE
    best, floor = min(took), rows * per_row / bandwidth
    print(f"features: {rows} rows of {width} from {len(past.step)} cells in {best:.3f} s")
    print(f"  {rows / best / 1e6:.2f} million rows/s, {rows * width / best / 1e6:.0f} million features/s")
    print(f"  floor {per_row} bytes a row: {floor:.3f} s; ratio {best / floor:.1f}")
    return design.x


def gradient_pass(x: np.ndarray, bandwidth: float) -> None:
    """Time lambda and gradient of one large problem; the floor reads z once."""
    cells = min(len(x), 200_000)
    row = np.arange(cells, dtype=np.int32)
    target = (row % (N_ACTORS - 1) + 1).astype(np.int32)
    place = np.concatenate([[-1], x.shape[1] + np.arange(N_ACTORS - 1)])
    z = np.empty((x.shape[1] + N_ACTORS - 1, cells), dtype=np.float32)
    gather = (x, row, target, np.ones(cells), np.ones((N_ACTORS, 7)), N_INSTRUMENTS * 3)
    used = np.arange(x.shape[1])
    fill = seconds(lambda: fill_problem(*gather, used, place, z), 3)
    v, y, zero = np.full(len(z), 0.01), np.ones(cells), np.zeros(cells)
    lam, gradient = np.empty(cells), np.empty(len(z))
    forward = seconds(lambda: intensity(z, v, zero, lam))
    back = seconds(lambda: pull(z, 1.0 / lam, gradient))
    ones, nil = np.ones(len(z)), np.zeros(len(z))
    whole = seconds(lambda: em_passes(z, y, zero, ones, nil, nil, v.copy(), 1))
    floor = z.nbytes / bandwidth
    print(f"gradient: {cells} cells, {len(z)} variables, {z.nbytes / 2**20:.0f} MiB")
    for what, took in (("gather", fill), ("lambda", forward), ("gradient", back), ("whole EM pass", whole)):
        print(
            f"  {what:14s} {took:.4f} s, {cells / took / 1e6:6.2f} million cells/s, ratio {took / floor:.1f}"
        )
    print(f"  floor (z read once) {floor:.4f} s; lambda comes before the gradient, so a pass reads z twice")


def main(n_events: int) -> None:
    """Print rates, floors and ratios."""
    bandwidth = copy_bandwidth()
    print(f"memory bandwidth {bandwidth / 1e9:.1f} GB/s (copy of 512 MiB, read + write, one core)")
    x = feature_pass(history(n_events), bandwidth)
    gradient_pass(x, bandwidth)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300_000)
