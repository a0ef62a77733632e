"""Curves of small worlds: a sign that holds and one that does not, killed and resumed, whatever the jobs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from curve_worlds import store_of

import melian.study.curve as runner
from melian.curve.result import CurveResult
from melian.data import open_store
from melian.errors import InputError, StudyError
from melian.study import Study
from melian.study.curve import curve_of, run_curve
from melian.study.source import Source

AXES: dict[str, list[Any]] = {
    "statements": ["out", "in"],
    "knots": ["auto", 60],
    "half_lives": [[1, 5], [1, 3, 10]],
}
STUDY = Study().replace(
    sweeps=40, half_lives=(1, 5), jobs=1, estimate="reaction.BOE", reference=0.6, vary=list(AXES)
)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which BOE only answers."""
    return store_of(tmp_path_factory.mktemp("quiet"), talks=0.02)


@pytest.fixture(scope="module")
def talking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which BOE makes statements of its own accord, three a day."""
    return store_of(tmp_path_factory.mktemp("talking"), talks=3.0)


def curve(store: Path, cache: Path, **changes: Any) -> CurveResult:
    with open_store(store) as opened:
        return curve_of(STUDY, Source(opened), **{"axes": AXES, "cache": cache, **changes})


def text(result: CurveResult) -> str:
    return json.dumps(result.summary(), sort_keys=True)


def test_a_sign_that_holds_in_every_specification(quiet: Path, tmp_path: Path) -> None:
    found = curve(quiet, tmp_path).verdict
    assert found.specs == found.defined == 8
    assert found.same_sign == found.surely_above == 1.0


def test_a_difference_of_two_actors_has_a_sign_of_its_own(quiet: Path, tmp_path: Path) -> None:
    with open_store(quiet) as store:
        asked = STUDY.replace(reference=0.0)
        result = curve_of(asked, Source(store), estimate="initiative.ATT-BOE", axes=AXES, cache=tmp_path)
    assert result.verdict.same_sign == result.verdict.surely_above == 1.0


def test_a_sign_that_hangs_on_one_choice(talking: Path, tmp_path: Path) -> None:
    result = curve(talking, tmp_path)
    assert result.verdict.same_sign == 0.5
    assert result.influence_frame()["axis"][0] == "statements"
    assert result.influence_frame()["variance"][0] > 0.8
    assert (result.frame.filter(statements="in")["high"] < 0.6).all()
    assert (result.frame.filter(statements="out")["low"] > 0.6).all()


def test_jobs_and_cache_change_nothing(quiet: Path, tmp_path: Path) -> None:
    alone = text(curve(quiet, tmp_path / "a"))
    assert text(curve(quiet, tmp_path / "b", jobs=2)) == alone
    assert text(curve(quiet, tmp_path / "a", jobs=2)) == alone


def test_what_is_kept_is_not_run_again(quiet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = curve(quiet, tmp_path, vary=["knots"])
    ran: list[str] = []
    real = runner._run_one
    monkeypatch.setattr(runner, "_run_one", lambda *a: (ran.append(a[1]), real(*a))[1])
    assert text(curve(quiet, tmp_path, vary=["knots"])) == text(first)
    assert ran == []
    broken = sorted(tmp_path.glob("*.json"))[0]
    broken.write_text(broken.read_text()[:40])
    assert text(curve(quiet, tmp_path, vary=["knots"])) == text(first)
    assert ran == [broken.stem]
    curve(quiet, tmp_path, vary=["knots", "half_lives"])
    assert len(ran) == 1 + 2
    curve(quiet, tmp_path, vary=["knots"], estimate="initiative.ATT-BOE")
    assert len(ran) == 3 + 2  # a difference is estimated only where it is asked for


CHILD = """
import sys
from pathlib import Path
sys.path.insert(0, {folder!r})
import melian.study.curve_cache
melian.study.curve_cache.code_version = lambda: "of this test"
from test_curve_run import curve
curve(Path({store!r}), Path({cache!r}), jobs={jobs},
      progress=lambda label, done=None: print(label, flush=True))
"""


def running(quiet: Path, cache: Path, jobs: int) -> subprocess.Popen[str]:
    """Start a curve in a process group of its own."""
    code = CHILD.format(folder=str(Path(__file__).parent), store=str(quiet), cache=str(cache), jobs=jobs)
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def test_two_processes_killed_lose_nothing_that_was_finished(
    quiet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("melian.study.curve_cache.code_version", lambda: "of this test")
    cache = tmp_path / "cache"
    child = running(quiet, cache, 2)
    until = time.monotonic() + 60
    finished: set[Path] = set()
    while len(finished) < 3 and time.monotonic() < until and child.poll() is None:
        finished = set(cache.glob("*.json"))
        time.sleep(0.01)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    assert child.stdout is not None
    child.stdout.close()
    assert 3 <= len(finished) < 8
    kept = set(cache.glob("*.json"))
    assert kept >= finished
    ran: list[str] = []
    real = runner._run_one
    monkeypatch.setattr(runner, "_run_one", lambda *a: (ran.append(a[1]), real(*a))[1])
    resumed = curve(quiet, cache)
    # Those that were finished are not run again, and those in flight are.
    assert sorted([*ran, *(path.stem for path in kept)]) == sorted(path.stem for path in cache.glob("*.json"))
    assert len(ran) == 8 - len(kept)
    assert text(resumed) == text(curve(quiet, tmp_path / "fresh"))


def test_killed_it_loses_at_most_the_specification_in_flight(
    quiet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Both processes see one version, even where the code is edited while they run.
    monkeypatch.setattr("melian.study.curve_cache.code_version", lambda: "of this test")
    cache = tmp_path / "cache"
    child = running(quiet, cache, 1)
    assert child.stdout is not None
    begun = 0
    for line in child.stdout:
        begun = int(line.split()[1]) if line.startswith("specification") else begun
        if begun >= 4:
            break
    os.killpg(child.pid, signal.SIGKILL)
    child.stdout.close()
    child.wait()
    kept = len(list(cache.glob("*.json")))
    assert kept >= begun - 1
    ran: list[str] = []
    real = runner._run_one
    monkeypatch.setattr(runner, "_run_one", lambda *a: (ran.append(a[1]), real(*a))[1])
    resumed = curve(quiet, cache)
    assert len(ran) == 8 - kept
    assert len(ran) <= 8 - (begun - 1)
    assert text(resumed) == text(curve(quiet, tmp_path / "fresh"))


def test_an_estimate_that_is_undefined_at_a_level_is_counted(quiet: Path, tmp_path: Path) -> None:
    levels = {"level": ["state", "state-only", "country"]}
    result = curve(quiet, tmp_path, estimate="initiative.CHI.REB-CHI", axes=levels, vary=["level"])
    reasons = dict(result.frame.select("level", "reason").iter_rows())
    assert reasons["state"] is None
    assert reasons["state-only"] == "CHI.REB is no actor at level 'state-only'"
    assert reasons["country"] == "CHI.REB and CHI are one actor ('CHI') at level 'country'"
    assert sum(result.undefined().values()) == 2
    assert result.verdict.defined == 1


def test_an_actor_is_followed_to_its_name_at_another_level(quiet: Path, tmp_path: Path) -> None:
    levels = {"level": ["state", "country"]}
    result = curve(quiet, tmp_path, estimate="initiative.CHI.REB", axes=levels, vary=["level"])
    assert dict(result.frame.select("level", "name").iter_rows())["country"] == "initiative.CHI"
    assert result.verdict.defined == 2


def test_a_specification_that_the_measure_refuses_says_why(quiet: Path, tmp_path: Path) -> None:
    lives = {"half_lives": [[1, 5], [100]]}
    result = curve(quiet, tmp_path, axes=lives, vary=["half_lives"])
    assert result.verdict.defined == 1
    assert "Widen the window or shorten half_lives" in next(iter(result.undefined()))


def test_an_estimate_that_is_not_known_is_refused_after_the_main_run(quiet: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nearest: initiative\.ATT"):
        curve(quiet, tmp_path, estimate="initiativ.ATT")
    with pytest.raises(InputError, match="is not known"):
        curve(quiet, tmp_path, measure="share")
    with pytest.raises(StudyError, match="estimate is not given"):
        run_curve(Study().replace(store=str(quiet)))


def test_a_report_is_written_and_replays(quiet: Path, tmp_path: Path) -> None:
    from melian.study import read_study

    out = tmp_path / "out"
    study = STUDY.replace(store=str(quiet), out=str(out), vary=["knots"], axes={"knots": ["auto", 60]})
    result = run_curve(study)
    assert json.loads((out / "result.json").read_text())["verdict"]["specs"] == 2
    assert "<svg" in (out / "report.html").read_text()
    began = time.process_time()
    assert text(run_curve(read_study(out / "study.toml"))) == text(result)
    assert time.process_time() - began < 10
    assert len(list((out / "cache").glob("*.json"))) == 2
