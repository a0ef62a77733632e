"""Kept fits: what is read is what was written; new days roll the states; other data are refused; drift."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from small_world import counts, history_of

from melian.api import Fit
from melian.errors import InputError
from melian.forecast.answer import ForecastAnswer, answer_of, keep
from melian.forecast.evaluate import Evaluation, train
from melian.forecast.fit import ForecastConfig, cut_history
from melian.forecast.predict import days_ahead
from melian.forecast.roll import make_past
from melian.forecast.save import KeptFit, align, load_fit, save_fit
from melian.forecast.surprise import drift_frame
from melian.forecast.train import Predictor
from melian.history import EventHistory
from melian.study import Study

DATA = {"level": "state"}


@pytest.fixture(scope="session")
def kept(world: EventHistory, trained: tuple[Predictor, Evaluation]) -> KeptFit:
    return keep(world, *trained, data=DATA, seed=1)


@pytest.fixture(scope="session")
def longer() -> EventHistory:
    """The same world 35 days later."""
    return history_of(counts(335))


def test_a_fit_is_read_as_it_was_written(kept: KeptFit, world: EventHistory, tmp_path: Path) -> None:
    path = tmp_path / "world.fit.npz"
    save_fit(kept, path)
    read = load_fit(path)
    predictor, history, left_out = align(read, world, path)
    assert left_out == 0
    past, step = make_past(history), history.n_steps
    found = days_ahead(predictor, past, step, horizon=7)
    np.testing.assert_array_equal(found, days_ahead(kept.predictor, past, step, horizon=7))
    one, two = (
        answer_of(k, p, history, threshold=4.0) for k, p in ((kept, kept.predictor), (read, predictor))
    )
    assert one.summary == two.summary


def test_new_days_move_the_states_and_not_the_parameters(
    kept: KeptFit, longer: EventHistory, tmp_path: Path
) -> None:
    predictor, history, _ = align(kept, longer, tmp_path / "x")
    answer = answer_of(kept, predictor, history, threshold=4.0)
    model = answer.summary["model"]
    assert (model["parameters_until"], model["days_since"]) == ("2020-10-26", 35)
    assert answer.summary["data"]["as_of"] == longer.until.isoformat()
    assert answer.summary["surprise"]["of"] == "days since the parameters' date"
    assert answer.summary["drift"]["shortfall"] is not None
    before = days_ahead(predictor, make_past(longer), 300, horizon=1)
    after = days_ahead(predictor, make_past(longer), 335, horizon=1)
    assert not np.allclose(before, after)


def test_as_of_a_date_later_events_are_not_looked_at(
    kept: KeptFit, longer: EventHistory, tmp_path: Path
) -> None:
    cut = cut_history(longer, 320)
    changed = counts(335)
    changed[320:] = 9
    other = cut_history(history_of(changed), 320)
    answers = [answer_of(kept, *align(kept, h, tmp_path / "x")[:2], threshold=4.0) for h in (cut, other)]
    assert answers[0].summary["forecast"] == answers[1].summary["forecast"]


def test_older_files_and_new_instruments_do_not_matter(
    kept: KeptFit, world: EventHistory, tmp_path: Path
) -> None:
    later = replace(
        world, origin=world.origin - dt.timedelta(days=5), n_steps=305, window=(5, 305), step=world.step + 5,
        instruments=("arms", *world.instruments), instrument=world.instrument + 1,
    )  # fmt: skip
    predictor, history, left_out = align(kept, later, tmp_path / "x")
    assert (history.instruments, left_out, predictor.forward.step) == (world.instruments, 0, 305)


def test_a_fit_of_other_data_is_refused(kept: KeptFit, world: EventHistory, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="belongs to other data: up to 2020-10-26 it has seen"):
        align(kept, replace(world, count=world.count + 1), "old.npz")
    with pytest.raises(InputError, match="first that differs: AAA"):
        align(kept, replace(world, actors=("ARG", "AAA", "COR", "SPA")), "old.npz")
    with pytest.raises(InputError, match="are too few"):
        align(kept, cut_history(world, 200), "old.npz")
    (tmp_path / "no.npz").write_bytes(b"nonsense")
    with pytest.raises(InputError, match="is not a fit that"):
        load_fit(tmp_path / "no.npz")


def test_too_short_a_history_is_refused(world: EventHistory) -> None:
    with pytest.raises(InputError, match="Give earlier days or a smaller held_out"):
        train(cut_history(world, 120), ForecastConfig(horizons=(1,), held_out=56, half_lives=(1.0, 5.0)))
    crowd = replace(world, actors=tuple(f"A{n:04d}" for n in range(1200)))
    with pytest.raises(InputError, match="Name fewer actors, or a smaller held_out"):
        train(crowd, ForecastConfig(horizons=(1,), held_out=56, half_lives=(1.0, 5.0)))
    with pytest.raises(InputError, match="No channel has 100000 events"):
        train(world, ForecastConfig(horizons=(1,), min_events=100_000, held_out=56, half_lives=(1.0, 5.0)))


def weeks(excess: list[float]) -> pl.DataFrame:
    since = [dt.date(2020, 1, 6) + dt.timedelta(days=7 * n) for n in range(len(excess))]
    columns = {"since": since, "until": since, "actor": ["all"] * len(excess), "surprise": excess}
    return pl.DataFrame({**columns, "expected_surprise": [0.0] * len(excess)})


def test_drift_by_hand() -> None:
    """Reference: mean 1, standard deviation 2; so x = (0, 1, 3, 4), and S adds x - 1/2, never below 0."""
    reference = weeks([-1.0, 1.0, 3.0])
    found = drift_frame(weeks([1.0, 3.0, 7.0, 9.0]), reference, threshold=4.0)
    assert found["shortfall"].to_list() == [0.0, 0.5, 3.0, 6.5]
    assert found["drift"].to_list() == [False, False, False, True]


def test_what_comes_out_of_a_changed_world_drifts(kept: KeptFit, tmp_path: Path) -> None:
    found = counts(370)
    found[300:] = (
        np.random.default_rng(5).poisson(4.0, found[300:].shape) * ~np.eye(4, dtype=bool)[:, :, None]
    )
    predictor, history, _ = align(kept, history_of(found), tmp_path / "x")
    answer = answer_of(kept, predictor, history, threshold=4.0)
    assert answer.summary["drift"]["drift"]


def test_the_answer_holds_what_it_must(kept: KeptFit, world: EventHistory) -> None:
    answer: ForecastAnswer = answer_of(kept, kept.predictor, world, threshold=4.0)
    rows = answer.frames["forecast"]
    assert set(rows["horizon"]) == {1, 7}
    assert (rows["low"] <= rows["median"]).all()
    assert (rows["median"] <= rows["high"]).all()
    channels = rows.filter((pl.col("kind") == "channel") & (pl.col("horizon") == 1))
    assert channels.height == answer.summary["model"]["channels"]
    for frame in ("scores", "predictability", "calibration", "pit", "surprising_events", "surprising_weeks"):
        assert answer.frames[frame].height
    assert answer.frames["surprising_events"]["surprise"].is_sorted(descending=True)


def test_the_python_door_forecasts_from_a_day(world: EventHistory) -> None:
    settings = {
        "half_lives": (1.0, 5.0),
        "min_events": 40,
        "held_out": 56,
        "draws": 20,
        "estimator": "newton",
    }
    fit = Fit(Study().replace(**settings), SimpleNamespace(history=world))
    answer = fit.forecast(as_of="2020-10-10", horizons=(1,))
    assert answer.summary["data"]["as_of"] == "2020-10-10"
    assert answer.summary["model"]["horizons"] == [1]
    with pytest.raises(InputError, match="outside the window"):
        fit.forecast(as_of="2031-01-01")
    with pytest.raises(InputError, match="is not a date"):
        fit.forecast(as_of="soon")
