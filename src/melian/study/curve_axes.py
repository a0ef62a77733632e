"""The axes of a specification curve: their values, how a study takes one, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from melian.errors import StudyError
from melian.study.model import Study
from melian.study.schema import SECTIONS, keys_of

__all__ = ["DATA_AXES", "DEDUPE", "MODEL_AXES", "Axis", "apply_value", "axes_of"]

DEDUPE: Final[dict[str, tuple[str, ...]]] = {
    "full": (),
    "re-reports kept": ("re-reports",),
    "co-reports kept": ("co-reports",),
    "mirrors kept": ("mirrors",),
    "all kept": ("re-reports", "co-reports", "mirrors"),
}
"""Values of the axis `dedupe`: steps of the funnel that are left out."""
STATEMENTS: Final[dict[str, tuple[str, ...]]] = {"out": (), "in": ("statements",)}
JOINED: Final = ("NATO", "CSTO")
"""Blocs that level `bloc` joins where the study names none."""

DATA_AXES: Final[dict[str, tuple[Any, ...]]] = {
    "dedupe": ("full", "co-reports kept", "mirrors kept"),
    "re_report_days": ("auto", 0, 1, 2),
    "statements": ("out", "in"),
    "level": ("state", "military-apart", "state-only", "country", "bloc"),
    "crosswalk": ("default", "alternative"),
    "reactive": ("apart", "with"),
    "unit": ("event", "active-step"),
}
"""Axes of the data with their values; they matter to every measure."""
MODEL_AXES: Final[dict[str, tuple[Any, ...]]] = {
    "step_days": (1, 2, 3),
    "half_lives": ((1, 5, 20), (2, 10), (1, 3, 9, 27), (3, 15, 60)),
    "knots": ("auto", 15, 60),
    "exposure": ("auto", "off", 0.5),
    "targets": ("auto", "uniform", "level"),
}
"""Axes of the model, for the measure `shares`."""
FAST: Final = frozenset({"step_days", "unit", "differences", "sweeps"})
"""Keys that need no data to be read anew, beside those of `[model]` but the blocs."""
OWN: Final = frozenset({"store", "out", "jobs", "telling", *(key.name for key in keys_of("curve"))})
"""Keys that no specification may change."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A choice and its values, the study's own first.

    Attributes
    ----------
    name : str
        A key of the study, `dedupe` or `statements`.
    values : tuple
    slow : bool
        Whether another value needs the data to be read anew.
    """

    name: str
    values: tuple[Any, ...]
    slow: bool

    @property
    def labels(self) -> tuple[str, ...]:
        """The values as a reader sees them."""
        return tuple(_label(value) for value in self.values)


def axes_of(study: Study, measure: str) -> tuple[Axis, ...]:
    """Give the axes that a study's `[curve]` asks for, each with the study's own value first.

    Raises
    ------
    StudyError
        Naming everything that is wrong: an axis or value that is not known, with the nearest name; an axis
        with one value only; axes that contradict each other.

    Examples
    --------
    >>> axes = axes_of(Study().replace(vary=["knots", "statements"]), "shares")
    >>> [(axis.name, axis.labels) for axis in axes]
    [('knots', ('auto', '15', '60')), ('statements', ('out', 'in'))]
    >>> axes_of(Study().replace(vary=["knot"]), "shares")
    Traceback (most recent call last):
        ...
    melian.errors.StudyError: [curve] knot is not an axis; did you mean knots?
    """
    given = study.curve.axes or {}
    default = {**DATA_AXES, **(MODEL_AXES if measure == "shares" else {})}
    known = {**default, **given}
    wanted = study.curve.vary or tuple(known)
    problems = list(_problems(wanted, given, known))
    axes: list[Axis] = []
    for name in wanted:
        if name in known and (name in default or _is_name(name)):
            axes += _read_axis(study, name, known[name], problems)
    if not problems and not axes:
        problems.append("[curve] has no axis with several values; name some in vary or axes")
    if problems:
        listed = "\n".join(f"  - {problem}" for problem in problems)
        raise StudyError(problems[0] if len(problems) == 1 else f"{len(problems)} problems:\n{listed}")
    return tuple(axes)


def _problems(
    wanted: tuple[str, ...], given: Mapping[str, object], known: Mapping[str, object]
) -> Iterator[str]:
    """Name axes that are not known, cannot vary, or contradict each other."""
    for name in dict.fromkeys([*wanted, *given]):
        if not _is_name(name):
            near = get_close_matches(name, [*_homes(), "dedupe", "statements"], n=1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join([*DATA_AXES, *MODEL_AXES])}"
            yield f"[curve] {name} is not an axis; {hint}"
        elif name in OWN:
            yield f"[curve] {name} cannot be an axis"
        elif name not in known:
            yield f"[curve] vary names {name}, which has no values; give them: [curve.axes] {name} = [...]"
    if "without" in wanted and {"dedupe", "statements"} & set(wanted):
        yield "[curve] the axis without contradicts dedupe and statements; vary one or the others"


def _read_axis(study: Study, name: str, values: Any, problems: list[str]) -> list[Axis]:
    """Read the values of one axis by applying each to the study; one with a single value is left out."""
    own = _own_value(study, name)
    if own is None:
        problems.append(
            f"[curve] the axis {name} cannot vary while [data] without = {list(study.data.without)}; vary "
            "without itself"
        )
        return []
    read: list[Any] = [own]
    for value in values:
        try:
            changed = apply_value(study, name, tuple(value) if isinstance(value, list) else value)
        except StudyError as error:
            problems.append(f"[curve] axis {name}: {error}")
            continue
        read.append(_own_value(changed, name))
    distinct = tuple(value for at, value in enumerate(read) if value not in read[:at])
    slow = name not in FAST and (name == "blocs" or _homes().get(name, "data") != "model")
    return [Axis(name, distinct, slow)] if len(distinct) > 1 else []


def apply_value(study: Study, name: str, value: Any) -> Study:
    """Give the study with one axis at a value.

    Raises
    ------
    StudyError
        If the value is not allowed.
    """
    tables = {"dedupe": DEDUPE, "statements": STATEMENTS}
    if name in tables:
        table = tables[name]
        if value not in table:
            near = get_close_matches(str(value), table, n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            raise StudyError(f"{value!r} is not known{hint}; allowed: {', '.join(table)}")
        mine = {step for steps in table.values() for step in steps}
        kept = [step for step in study.data.without if step not in mine]
        return study.replace(without=[*kept, *table[value]])
    if name == "level" and value == "bloc" and not study.model.blocs:
        return study.replace(level="bloc", blocs=JOINED)
    if name == "blocs" and not value:
        return study.replace(blocs=())
    return study.replace(**{name: value})


def _own_value(study: Study, name: str) -> Any:
    """Give the study's value of an axis; None where `without` has no name on the axis."""
    tables = {"dedupe": DEDUPE, "statements": STATEMENTS}
    if name not in tables:
        return getattr(getattr(study, _homes()[name]), name)
    mine = {step for steps in tables[name].values() for step in steps}
    left_out = mine & set(study.data.without)
    return next((value for value, steps in tables[name].items() if set(steps) == left_out), None)


def _homes() -> dict[str, str]:
    """Section of every key."""
    return {key.name: section for section in SECTIONS for key in keys_of(section)}


def _is_name(name: str) -> bool:
    return name in _homes() or name in ("dedupe", "statements")


def _label(value: Any) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(_label(one) for one in value) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
