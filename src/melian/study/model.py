"""The study: every choice of a run in one frozen object, validated whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from melian.errors import StudyError
from melian.study.change_keys import ChangeKeys
from melian.study.responses_keys import ResponsesKeys
from melian.study.schema import (
    SECTIONS,
    CurveKeys,
    DataKeys,
    DiffusionKeys,
    ForecastKeys,
    ModelKeys,
    RemKeys,
    ReportKeys,
    RunKeys,
    SharesKeys,
    ToolkitsKeys,
    VarKeys,
    keys_of,
)

__all__ = ["Study", "study_from_mapping"]


@dataclass(frozen=True, slots=True)
class Study:
    """Everything that decides a run: data, model, relational event model, run, report.

    Raises
    ------
    StudyError
        Naming every key that does not validate, what it holds and what is allowed.

    Examples
    --------
    >>> study = Study().replace(store="events.duckdb", actors=["RUS", "USA"])
    >>> study.data.actors
    ('RUS', 'USA')
    >>> study.replace(half_life=(1, 5))
    Traceback (most recent call last):
        ...
    melian.errors.StudyError: half_life is not a key of a study; did you mean half_lives?
    """

    data: DataKeys = field(default_factory=DataKeys)
    model: ModelKeys = field(default_factory=ModelKeys)
    rem: RemKeys = field(default_factory=RemKeys)
    forecast: ForecastKeys = field(default_factory=ForecastKeys)
    toolkits: ToolkitsKeys = field(default_factory=ToolkitsKeys)
    shares: SharesKeys = field(default_factory=SharesKeys)
    curve: CurveKeys = field(default_factory=CurveKeys)
    var: VarKeys = field(default_factory=VarKeys)
    diffusion: DiffusionKeys = field(default_factory=DiffusionKeys)
    run: RunKeys = field(default_factory=RunKeys)
    report: ReportKeys = field(default_factory=ReportKeys)
    responses: ResponsesKeys = field(default_factory=ResponsesKeys)
    change: ChangeKeys = field(default_factory=ChangeKeys)

    def __post_init__(self) -> None:
        problems: list[str] = []
        for section in SECTIONS:
            values = {key.name: getattr(getattr(self, section), key.name) for key in keys_of(section)}
            object.__setattr__(self, section, _read_section(section, values, problems))
        problems += _across_keys(self)
        _refuse(problems)

    def replace(self, **changes: object) -> Study:
        """Give a study with some keys changed, named without their section; None leaves a key as it is."""
        homes = {key.name: section for section in SECTIONS for key in keys_of(section)}
        problems = [
            f"{name} is not a key of a study{_nearest(name, homes)}" for name in changes if name not in homes
        ]
        _refuse(problems)
        sections = {
            section: replace(
                getattr(self, section),
                **{n: v for n, v in changes.items() if homes[n] == section and v is not None},
            )
            for section in SECTIONS
        }
        return Study(**sections)

    def as_mapping(self) -> dict[str, dict[str, Any]]:
        """Give the study as nested dictionaries, keys without a value left out."""
        tables: dict[str, dict[str, Any]] = {}
        for section in SECTIONS:
            values = {key.name: getattr(getattr(self, section), key.name) for key in keys_of(section)}
            tables[section] = {
                n: list(v) if isinstance(v, tuple) else v for n, v in values.items() if v is not None
            }
        return tables


def study_from_mapping(tables: Mapping[str, Any], *, name: str = "study") -> Study:
    """Make a study from nested dictionaries, as `tomllib` gives them; report all that is wrong at once."""
    problems: list[str] = []
    sections: dict[str, Any] = {}
    for section, values in tables.items():
        if section not in SECTIONS:
            problems.append(f"[{section}] is not a section of a study{_nearest(section, SECTIONS)}")
        elif not isinstance(values, Mapping):
            problems.append(f"{section} = {values!r} is not a section; write [{section}] and its keys below")
        else:
            sections[section] = _read_section(section, values, problems)
    if not problems:
        study = Study.__new__(Study)
        for section, kind in SECTIONS.items():
            object.__setattr__(study, section, sections.get(section, kind()))
        problems += _across_keys(study)
    _refuse(problems, name=name)
    return study


def _read_section(section: str, values: Mapping[str, object], problems: list[str]) -> Any:
    """Read the keys of one section; what is wrong goes to `problems`, with the default in its place."""
    known = {key.name: key for key in keys_of(section)}
    good: dict[str, object] = {}
    for name, value in values.items():
        if name not in known:
            problems.append(f"[{section}] {name} is not a key of this section{_nearest(name, known)}")
            continue
        if value is None and known[name].default is None:
            continue
        try:
            good[name] = known[name].kind.read(value)
        except ValueError as error:
            problems.append(f"[{section}] {name}: {error}")
    return SECTIONS[section](**good)


def _across_keys(study: Study) -> list[str]:
    """Name what contradicts between keys."""
    problems = []
    since, until = study.data.since, study.data.until
    if since and until and since > until:
        problems.append(f"[data] since ({since}) is after until ({until}); the window is empty")
    if len(study.model.blocs) > 1 and study.data.level != "bloc":
        named = ", ".join(study.model.blocs)
        problems.append(
            f"[model] blocs names {len(study.model.blocs)} ({named}); relations are split by one bloc"
        )
    return problems


def _nearest(name: str, known: Mapping[str, object]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else f"; known: {', '.join(known)}"


def _refuse(problems: list[str], *, name: str = "") -> None:
    """Raise one error with all problems, if there are any."""
    if not problems:
        return
    head = f"{name}: " if name else ""
    if len(problems) == 1:
        raise StudyError(head + problems[0])
    listed = "\n".join(f"  - {problem}" for problem in problems)
    raise StudyError(f"{head}{len(problems)} problems:\n{listed}")
