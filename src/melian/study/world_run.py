"""Running worlds: from a world file or a study to simulated years, contrasts, and their files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from melian.errors import InputError
from melian.simulate.polities import AEGEAN_FILE
from melian.study.files import read_study, study_text
from melian.study.model import Study
from melian.study.output import prepare_folder, write_whole
from melian.study.run import Progress, fit_history, study_history
from melian.study.world_file import WorldFile, read_world

if TYPE_CHECKING:
    from melian.history import EventHistory
    from melian.models.hawkes import HawkesFit
    from melian.worlds.form import WorldForm
    from melian.worlds.output import Telling
    from melian.worlds.scenario import Scenario, Setting

__all__ = [
    "Order",
    "Ran",
    "all_changes",
    "load_world",
    "run_contrast",
    "run_simulate",
]

DRAWS: Final = 50
"""Posterior draws of the rates behind the runs of a fitted world."""
RUNS_A_DRAW: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be run.

    Attributes
    ----------
    world : str or None
        Path of a world file, or "aegean".
    study : str or None
        Path of a study file, whose model is fitted first.
    since, until : datetime.date or None
        First and last simulated day; those of the world or of the fit if not given.
    runs : int
    seed : int or None
        The world's or the study's own if not given.
    out : str or None
    jobs : int
    """

    world: str | None = None
    study: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    runs: int = 1000
    seed: int | None = None
    out: str | None = None
    jobs: int = 0


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run gave: its summary (the form of `--json`), and the report where one was written."""

    summary: Mapping[str, Any]
    report: Path | None


@dataclass(frozen=True, slots=True)
class Source:
    """Worlds to run, one for each draw of the rates, and what scenarios may look at."""

    worlds: tuple[WorldForm, ...]
    title: str
    seed: int
    telling: Telling | None
    history: EventHistory | None
    courses: WorldForm | None


def run_simulate(order: Order, *, progress: Progress | None = None) -> Ran:
    """Simulate a world many times, count, and write report and event table where `out` names a folder.

    Raises
    ------
    InputError
        If the world, the study, the days or the folder cannot be used.
    """
    from melian.worlds.contrast import simulate_ensemble
    from melian.worlds.summary import ensemble_summary

    tell = progress or _silent
    out = prepare_folder(order.out) if order.out else None
    source = load_source(order, tell)
    tell(f"simulating {order.runs:,} runs")
    ensemble = simulate_ensemble(source.worlds, runs=order.runs, seed=source.seed, jobs=order.jobs)
    summary = ensemble_summary(ensemble, title=source.title)
    if out is None:
        return Ran(summary, None)
    from melian.report.worlds import write_world_report
    from melian.worlds.output import event_table
    from melian.worlds.run import Engine, run_seeds

    tell("writing the report")
    first = Engine(source.worlds[0]).path(run_seeds(source.seed, 1)[0])
    told = event_table(first, source.worlds[0], telling=source.telling, seed=source.seed)
    report = write_world_report(summary, ensemble, out, events=told.write_csv())
    write_replay(order, None, out)
    return Ran(summary, report)


def run_contrast(order: Order, scenario: Scenario, *, progress: Progress | None = None) -> Ran:
    """Set a scenario against the factual world, and write the report where `out` names a folder.

    Raises
    ------
    InputError
        If the scenario does not fit the world, a world's branching would explode, or as `run_simulate`.
    """
    from melian.worlds.contrast import contrast
    from melian.worlds.reach import reach_of
    from melian.worlds.summary import contrast_summary

    tell = progress or _silent
    out = prepare_folder(order.out) if order.out else None
    source = load_source(order, tell)
    setting = setting_for(scenario, source, order, tell)
    tell(f"simulating {order.runs:,} runs of both worlds")
    found = contrast(
        source.worlds, scenario, setting=setting, runs=order.runs, seed=source.seed, jobs=order.jobs
    )
    summary = contrast_summary(found, reach_of(found, source.history), title=source.title)
    if out is None:
        return Ran(summary, None)
    from melian.report.worlds import write_contrast_report

    tell("writing the report")
    report = write_contrast_report(summary, found, out)
    write_replay(order, summary["scenario"], out)
    return Ran(summary, report)


def write_replay(order: Order, scenario: Mapping[str, Any] | None, out: Path) -> None:
    """Write what replays a run: the world or study file, and the scenario."""
    import tomli_w

    if order.study is not None:
        write_whole(out / "study.toml", study_text(read_study(order.study)))
    else:
        write_whole(out / "world.toml", _world_path(str(order.world)).read_text(encoding="utf-8"))
    if scenario is not None:
        tables = {"name": scenario["name"], "about": scenario["about"], "change": scenario["changes"]}
        write_whole(out / "scenario.toml", tomli_w.dumps({k: v for k, v in tables.items() if v}))


def load_source(order: Order, progress: Progress) -> Source:
    """Read the world file, or fit the study's model, and make the worlds of the asked days."""
    if (order.world is None) == (order.study is None):
        raise InputError("name a world file or a study (--study FILE), one of the two.")
    if order.study is not None:
        return _fitted(read_study(order.study), order, progress)
    file = _world_file(str(order.world))
    return _written(file, order)


def load_world(path: str | Path) -> WorldForm:
    """Read a world file into the form that can be run; "aegean" is the bundled one.

    Raises
    ------
    InputError
        If the file cannot be read or does not validate, all problems at once, or its branching would explode.

    Examples
    --------
    >>> load_world("aegean").actors[:3]
    ('Argos', 'Athens', 'Chios')
    """
    from melian.worlds.written import world_from_tables

    file = _world_file(str(path))
    return world_from_tables(file.tables, file.changes)


def _world_file(name: str) -> WorldFile:
    return read_world(_world_path(name))


def _world_path(name: str) -> Path:
    """Give the path of a world file; "aegean" is the bundled one, unless there is a file of that name."""
    return AEGEAN_FILE if name == "aegean" and not Path(name).exists() else Path(name)


def _written(file: WorldFile, order: Order) -> Source:
    from melian.simulate.written import WARM_UP, reporting_of
    from melian.worlds.form import cut_days
    from melian.worlds.output import Telling
    from melian.worlds.written import world_from_tables

    tables = file.tables
    world = world_from_tables(tables, file.changes)
    first, last = order.since or tables["world"]["since"], order.until or tables["world"]["until"]
    whole = (tables["world"]["since"], tables["world"]["until"])
    if not whole[0] <= first <= last <= whole[1]:
        raise InputError(f"{first} to {last} is not within the days of the world, {whole[0]} to {whole[1]}.")
    if (first, last) != whole:
        world = cut_days(world, first, last, before=WARM_UP)
    seed = tables["world"]["seed"] if order.seed is None else order.seed
    told = tables["reporting"]
    outside = tables["attention"]["elsewhere"] if told["elsewhere"] else 0.0
    telling = Telling(reporting=reporting_of(tables), reactive=told["reactive"], elsewhere=outside)
    return Source((world,), tables["world"]["name"], seed, telling, None, None)


def _fitted(study: Study, order: Order, progress: Progress) -> Source:
    from melian.worlds.fitted import world_from_fit

    fit = fit_of(study, progress)
    world = world_from_fit(fit, order.since, order.until)
    worlds = _drawn(world, fit, order.runs)
    days = (min(fit.history.origin + dt.timedelta(days=fit.design.fit_from), world.origin), world.until)
    courses = world_from_fit(fit, *days)
    seed = study.run.seed if order.seed is None else order.seed
    title = f"The world of {len(fit.history.actors)} actors as fitted"
    return Source(worlds, title, seed, None, fit.history, courses)


def _drawn(world: WorldForm, fit: HawkesFit, runs: int) -> tuple[WorldForm, ...]:
    """Draw the rates of a fitted world; draws whose branching would explode are left out, and counted.

    Raises
    ------
    InputError
        If half of the draws or more would explode: the fit does not describe a world that can be run.
    """
    from melian.worlds.fitted import redrawn
    from melian.worlds.growth import growth_radius

    n_draws = min(DRAWS, len(fit.draws.term), max(runs // RUNS_A_DRAW, 1))
    step = len(fit.draws.term) / n_draws
    drawn = [redrawn(world, fit, int(d * step)) for d in range(n_draws)]
    radius = [growth_radius(w) for w in drawn]
    kept = [w for w, r in zip(drawn, radius, strict=True) if r < 1.0]
    if 2 * len(kept) <= n_draws:
        middle = sorted(radius)[n_draws // 2]
        raise InputError(
            f"{n_draws - len(kept)} of {n_draws} draws of the fitted rates have a spectral radius of 1 or "
            f"more (middle one: {middle:.2f}), so counts would grow without end. Fit more events, fewer "
            'actors, or by estimator = "gibbs", which shrinks weights that few events inform.'
        )
    if len(kept) == n_draws:
        return tuple(kept)
    note = f"{n_draws - len(kept)} of {n_draws} draws of the rates would explode and are left out."
    return tuple(replace(w, notes=(*w.notes, note)) for w in kept)


def fit_of(study: Study, progress: Progress) -> HawkesFit:
    """Read the study's store and fit its model."""
    from melian.data import open_store

    if study.data.store is None:
        raise InputError(
            "[data] store is not given in the study; name the event store made by `melian ingest`."
        )
    with open_store(study.data.store) as store:
        progress("reading the store")
        history = study_history(study, store)
    return fit_history(study, history, progress=progress)


def setting_for(scenario: Scenario, source: Source, order: Order, progress: Progress) -> Setting:
    """Load what the scenario's changes look at: observed events, known days, other worlds."""
    from melian.worlds.scenario import Setting

    named = sorted({c.world for c in scenario.changes if c.world is not None})
    worlds = {name: _other(name, order, progress) for name in named}
    return Setting(source.history, source.courses, worlds)


def _other(name: str, order: Order, progress: Progress) -> WorldForm:
    """Read another world: a study file has a section [data], a world file has not."""
    import tomllib

    try:
        text = Path(name).read_text(encoding="utf-8")
        fitted = "data" in tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"change 'borrow': world {name!r} cannot be read: {error}.") from error
    other = replace(
        order, world=None if fitted else name, study=name if fitted else None, since=None, until=None
    )
    source = load_source(other, progress)
    return source.courses or source.worlds[0]


def _silent(label: str, done: float | None = None) -> None:
    """Tell nobody."""


def all_changes(scenario_file: str | None, changes: Sequence[str]) -> Scenario:
    """Join a scenario file and the changes of the command line."""
    from melian.study.world_file import change_from_text, read_scenario
    from melian.worlds.scenario import Scenario

    scenario = read_scenario(scenario_file) if scenario_file else Scenario()
    extra = tuple(change_from_text(text) for text in changes)
    about = scenario.about or "; ".join(changes)
    return replace(scenario, about=about, changes=(*scenario.changes, *extra))
