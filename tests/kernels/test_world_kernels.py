"""Kernels of simulated worlds against naive versions, straight from the definitions."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from melian.kernels.meetings import past_meetings
from melian.kernels.stepping import mean_path
from melian.kernels.streams import STEP, child_of, mixed, unit
from melian.kernels.world_tables import alias_tables, place_in, place_without
from melian.worlds.form import WorldForm
from melian.worlds.tables import rates_of, relation_numbers, sheet_of, units_of

sys.path.insert(0, str(Path(__file__).parents[1] / "simulate"))
from small_worlds import full_world

MASK = 2**64 - 1


def naive_mixed(z: int) -> int:
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def test_splitmix_gives_its_published_stream() -> None:
    # The first outputs of SplitMix64 from seed 1234567 (Vigna's reference implementation).
    state, found = 1234567, []
    for _ in range(3):
        state = (state + int(STEP)) & MASK
        found.append(int(mixed(np.uint64(state))))
        assert found[-1] == naive_mixed(state)
    assert found == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_uniforms_are_uniform_and_children_differ() -> None:
    drawn = np.array([unit(np.uint64(child_of(np.uint64(7), n))) for n in range(4000)])
    assert 0.0 < drawn.min() < drawn.max() < 1.0
    assert np.abs(np.sort(drawn) - (np.arange(4000) + 0.5) / 4000).max() < 0.03
    assert len({int(child_of(np.uint64(7), n)) for n in range(4000)}) == 4000


def test_alias_tables_carry_the_weights() -> None:
    rng = np.random.default_rng(1)
    weight = rng.gamma(0.3, 1.0, (6, 9))
    weight[2] = 0.0
    weight[3, 1:] = 0.0
    keep, other = np.zeros_like(weight), np.zeros(weight.shape, dtype=np.int32)
    alias_tables(weight, keep, other)
    implied = keep.copy()
    for r in range(6):
        for at in range(9):
            implied[r, other[r, at]] += 1.0 - keep[r, at]
    good = weight.sum(axis=1) > 0
    assert implied[good] / 9 == pytest.approx(weight[good] / weight[good].sum(axis=1, keepdims=True))


def test_places() -> None:
    weight = np.array([0.0, 2.0, 0.0, 1.0, 3.0, 0.0])
    cumulative = weight.cumsum()
    for wanted in np.linspace(0, 5.999, 50):
        assert place_in(cumulative, wanted) == np.searchsorted(cumulative, wanted, side="right")
    for out in range(6):
        rest = np.where(np.arange(6) == out, 0.0, weight)
        found = {place_without(cumulative, wanted, out) for wanted in np.linspace(0, rest.sum() * 0.999, 60)}
        assert found == set(np.flatnonzero(rest))


def naive_rate(world: WorldForm, events: np.ndarray, i: int, j: int, k: int, t: int) -> float:
    """Intensity of a directed channel by the definition: a sum over past events (step, a, b, q, joint, n)."""
    p, total = world.phase[t], 0.0
    total = world.level[p, i, j, k] * world.course[i, k, t] * world.exposure[i, j, t]
    for step, a, b, q, joint, n, a_in, b_in in events:
        a, b, q = int(a), int(b), int(q)
        for c, column in enumerate(world.columns):
            third = b_in if column.relation in ("spread", "alignment") else a_in
            if column.side >= 0 and (column.side == 0) != bool(third):
                continue
            sees = {
                "persistence": (not joint and (a, b) == (i, j), j),
                "spread": (not joint and a == i and b != j, b),
                "reply": (not joint and (a, b) == (j, i), j),
                "alarm": (not joint and b == i and a != j, a),
                "joining": (not joint and b == j and a != i, a),
                "alignment": (not joint and a == j and b != i, b),
                "joint": (bool(joint) and {a, b} == {i, j}, j),
            }[column.relation]
            if sees[0]:
                decay = (1 - world.rho) * world.rho ** (t - step - 1)
                weight = (world.theta[p, i, k, c, q] * decay).sum()
                total += n * weight * world.spread[c, i, j] * world.trigger[p, c, i, sees[1]]
    return float(total * world.daily[i, t] * world.channel[p, i, j, k])


def test_first_day_has_the_naive_intensity() -> None:
    world = full_world(days=30)
    past, past_in = units_of(world.past, world.n_steps, past=True)
    given, _ = units_of(world.given, world.n_steps, past=False)
    shape = (world.n_steps, 4, 4, 2)
    directed, joint = np.zeros(shape), np.zeros(shape)
    group = np.array([c.side for c in world.columns], dtype=np.int32)
    mean_path(
        rates_of(world), relation_numbers(world), group, world.rho, past, past_in, given, directed, joint
    )
    events = np.column_stack([past, np.ones(len(past)), past_in])
    for i in range(4):
        for j in range(4):
            for k in range(2):
                wanted = naive_rate(world, events, i, j, k, 0) if i != j else 0.0
                assert directed[0, i, j, k] == pytest.approx(wanted)


def test_sheet_bounds_every_rate() -> None:
    world = full_world(days=60)
    sheet = sheet_of(world)
    for p in range(world.n_phases):
        for c in range(len(world.columns)):
            theta = world.theta[p, :, :, c] * world.channel[p].max(axis=1)[:, :, None, None]
            most = theta * (world.trigger[p, c].max(axis=1) * world.daily.max(axis=1))[:, None, None, None]
            assert (most <= sheet.theta[:, :, c] * (1 + 1e-12)).all()
    assert sheet.total == pytest.approx(sheet.theta.sum(axis=(1, 4)).transpose(1, 0, 2))


def test_past_meetings_against_a_double_loop() -> None:
    rng = np.random.default_rng(3)
    n = 60
    pair, step = rng.integers(0, 3, n), rng.integers(0, 25, n)
    order = np.lexsort((step, pair))
    pair, step, tool = pair[order], step[order].astype(np.int32), rng.integers(0, 2, n)
    count, rho = rng.integers(1, 4, n).astype(float), np.exp2(-1 / np.array([1.0, 6.0]))
    same, others = np.zeros((n, 2)), np.zeros((n, 2))
    past_meetings(pair, step, tool, count, 2, rho, same, others)
    for e in range(n):
        for b in range(2):
            wanted = [0.0, 0.0]
            for f in range(n):
                if pair[f] == pair[e] and step[f] < step[e]:
                    weight = count[f] * (1 - rho[b]) * rho[b] ** (step[e] - step[f] - 1)
                    wanted[int(tool[f] != tool[e])] += weight
            assert (same[e, b], others[e, b]) == pytest.approx(tuple(wanted))
