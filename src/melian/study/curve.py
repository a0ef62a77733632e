"""The run of a specification curve: from a study to one estimate under many defensible choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from melian.errors import InputError, MelianError, StudyError, check_option
from melian.study.curve_axes import Axis, apply_value, axes_of
from melian.study.curve_cache import (
    Outcome,
    cache_folder,
    estimate_of,
    outcome_key,
    read_outcome,
    write_outcome,
)
from melian.study.measures import MEASURES, answer_of
from melian.study.model import Study
from melian.study.output import prepare_folder
from melian.study.run import Progress, silent, store_of

if TYPE_CHECKING:
    from melian.curve.result import CurveResult
    from melian.data.connect import Store
    from melian.study.source import Source

__all__ = ["Specification", "curve_of", "curve_store", "run_curve", "specifications"]

GROUP = 6
"""Most specifications that one process takes at a time; those of a group share their data."""
CACHE_ROOM = 2**20


@dataclass(frozen=True, slots=True)
class Specification:
    """One combination of choices as it is run.

    Attributes
    ----------
    values : tuple of int
        Index of the value on each axis, 0 being the study's own.
    study : Study
        The study with these choices; its actors are named as they are called at its level.
    name : str
        Of the estimate there.
    reason : str
        Why it is not run, "" where it is.
    """

    values: tuple[int, ...]
    study: Study
    name: str
    reason: str = ""


def run_curve(
    study: Study, *, cache: Path | str | None = None, progress: Progress | None = None
) -> CurveResult:
    """Run the curve that a study's `[curve]` asks for, and write its report into `[report] out`, if named.

    Parameters
    ----------
    study : Study
        `[curve] estimate` must be given.
    cache : path, optional
        Folder of finished specifications; else `cache` in the output folder, else the user's cache folder.
    progress : Progress, optional

    Raises
    ------
    StudyError
        If the study names no store or estimate, or its axes do not validate.
    InputError, StoreError
        If the measure gives no such estimate, or store, window or folders cannot be used.
    """
    from melian.data import open_store

    path = store_of(study)
    _asked(study)
    with open_store(path) as store:
        return curve_store(study, store, cache=cache, progress=progress)


def curve_store(
    study: Study, store: Store, *, cache: Path | str | None = None, progress: Progress | None = None
) -> CurveResult:
    """Run the curve that a study asks for on an open store; else as `run_curve`."""
    from melian.study.source import Source

    tell = progress or silent
    out = prepare_folder(study.report.out) if study.report.out else None
    folder = cache if cache is not None else out / "cache" if out is not None else None
    result = curve_of(study, Source(store), cache=folder, progress=tell)
    if out is not None:
        from melian.report.curve import write_curve_report
        from melian.study.files import write_study

        tell("writing the report")
        write_curve_report(result, out)
        write_study(study, out / "study.toml")
    return result


def curve_of(
    study: Study,
    source: Source,
    *,
    measure: str | None = None,
    estimate: str | None = None,
    axes: Mapping[str, Sequence[Any]] | None = None,
    vary: Sequence[str] | None = None,
    specs: int | None = None,
    cache: Path | str | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> CurveResult:
    """Run a curve on an open source; what is not given is as the study's `[curve]` and `[run]` have it.

    Parameters
    ----------
    study : Study
        The main specification.
    source : Source
        Its store is read again by other processes; one that lives in memory is read in this process alone.
    measure, estimate : str, optional
    axes : mapping of str to sequence, optional
        Values of axes in place of the default ones.
    vary : sequence of str, optional
        Names of the axes that vary.
    specs : int, optional
        Number of specifications where not all combinations fit.
    cache : path, optional
        Folder of finished specifications; else the user's cache folder. The result does not depend on it.
    jobs : int, optional
        Processes at work; 0 for one a core. The result does not depend on it.
    progress : Progress, optional

    Returns
    -------
    CurveResult

    Raises
    ------
    StudyError
        If the axes do not validate; before the first fit.
    InputError
        If the measure is not known, or gives no such estimate in the main specification; before any other.
    """
    tables = None if axes is None else {name: list(values) for name, values in axes.items()}
    jobs_key = None if jobs is None else jobs or "auto"
    study = study.replace(
        measure=measure, estimate=estimate, axes=tables, vary=vary, curve_specs=specs, jobs=jobs_key
    )
    wanted, tell = _asked(study), progress or silent
    check_option("measure", study.curve.measure, tuple(MEASURES))
    found_axes = axes_of(study, study.curve.measure)
    tell("reading the store")
    specifications_ = specifications(study, source, found_axes)
    kept = cache if cache is not None else cache_folder()
    folder = prepare_folder(kept, room=CACHE_ROOM, option="--cache")
    outcomes = _run(study, source, specifications_, folder=folder, progress=tell)
    return _result(study, source, specifications_, outcomes, axes=found_axes, wanted=wanted)


def _asked(study: Study) -> str:
    """Give the name of the estimate that is asked for."""
    if study.curve.estimate is None:
        raise StudyError("[curve] estimate is not given; name one, such as 'initiative.RUS' (--estimate).")
    return study.curve.estimate


def specifications(study: Study, source: Source, axes: Sequence[Axis]) -> tuple[Specification, ...]:
    """Give the specifications to run, the study's own first.

    The actors are those of the main specification throughout, named as they are called at each level.

    Raises
    ------
    InputError
        If the main specification has no history, or fewer specifications are asked for than there must be.
    """
    from melian.curve.grid import choose_rows

    rows = choose_rows(
        [len(axis.values) for axis in axes],
        slow=[axis.slow for axis in axes],
        most=study.curve.curve_specs,
        seed=study.run.seed,
    )
    history = source.history(study.replace(unit="event"))
    days = history.since, history.until
    actors = () if {"actors", "n_actors"} & {axis.name for axis in axes} else history.actors
    make = _Maker(study, source, tuple(axes), actors, days)
    return tuple(make.specification(tuple(int(v) for v in row)) for row in rows)


@dataclass(frozen=True, slots=True)
class _Maker:
    """What every specification is made from."""

    study: Study
    source: Source
    axes: tuple[Axis, ...]
    actors: tuple[str, ...]
    days: Any

    def specification(self, values: tuple[int, ...]) -> Specification:
        """Apply one value of every axis, then rename the actors."""
        from melian.data.levels import read_blocs
        from melian.study.curve_actors import actor_names, rename_estimate

        study = self.study
        for axis, value in zip(self.axes, values, strict=True):
            if value:
                study = apply_value(study, axis.name, axis.values[value])
        name, level = _asked(study), study.data.level
        if level == self.study.data.level and any(self.actors):
            study = study.replace(actors=self.actors)
            return Specification(values, _with_difference(study, name, self.actors), name)
        names = actor_names(
            self.actors,
            level,
            blocs=read_blocs(self.source.store.connection),
            joined=study.model.blocs,
            days=self.days,
        )
        renamed, reason = rename_estimate(name, names, level=level)
        if names:
            study = study.replace(actors=sorted({one for one in names.values() if one is not None}))
        return Specification(values, _with_difference(study, renamed, study.data.actors), renamed, reason)


def _with_difference(study: Study, name: str, actors: Sequence[str]) -> Study:
    """Have the measure `shares` estimate a difference asked for; an actor's code may hold a hyphen."""
    alone = any(name.endswith(f".{actor}") for actor in actors if "-" in actor)
    if study.curve.measure != "shares" or "-" not in name or alone:
        return study
    return study.replace(differences=tuple(dict.fromkeys([*study.shares.differences, name])))


def _run(
    study: Study,
    source: Source,
    specs: Sequence[Specification],
    *,
    folder: Path,
    progress: Progress,
) -> list[Outcome]:
    """Give the outcome of every specification; what is not kept is run, the main one first and alone."""
    measure, snapshot = study.curve.measure, source.store.snapshot
    keys = [outcome_key(spec.study, measure, snapshot) for spec in specs]
    main = read_outcome(folder, keys[0])
    if main is None:
        progress(f"specification 1 of {len(specs)}", 0.0)
        main = _run_one(source, keys[0], specs[0].study, measure, folder)
    _check_main(main, specs[0].name, measure)
    asked = dict(zip(keys, (spec.study for spec in specs), strict=True))
    refused = {key for key, spec in zip(keys, specs, strict=True) if spec.reason}
    missing = [(k, s) for k, s in asked.items() if k not in refused and read_outcome(folder, k) is None]
    jobs = 0 if study.run.jobs == "auto" else int(study.run.jobs)
    _run_missing(source, missing, measure, folder, jobs=jobs, progress=progress, of=len(specs))
    out: list[Outcome] = []
    for key, spec in zip(keys, specs, strict=True):
        found = {"reason": spec.reason} if spec.reason else read_outcome(folder, key)
        if found is None:
            raise InputError(
                f"the cache folder {folder} lost {key}.json while the curve was run; run it again."
            )
        out.append(found)
    return out


def _check_main(outcome: Outcome, name: str, measure: str) -> None:
    """Raise `InputError` where the main specification has no such estimate."""
    if estimate_of(outcome, name) is None:
        known = list(outcome["estimates"])
        near = get_close_matches(name, known, n=3)
        hint = f"nearest: {', '.join(near)}" if near else f"it gives {', '.join(known[:8])} ..."
        raise InputError(f"[curve] estimate: measure {measure!r} gives no {name!r} here; {hint}.")


def _run_missing(
    source: Source,
    missing: Sequence[tuple[str, Study]],
    measure: str,
    folder: Path,
    *,
    jobs: int,
    progress: Progress,
    of: int,
) -> None:
    """Run specifications in groups that share their data; each is kept as soon as it is finished."""
    from joblib import Parallel, delayed

    if not missing:
        return
    groups = list(_groups(missing))
    done = of - len(missing)
    path = source.store.path
    if jobs == 1 or len(missing) == 1 or path == ":memory:":
        for number, (key, study) in enumerate(item for group in groups for item in group):
            progress(f"specification {done + number + 1} of {of}", (done + number) / of)
            _run_one(source, key, study, measure, folder)
        return
    progress(f"specification {done + 1} of {of}", done / of)
    workers = Parallel(n_jobs=jobs or -1, return_as="generator_unordered")
    # Processes may be left over from an earlier call, made in another folder.
    place = (str(Path(path).resolve()), folder.resolve())
    tasks = (delayed(_run_group)(place[0], group, measure, place[1]) for group in groups)
    for finished in workers(tasks):
        done += finished
        progress(f"specification {min(done + 1, of)} of {of}", done / of)


def _groups(missing: Sequence[tuple[str, Study]]) -> Iterator[list[tuple[str, Study]]]:
    """Cut specifications into groups of the same data, in the order in which they come."""
    by_data: dict[str, list[tuple[str, Study]]] = {}
    for key, study in missing:
        data = repr((study.data if study.curve.measure != "shares" else study.replace(unit="event").data,
                     study.model.blocs))  # fmt: skip
        by_data.setdefault(data, []).append((key, study))
    for group in by_data.values():
        for first in range(0, len(group), GROUP):
            yield group[first : first + GROUP]


def _run_group(path: str, group: Sequence[tuple[str, Study]], measure: str, folder: Path) -> int:
    """Run a group in a process of its own."""
    from melian.data import open_store
    from melian.study.source import Source

    with open_store(path) as store:
        source = Source(store)
        for key, study in group:
            _run_one(source, key, study, measure, folder)
    return len(group)


def _run_one(source: Source, key: str, study: Study, measure: str, folder: Path) -> Outcome:
    """Run one specification on one thread and keep its outcome; a refusal is an outcome with its reason."""
    from threadpoolctl import threadpool_limits

    # Sums come out the same whatever the number of processes; a measure has no processes of its own.
    try:
        with threadpool_limits(1):
            answer = answer_of(study.replace(jobs=1), source, measure)
        estimates = {name: one.as_dict() for name, one in answer.estimates.items()}
        outcome: Outcome = {"estimates": estimates, "data": dict(answer.data)}
    except MelianError as error:
        outcome = {"reason": str(error)}
    return write_outcome(folder, key, outcome)


def _result(
    study: Study,
    source: Source,
    specs: Sequence[Specification],
    outcomes: Sequence[Outcome],
    *,
    axes: Sequence[Axis],
    wanted: str,
) -> CurveResult:
    """Put the outcomes together."""
    import math

    import numpy as np

    from melian.curve.result import CurveAxis, make_result
    from melian.measures.answer import Estimate

    estimates = []
    for spec, outcome in zip(specs, outcomes, strict=True):
        found = estimate_of(outcome, spec.name)
        estimates.append(found or Estimate.undefined(f"the measure gives no {spec.name!r} here"))
    data = {k: v for k, v in outcomes[0].get("data", {}).items() if k != "store"}
    return make_result(
        np.array([spec.values for spec in specs], dtype=np.int64),
        estimates,
        [spec.name for spec in specs],
        axes=[CurveAxis(axis.name, axis.labels) for axis in axes],
        measure=study.curve.measure,
        estimate=wanted,
        reference=study.curve.reference,
        combinations=math.prod(len(axis.values) for axis in axes),
        data=data | {"snapshot": source.store.snapshot},
        settings={"seed": study.run.seed, "specs": len(specs)},
    )
