"""What the newer checks are made of: dead actors, drivers, rescaled time, deeds done back, days reversed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from check_worlds import one_way, subject, world
from scipy import stats

from melian.checks import dead_actor
from melian.checks.dead_actor import played_dead
from melian.checks.hidden import driven_history, same_day_correlation
from melian.checks.lead import reversed_history
from melian.checks.registry import CHECKS
from melian.checks.rescaling import rescaled
from melian.data import ingest, open_store
from melian.history import EventHistory
from melian.simulate import reported_worlds, simulate, to_table


def sizes(history: EventHistory) -> np.ndarray:
    out = np.zeros((history.n_actors, history.n_actors))
    np.add.at(out, (history.source, history.target), history.count)
    return out


def test_a_dead_actor_does_as_much_and_leaves_the_others_alone() -> None:
    made = subject(world(reply=0.3))
    history = played_dead(made, 1, np.random.default_rng(1))
    before, after = sizes(made.history), sizes(history)
    others = [0, 2, 3]
    np.testing.assert_array_equal(after[others], before[others])
    assert (np.abs(after[1] - before[1]) < 5 * np.sqrt(before[1] + 1)).all()
    keys = np.stack([history.step, history.joint, history.source, history.target, history.instrument])
    order = np.lexsort(keys[::-1])
    np.testing.assert_array_equal(order, np.arange(len(order)))


def test_a_dead_actor_answers_nobody() -> None:
    made = subject(one_way(answered=0.8))
    dead = played_dead(made, 1, np.random.default_rng(1))
    follows = []
    for history in (made.history, dead):
        daily = np.zeros((2, history.n_steps))
        np.add.at(daily, (history.source, history.step), history.count)
        follows.append(np.corrcoef(daily[0, :-1], daily[1, 1:])[0, 1])
    assert follows[0] > 0.5
    assert abs(follows[1]) < 0.15


def test_sentence_of_the_dead_follows_the_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_actor, "_shares", lambda subject, actor: [0.6 + 0.1 * actor, 0.25, 0.05])
    result = CHECKS["placebo-actor"].run(subject(one_way(answered=0.5)))
    assert "(0.250 is read as momentum, 0.050 as reaction), 0.600 in the place of A" in result.sentence
    assert result.table["dead_initiative"].to_list() == pytest.approx([0.6, 0.7])


def test_a_driver_moves_all_actors_as_strongly_as_asked() -> None:
    made = subject(world(events=20_000, persistence=0.0, amplitude=0.0))
    none, strong = (
        driven_history(made, strength, half_life=3.0, rng=np.random.default_rng(2)) for strength in (0.0, 0.8)
    )
    daily = [np.bincount(h.step, h.count, h.n_steps) for h in (none, strong)]
    assert abs(same_day_correlation(made, none)) < 0.08
    assert same_day_correlation(made, strong) > 0.5
    variation = np.sqrt(daily[1].var() - daily[1].mean()) / daily[1].mean()
    assert variation == pytest.approx(0.8, abs=0.2)
    assert daily[1].sum() == pytest.approx(daily[0].sum(), rel=0.05)


def test_rescaled_intervals_are_exponential_where_the_mean_is_right_and_only_there() -> None:
    rng = np.random.default_rng(4)
    mean = 2.0 + np.sin(np.arange(3000) / 7.0)
    for factor, told in ((1, True), (2, False)):
        count = rng.poisson(mean / factor).astype(float) * factor
        p_value = stats.kstest(rescaled(count, mean, rng), "uniform").pvalue
        assert (p_value > 0.01) == told
    assert len(rescaled(np.array([0.0, 3.0, 0.0, 1.0]), np.ones(4), rng)) == 4


def test_a_day_of_many_events_splits_its_part_of_the_compensator() -> None:
    u = rescaled(np.array([0.0, 1.0]), np.array([5.0, 1e-9]), np.random.default_rng(1))
    assert u[0] == pytest.approx(-np.expm1(-5.0))


def test_a_record_read_backwards_is_told_worse_or_better_the_other_way_round() -> None:
    history = one_way(answered=1.0, each=4, own=0.02, per_day=0.1)
    forwards = CHECKS["reversal"].run(subject(history))
    backwards = CHECKS["reversal"].run(subject(reversed_history(history)))
    assert forwards.statistic is not None
    assert backwards.statistic is not None
    assert forwards.statistic > 0.1
    assert backwards.statistic < -0.1
    assert ": more than with" in forwards.sentence
    assert ": less than with" in backwards.sentence


@pytest.mark.slow
@pytest.mark.parametrize(("without", "verdict"), [((), "passed"), (("mirrors",), "failed")])
def test_mirrors_answer_themselves_unless_the_funnel_joins_them(
    without: tuple[str, ...], verdict: str, tmp_path: Path
) -> None:
    told = next(world for world in reported_worlds() if world.name == "no-reaction+mirrors")
    to_table(simulate(told.world), told.reporting).write_csv(tmp_path / "reports.csv")
    ingest("table", tmp_path / "reports.csv", tmp_path / "events.duckdb", as_is=True)
    with open_store(tmp_path / "events.duckdb") as store:
        history = store.history(actors=list(told.world.actors), without=without)
    assert CHECKS["visits"].run(subject(history)).verdict == verdict
