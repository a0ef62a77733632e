"""Halves of the sources: they agree where all tell one world; where one tells another they do not."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from check_worlds import CONFIG, world

from melian.checks.registry import CHECKS
from melian.checks.result import CheckResult
from melian.checks.subject import make_subject
from melian.data import store_from_frame
from melian.history import EventHistory
from melian.study import Study
from melian.study.run import study_history
from melian.study.told import told_of

NAMES = {"A": "ATH", "B": "COR", "C": "SPA", "D": "THB"}
STUDY = Study().replace(without=["re-reports", "co-reports", "mirrors"])


def told(history: EventHistory, hosts: list[str], *, seed: int = 1) -> pl.DataFrame:
    """Give every event as a report of one of the hosts, at random."""
    rng = np.random.default_rng(seed)
    at = np.repeat(np.arange(len(history.step)), history.count)
    ends = [[NAMES[history.actors[i]] for i in column[at]] for column in (history.source, history.target)]
    return pl.DataFrame(
        {
            "date": [history.date(step).isoformat() for step in history.step[at]],
            "source": ends[0],
            "target": ends[1],
            "instrument": ["coercion"] * len(at),
            "url": [f"https://www.{host}/story" if host else "" for host in rng.choice(hosts, len(at))],
        }
    )


def halves_of(*frames: pl.DataFrame) -> CheckResult:
    with store_from_frame(pl.concat(frames), as_is=True) as store:
        history = study_history(STUDY, store)
        made = make_subject(history, CONFIG, told=told_of(STUDY, store, history))
        return CHECKS["halves"].run(made)


HOSTS = [f"{name}.example" for name in ("one", "two", "three", "four", "five")]


def test_sources_that_tell_one_world_agree() -> None:
    result = halves_of(told(world(reply=0.1, events=20_000), HOSTS))
    assert result.verdict == "passed", result.sentence
    assert "halves of the 5 sources of the reports agree" in result.sentence


def test_a_source_that_tells_another_world_is_found_far_beyond_halves_of_events() -> None:
    answers = told(world(reply=0.5, persistence=0.0, events=9_000, seed=2), ["other.example"])
    result = halves_of(told(world(events=11_000, persistence=0.0), HOSTS), answers)
    assert result.verdict == "failed", result.sentence
    by_event = float(result.sentence.rsplit("whatever the source, ", 1)[1].split(". ")[0])
    assert result.statistic is not None
    assert result.statistic > 3 * by_event


@pytest.mark.parametrize(
    ("hosts", "words"),
    [
        (["", ""], "1 can be told apart"),
        (HOSTS[:3], "3 can be told apart"),
        ([HOSTS[0]] * 20 + HOSTS, "one of the 5 told 8"),
    ],
)
def test_where_sources_cannot_be_halved_events_are_and_the_sentence_says_so(
    hosts: list[str], words: str
) -> None:
    result = halves_of(told(world(reply=0.1), hosts))
    assert "halves of the events" in result.sentence
    assert "not the sources" in result.sentence
    assert words in result.sentence
