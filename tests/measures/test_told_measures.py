"""Numbers in the sentences of every measure come from its results: other results, other sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from answering_worlds import HALF_LIVES, answering_world, histories
from dyad_worlds import alone, answering
from told import Case, Told, faults, tellings
from toolkit_worlds import copying, history_of
from uprising_worlds import uprising

from melian.data import load_history, store_from_frame
from melian.data.dyad_year import read_dyad_years
from melian.data.net_conduct import load_net_conduct
from melian.data.roll_calls import read_roll_calls
from melian.history import EventHistory
from melian.measures import (
    agreement,
    change,
    conduct_classes,
    diffusion,
    responses,
    shares,
    toolkits,
    var,
)
from melian.measures.answer import Answer
from melian.measures.change_points import Breaks
from melian.measures.diffusion_settings import DiffusionSettings
from melian.measures.refits import fit_quickly
from melian.measures.responses_settings import ResponseSettings
from melian.measures.toolkits_settings import ToolkitSettings
from melian.measures.var_series import net_series
from melian.measures.var_settings import VarSettings
from melian.models.hawkes import HawkesConfig
from melian.report.holm import said_of_tests
from melian.study.claim_measures import TABLES_OF
from melian.study.measures import MEASURES

PLAIN = HawkesConfig(half_lives=HALF_LIVES, exposure="off")


def told(answer: Answer) -> Told:
    """All that an answer says, and its figures."""
    texts = [answer.title, *answer.sentences, *answer.notes]
    for exhibit in answer.exhibits:
        texts += [exhibit.title, exhibit.finding, exhibit.note]
    if answer.tests:
        texts.append(said_of_tests(answer.tests))
    frames = [exhibit.frame for exhibit in answer.exhibits]
    return Told(tuple(text for text in texts if text), (answer.estimates, answer.tests, answer.data, frames))


def measured(run: Callable[[], Answer]) -> Callable[[], Told]:
    return lambda: told(run())


def of_toolkits(size: int) -> Case:
    counts = copying(np.random.default_rng(1), 40 + 4 * size, lag=1)
    if size:
        counts |= {"THIRD": counts["LEAD"][::-1], "FOURTH": counts["TAIL"][::-1]}
    settings = ToolkitSettings(draws=29 - 10 * size, step=14 - 7 * size)
    history = history_of(counts, days=14 - 7 * size)
    return Case(
        measured(lambda: toolkits.toolkits(history, settings)),
        tuple((toolkits, name) for name in ("parts_of", "course_of", "compare_pairs")),
        keep=frozenset({"step", "draws"}),
    )  # fmt: skip


def of_shares(size: int) -> Case:
    history = histories(answering_world(reply=0.3, days=200, actors=3 + size), 1)[0]
    return Case(
        measured(lambda: shares.shares(history, PLAIN, sweeps=40)),
        ((shares, "draw_shares"),), keep=frozenset({"of"}),
    )  # fmt: skip


def of_change(size: int) -> Case:
    """Of the second size, one series breaks: places are no figures, so that none is moved in."""
    history = histories(answering_world(reply=0.3, days=280 + 60 * size, actors=3 + size), 1)[0]
    settings = change.ChangeSettings(
        refits=2, permutations=9, top=2 + size, window=80 - 20 * size, step=30 - size, half_life=30.0 - size
    )
    fitted = fit_quickly(history, PLAIN)
    found = change.find_changes(fitted, settings)
    if size:
        first = next(iter(found.weekly))
        breaks = Breaks(at=(8,), means=(0.2, 0.6), p=0.01, p_each=(0.02,), gain=0.3)
        found.weekly[first] = replace(found.weekly[first], breaks=breaks)
    given = SimpleNamespace(found=lambda: found)
    tell = partial(change.measure_change, fitted, settings)

    def run() -> Answer:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(change, "find_changes", lambda *_, **__: given.found())
            return tell()

    return Case(
        measured(run), ((given, "found"),), keep=frozenset({"windows", "first", "at", "seed"}),
    )  # fmt: skip


def with_force(history: EventHistory) -> EventHistory:
    """Make a third of the coercion force, so that there is an instrument more."""
    coercion = history.instrument == history.instruments.index("coercion")
    kind = np.where(
        coercion & (np.arange(len(coercion)) % 3 == 0), len(history.instruments), history.instrument
    )
    order = np.lexsort((kind, history.target, history.source, history.joint, history.step))
    fields = ("step", "source", "target", "count", "joint", "row")
    return replace(
        history, instruments=(*history.instruments, "force"), instrument=kind[order].astype(np.int32),
        **{name: getattr(history, name)[order] for name in fields},
    )  # fmt: skip


def of_responses(size: int) -> Case:
    history = histories(answering_world(reply=0.3, days=340 + 60 * size, actors=3 + size), 1)[0]
    history = with_force(history) if size else history
    settings = ResponseSettings(refits=2, draws=9, cut="halves", days=30 - size)
    fitted = fit_quickly(history, PLAIN, pooled=True)
    return Case(
        measured(lambda: responses.measure_responses(history, settings, lambda: fitted)),
        ((responses, "find_responses"),), keep=frozenset({"directions", "acts", "frame"}),
    )  # fmt: skip


def of_var(size: int) -> Case:
    """Of the second size with a dyad more, and no answer in it."""
    frame = answering(np.random.default_rng(3), 80, delay=4, strength=0.6)
    if size:
        other = alone(np.random.default_rng(4), 80).with_columns(
            pl.col("source", "target").replace({"A": "C"}), event_id="x" + pl.col("event_id")
        )
        frame = pl.concat([frame, other]).sort("date")
    with store_from_frame(frame) as store:
        history = load_history(store, reactive="with", without=["re-reports", "co-reports"])
        net = load_net_conduct(store, actors=history.actors, since=history.since, until=history.until)
    fitted, series = fit_quickly(history, PLAIN), net_series(net, "week")
    settings = VarSettings(draws=19, shifts=6, most_lags=2, refits=2, horizon=8 + size)
    return Case(
        measured(lambda: var.vector_autoregression(fitted, series, settings, unweighted=3 + size)),
        ((var, "_results"), (var, "_figures")), ((var, "model_answers"), (var, "_ask")),
        keep=frozenset({"step", "lags"}),
    )  # fmt: skip


def of_diffusion(size: int) -> Case:
    world = uprising(10 + size, countries=3 + size, days=200, spread=0.2)
    settings = DiffusionSettings(shifts=2, refits=2, least=30 - size)
    return Case(

        measured(lambda: diffusion.diffusion(world.foreign, world.domestic, settings, config=PLAIN)),
        tuple((diffusion, name) for name in ("home_shares", "back_shares")), ((diffusion, "_share_out"),),
    )  # fmt: skip


def of_agreement(size: int) -> Case:
    rng = np.random.default_rng(size)
    cast = [{"rcid": r, "country": f"Land {c}", "vote": str(rng.choice(["yes", "no"]))}
            for r in range(120) for c in range(25)]  # fmt: skip
    days = {"rcid": range(120), "date": [dt.date(2000, 1, 1) + dt.timedelta(days=9 * r) for r in range(120)]}
    rolls = read_roll_calls(pl.DataFrame(cast), pl.DataFrame(days))
    return Case(
        measured(lambda: agreement.agreement(rolls, ["Land 0", "Land 1"])),
        ((agreement, "_estimates"), (agreement, "_course")), keep=frozenset({"year"}),
    )  # fmt: skip


def of_dyad_year(size: int) -> Case:
    years = list(range(2000 + size, 2008))
    rows = [
        {"i_iso3c": a, "j_iso3c": b, "year": year, "verbCoop": 3 + 7 * year % 5, "matlCoop": 2 + year % 3,
         "verbConf": 1 + year % 7, "matlConf": 2}
        for a, b in (("FRA", "RUS"), ("RUS", "FRA")) for year in years
    ]  # fmt: skip
    table = read_dyad_years(pl.DataFrame(rows))
    return Case(
        measured(lambda: conduct_classes.dyad_year_classes(table, ["FRA", "RUS"])),
        ((conduct_classes, "_share"), (conduct_classes, "_course")), keep=frozenset({"year"}),
    )  # fmt: skip


def of_cooperation(size: int) -> Case:
    history = histories(answering_world(reply=0.3, days=400 + 400 * size), 1)[0]
    history = replace(history, instruments=("coercion", "economy"))
    return Case(
        measured(lambda: conduct_classes.cooperation(history, ["A", "B"])),
        ((conduct_classes, "_share"), (conduct_classes, "_course")), keep=frozenset({"year"}),
    )  # fmt: skip


CASES = {
    "toolkits": of_toolkits, "shares": of_shares, "change": of_change, "responses": of_responses,
    "var": of_var, "diffusion": of_diffusion, "agreement": of_agreement, "dyad-year": of_dyad_year,
    "cooperation": of_cooperation,
}  # fmt: skip


def test_every_measure_has_a_case() -> None:
    assert set(CASES) == {*MEASURES, *TABLES_OF}


SETTINGS = {
    "change": (
        "with 5 events",
        "an act counts 1",
        "fewer than 900 days",
        "reach 2 times as far",
        "replies 1.5 times",
    ),
    "cooperation": ("blocks of 28 days",),
    "responses": ("p at most 0.1", "20 times as long"),
    "var": ("reach 1.75 times as far",),
}
"""Phrases whose numerals are constants of a measure."""


@pytest.mark.parametrize("name", list(CASES))
def test_sentences_follow_the_results(name: str) -> None:
    """Two worlds of other sizes, by other settings, each with its results changed again and again."""
    told = [one for size in (0, 1) for one in tellings(CASES[name](size))]
    assert faults(told, SETTINGS.get(name, ())) == []
