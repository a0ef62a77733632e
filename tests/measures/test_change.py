"""Change: changes and lines that must be found, and worlds in which there is none to find."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from answering_worlds import HALF_LIVES, answering_world, histories
from numpy.typing import NDArray

from melian.errors import InputError
from melian.history import EventHistory
from melian.measures.change import Changes, ChangeSettings, find_changes, measure_change
from melian.measures.change_points import find_breaks, noise_variance
from melian.measures.change_shares import day_shares
from melian.measures.change_thresholds import Line, find_lines
from melian.measures.day_counts import decayed
from melian.measures.refits import fit_quickly
from melian.measures.spans import make_spans
from melian.measures.threshold_draws import Own, make_search, own_past, sides
from melian.measures.thresholds import find_threshold
from melian.models.hawkes import HawkesConfig
from melian.simulate import Baseline, Branching, Kernel, Regime, World, simulate, to_history
from melian.simulate.grid import MIXED

CONFIG = HawkesConfig(half_lives=HALF_LIVES, exposure="off")
PRESSING = ("coercion",)
Floats = NDArray[np.float64]
# 5% of 100 null series, and the binomial's 99.9% quantile above it.
MOST_REJECTED = 13


def pressing(line: float | None, *, days: int = 900, seed: int = 1) -> EventHistory:
    """A presses at random; B responds straight to what is still felt, or jumps past a line."""
    rng = np.random.default_rng(seed)
    rho = 2.0 ** (-1 / 30)
    first = rng.poisson(0.5 * (1 + np.sin(np.arange(days) / 60)))
    felt = decayed(first[:, None].astype(float), 30.0)[:, 0] / (1 - rho)
    rate = 0.2 + 0.02 * felt if line is None else 0.3 + 1.0 * (felt > line)
    counts = {(0, 1): first, (1, 0): rng.poisson(rate)}
    rows = sorted((t, i, j, int(c[t])) for (i, j), c in counts.items() for t in range(days) if c[t])
    step, source, target, count = np.array(rows, dtype=np.int32).T
    zeros = np.zeros(len(rows), dtype=np.int32)
    return EventHistory(
        ("A", "B"), ("coercion",), dt.date(2018, 1, 1), days, (0, days), step, source, target, zeros, count,
        zeros.astype(bool), np.full(len(rows), -1, dtype=np.int64),
    )  # fmt: skip


def lines(history: EventHistory, draws: int = 199) -> dict[tuple[int, int], Line]:
    return find_lines(
        history,
        pairs=("A:B",),
        top=0,
        half_life=30.0,
        pressure=PRESSING,
        response=PRESSING,
        draws=draws,
        seed=1,
    )


def test_a_line_is_found_and_located() -> None:
    got = lines(pressing(22.0))[1, 0].threshold
    assert got is not None
    assert got.p <= 0.01
    assert got.at == pytest.approx(22.0, abs=3.0)
    assert got.low <= 22.0 <= got.high
    assert got.high - got.low < 10.0
    assert 0.3 < got.jump_low <= 1.0 <= got.jump_high
    assert got.gain > 0.0


def test_a_straight_response_has_no_line_and_no_place_for_one() -> None:
    line = lines(pressing(None))[1, 0]
    got = line.threshold
    assert got is not None
    assert got.p > 0.05
    assert got.gain < 0.02
    for estimate in (line.placed, line.jump):
        assert estimate.value is None
        assert estimate.reason == (
            f"no line to place: a straight response is not rejected at 5% (p {got.p:.3f})"
        )
    assert lines(pressing(22.0))[1, 0].placed.value is not None


def test_too_little_pressure_has_a_reason() -> None:
    line = lines(pressing(None, days=60))[0, 1]
    assert line.threshold is None
    assert "at least 30 of each" in line.reason


def echoing(seed: int, days: int = 300) -> tuple[Floats, Floats, Floats, list[Own]]:
    """Responses straight to pressure that turns once or twice, and to the own acts of the days before."""
    rng = np.random.default_rng((seed, 9))
    wave = 1 + 0.9 * np.sin(2 * np.pi * (np.arange(days) / rng.uniform(150, 500) + rng.uniform()))
    felt = decayed(rng.poisson(0.5 * wave)[:, None].astype(float), 30.0)[:, 0] / (1 - 2.0 ** (-1 / 30))
    y, own = np.zeros(days), 0.0
    for day in range(days):
        y[day] = rng.poisson(0.3 + 0.03 * felt[day] + 0.3 * own)
        own = (own + y[day]) / 2.0
    time = np.linspace(-1.0, 1.0, days - 28)[:, None] ** np.arange(6)
    states = [(half, float(decayed(y[:, None], half)[28, 0])) for half in (2.0, 14.0)]
    return y[28:], felt[28:], time, states


def test_own_past_is_that_of_the_record_and_errors_are_those_of_least_squares() -> None:
    record = np.random.default_rng(1).poisson(0.5, 60).astype(float)
    whole = decayed(record[:, None], 2.0)[28:, 0]
    assert own_past(record[28:], [(2.0, whole[0])])[0] == pytest.approx(whole)
    y, felt, controls, own = echoing(1)
    past = own_past(y, own)
    candidates = np.quantile(felt, [0.3, 0.5, 0.7])
    straight, left = make_search(y, felt, controls, candidates, own).seen()

    def error(*more: Floats) -> float:
        x = np.column_stack([controls, felt, past.T, *more])
        return float(((y - x @ np.linalg.lstsq(x, y, rcond=None)[0]) ** 2).sum())

    assert straight == pytest.approx(error())
    assert left == pytest.approx([error(sides(felt, line)) for line in candidates])


def test_an_outcome_drawn_with_its_own_residuals_is_itself() -> None:
    y, felt, controls, own = echoing(2)
    search = make_search(y, felt, controls, np.quantile(felt, [0.3, 0.5, 0.7]), own)
    # Leverage only stretches the residuals: with few regressors the errors left over hardly differ.
    whole, parted = search.drawn(None, np.ones((len(y), 1)))
    straight, left = search.seen()
    assert whole[0] == pytest.approx(straight, rel=0.15)
    assert parted[:, 0] == pytest.approx(left, rel=0.15)


def test_a_straight_response_that_echoes_is_rejected_at_the_level() -> None:
    rejected = 0
    for seed in range(60):
        y, felt, controls, own = echoing(seed)
        got = find_threshold(y, felt, controls, own=own, draws=99, seed=seed)
        assert got is not None
        rejected += got.p <= 0.05
    assert rejected <= 9  # the binomial's 99.9% quantile at 5%; with fixed regressors it was 14


def test_thresholds_reject_at_their_level() -> None:
    rng = np.random.default_rng(0)
    rejected = 0
    for number in range(60):
        pressure = rng.poisson(0.5, 300).astype(float)
        felt = decayed(pressure[:, None], 14.0)[100:, 0]
        y = rng.poisson(0.3 + felt).astype(float)
        got = find_threshold(y, felt, np.ones((200, 1)), draws=99, seed=number)
        assert got is not None
        rejected += got.p <= 0.05
    assert rejected <= 9


def test_change_points_are_found_where_they_are_and_not_elsewhere() -> None:
    rng = np.random.default_rng(3)
    steps = np.concatenate([rng.normal(m, 0.1, 40) for m in (0.3, 0.6, 0.4)])
    got = find_breaks(steps, permutations=199)
    assert len(got.at) == 2
    assert got.at == pytest.approx((40, 80), abs=2)
    assert got.p <= 0.01
    assert max(got.p_each) <= 0.01
    assert got.gain > 0.3
    flat = [find_breaks(rng.normal(0.5, 0.1, 60), permutations=199, seed=s) for s in range(100)]
    assert sum(f.p <= 0.05 for f in flat) <= MOST_REJECTED
    assert all((len(f.at) > 0) == (f.p <= 0.05) for f in flat)


def test_an_expected_series_is_as_sure_as_what_it_stands_for() -> None:
    """A random walk of small steps looks broken; series with the scatter it hides do not."""
    rng = np.random.default_rng(5)
    alone, drawn = [], []
    for seed in range(40):
        expected = 0.5 + 0.01 * rng.normal(size=90).cumsum()
        series = expected + rng.normal(0.0, 0.2, (9, 90))
        alone.append(find_breaks(expected, permutations=99, seed=seed).p)
        drawn.append(find_breaks(expected, drawn=series, permutations=99, seed=seed).p)
    assert sum(p <= 0.05 for p in alone) >= 30
    assert sum(p <= 0.05 for p in drawn) <= 8


@pytest.mark.slow
def test_worlds_without_change_have_change_points_at_the_level() -> None:
    tests: list[float] = []
    for seed in range(25):
        world = World(
            actors=("A", "B", "C", "D"), instruments=("coercion",), n_steps=700, seed=12_000 + seed,
            baseline=Baseline(events=4000, amplitude=0.0), branching=Branching(),
        )  # fmt: skip
        settings = ChangeSettings(refits=2, refit=False, permutations=199, top=0)
        found = find_changes(fit_quickly(to_history(simulate(world), since=60), CONFIG), settings)
        tests += [p for name, p in found.tests.items() if name.startswith("change-point")]
    assert len(tests) > 100
    assert sum(p <= 0.05 for p in tests) <= 0.1 * len(tests)


def test_noise_is_that_of_the_series_without_its_steps() -> None:
    rng = np.random.default_rng(4)
    steps = np.repeat([0.0, 5.0, -5.0], 200) + rng.normal(0, 1, 600)
    assert noise_variance(steps) == pytest.approx(1.0, rel=0.35)


def test_a_short_series_is_refused() -> None:
    with pytest.raises(InputError, match="at least 24"):
        find_breaks(np.zeros(20))


def regime(*, reaction: float) -> EventHistory:
    """Four actors who answer each other more after day 350."""
    made = World(
        actors=("A", "B", "C", "D"), instruments=("coercion",), n_steps=700, seed=8,
        baseline=Baseline(events=6000, amplitude=0.1, spread=0.1, shape=5.0),
        branching=Branching(
            persistence=0.1, spread=0.0, reply=0.12, alarm=0.0, joining=0.0, alignment=0.0, variation=0.0,
            kernel=Kernel(half_lives=HALF_LIVES, weights=(0.6, 0.4)),
        ),
        regime=Regime(step=350, spread=0.0, reaction=reaction),
    )  # fmt: skip
    return to_history(simulate(made), since=0)


def changes(history: EventHistory) -> Changes:
    settings = ChangeSettings(refits=10, permutations=99, top=0, cut=(dt.date(2015, 12, 21),))
    return find_changes(fit_quickly(history, CONFIG), settings)


@pytest.mark.slow
def test_replies_that_grow_are_found_by_fits_to_each_period_and_constant_ones_are_not() -> None:
    grown, same = changes(regime(reaction=4.0)), changes(regime(reaction=1.0))
    moved = [grown.estimates[f"reply-change.{code}.refit"] for code in "ABCD"]
    assert all(m.value > 0.0 for m in moved)  # type: ignore[operator]
    assert sum(m.low > 0.0 for m in moved) >= 2  # type: ignore[operator]
    still = [same.estimates[f"reply-change.{code}.refit"] for code in "ABCD"]
    assert sum(s.low <= 0.0 <= s.high for s in still) >= 3  # type: ignore[operator]


def test_a_share_a_rounding_above_one_has_no_variance() -> None:
    """Of this seed a share came out above one, and the root of its variance was not a number."""
    world = World(
        actors=("A", "B", "C", "D"), instruments=("coercion", "economy"), n_steps=700, seed=14_018,
        baseline=Baseline(events=4000, amplitude=0.0), branching=MIXED,
    )  # fmt: skip
    fitted = fit_quickly(to_history(simulate(world), since=60), HawkesConfig(exposure="off"))
    assert day_shares(fitted, []).spread.min() == 0.0


def test_shares_add_up_and_names_are_those_of_the_documentation() -> None:
    history = histories(answering_world(reply=0.3, days=300), 1)[0]
    answer = measure_change(fit_quickly(history, CONFIG), ChangeSettings(refits=10, permutations=99, top=1))
    got = answer.estimates
    for period in ("", ".before", ".after", ".after.refit"):
        parts = [got[f"{share}.A{period}"].value for share in ("initiative", "momentum", "reaction")]
        assert sum(parts) == pytest.approx(1.0, abs=1e-6)  # type: ignore[arg-type]
    assert {"initiative-change.A", "reply.A.before.refit", "change-points.reaction.C"} <= set(got)
    assert {"initiative-change.A", "change-point.initiative.A"} <= set(answer.tests)
    text = " ".join((*answer.sentences, *(e.finding + e.note for e in answer.exhibits))).lower()
    assert not any(word in text for word in ("caus", "because", "led to", "leads to", "due to", "results in"))


def test_periods_outside_the_window_are_refused() -> None:
    history = pressing(None, days=200)
    with pytest.raises(InputError, match="outside the window"):
        make_spans(history, (dt.date(2030, 1, 1),))
    with pytest.raises(InputError, match="at least 28"):
        make_spans(history, (dt.date(2018, 1, 5),))
    assert make_spans(history, "thirds").names == ("first", "second", "third")
